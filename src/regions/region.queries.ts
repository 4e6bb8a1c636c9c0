import type { EntityManager } from '@mikro-orm/postgresql';
import type { Selectable } from 'kysely';
import { type Act, demandWithin, signedIn } from '../auth/may.js';
import { pathOf } from '../auth/scope.js';
import type { Viewer } from '../auth/viewer.js';
import type { Loaders } from '../db/loaders.js';
import { tables } from '../db/orm.js';
import { type Order, type PageArgs, readPage } from '../db/page.js';
import { notFound } from '../errors.js';
import type { Context } from '../http/context.js';
import type { Region, RegionSchema } from './region.entity.js';

export type RegionRow = Pick<
  Region,
  | 'code'
  | 'name'
  | 'level'
  | 'parentCode'
  | 'povertyDesignation'
  | 'developmentZone'
  | 'ruralPopulation'
  | 'plannedExitYear'
  | 'synthetic'
>;

interface Asking {
  em: EntityManager;
  loaders: Loaders;
}

const BY_CODE: Order<RegionRow> = { list: 'regions', columns: ['code'], direction: 'asc' };

const regions = (em: EntityManager) => tables<typeof RegionSchema>(em).selectFrom('region').selectAll();

async function regionsByCode(em: EntityManager, codes: readonly string[]): Promise<Map<string, RegionRow>> {
  const rows: Selectable<RegionRow>[] = await regions(em).where('code', 'in', codes).execute();
  return new Map(rows.map((row) => [row.code, row]));
}

/** The region, or null when the list has no such code. */
export const findRegion = ({ em, loaders }: Asking, code: string): Promise<RegionRow | null> =>
  loaders.load(findRegion, code, (codes: readonly string[]) => regionsByCode(em, codes));

/** @throws NOT_FOUND for a code that is well formed but unknown */
export async function getRegion(asking: Asking, code: string): Promise<RegionRow> {
  const region = await findRegion(asking, code);
  if (!region) throw notFound('region');
  return region;
}

/** The region tree is readable by every account. @throws UNAUTHENTICATED · NOT_FOUND */
export function readRegion(context: Context, code: string): Promise<RegionRow> {
  signedIn(context.asker);
  return getRegion(context, code);
}

/**
 * For a list or a subscription of a region: it must be known, and lie inside one grant. The tree is readable by every
 * account, so saying that a code is unknown tells nobody anything.
 * @throws UNAUTHENTICATED · NOT_FOUND · FORBIDDEN
 */
export async function demandRegion(context: Context, act: Act, within: string): Promise<Viewer> {
  await readRegion(context, within);
  return demandWithin(context.asker, act, within, context.now);
}

/** What contains the region, largest first. */
export async function ancestorsOf(asking: Asking, code: string): Promise<RegionRow[]> {
  const above = pathOf(code).filter((each) => each !== code);
  const found = await Promise.all(above.map((each) => findRegion(asking, each)));
  return found.filter((region) => region !== null);
}

/** The regions directly inside, by code. */
export const childrenOf = (context: Context, code: string, args: PageArgs) =>
  readPage(regions(context.em).where('parentCode', '=', code), BY_CODE, args, context);

/** Every official name by code: small enough to keep in memory, and asked for by every headline. */
export async function readNames(em: EntityManager): Promise<Map<string, string>> {
  return namesIn(
    await tables<typeof RegionSchema>(em).selectFrom('region').select(['code', 'name']).execute(),
  );
}

/** The official names of some, by code. */
export async function namesOf(em: EntityManager, codes: readonly string[]): Promise<Map<string, string>> {
  const regions = tables<typeof RegionSchema>(em).selectFrom('region').select(['code', 'name']);
  return namesIn(await regions.where('code', 'in', [...new Set(codes)]).execute());
}

function namesIn(rows: readonly { code: string; name: string }[]): Map<string, string> {
  return new Map(rows.map(({ code, name }) => [code, name]));
}
