// What keeps villages from passing, as their latest verdicts say.
import { sql } from 'kysely';
import { LEVELS, levelOf, prefixOf, scopeOf } from '../auth/scope.js';
import { endOfShanghaiDay, shanghaiDaysBetween } from '../clock.js';
import { isOneOf } from '../db/filter.js';
import { tables } from '../db/orm.js';
import { type Order, type PageArgs, readPage } from '../db/page.js';
import { notFound } from '../errors.js';
import type { Context } from '../http/context.js';
import { demandRegion, getRegion } from '../regions/region.queries.js';
import type { StandardItem, StandardItemSchema } from './standard.entity.js';
import { getItem, getStandard, itemsOf } from './standard.queries.js';
import type { Verdict, VerdictItem, VerdictItemSchema, VerdictSchema } from './verdict.entity.js';
import { type Clause, type Fraction, shortestRoad } from './verdict.rules.js';

type Tables = typeof VerdictSchema | typeof VerdictItemSchema | typeof StandardItemSchema;
const db = (context: Context) => tables<Tables>(context.em);
export interface GapFilter {
  standardId: string;
  itemIds?: string[] | null;
  bureau?: string | null;
}

const BY_PLACE: Order<VerdictItem> = { list: 'gaps', columns: ['regionCode', 'position'], direction: 'asc' };

/** @throws FORBIDDEN · NOT_FOUND (region or standard) · INVALID_PAGE_SIZE · INVALID_CURSOR */
export async function gapsWithin(context: Context, within: string, filter: GapFilter, page: PageArgs) {
  await demandRegion(context, 'verdict.read', within);
  const { id } = await getStandard(context.em, filter.standardId);
  const { from, to } = scopeOf(within);
  const items = await itemsFor(context, id, filter);
  const query = db(context)
    .selectFrom('verdict_item')
    .selectAll()
    .where('standardId', '=', id)
    .where('regionCode', '>=', from)
    .where('regionCode', '<', to)
    .where('isGap', '=', true)
    .where((eb) => isOneOf(eb, { itemId: items }));
  return readPage(query, BY_PLACE, page, context);
}

async function itemsFor(
  context: Context,
  standardId: string,
  { itemIds, bureau }: GapFilter,
): Promise<string[]> {
  const items = await itemsOf(context, standardId);
  const isMeant = ({ id, bureauZh, bureauEn }: StandardItem) =>
    (!itemIds || itemIds.includes(id)) && (!bureau || bureau === bureauZh || bureau === bureauEn);
  return items.filter(isMeant).map(({ id }) => id);
}

export interface GapCount {
  readonly regionCode: string;
  readonly itemId: string;
  readonly gaps: number;
  readonly unknown: number;
}

/**
 * Gaps by the regions directly inside and by item, for a map or a table; what is all met is not there.
 * @throws FORBIDDEN · NOT_FOUND (region or standard)
 */
export async function gapCounts(context: Context, within: string, standardId: string): Promise<GapCount[]> {
  await demandRegion(context, 'overview.read', within);
  const { id } = await getStandard(context.em, standardId);
  const { from, to } = scopeOf(within);
  const digits = digitsBelow(within);
  const child = sql<string>`rpad(left(region_code, ${sql.lit(digits)}), 12, '0')`;
  const rows = await db(context)
    .selectFrom('verdict_item')
    .select(({ fn }) => [
      child.as('child'),
      'itemId',
      fn.countAll<string>().as('gaps'),
      sql<string>`count(*) filter (where state in ('UNKNOWN', 'UNCONFIRMED'))`.as('unknown'),
    ])
    .where('standardId', '=', id)
    .where('regionCode', '>=', from)
    .where('regionCode', '<', to)
    .where('isGap', '=', true)
    .groupBy(['child', 'itemId', 'position'])
    .orderBy('child')
    .orderBy('position')
    .execute();
  return rows.map((row) => ({
    regionCode: row.child,
    itemId: row.itemId,
    gaps: Number(row.gaps),
    unknown: Number(row.unknown),
  }));
}

const DIGITS = [2, 4, 6, 9, 12] as const;
const digitsBelow = (code: string): number =>
  DIGITS[Math.min(LEVELS.indexOf(levelOf(code)) + 1, LEVELS.length - 1)] ?? prefixOf(code).length;

const asked = ({ threshold }: StandardItem): Fraction => {
  if ('numerator' in threshold)
    return { numerator: BigInt(threshold.numerator), denominator: BigInt(threshold.denominator) };
  return { numerator: BigInt('count' in threshold ? threshold.count : 1), denominator: 1n };
};

export const clauseOf = (item: StandardItem): Clause => ({
  code: item.code,
  kind: item.kind,
  whereApplicable: item.whereApplicable,
  comparator: item.comparator,
  threshold: asked(item),
  points: item.points ?? null,
});

export interface Road {
  readonly verdict: Verdict;
  /** Null when no road leads there. */
  readonly steps: VerdictItem[] | null;
  readonly daysLeft: number | null;
}

/**
 * What a village must still do to pass, and nothing that it need not.
 * @throws FORBIDDEN · NOT_FOUND (region, standard, or no verdict yet)
 */
export async function roadOf(context: Context, region: string, standardId: string): Promise<Road> {
  await demandRegion(context, 'verdict.read', region);
  const standard = await getStandard(context.em, standardId);
  const verdict = await db(context)
    .selectFrom('verdict')
    .selectAll()
    .where('standardId', '=', standard.id)
    .where('regionCode', '=', region)
    .where('supersededAt', 'is', null)
    .executeTakeFirst();
  if (!verdict) throw notFound('verdict');
  const rows = (await db(context)
    .selectFrom('verdict_item')
    .selectAll()
    .where('verdictId', '=', verdict.id)
    .orderBy('position')
    .execute()) as VerdictItem[];
  const judged = await Promise.all(
    rows.map(async (row) => {
      const item = await getItem(context, row.itemId);
      return { row, state: row.state, clause: clauseOf(item) };
    }),
  );
  const road = shortestRoad(judged, standard.passPoints ?? null);
  const { plannedExitYear } = await getRegion(context, region);
  return {
    verdict: verdict as Verdict,
    steps: road?.map(({ row }) => row) ?? null,
    daysLeft: plannedExitYear
      ? shanghaiDaysBetween(context.now, endOfShanghaiDay(`${plannedExitYear}-12-31`))
      : null,
  };
}
