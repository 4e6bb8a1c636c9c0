import type { EntityManager } from '@mikro-orm/postgresql';
import type { Expression, ExpressionBuilder, Kysely, SqlBool } from 'kysely';
import { demandScopes, isInScopes, scopesFor, signedIn } from '../auth/may.js';
import { scopeOf } from '../auth/scope.js';
import { shanghaiDay, startOfShanghaiDay } from '../clock.js';
import { isOneOf } from '../db/filter.js';
import { tables } from '../db/orm.js';
import { type Order, type PageArgs, readPage } from '../db/page.js';
import { isId } from '../db/write.js';
import { notFound } from '../errors.js';
import type { Context } from '../http/context.js';
import { demandRegion } from '../regions/region.queries.js';
import {
  BEHIND_DAYS,
  CLOSED_STATUSES,
  DUE_SOON_DAYS,
  type Task,
  type TaskKind,
  type TaskSchedule,
  type TaskSchema,
  type TaskStatus,
} from './task.entity.js';

export type TaskRow = Omit<Task, 'title'>;

/** Which tasks of a region; a field that is left out asks nothing, an empty list matches nothing. */
export interface TaskFilter {
  status?: TaskStatus[] | null;
  schedule?: TaskSchedule[] | null;
  kind?: TaskKind[] | null;
  dueBefore?: Date | null;
  responsibleId?: string | null;
  standardItemId?: string | null;
}

export const BY_DEADLINE: Order<TaskRow> = { list: 'tasks', columns: ['dueAt', 'id'], direction: 'asc' };
const DAY_MS = 86_400_000;

const db = (em: EntityManager) => tables<typeof TaskSchema>(em);
type Builder =
  ReturnType<typeof db> extends Kysely<infer Tables>
    ? ExpressionBuilder<Tables, 'task' & keyof Tables>
    : never;

/** The first instant of the calendar day `days` after today in Asia/Shanghai. */
const dayFrom = (now: Date, days: number) =>
  new Date(startOfShanghaiDay(shanghaiDay(now)).getTime() + days * DAY_MS);

/** `scheduleOf` (task.entity.ts) as a condition on the row; a test holds the two together. */
function isOnSchedule(eb: Builder, schedule: TaskSchedule, now: Date): Expression<SqlBool> {
  const closed = eb('status', 'in', CLOSED_STATUSES);
  const open = eb.not(closed);
  const running = eb('suspendedAt', 'is', null);
  const afterDueSoon = eb('dueAt', '>=', dayFrom(now, DUE_SOON_DAYS + 1));
  const behind = eb.or([
    eb('status', '=', 'BLOCKED'),
    eb.and([eb('status', '=', 'NOT_STARTED'), eb('dueAt', '<', dayFrom(now, BEHIND_DAYS + 1))]),
  ]);
  const conditions: Record<TaskSchedule, Expression<SqlBool>> = {
    CLOSED: closed,
    OVERDUE: eb.and([open, running, eb('dueAt', '<', now)]),
    DUE_SOON: eb.and([open, running, eb('dueAt', '>=', now), eb.not(afterDueSoon)]),
    BEHIND: eb.and([open, running, afterDueSoon, behind]),
    ON_TRACK: eb.and([open, eb.or([eb.not(running), eb.and([afterDueSoon, eb.not(behind)])])]),
  };
  return conditions[schedule];
}

function matches(eb: Builder, filter: TaskFilter, now: Date): Expression<SqlBool> {
  const { status, schedule, kind, dueBefore } = filter;
  const conditions = [isOneOf(eb, { status, kind })];
  if (schedule) conditions.push(eb.or(schedule.map((each) => isOnSchedule(eb, each, now))));
  if (dueBefore) conditions.push(eb('dueAt', '<', dueBefore));
  for (const column of ['responsibleId', 'standardItemId'] as const) {
    const id = filter[column];
    if (id !== null && id !== undefined) conditions.push(isId(id) ? eb(column, '=', id) : eb.lit(false));
  }
  return eb.and(conditions);
}

/** Tasks in a region, by deadline. @throws FORBIDDEN · NOT_FOUND (no such region) · INVALID_PAGE_SIZE · INVALID_CURSOR */
export async function tasksWithin(context: Context, within: string, filter: TaskFilter, page: PageArgs) {
  await demandRegion(context, 'task.read', within);
  const scope = scopeOf(within);
  const query = db(context.em)
    .selectFrom('task')
    .selectAll()
    .where('regionCode', '>=', scope.from)
    .where('regionCode', '<', scope.to)
    .where((eb) => matches(eb, filter, context.now));
  return readPage(query, BY_DEADLINE, page, context);
}

/** Tasks of the given regions alone, as far as the viewer may read them, by deadline. @throws INVALID_PAGE_SIZE · INVALID_CURSOR */
export function tasksIn(context: Context, regionCodes: readonly string[], page: PageArgs) {
  const scopes = scopesFor(signedIn(context.asker), 'task.read', context.now);
  const readable = regionCodes.filter((code) => isInScopes(code, scopes));
  const query = db(context.em)
    .selectFrom('task')
    .selectAll()
    .where((eb) => isOneOf(eb, { regionCode: readable }));
  return readPage(query, BY_DEADLINE, page, context);
}

async function tasksById(em: EntityManager, ids: readonly string[]): Promise<Map<string, TaskRow>> {
  const rows = await db(em).selectFrom('task').selectAll().where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** The task, whoever asks; null when there is none. */
export const findTask = (
  { em, loaders }: Pick<Context, 'em' | 'loaders'>,
  id: string,
): Promise<TaskRow | null> => loaders.load(findTask, id, (ids: readonly string[]) => tasksById(em, ids));

/** One task the viewer may see. @throws NOT_FOUND, the same whether absent or out of scope */
export async function getTask(context: Context, id: string): Promise<TaskRow> {
  const scopes = demandScopes(context.asker, 'task.read', context.now);
  const task = isId(id) ? await findTask(context, id) : null;
  if (!task || !isInScopes(task.regionCode, scopes)) throw notFound('task');
  return task;
}
