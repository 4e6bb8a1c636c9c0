// What somebody has to do now, and how a region has kept its deadlines.
import type { EntityManager } from '@mikro-orm/postgresql';
import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import { demandScopes, grantsFor, signedIn } from '../auth/may.js';
import { LEVELS, type Level, scopeOf } from '../auth/scope.js';
import { shanghaiDay, startOfShanghaiDay } from '../clock.js';
import { tables } from '../db/orm.js';
import { type PageArgs, readPage } from '../db/page.js';
import { queryOf } from '../events/follow.js';
import { demandPeriod, type Period } from '../http/args.js';
import type { Context } from '../http/context.js';
import { demandRegion } from '../regions/region.queries.js';
import type { TaskAssistingSchema } from './assisting.entity.js';
import type { TaskReceiptSchema } from './receipt.entity.js';
import {
  CLOSED_STATUSES,
  CONFIRMING,
  MET_STATUSES,
  type TaskMoveSchema,
  type TaskSchema,
  waitingFor,
} from './task.entity.js';
import { BY_DEADLINE } from './task.queries.js';

export const WORK_BUCKETS = ['MINE', 'LATE', 'DUE_THIS_WEEK', 'TO_SIGN', 'TO_CONFIRM'] as const;
export type WorkBucket = (typeof WORK_BUCKETS)[number];

type Tables =
  | typeof TaskSchema
  | typeof TaskMoveSchema
  | typeof TaskReceiptSchema
  | typeof TaskAssistingSchema;
const db = (em: EntityManager) => tables<Tables>(em);
type Builder =
  ReturnType<typeof db> extends Kysely<infer Known> ? ExpressionBuilder<Known, 'task' & keyof Known> : never;

const DAY_MS = 86_400_000;

/** The first instant of the next Monday in Asia/Shanghai: when this week is over. */
export function weekEnd(now: Date): Date {
  const today = startOfShanghaiDay(shanghaiDay(now));
  const weekday = (new Date(today.getTime() + 8 * 3_600_000).getUTCDay() + 6) % 7;
  return new Date(today.getTime() + (7 - weekday) * DAY_MS);
}

/** I answer for it, or assist. */
const isMine = (eb: Builder, accountId: string) =>
  eb.or([
    eb('responsibleId', '=', accountId),
    eb.exists(
      eb
        .selectFrom('task_assisting')
        .select('task_assisting.id')
        .whereRef('task_assisting.taskId', '=', 'task.id')
        .where('assistingId', '=', accountId)
        .where('endedAt', 'is', null),
    ),
  ]);

const isOpen = (eb: Builder) => eb('status', 'not in', CLOSED_STATUSES);
const isRunning = (eb: Builder) => eb('suspendedAt', 'is', null);

/** It waits for a confirmation that is mine to give, on work that I have not vouched for before. */
function waitsForMe(eb: Builder, { asker, now }: Context) {
  const viewer = signedIn(asker);
  const places = grantsFor(viewer, 'task.changeStatus', now).flatMap(({ role, regionCode }) => {
    const { from, to } = scopeOf(regionCode);
    return LEVELS.flatMap((level) =>
      waitingFor(role, level).map((status) =>
        eb.and([
          eb('regionCode', '>=', from),
          eb('regionCode', '<', to),
          eb('status', '=', status),
          isOfLevel(level),
        ]),
      ),
    );
  });
  const vouched = eb
    .selectFrom('task_move')
    .select('task_move.id')
    .whereRef('task_move.taskId', '=', 'task.id')
    .where('byId', '=', viewer.accountId)
    .where('toStatus', 'in', [...CONFIRMING]);
  return eb.and([eb.or(places), eb.not(eb.exists(vouched))]);
}

/** As a free text: named in the query, `region` would lend its own column names to the rows of `task`. */
const isOfLevel = (level: Level) =>
  sql<boolean>`exists (select from region where region.code = task.region_code and region.level = ${level})`;

const BUCKETS: Record<
  WorkBucket,
  (eb: Builder, context: Context, accountId: string) => ReturnType<Builder['and']>
