// How whoever is to leave the list stands to its standard, at this moment.
import type { EntityManager } from '@mikro-orm/postgresql';
import { pathOf, scopeOf } from '../auth/scope.js';
import { NATION } from '../calendars/calendar.rules.js';
import { shanghaiDay, shanghaiYear } from '../clock.js';
import { queryOf } from '../events/follow.js';
import { clauseOf } from '../standards/gap.queries.js';
import type { MeasureCode } from '../standards/measure.rules.js';
import type { StandardItem } from '../standards/standard.entity.js';
import { tryVerdicts } from '../standards/verdict.queries.js';
import {
  type ClauseState,
  type Fraction,
  type Input,
  isPassing,
  shortfallOf,
  stateOf,
} from '../standards/verdict.rules.js';
import { Evaluation } from './evaluation.entity.js';
import { ratesOf } from './evaluation.rules.js';
import type { Exit } from './exit.entity.js';

/** One item of the standard as it stands. */
export interface Standing {
  readonly item: StandardItem;
  readonly state: ClauseState;
  readonly value: Fraction | null;
  readonly shortfall: bigint | null;
}

type Case = Pick<Exit, 'id' | 'kind' | 'regionCode' | 'standardId'>;

/** The codes of what keeps it from passing. */
export async function unmetOf(
  em: EntityManager,
  exit: Case,
  items: readonly StandardItem[],
  now: Date,
): Promise<string[]> {
  if (exit.kind === 'VILLAGE') {
    const { standardId, regionCode } = exit;
    const run = { scope: scopeOf(regionCode), standardId, today: shanghaiDay(now) };
    const [verdict] = await tryVerdicts(em, run);
    // A village that is on no list has none to leave.
    if (!verdict) return items.map(({ code }) => code);
    return verdict.met ? [] : [...verdict.gaps];
  }
  const standing = await standingsOf(em, exit, items, now);
  return standing
    .filter(({ item, state }) => item.kind !== 'REFERENCE' && !isPassing(state))
    .map(({ item }) => item.code);
}

/** Of a household or a county, item by item. */
export async function standingsOf(
  em: EntityManager,
  exit: Case,
  items: readonly StandardItem[],
  now: Date,
): Promise<Standing[]> {
  const inputs = exit.kind === 'HOUSEHOLD' ? await ofHousehold(em, exit, now) : await ofCounty(em, exit);
  return items.map((item) => {
    const input = inputs[item.measure] ?? UNKNOWN;
    const clause = clauseOf(item);
    return {
      item,
      state: stateOf(clause, input),
      value: input.value,
      shortfall: shortfallOf(clause, input.value),
    };
  });
}

const UNKNOWN: Input = { value: null, missing: 0, isApplicable: true, isConfirmed: true };
const known = (numerator: number | bigint, denominator: number | bigint = 1, missing = 0): Input => ({
  ...UNKNOWN,
  value: { numerator: BigInt(numerator), denominator: BigInt(denominator) },
  missing,
});

interface Facts {
  housingGrade: string | null;
  safeWater: boolean | null;
  persons: number;
  insured: number;
  uninformed: number;
  dropouts: number;
  unschooled: number;
  net: string | null;
  line: string | null;
}

/** Inside a scope that shows the household. */
async function ofHousehold(
  em: EntityManager,
  { id, regionCode }: Pick<Exit, 'id' | 'regionCode'>,
  now: Date,
): Promise<Partial<Record<MeasureCode, Input>>> {
  const places = [NATION, ...pathOf(regionCode)];
  const [facts] = (await queryOf(em)(HOUSEHOLD, [id, shanghaiYear(now), places])) as Facts[];
  if (!facts) return {};
  const { housingGrade, safeWater, net, line } = facts;
  const isKnown = net !== null && line !== null;
  return {
    HOUSEHOLD_NET_INCOME: isKnown ? known(BigInt(net), BigInt(line)) : UNKNOWN,
    HOUSEHOLD_SAFE_WATER: safeWater === null ? UNKNOWN : known(safeWater ? 1 : 0),
    HOUSEHOLD_UNSAFE_DWELLING:
      housingGrade === null ? UNKNOWN : known(housingGrade === 'C' || housingGrade === 'D' ? 1 : 0),
    HOUSEHOLD_DROPOUTS: known(facts.dropouts, 1, facts.unschooled),
    HOUSEHOLD_INSURED: known(facts.insured, facts.persons, facts.uninformed),
  };
}

/** The income of this year, or of the last while this one's is not recorded; the nearest line that there is for it. */
const HOUSEHOLD = `
select housing_grade as "housingGrade", safe_water as "safeWater", persons.*, net_income_fen as net, line.fen * members as line
from exit_household whose join household on household.id = whose.household_id
cross join lateral (select count(*)::int as persons, (count(*) filter (where insured))::int as insured,
    (count(*) filter (where insured is null))::int as uninformed,
    (count(*) filter (where schooling = 'DROPPED_OUT'))::int as dropouts,
    (count(*) filter (where schooling is null and birth_year between $2::int - 15 and $2::int - 6))::int as unschooled
  from household_member where household_id = household.id) as persons
left join lateral (select net_income_fen, members, year from household_income
  where household_id = household.id and year >= $2::int - 1 order by year desc limit 1) as income on true
left join lateral (select fen from poverty_line where year = income.year and region_code = any ($3)
  order by region_code desc limit 1) as line on true
where whose.exit_id = $1`;

async function ofCounty(
  em: EntityManager,
  { id }: Pick<Exit, 'id'>,
): Promise<Partial<Record<MeasureCode, Input>>> {
  const evaluation = await em.findOne(Evaluation, { exitId: id });
  if (!evaluation) return {};
  const rates = Object.entries(ratesOf(evaluation)) as [MeasureCode, Fraction][];
  return Object.fromEntries(
    rates.map(([measure, { numerator, denominator }]) => [measure, known(numerator, denominator)]),
  );
}
