// What is looked at once a day, over the whole register in one statement: households that were lifted out and fall short
// of something again, and villages off the list whose incidence has risen.
import type { EntityManager } from '@mikro-orm/postgresql';
import { EVERYWHERE } from '../auth/scope.js';
import { NATION } from '../calendars/calendar.rules.js';
import { enterScope } from '../db/orm.js';
import { queryOf } from '../events/follow.js';
import { LIFTED_STATUSES } from '../households/household.entity.js';
import { POOR_STATUSES } from './measure.rules.js';

const listed = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');

/** A number of a village that a rule of alerts looks at; 0 is not listed. */
export interface Level {
  readonly rule: string;
  readonly code: string;
  readonly level: number;
}

/**
 * An income is held against the line of its own year: that of the province, else the nation's. Without a line, or an
 * income, nothing is said.
 */
const LEVELS = `
with lifted as materialized (
  select id, region_code, housing_grade, safe_water from household where status in (${listed(LIFTED_STATUSES)})),
lines as materialized (
  select distinct on (province.code, line.year) province.code as province, line.year, line.fen
  from (select distinct left(code, 2) as code from region) as province
    join poverty_line as line on line.region_code in ($1, rpad(province.code, 12, '0'))
  order by province.code, line.year, line.region_code = $1),
incomes as materialized (
  select distinct on (household_id) household_id, region_code, year, net_income_fen, members
  from household_income order by household_id, year desc),
persons as (
  select household_id, bool_or(schooling = 'DROPPED_OUT') as dropped_out, bool_or(insured = false) as uninsured
  from household_member group by household_id),
counted as (
  select lifted.region_code as code, count(*) filter (where housing_grade in ('C', 'D')) as housing,
    count(*) filter (where safe_water = false) as water, count(*) filter (where dropped_out) as dropouts,
    count(*) filter (where uninsured) as uninsured,
    count(*) filter (where net_income_fen < fen * incomes.members) as income
  from lifted left join persons on persons.household_id = lifted.id
    left join incomes on incomes.household_id = lifted.id
    left join lines on lines.province = left(lifted.region_code, 2) and lines.year = incomes.year
  group by lifted.region_code),
risen as (
  select region.code, sum(member_count) * 10000 / region.rural_population as incidence
  from region join household on household.region_code = region.code and household.status in (${listed(POOR_STATUSES)})
  where region.level = 'VILLAGE' and region.rural_population > 0
    and exists (select from exit where exit.kind = 'VILLAGE' and exit.region_code = region.code and exit.status = 'EXITED')
  group by region.code)
select rule, code, level::int from counted cross join lateral (values
    ('LIFTED_UNSAFE_HOUSING', housing), ('LIFTED_UNSAFE_WATER', water), ('LIFTED_DROPOUT', dropouts),
    ('LIFTED_NOT_INSURED', uninsured), ('INCOME_BELOW_LINE', income)) as found (rule, level)
where level > 0
union all select 'INCIDENCE_ABOVE_LIMIT', code, incidence::int from risen
union all select 'RATE_NEAR_LIMIT', code, incidence::int from risen where incidence < $2`;

/**
 * Every number that is not 0, from behind the wall: the running transaction sees everything from here on. Up to
 * `incidenceLimit`, in hundredths of a percent, an incidence is near the limit.
 */
export async function readLevels(em: EntityManager, incidenceLimit: number): Promise<Level[]> {
  await enterScope(em, EVERYWHERE);
  return (await queryOf(em)(LEVELS, [NATION, incidenceLimit])) as Level[];
}