> = {
  MINE: (eb, _, id) => eb.and([isMine(eb, id), isOpen(eb)]),
  LATE: (eb, { now }, id) => eb.and([isMine(eb, id), isOpen(eb), isRunning(eb), eb('dueAt', '<', now)]),
  DUE_THIS_WEEK: (eb, { now }, id) =>
    eb.and([
      isMine(eb, id),
      isOpen(eb),
      isRunning(eb),
      eb('dueAt', '>=', now),
      eb('dueAt', '<', weekEnd(now)),
    ]),
  TO_SIGN: (eb, _, id) =>
    eb.and([
      isOpen(eb),
      eb('responsibleId', '=', id),
      eb.exists(
        eb
          .selectFrom('task_receipt')
          .select('task_receipt.id')
          .whereRef('task_receipt.taskId', '=', 'task.id')
          .where('signedAt', 'is', null)
          .where('endedAt', 'is', null),
      ),
    ]),
  TO_CONFIRM: (eb, context) => waitsForMe(eb, context),
};

/**
 * What is for the viewer to do where a grant in force lets them see it: who was named and has lost the grant since is named
 * still, and sees nothing.
 * @throws UNAUTHENTICATED · FORBIDDEN · INVALID_PAGE_SIZE · INVALID_CURSOR
 */
export function workOf(context: Context, bucket: WorkBucket, page: PageArgs) {
  const { accountId } = signedIn(context.asker);
  const scopes = demandScopes(context.asker, 'task.read', context.now);
  const query = db(context.em)
    .selectFrom('task')
    .selectAll()
    .where((eb) =>
      eb.or(scopes.map(({ from, to }) => eb.and([eb('regionCode', '>=', from), eb('regionCode', '<', to)]))),
    )
    .where((eb) => BUCKETS[bucket](eb, context, accountId));
  return readPage(query, BY_DEADLINE, page, context);
}

export interface WorstItem {
  readonly itemId: string;
  readonly open: number;
  readonly overdue: number;
  readonly returned: number;
}

/** Items of standards with open tasks in a region: most overdue first, then most open. @throws FORBIDDEN · NOT_FOUND */
export async function worstItems(context: Context, within: string, first: number): Promise<WorstItem[]> {
  await demandRegion(context, 'task.read', within);
  const { from, to } = scopeOf(within);
  const rows = await queryOf(context.em)(WORST, [
    from,
    to,
    context.now.toISOString(),
    first,
    CLOSED_STATUSES,
  ]);
  return rows as unknown as WorstItem[];
}

const WORST = `
select standard_item_id as "itemId", count(*)::int as open,
  (count(*) filter (where due_at < $3 and suspended_at is null))::int as overdue,
  (count(*) filter (where status in ('RETURNED', 'REOPENED')))::int as returned
from task
where region_code >= $1 and region_code < $2 and standard_item_id is not null and status <> all ($5)
group by standard_item_id order by overdue desc, open desc, standard_item_id limit $4`;

export interface Punctuality {
  readonly expected: number;
  readonly onTime: number;
  readonly late: number;
  readonly open: number;
  readonly extended: number;
}

/**
 * How a region kept the deadlines that fall into a period. Every task that is not cancelled is exactly one of the three:
 * met by its deadline, met after it, or not met yet.
 * @throws FORBIDDEN · NOT_FOUND · INVALID_DATE (an end before the beginning, or too long a period)
 */
export async function punctualityOf(context: Context, within: string, period: Period): Promise<Punctuality> {
  const { from, to } = period;
  await demandRegion(context, 'task.read', within);
  demandPeriod(period);
  const scope = scopeOf(within);
  const values = [scope.from, scope.to, from.toISOString(), to.toISOString(), MET_STATUSES];
  const [row] = (await queryOf(context.em)(PUNCTUALITY, values)) as unknown as Punctuality[];
  return row as Punctuality;
}

/** When it was met: the last time that it came to be so. */
const PUNCTUALITY = `
with due as (
  select task.id, due_at, deadline_version, case when status = any ($5) then coalesce(
    (select max(at) from task_move where task_id = task.id and to_status = any ($5) and not coalesce(from_status = any ($5), false)),
    created_at) end as met_at
  from task
  where region_code >= $1 and region_code < $2 and due_at >= $3 and due_at < $4 and status <> 'CANCELLED')
select count(*)::int as expected, (count(*) filter (where met_at <= due_at))::int as "onTime",
  (count(*) filter (where met_at > due_at))::int as late, (count(*) filter (where met_at is null))::int as open,
  (count(*) filter (where deadline_version > 1))::int as extended
from due`;
