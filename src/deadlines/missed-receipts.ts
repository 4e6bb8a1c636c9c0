import type { EntityManager } from '@mikro-orm/postgresql';
import type { Fact, Named } from '../events/facts.js';
import { queryOf } from '../events/follow.js';
import { record } from '../events/record.js';
import type { Source } from './source.js';

const BATCH = 500;

/**
 * The row of the receipt is held for update and that of its task for share, and neither is waited for: signing holds
 * the task, so that the log never says of a receipt that was signed that it is missing.
 */
const MISS = `
with due as (
  select id, task_id from task_receipt
  where due_at < $1 and signed_at is null and ended_at is null and missed_at is null
  order by due_at limit ${BATCH} for update skip locked),
held as (
  select due.id, task.id as task_id, task.region_code, task.title_zh, task.title_en
  from due cross join lateral (select * from task where task.id = due.task_id limit 1 for share skip locked) as task),
missed as (
  update task_receipt set missed_at = $1 from held where task_receipt.id = held.id
  returning held.task_id, held.region_code, held.title_zh, held.title_en, task_receipt.due_at)
select missed.task_id as id, missed.region_code as code, region.name, missed.title_zh as zh, missed.title_en as en,
  missed.due_at as "dueAt"
from missed join region on region.code = missed.region_code order by missed.due_at, missed.task_id`;

interface Missed extends Named {
  id: string;
  code: string;
  name: string;
  dueAt: string;
}

const factOf = ({ id, code, name, zh, en, dueAt }: Missed): Fact => ({
  kind: 'RECEIPT_MISSED',
  region: { code, name },
  subject: { type: 'TASK', id },
  severity: 'WARNING',
  audience: 'REGION',
  params: { title: { zh, ...(en ? { en } : {}) }, dueAt: new Date(dueAt).toISOString() },
});

/** States, once for each assignment, that nobody has signed for it in time. */
export const missedReceipts: Source = {
  async settle(em: EntityManager, now: Date): Promise<number> {
    const missed = (await queryOf(em)(MISS, [now.toISOString()])) as Missed[];
    if (missed.length > 0) await record(em, missed.map(factOf), { happenedAt: now, actorId: null });
    return missed.length;
  },
  async next(em: EntityManager): Promise<Date | null> {
    const [row] = (await queryOf(em)(
      `select due_at + interval '1 millisecond' as at from task_receipt
       where signed_at is null and ended_at is null and missed_at is null order by due_at limit 1`,
      [],
    )) as { at: string }[];
    return row ? new Date(row.at) : null;
  },
};
