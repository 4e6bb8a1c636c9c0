import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { isInScopes, scopesFor, signedIn } from '../auth/may.js';
import { tables } from '../db/orm.js';
import { type PageArgs, readPage } from '../db/page.js';
import type { Context } from '../http/context.js';
import { type Node, type RollUp, rollUp } from './subtask.rules.js';
import { CLOSED_STATUSES, isMet, type TaskSchema } from './task.entity.js';
import { BY_DEADLINE, findTask, type TaskRow } from './task.queries.js';

const db = (em: EntityManager) => tables<typeof TaskSchema>(em);

/** The task that this one is a part of, as far as the viewer may see it. */
export async function parentOf(
  context: Context,
  { parentId }: { parentId?: string | null },
): Promise<TaskRow | null> {
  if (!parentId) return null;
  const parent = await findTask(context, parentId);
  const scopes = scopesFor(signedIn(context.asker), 'task.read', context.now);
  return parent && isInScopes(parent.regionCode, scopes) ? parent : null;
}

/** The parts of a task, by deadline: all lie inside its region, so whoever sees it sees them. */
export const partsOf = (context: Context, id: string, page: PageArgs) =>
  readPage(
    db(context.em).selectFrom('task').selectAll().where('parentId', '=', id),
    BY_DEADLINE,
    page,
    context,
  );

/** Every task below the given ones, however deep, with the one from which it was reached; those first. */
const BELOW = (ids: readonly string[]) => sql<Node & { rootId: string }>`
  with recursive below (root_id, id, parent_id, status, due_at, weight) as (
    select id, id, null::uuid, status, due_at, weight from task where id = any (${ids})
    union all
    select below.root_id, part.id, part.parent_id, part.status, part.due_at, part.weight
    from below join task part on part.parent_id = below.id)
  select root_id as "rootId", id, parent_id as "parentId", status, due_at as "dueAt", weight,
    (select percent from task_progress where task_id = below.id order by at desc, id desc limit 1) as reported
  from below`;

/** Locks nothing: for what a cancelled parent takes with it, so that all of it can be locked in one stroke. */
export async function idsBelow(em: EntityManager, ids: readonly string[]): Promise<string[]> {
  const { rows } = await BELOW(ids).execute(db(em));
  return rows.filter(({ parentId }) => parentId !== null).map(({ id }) => id);
}

async function nodesByRoot(em: EntityManager, ids: readonly string[]): Promise<Map<string, Node[]>> {
  const { rows } = await BELOW(ids).execute(db(em));
  // The mapper leaves instants of a free statement as they come over the wire: texts.
  const nodes = rows.map((row) => ({ ...row, dueAt: new Date(row.dueAt) }));
  return Map.groupBy(nodes, ({ rootId }) => rootId);
}

/** What the parts of a task come to together; null for a task without parts. */
export async function rollUpOf(context: Context, id: string): Promise<RollUp | null> {
  const nodes = await context.loaders.load(rollUpOf, id, (ids: readonly string[]) =>
    nodesByRoot(context.em, ids),
  );
  return rollUp(id, nodes ?? [], context.now);
}

async function unmetByParent(em: EntityManager, ids: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await unmet(em, ids).execute();
  return groupIds(rows);
}

const unmet = (em: EntityManager, ids: readonly string[]) =>
  db(em)
    .selectFrom('task')
    .select(['id', 'parentId', 'status'])
    .where('parentId', 'in', ids)
    .where('status', '!=', 'CANCELLED')
    .orderBy('id');

const groupIds = (rows: readonly Pick<TaskRow, 'id' | 'parentId' | 'status'>[]): Map<string, string[]> =>
  new Map(
    [...Map.groupBy(rows, ({ parentId }) => parentId as string)].map(([parent, parts]) => [
      parent,
      parts.filter(({ status }) => !isMet(status)).map(({ id }) => id),
    ]),
  );

/** Whether parts keep the task from being declared met. */
export async function hasUnmetParts({ em, loaders }: Context, id: string): Promise<boolean> {
  const found = await loaders.load(hasUnmetParts, id, (ids: readonly string[]) => unmetByParent(em, ids));
  return (found?.length ?? 0) > 0;
}

/**
 * The parts that are neither met nor cancelled, held until the end of the transaction: one that is reopened meanwhile
 * waits, so that nothing is declared met over it.
 */
export const holdUnmet = async (em: EntityManager, ids: readonly string[]): Promise<Map<string, string[]>> =>
  groupIds(await unmet(em, ids).forShare().execute());

/** The deadline of the task that this one is a part of, held; taken before the part itself, as everybody does. */
export async function holdParentDueAt(em: EntityManager, taskId: string): Promise<Date | null> {
  const row = await db(em)
    .selectFrom('task as part')
    .innerJoin('task as parent', 'parent.id', 'part.parentId')
    .select('parent.dueAt')
    .where('part.id', '=', taskId)
    .forShare('parent')
    .executeTakeFirst();
  return row?.dueAt ?? null;
}

/** The latest deadline among the open parts. */
export async function latestPartDueAt(em: EntityManager, id: string): Promise<Date | null> {
  const row = await db(em)
    .selectFrom('task')
    .select((eb) => eb.fn.max('dueAt').as('latest'))
    .where('parentId', '=', id)
    .where('status', 'not in', CLOSED_STATUSES)
    .executeTakeFirst();
  return row?.latest ? new Date(row.latest) : null;
}
