import { may } from '../auth/may.js';
import { pathOf } from '../auth/scope.js';
import { shanghaiDay } from '../clock.js';
import { Refusal } from '../errors.js';
import { SEVERITIES } from '../events/facts.js';
import { queryOf } from '../events/follow.js';
import type { Context } from '../http/context.js';
import { demandRegion } from '../regions/region.queries.js';
import { MET_STATUSES } from '../tasks/task.entity.js';
import type { DAILY_MEASURES } from './counter.entity.js';
import { type Shown, shownTree } from './small-cells.js';

const MAX_DAYS = 92;

/** The numbers of a region at the end of a day; null where nothing was counted yet. */
export interface TrendDay {
  readonly day: string;
  readonly tasksMet: number | null;
  readonly tasksOverdue: number | null;
  readonly villagesMet: number | null;
  readonly alertsOpen: number | null;
  readonly householdsLifted: number | null;
}

interface Part {
  readonly name: Exclude<keyof TrendDay, 'day'>;
  readonly measure: (typeof DAILY_MEASURES)[number];
  /** `YEAR` stands for the year of the day. */
  readonly key: string;
}

/** What is summed to what. */
const PARTS: readonly Part[] = [
  ...MET_STATUSES.map((key) => ({ name: 'tasksMet', measure: 'task.status', key }) as const),
  { name: 'tasksOverdue', measure: 'task.schedule', key: 'OVERDUE' },
  { name: 'villagesMet', measure: 'village.benchmark', key: 'MET' },
  ...SEVERITIES.map((key) => ({ name: 'alertsOpen', measure: 'alert.severity', key }) as const),
  { name: 'householdsLifted', measure: 'household.plan', key: 'YEAR:LIFTED' },
];

/** And for who may read households. */
const CONFIDED: readonly Part[] = SEVERITIES.map((key) => ({
  name: 'alertsOpen',
  measure: 'alert.confided',
  key,
}));

/**
 * For each day and part the last value kept by then, each by one walk down the primary key; of today whatever is kept,
 * which another node's clock may have put on tomorrow. A part without any was zero since counting began, else unknown.
 */
export const READ = `
select day::text,
  coalesce(sum(value) filter (where name = 'tasksMet'), zero)::int as "tasksMet",
  coalesce(sum(value) filter (where name = 'tasksOverdue'), zero)::int as "tasksOverdue",
  coalesce(sum(value) filter (where name = 'villagesMet'), zero)::int as "villagesMet",
  coalesce(sum(value) filter (where name = 'alertsOpen'), zero)::int as "alertsOpen",
  coalesce(sum(value) filter (where name = 'householdsLifted'), zero)::int as "householdsLifted"
from (
  select day::date, case when day::date >= (select first from counted_days) then 0 end as zero
  from generate_series($3::date - $2::int + 1, $3::date, interval '1 day') day
) asked
cross join jsonb_to_recordset($4::jsonb) as part (name text, measure text, key text)
left join lateral (
  select value from counter_day kept
  where kept.region_code = $1 and kept.measure = part.measure
    and kept.key = replace(part.key, 'YEAR', to_char(asked.day, 'YYYY'))
    and kept.day <= case when asked.day = $3::date then 'infinity'::date else asked.day end
  order by kept.day desc limit 1
) last on true
group by day, zero
order by day`;

/** The last days of a region, oldest first, today last. @throws BAD_USER_INPUT · FORBIDDEN · NOT_FOUND */
export async function trendOf(context: Context, regionCode: string, days: number): Promise<TrendDay[]> {
  if (days < 1 || days > MAX_DAYS) {
    const why = `days must be from 1 to ${MAX_DAYS}.`;
    throw new Refusal('BAD_USER_INPUT', why, { field: 'days', limit: MAX_DAYS });
  }
  const viewer = await demandRegion(context, 'overview.read', regionCode);
  const today = shanghaiDay(context.clock.now());
  const seesHouseholds = may(viewer, 'household.read', regionCode, context.now);
  const parts = seesHouseholds ? [...PARTS, ...CONFIDED] : PARTS;
  const asked = [regionCode, days, today, JSON.stringify(parts)];
  const trend = (await queryOf(context.em)(READ, asked)) as TrendDay[];
  if (seesHouseholds) return trend;
  const lifted = await shownLifted(context, regionCode, days, today);
  return trend.map((day) => ({ ...day, householdsLifted: lifted.get(day.day) ?? null }));
}

/** Of each day what {@link READ} has for the region, for all above and beside it: together they say what may be shown. */
const READ_AROUND = `
select day::text, region.code, region.parent_code as "parentCode", coalesce(value, zero)::int as count
from (
  select day::date, case when day::date >= (select first from counted_days) then 0 end as zero
  from generate_series($3::date - $2::int + 1, $3::date, interval '1 day') day
) asked
cross join region
left join lateral (
  select value from counter_day kept
  where kept.region_code = region.code and kept.measure = 'household.plan'
    and kept.key = to_char(asked.day, 'YYYY') || ':LIFTED'
    and kept.day <= case when asked.day = $3::date then 'infinity'::date else asked.day end
  order by kept.day desc limit 1
) last on true
where region.code = any ($1) or region.parent_code = any ($4)
order by day, region.code`;

interface AroundRow {
  readonly day: string;
  readonly code: string;
  readonly parentCode: string | null;
  readonly count: number | null;
}

async function shownLifted(
  context: Context,
  regionCode: string,
  days: number,
  today: string,
): Promise<Map<string, Shown>> {
  const path = pathOf(regionCode);
  const above = path.filter((code) => code !== regionCode);
  const rows = (await queryOf(context.em)(READ_AROUND, [path, days, today, above])) as AroundRow[];
  const shown = [...Map.groupBy(rows, ({ day }) => day)].map(([day, regions]) => {
    const known = regions.flatMap(({ count, ...region }) => (count === null ? [] : [{ ...region, count }]));
    return [day, shownTree(known).get(regionCode) ?? null] as const;
  });
  return new Map(shown);
}
