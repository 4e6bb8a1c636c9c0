import type { EntityManager } from '@mikro-orm/postgresql';
import { demandScopes, isInScopes } from '../auth/may.js';
import { pathOf, scopeOf } from '../auth/scope.js';
import { shanghaiDay } from '../clock.js';
import { isOneOf } from '../db/filter.js';
import { scoped, tables } from '../db/orm.js';
import { type Order, type PageArgs, readPage } from '../db/page.js';
import { isId } from '../db/write.js';
import { notFound } from '../errors.js';
import type { Context } from '../http/context.js';
import { demandRegion } from '../regions/region.queries.js';
import type { StandardTarget } from '../standards/measure.rules.js';
import type { ExitStandard, ExitStandardSchema, StandardItem } from '../standards/standard.entity.js';
import { StandardItem as Item } from '../standards/standard.entity.js';
import type { Exit, ExitHouseholdSchema, ExitMove, ExitMoveSchema, ExitSchema } from './exit.entity.js';
import type { ExitStatus } from './exit.rules.js';

const db = (em: EntityManager) =>
  tables<typeof ExitSchema | typeof ExitMoveSchema | typeof ExitHouseholdSchema | typeof ExitStandardSchema>(
    em,
  );

/** Which cases of a region; a field that is left out asks nothing, an empty list matches nothing. */
export interface ExitFilter {
  kind?: StandardTarget[] | null;
  status?: ExitStatus[] | null;
}

const NEWEST_FIRST: Order<Exit> = { list: 'exits', columns: ['id'], direction: 'desc' };

/** Cases in a region, newest first. @throws FORBIDDEN · INVALID_PAGE_SIZE · INVALID_CURSOR */
export async function exitsWithin(context: Context, within: string, filter: ExitFilter, page: PageArgs) {
  await demandRegion(context, 'exit.read', within);
  const { from, to } = scopeOf(within);
  const { kind, status } = filter;
  const query = db(context.em)
    .selectFrom('exit')
    .selectAll()
    .where('regionCode', '>=', from)
    .where('regionCode', '<', to)
    .where((eb) => isOneOf(eb, { kind, status }));
  return readPage(query, NEWEST_FIRST, page, context);
}

/** @throws FORBIDDEN · NOT_FOUND, the same whether absent or out of scope */
export async function getExit(context: Context, id: string): Promise<Exit> {
  const scopes = demandScopes(context.asker, 'exit.read', context.now);
  const row = isId(id)
    ? await db(context.em).selectFrom('exit').selectAll().where('id', '=', id).executeTakeFirst()
    : null;
  if (!row || !isInScopes(row.regionCode, scopes)) throw notFound('exit');
  return row as Exit;
}

/** Whose case it is; null for that of a place. */
export async function householdOf(
  { em }: Context,
  { id, kind, regionCode }: Pick<Exit, 'id' | 'kind' | 'regionCode'>,
): Promise<string | null> {
  if (kind !== 'HOUSEHOLD') return null;
  const row = await scoped(em, [scopeOf(regionCode)], (tx) =>
    db(tx).selectFrom('exit_household').select('householdId').where('exitId', '=', id).executeTakeFirst(),
  );
  return row?.householdId ?? null;
}

async function movesByExit(em: EntityManager, ids: readonly string[]): Promise<Map<string, ExitMove[]>> {
  const rows = await db(em)
    .selectFrom('exit_move')
    .selectAll()
    .where('exitId', 'in', ids)
    .orderBy('at')
    .orderBy('id')
    .execute();
  return Map.groupBy(rows as ExitMove[], ({ exitId }) => exitId);
}

/** Every move of a case, oldest first. */
export const movesOfExit = async ({ em, loaders }: Context, id: string): Promise<ExitMove[]> =>
  (await loaders.load(movesOfExit, id, (ids: readonly string[]) => movesByExit(em, ids))) ?? [];

/** Adopted standards for such a target that hold today in a place, the nearest jurisdiction first. */
export async function standardsInForce(
  em: EntityManager,
  target: StandardTarget,
  regionCode: string,
  now: Date,
): Promise<ExitStandard[]> {
  const today = shanghaiDay(now);
  const rows = await db(em)
    .selectFrom('exit_standard')
    .selectAll()
    .where('status', '=', 'ADOPTED')
    .where('targetLevel', '=', target)
    .where('jurisdictionCode', 'in', pathOf(regionCode))
    .where('effectiveFrom', '<=', today)
    .where((eb) => eb.or([eb('effectiveTo', 'is', null), eb('effectiveTo', '>=', today)]))
    .orderBy('jurisdictionCode', 'desc')
    .orderBy('code')
    .execute();
  return rows as ExitStandard[];
}

/** The items of a case's standard, in its own order. */
export const clausesOf = (em: EntityManager, standardId: string): Promise<StandardItem[]> =>
  em.find(Item, { standardId }, { orderBy: { position: 'asc' } });
