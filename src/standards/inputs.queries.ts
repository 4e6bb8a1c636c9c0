// Where the verdicts of many villages get their inputs, in one statement: from the register what the register knows,
// from measurements what somebody had to look at. Nothing is typed twice.
import type { Scope } from '../auth/scope.js';
import { MEASURE_CODES, measureOf, POOR_STATUSES, UNREGISTERED_STATUSES } from './measure.rules.js';

const listed = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');

const FROM_REGISTER = MEASURE_CODES.filter((code) => measureOf(code).source === 'REGISTER');

/** $1, $2: the range of region codes; $3: the standard; $4: today; $5: the running year. */
export const inputsOf = ({ from, to }: Scope, standardId: string, today: string): unknown[] => [
  from,
  to,
  standardId,
  today,
  Number(today.slice(0, 4)),
];

/**
 * The table `inputs`: for every poor village in the range and every item of the standard what is known of it. `stamp`
 * says of which state: the version of a measurement, or the sum of all versions of the households that were counted. The
 * latest measurement is looked up for each village and item by its index. Everything is materialized: the planner cannot
 * know how few rows are left, and would reckon a register anew for every village.
 */
export const INPUTS = `
villages as materialized (
  select code, rural_population from region
  where level = 'VILLAGE' and poverty_designation = 'POOR_VILLAGE' and code >= $1 and code < $2),
registered as materialized (
  select region_code, sum(version) as stamp, count(*) filter (where housing_grade in ('C', 'D')) as unsafe,
    count(*) filter (where housing_grade is null) as ungraded,
    coalesce(sum(member_count) filter (where status in (${listed(POOR_STATUSES)})), 0) as poor
  from household where region_code >= $1 and region_code < $2 and status not in (${listed(UNREGISTERED_STATUSES)})
  group by region_code),
persons as materialized (
  select household.region_code, count(*) as persons, count(*) filter (where insured) as insured,
    count(*) filter (where insured is null) as uninformed, count(*) filter (where schooling = 'DROPPED_OUT') as dropouts,
    count(*) filter (where schooling is null and birth_year between $5::int - 15 and $5::int - 6) as unschooled
  from household join household_member on household_id = household.id
  where household.region_code >= $1 and household.region_code < $2
    and household.status not in (${listed(UNREGISTERED_STATUSES)})
  group by household.region_code),
reckoned as materialized (
  select code, coalesce(stamp, 0) as stamp, known.* from villages
  left join registered on registered.region_code = code left join persons on persons.region_code = code
  cross join lateral (values
    ('POVERTY_INCIDENCE', coalesce(poor, 0), nullif(rural_population, 0)::bigint, 0::bigint),
    ('UNSAFE_DWELLINGS', coalesce(unsafe, 0), 1, coalesce(ungraded, 0)),
    ('DROPOUTS', coalesce(dropouts, 0), 1, coalesce(unschooled, 0)),
    ('INSURED_PERSONS', coalesce(insured, 0), coalesce(persons, 0), coalesce(uninformed, 0))
  ) as known (measure, numerator, denominator, missing)),
inputs as materialized (
  select reckoned.code as region_code, item.id as item_id, item.measure, numerator, denominator,
    case when denominator is null then 1 else missing end as missing, true as applicable, true as confirmed,
    'REGISTER' as source, stamp
  from reckoned join standard_item item on item.measure = reckoned.measure and item.standard_id = $3
  union all
  select villages.code, item.id, item.measure, numerator, denominator, 0, measured.id is null or numerator is not null,
    confirmed_at is not null, measured.id::text, measured.version
  from villages cross join standard_item item
  left join lateral (select * from measurement
    where measurement.region_code = villages.code and measurement.measure = item.measure and measured_on <= $4
    order by measured_on desc, recorded_at desc, id desc limit 1) as measured on true
  where item.standard_id = $3 and item.measure not in (${listed(FROM_REGISTER)}))`;
