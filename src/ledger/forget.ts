import type { EntityManager } from '@mikro-orm/postgresql';

/** Rows per statement: short enough that nobody who claims a key notices. */
const BATCH = 1000;

/** Answers of keyed writes are kept for 72 hours (real time, by the clock of the database). */
const FORGET = `delete from idempotency where (account_id, key) in (
  select account_id, key from idempotency where created_at < clock_timestamp() - interval '72 hours'
  order by created_at limit ${BATCH} for update skip locked) returning 1`;

/** Removes answers of keyed writes that are too old for a retry; answers how many. */
export async function forgetAnswers(em: EntityManager): Promise<number> {
  for (let total = 0; ; ) {
    const forgotten = (await em.execute<unknown[]>(FORGET)).length;
    total += forgotten;
    if (forgotten < BATCH) return total;
  }
}
