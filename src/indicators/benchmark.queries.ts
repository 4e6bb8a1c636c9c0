import { sql } from 'kysely';
import { type Scope, scopeOf } from '../auth/scope.js';
import { tables } from '../db/orm.js';
import { type Order, type Page, type PageArgs, readPage } from '../db/page.js';
import { notFound } from '../errors.js';
import { queryOf } from '../events/follow.js';
import type { Context } from '../http/context.js';
import { demandRegion } from '../regions/region.queries.js';
import type { CounterSchema } from './counter.entity.js';
import { COUNTED, type Exact, exactAt, PLACE, type Place, type PlaceRow } from './exact.js';
import { COUNTS, OF_ITEMS } from './items.js';
import { STANDING_SQL, type Standing, standingOf, type TaskCounts } from './standing.js';

/** The benchmark tasks of one item in one region. */
export interface ItemNumbers extends TaskCounts {
  readonly itemId: string;
  readonly standing: Standing | null;
}

/** A region held against the standard, and the place in the log at which that is exact. */
export interface Benchmark extends Exact {
  readonly region: Place;
  readonly items: ItemNumbers[];
  readonly children: { region: Place; items: ItemNumbers[] }[];
}

/** Every region with its items in the order of their standard; one without any has a row of nulls. */
const READ = `
select region.code, region.name, item.id as "itemId", total, met, overdue, due_soon as "dueSoon", behind, ${PLACE}
from region
left join lateral (
  select split_part(key, ':', 1) as item_id, ${COUNTS}
  from counter where region_code = region.code and ${OF_ITEMS} group by 1
) counted on true
left join standard_item item on item.id::text = counted.item_id
where region.code = $1 or region.parent_code = $1
order by region.code, item.standard_id, item.position`;

type Row = Place & PlaceRow & TaskCounts & { readonly itemId: string | null };

/** A region held against the standard. @throws FORBIDDEN · NOT_FOUND */
export async function benchmarkOf(context: Context, regionCode: string): Promise<Benchmark> {
  await demandRegion(context, 'overview.read', regionCode);
  return readBenchmark(context, regionCode);
}

/** The same for whoever has proved the right already: one statement. @throws NOT_FOUND */
export async function readBenchmark(context: Context, regionCode: string): Promise<Benchmark> {
  const rows = (await queryOf(context.em)(READ, [regionCode])) as Row[];
  const byRegion = Map.groupBy(rows, ({ code }) => code);
  const own = byRegion.get(regionCode);
  if (!own?.[0]) throw notFound('region');
  const itemIds = own.flatMap(({ itemId, total }) => (itemId !== null && total > 0 ? [itemId] : []));
  byRegion.delete(regionCode);
  return {
    ...exactAt(context, own[0]),
    ...heldAgainst(itemIds, own),
    children: [...byRegion.values()].map((of) => heldAgainst(itemIds, of)),
  };
}

const NONE: TaskCounts = { total: 0, met: 0, overdue: 0, dueSoon: 0, behind: 0 };

function heldAgainst(itemIds: readonly string[], rows: readonly Row[]) {
  const byItem = new Map(rows.map((row) => [row.itemId, row]));
  const { code = '', name = '' } = rows[0] ?? {};
  const items = itemIds.map((itemId): ItemNumbers => {
    const { total, met, overdue, dueSoon, behind } = byItem.get(itemId) ?? NONE;
    const counts = { total, met, overdue, dueSoon, behind };
    return { itemId, ...counts, standing: standingOf(counts) };
  });
  return { region: { code, name }, items };
}

/** A village held against the standard, all items together. */
export interface Village extends TaskCounts {
  readonly region: Place;
  readonly standing: Standing | null;
}

type VillageRow = Place & TaskCounts;
const BY_CODE: Order<VillageRow> = { list: 'benchmarkVillages', columns: ['code'], direction: 'asc' };

/** Which villages of a region; left out asks nothing, an empty list matches nothing. */
interface VillageFilter {
  readonly standing?: readonly Standing[] | null;
}

/** The villages of the plan in a region, by code. @throws FORBIDDEN · NOT_FOUND · INVALID_PAGE_SIZE · INVALID_CURSOR */
export async function benchmarkVillages(
  context: Context,
  within: string,
  { standing }: VillageFilter,
  args: PageArgs,
): Promise<Page<Village>> {
  await demandRegion(context, 'overview.read', within);
  const villages = plannedVillages(scopeOf(within), standing ?? null).as('village');
  const query = tables<typeof CounterSchema>(context.em).selectFrom(villages).selectAll();
  const page = await readPage(query, BY_CODE, args, context, COUNTED);
  const edges = page.edges.map(({ cursor, node: { code, name, ...counts } }) => ({
    cursor,
    node: { region: { code, name }, ...counts, standing: standingOf(counts) },
  }));
  return { ...page, edges };
}

const plannedVillages = ({ from, to }: Scope, standing: readonly Standing[] | null) => sql<VillageRow>`(
  select region.code, region.name, total, met, overdue, due_soon as "dueSoon", behind
  from counter plan
  join region on region.code = plan.region_code and region.level = 'VILLAGE'
  cross join lateral (
    select ${sql.raw(COUNTS)} from counter where region_code = plan.region_code and ${sql.raw(OF_ITEMS)}
  ) counted
  where plan.measure = 'village.benchmark' and plan.key = 'PLANNED' and plan.value > 0
    and plan.region_code >= ${from} and plan.region_code < ${to}
    and (${standing}::text[] is null or ${sql.raw(STANDING_SQL)} = any (${standing}))
)`;
