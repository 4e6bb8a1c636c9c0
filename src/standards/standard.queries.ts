import type { EntityManager } from '@mikro-orm/postgresql';
import { signedIn } from '../auth/may.js';
import { tables } from '../db/orm.js';
import type { Context } from '../http/context.js';
import type {
  ExitStandard,
  ExitStandardSchema,
  StandardItem,
  StandardItemSchema,
} from './standard.entity.js';

const db = (em: EntityManager) => tables<typeof ExitStandardSchema | typeof StandardItemSchema>(em);

/** Every standard, newest first. @throws UNAUTHENTICATED */
export async function readStandards(context: Context): Promise<ExitStandard[]> {
  signedIn(context.asker);
  const rows = await db(context.em)
    .selectFrom('exit_standard')
    .selectAll()
    .orderBy('effectiveFrom', 'desc')
    .orderBy('code')
    .execute();
  return rows as ExitStandard[];
}

async function itemsByStandard(
  em: EntityManager,
  ids: readonly string[],
): Promise<Map<string, StandardItem[]>> {
  const rows = await db(em)
    .selectFrom('standard_item')
    .selectAll()
    .where('standardId', 'in', ids)
    .orderBy('position')
    .execute();
  return Map.groupBy(rows as StandardItem[], (item) => item.standardId);
}

/** The items of a standard, in its own order. */
export const itemsOf = async (context: Context, standardId: string): Promise<StandardItem[]> =>
  (await context.loaders.load(itemsOf, standardId, (ids: readonly string[]) =>
    itemsByStandard(context.em, ids),
  )) ?? [];

async function itemsById(em: EntityManager, ids: readonly string[]): Promise<Map<string, StandardItem>> {
  const rows = await db(em).selectFrom('standard_item').selectAll().where('id', 'in', ids).execute();
  return new Map((rows as StandardItem[]).map((item) => [item.id, item]));
}

/** The item a task was made from. */
export const findItem = (context: Context, id: string): Promise<StandardItem | null> =>
  context.loaders.load(findItem, id, (ids: readonly string[]) => itemsById(context.em, ids));
