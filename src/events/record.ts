import type { EntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';
import type { Fact } from './facts.js';

/** Facts per statement: the demo loader states twenty thousand at once, and one statement should stay small. */
const CHUNK = 2000;

const INSERT = `
with written as (
  insert into event (kind, severity, audience, region_code, region_name, subject_type, subject_id, actor_id,
    happened_at, params)
  select kind, severity, audience, region_code, region_name, subject_type, subject_id, $2::uuid, $3::timestamptz, params
  from rows from (jsonb_to_recordset($1::jsonb) as (kind text, severity text, audience text, region_code text,
    region_name text, subject_type text, subject_id text, params jsonb)) with ordinality
  order by ordinality
)
select pg_current_xact_id()::text as mark`;

/**
 * Writes facts into the log, in the transaction they describe, and answers the transaction's mark: the same on the
 * mutation's answer and on each of its events. Call it last, with the rows it speaks of already changed in `em`:
 * it flushes them first, because a fact numbered before its row's lock is held can come out in the wrong order.
 */
export async function record(
  em: EntityManager,
  facts: readonly Fact[],
  about: { happenedAt: Date; actorId: string | null },
): Promise<string> {
  if (!em.isInTransaction()) throw new Error('record() must be called inside a transaction');
  await em.flush();
  let mark = '';
  // Also with no facts: the mark is the transaction's own number, and the writer gets one all the same.
  for (let from = 0; mark === '' || from < facts.length; from += CHUNK) {
    const rows = JSON.stringify(facts.slice(from, from + CHUNK).map(toRow));
    const statement = CompiledQuery.raw(INSERT, [rows, about.actorId, about.happenedAt.toISOString()]);
    const { rows: answer } = await em.getKysely().executeQuery<{ mark: string }>(statement);
    mark = answer[0]?.mark ?? '';
  }
  return mark;
}

const toRow = (fact: Fact) => ({
  kind: fact.kind,
  severity: fact.severity,
  audience: fact.audience,
  region_code: fact.region?.code ?? null,
  region_name: fact.region?.name ?? null,
  subject_type: fact.subject.type,
  subject_id: fact.subject.id,
  params: fact.params,
});
