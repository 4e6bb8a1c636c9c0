import type { EntityManager } from '@mikro-orm/postgresql';
import { demandScopes, signedIn } from '../auth/may.js';
import type { Transaction } from '../db/write.js';
import { Refusal } from '../errors.js';
import type { Context } from '../http/context.js';

// How many masked values one account has been shown lately, in real time by the clock of the database. There is a row
// for every value it may see in an hour, and in a day; whoever sees one takes a free row. Nobody waits for anybody: of
// those who come at once each skips the rows that others hold, so that no account can keep the connections of a node.

type Quota = Context['reveals'];

const MAKE = `
insert into reveal_slot (account_id, span, slot)
select ?::uuid, span, slot from (values ('HOUR', ?::int), ('DAY', ?::int)) as wanted (span, quota),
  generate_series(0, quota - 1) slot
where (select count(*) from reveal_slot where account_id = ? and slot < quota and reveal_slot.span = wanted.span) < quota
on conflict do nothing`;

/** Before the transaction that takes some: made inside it, they would make others wait for it. @throws FORBIDDEN */
export async function makeSlots({ em, asker, now, reveals }: Context): Promise<void> {
  const { accountId } = signedIn(asker);
  demandScopes(asker, 'household.reveal', now);
  await em.fork().execute(MAKE, [accountId, reveals.perHour, reveals.perDay, accountId]);
}

const LENGTH = { HOUR: '1 hour', DAY: '24 hours' } as const;
type Span = keyof typeof LENGTH;

/**
 * Takes room for one reveal of the viewer; given back when the transaction fails.
 * @throws RATE_LIMITED (with `limit` and `retryAfterMs`)
 */
export async function takeSlots({ em, viewer }: Transaction, { perHour, perDay }: Quota): Promise<void> {
  await takeSlot(em, viewer.accountId, 'HOUR', perHour);
  await takeSlot(em, viewer.accountId, 'DAY', perDay);
}

/** Those of a larger quota of before are left alone. */
const OWN = 'account_id = ? and span = ? and slot < ?';

async function takeSlot(em: EntityManager, accountId: string, span: Span, quota: number): Promise<void> {
  const own = [accountId, span, quota];
  const taken = await em.execute(
    `update reveal_slot set taken_at = clock_timestamp() where (account_id, span, slot) = (
       select account_id, span, slot from reveal_slot
       where ${OWN} and taken_at <= clock_timestamp() - interval '${LENGTH[span]}'
       order by slot limit 1 for update skip locked) returning slot`,
    own,
  );
  if (taken.length > 0) return;
  const [room] = await em.execute<{ wait: number | null }[]>(
    `select ceil(extract(epoch from min(taken_at) + interval '${LENGTH[span]}' - clock_timestamp()) * 1000) as wait
     from reveal_slot where ${OWN} and taken_at > '-infinity'`,
    own,
  );
  const message =
    'You have seen as many values in full as one may. Wait, or ask for an approval: requestReveal.';
  // Where none is taken yet, the free ones are being taken at this moment.
  const retryAfterMs = Math.max(Number(room?.wait ?? 0), SHORTLY_MS);
  throw new Refusal('RATE_LIMITED', message, { limit: quota, retryAfterMs });
}

const SHORTLY_MS = 1000;
