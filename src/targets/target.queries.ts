import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { scopesFor, signedIn } from '../auth/may.js';
import { pathOf, type Scope, scopeOf } from '../auth/scope.js';
import { shanghaiDay } from '../clock.js';
import { isOneOf } from '../db/filter.js';
import { scoped, tables } from '../db/orm.js';
import { type Order, type PageArgs, readPage } from '../db/page.js';
import { Refusal } from '../errors.js';
import { queryOf } from '../events/follow.js';
import type { Context } from '../http/context.js';
import type { RegionSchema } from '../regions/region.entity.js';
import { demandRegion, getRegion } from '../regions/region.queries.js';
import { planId } from './target.actions.js';
import {
  type AdjustmentStatus,
  isLocked,
  type PlanStatus,
  type TargetAdjustment,
  type TargetAdjustmentSchema,
  type TargetPlan,
  type TargetPlanSchema,
} from './target.entity.js';

/** What a plan asks of a county, and what has come of it. */
export interface LineView {
  readonly regionCode: string;
  readonly villages: number;
  readonly persons: number;
  readonly lockedVillages: number | null;
  readonly lockedPersons: number | null;
  readonly exitedVillages: number;
  /** Null for who may not see households there. */
  readonly liftedPersons: number | null;
}

export interface TargetsView
  extends Pick<TargetPlan, 'id' | 'regionCode' | 'year' | 'lockOn' | 'lockedAt' | 'version'> {
  readonly status: PlanStatus;
  readonly lines: readonly LineView[];
}

const LINES = `
select line.region_code as "regionCode", persons, locked_villages as "lockedVillages", locked_persons as "lockedPersons",
  village.villages, village.exited as "exitedVillages"
from target_line as line cross join lateral (
  select count(*)::int as villages, (count(*) filter (where exists (
      select from exit where exit.kind = 'VILLAGE' and exit.region_code = village.region_code and exit.status = 'EXITED')))::int as exited
  from target_village as village
  where village.plan_id = line.plan_id and left(village.region_code, 6) = left(line.region_code, 6)) as village
where plan_id = $1 and line.region_code >= $2 and line.region_code < $3
order by line.region_code`;

/** By the index on counties; the wall keeps back what the viewer may not see, so only counties inside are asked for. */
const LIFTED = `
select county_code || '000000' as "regionCode", sum(member_count)::int as persons
from household where county_code = any ($1) and planned_exit_year = $2
  and status in ('LIFTED_WITH_POLICY', 'LIFTED_WITHOUT_POLICY') group by county_code`;

/**
 * The plan of a city for a year, or a county's part of it, with what has come of it; null while nobody has drafted one.
 * @throws FORBIDDEN · NOT_FOUND · INVALID_REGION_CODE (neither city nor county)
 */
export async function readTargets(context: Context, code: string, year: number): Promise<TargetsView | null> {
  await demandRegion(context, 'target.read', code);
  const { level } = await getRegion(context, code);
  if (level !== 'PREFECTURE' && level !== 'COUNTY')
    throw new Refusal(
      'INVALID_REGION_CODE',
      `A plan is a city's, with lines of counties; ${code} is a ${level}.`,
      {
        field: 'region',
      },
    );
  const city = level === 'COUNTY' ? (pathOf(code).at(-2) ?? '') : code;
  const plan = await tables<typeof TargetPlanSchema>(context.em)
    .selectFrom('target_plan')
    .selectAll()
    .where('id', '=', planId(city, year))
    .executeTakeFirst();
  if (!plan) return null;
  const { from, to } = scopeOf(code);
  const lines = (await queryOf(context.em)(LINES, [plan.id, from, to])) as Omit<LineView, 'liftedPersons'>[];
  const lifted = await liftedIn(context, lines, year);
  return {
    ...plan,
    status: isLocked(plan, shanghaiDay(context.now)) ? 'LOCKED' : 'DRAFT',
    lines: lines.map((line) => ({ ...line, liftedPersons: lifted(line.regionCode) })),
  };
}

/** Persons lifted out by county; null where the viewer may not see households of the whole county. */
async function liftedIn(context: Context, lines: readonly { regionCode: string }[], year: number) {
  const scopes = scopesFor(signedIn(context.asker), 'household.read', context.now);
  const isSeen = (code: string) => scopes.some((scope) => covers(scope, scopeOf(code)));
  const seen = lines.map(({ regionCode }) => regionCode).filter(isSeen);
  const rows = seen.length > 0 ? await scoped(context.em.fork(), scopes, (em) => lifted(em, seen, year)) : [];
  const persons = new Map(rows.map((row) => [row.regionCode, row.persons]));
  return (code: string): number | null => (isSeen(code) ? (persons.get(code) ?? 0) : null);
}

const covers = (outer: Scope, inner: Scope): boolean => outer.from <= inner.from && inner.to <= outer.to;

const lifted = async (em: EntityManager, counties: readonly string[], year: number) =>
  (await queryOf(em)(LIFTED, [counties.map((code) => code.slice(0, 6)), year])) as {
    regionCode: string;
    persons: number;
  }[];

const BY_CODE: Order<{ code: string }> = { list: 'targetVillages', columns: ['code'], direction: 'asc' };

/** The villages that a plan names in a county, by code. */
export function villagesOf(context: Context, plan: string, county: string, page: PageArgs) {
  const { from, to } = scopeOf(county);
  const query = tables<typeof RegionSchema>(context.em)
    .selectFrom('region')
    .selectAll()
    .where('code', '>=', from)
    .where('code', '<', to)
    .where(sql<boolean>`code in (select region_code from target_village where plan_id = ${plan}::uuid)`);
  return readPage(query, BY_CODE, page, context);
}

const OLDEST_FIRST: Order<TargetAdjustment> = { list: 'adjustments', columns: ['id'], direction: 'asc' };

/** What was asked to be changed of locked plans in a region. @throws FORBIDDEN · NOT_FOUND · INVALID_PAGE_SIZE · INVALID_CURSOR */
export async function adjustmentsWithin(
  context: Context,
  within: string,
  status: AdjustmentStatus[] | null,
  page: PageArgs,
) {
  await demandRegion(context, 'target.read', within);
  const { from, to } = scopeOf(within);
  const query = tables<typeof TargetAdjustmentSchema>(context.em)
    .selectFrom('target_adjustment')
    .selectAll()
    .where('regionCode', '>=', from)
    .where('regionCode', '<', to)
    .where((eb) => isOneOf(eb, { status }));
  return readPage(query, OLDEST_FIRST, page, context);
}
