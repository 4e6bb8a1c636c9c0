import type { EntityManager } from '@mikro-orm/postgresql';
import { signedIn } from '../auth/may.js';
import { tables } from '../db/orm.js';
import { isId } from '../db/write.js';
import { notFound } from '../errors.js';
import type { Context } from '../http/context.js';
import type {
  ExitStandard,
  ExitStandardSchema,
  StandardItem,
  StandardItemSchema,
  StandardStatus,
} from './standard.entity.js';

const db = (em: EntityManager) => tables<typeof ExitStandardSchema | typeof StandardItemSchema>(em);

/** Standards of these statuses, newest first. @throws UNAUTHENTICATED */
export async function readStandards(
  context: Context,
  statuses: readonly StandardStatus[],
): Promise<ExitStandard[]> {
  signedIn(context.asker);
  const rows = await db(context.em)
    .selectFrom('exit_standard')
    .selectAll()
    .where('status', 'in', statuses)
    .orderBy('effectiveFrom', 'desc')
    .orderBy('code')
    .orderBy('edition', 'desc')
    .execute();
  return rows as ExitStandard[];
}

/** @throws NOT_FOUND */
export async function getStandard(em: EntityManager, id: string): Promise<ExitStandard> {
  const row = isId(id)
    ? await db(em).selectFrom('exit_standard').selectAll().where('id', '=', id).executeTakeFirst()
    : null;
  if (!row) throw notFound('standard');
  return row as ExitStandard;
}

/** @throws UNAUTHENTICATED · NOT_FOUND */
export function readStandard(context: Context, id: string): Promise<ExitStandard> {
  signedIn(context.asker);
  return getStandard(context.em, id);
}

async function standardsById(em: EntityManager, ids: readonly string[]): Promise<Map<string, ExitStandard>> {
  const rows = await db(em).selectFrom('exit_standard').selectAll().where('id', 'in', ids).execute();
  return new Map((rows as ExitStandard[]).map((standard) => [standard.id, standard]));
}

/** The standard that something speaks of. */
export async function standardOf({ em, loaders }: Context, id: string): Promise<ExitStandard> {
  const found = await loaders.load(standardOf, id, (ids: readonly string[]) => standardsById(em, ids));
  if (!found) throw new Error(`standard ${id} is spoken of and not there`);
  return found;
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

/** The item that a row speaks of, which must be there. */
export async function getItem(context: Context, id: string): Promise<StandardItem> {
  const item = await findItem(context, id);
  if (!item) throw new Error(`item ${id} is spoken of and not there`);
  return item;
}
