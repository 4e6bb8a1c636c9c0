import type { EntityManager } from '@mikro-orm/postgresql';
import { tables } from '../db/orm.js';
import type { Context } from '../http/context.js';
import type { TaskSchema } from './task.entity.js';
import type { TaskRow } from './task.queries.js';

interface Place {
  readonly regionCode: string;
  readonly itemId: string;
}
const keyOf = (regionCode: string, itemId: string) => `${regionCode} ${itemId}`;

async function latestByGap(em: EntityManager, keys: readonly string[]): Promise<Map<string, TaskRow>> {
  const places = keys.map((key) => key.split(' '));
  const rows: TaskRow[] = await tables<typeof TaskSchema>(em)
    .selectFrom('task')
    .selectAll()
    .where('regionCode', 'in', [...new Set(places.map(([regionCode]) => regionCode ?? ''))])
    .where('standardItemId', 'in', [...new Set(places.map(([, itemId]) => itemId ?? ''))])
    .where('status', '!=', 'CANCELLED')
    .orderBy('createdAt')
    .execute();
  return new Map(rows.map((task) => [keyOf(task.regionCode, task.standardItemId ?? ''), task]));
}

/** The latest task for an item in a village that is not cancelled. */
export const taskForGap = (
  { em, loaders }: Context,
  { regionCode, itemId }: Place,
): Promise<TaskRow | null> =>
  loaders.load(taskForGap, keyOf(regionCode, itemId), (keys: readonly string[]) => latestByGap(em, keys));
