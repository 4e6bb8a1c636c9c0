import { may } from '../auth/may.js';
import { pathOf } from '../auth/scope.js';
import { shanghaiYear } from '../clock.js';
import { notFound } from '../errors.js';
import { SEVERITIES } from '../events/facts.js';
import { queryOf } from '../events/follow.js';
import { HOUSEHOLD_STATUSES } from '../households/household.entity.js';
import type { Context } from '../http/context.js';
import { PROJECT_KINDS, PROJECT_STAGES, stagesOf } from '../projects/project.entity.js';
import { demandRegion } from '../regions/region.queries.js';
import { MET_STATUSES, TASK_STATUSES } from '../tasks/task.entity.js';
import type { Measure } from './counter.entity.js';
import { type CounterRow, Counters, type Exact, exactAt, PLACE, type Place, type PlaceRow } from './exact.js';
import { type Counts, exactly, NOTHING_SHOWN, type ShownCounts, shownCounts } from './small-cells.js';
import { standingOf } from './standing.js';

/** What is shown of the region itself, and of the regions inside; the rest of their numbers need not be read. */
const OWN: readonly Measure[] = [
  'village.benchmark',
  'household.status',
  'household.plan',
  'task.status',
  'task.schedule',
  'project.stage',
  'alert.severity',
  'alert.confided',
];
const OF_CHILDREN: readonly Measure[] = OWN.filter(
  (measure) => measure !== 'household.status' && measure !== 'project.stage',
);

/** What decides, around the region, on what may be shown of it. */
const OF_HOUSEHOLDS: readonly Measure[] = ['household.status', 'household.plan'];

/** Besides the region and those inside: those above ($4) and beside them and it, in one snapshot with its numbers. */
const READ = `
select region.code, region.name, region.parent_code as "parentCode",
  counter.measure, counter.key, counter.value::text, ${PLACE}
from region
left join counter on counter.region_code = region.code
  and counter.measure = any (case
    when region.code = $1 then $2::text[] when region.parent_code = $1 then $3::text[] else $5::text[] end)
where region.code = $1 or region.parent_code = $1 or region.code = any ($4) or region.parent_code = any ($4)
order by region.code`;

type Row = Place & CounterRow & PlaceRow & { readonly parentCode: string | null };

/** A region in numbers, and the place in the log at which they are exact. */
export type Overview = Exact & { readonly region: Place } & ReturnType<typeof numbersOf> & {
    readonly alerts: ReturnType<typeof alertsOf>;
    readonly children: (ReturnType<typeof childOf> & { readonly alertsOpen: number })[];
  };

/** The overview of a region. @throws FORBIDDEN · NOT_FOUND */
export async function overviewOf(context: Context, regionCode: string): Promise<Overview> {
  const viewer = await demandRegion(context, 'overview.read', regionCode);
  return readOverview(context, regionCode, may(viewer, 'household.read', regionCode, context.now));
}

/**
 * The same for whoever has proved the right already: one statement. Who may not see households gets small counts of
 * them withheld (small-cells.ts).
 * @throws NOT_FOUND
 */
export async function readOverview(
  context: Context,
  regionCode: string,
  seesHouseholds: boolean,
): Promise<Overview> {
  const around = seesHouseholds ? [] : pathOf(regionCode).filter((code) => code !== regionCode);
  const values = [regionCode, OWN, OF_CHILDREN, around, OF_HOUSEHOLDS];
  const rows = (await queryOf(context.em)(READ, values)) as Row[];
  const byRegion = Map.groupBy(rows, ({ code }) => code);
  const own = byRegion.get(regionCode);
  if (!own?.[0]) throw notFound('region');
  const { code, name } = own[0];
  const exact = exactAt(context, own[0]);
  const year = shanghaiYear(exact.asOf);
  const counted = [...byRegion.values()].map((of) => countsOf(of, year));
  const shown: ReadonlyMap<string, ShownCounts> = seesHouseholds
    ? new Map(counted.map((counts) => [counts.code, exactly(counts)]))
    : shownCounts(counted);
  const inside = [...byRegion.values()].filter((of) => of[0]?.parentCode === regionCode);
  return {
    ...exact,
    region: { code, name },
    ...numbersOf(new Counters(own), shown.get(code) ?? NOTHING_SHOWN),
    alerts: alertsOf(new Counters(own), seesHouseholds),
    children: inside.map((of) => ({
      ...childOf(of, shown.get(of[0]?.code ?? '') ?? NOTHING_SHOWN),
      alertsOpen: alertsOf(new Counters(of), seesHouseholds).open,
    })),
  };
}

function countsOf(rows: readonly Row[], year: number): Counts {
  const counters = new Counters(rows);
  const { code = '', parentCode = null } = rows[0] ?? {};
  return {
    code,
    parentCode,
    byStatus: HOUSEHOLD_STATUSES.map((status) => counters.of('household.status', status)),
    planned: counters.of('household.plan', `${year}:PLANNED`),
    lifted: counters.of('household.plan', `${year}:LIFTED`),
  };
}

const numbersOf = (counters: Counters, { byStatus, ...households }: ShownCounts) => ({
  villages: villagesOf(counters),
  households: {
    ...households,
    byStatus: HOUSEHOLD_STATUSES.map((status, at) => ({ status, count: byStatus[at] ?? null })),
  },
  tasks: {
    ...tasksOf(counters),
    onTrack: counters.of('task.schedule', 'ON_TRACK'),
    byStatus: TASK_STATUSES.map((status) => ({ status, count: counters.of('task.status', status) })),
  },
  projects: projectsOf(counters),
});

/** As many as the list of alerts has for the viewer, but for what an unannounced visit caused. */
function alertsOf(counters: Counters, seesHouseholds: boolean) {
  const measures: Measure[] = seesHouseholds ? ['alert.severity', 'alert.confided'] : ['alert.severity'];
  const bySeverity = SEVERITIES.map((severity) => ({
    severity,
    count: measures.reduce((sum, measure) => sum + counters.of(measure, severity), 0),
  }));
  return { open: bySeverity.reduce((sum, { count }) => sum + count, 0), bySeverity };
}

const villagesOf = (counters: Counters) => ({
  planned: counters.of('village.benchmark', 'PLANNED'),
  met: counters.of('village.benchmark', 'MET'),
});

function tasksOf(counters: Counters) {
  const counts = {
    total: counters.of('task.status', ...TASK_STATUSES),
    met: counters.of('task.status', ...MET_STATUSES),
    behind: counters.of('task.schedule', 'BEHIND'),
    dueSoon: counters.of('task.schedule', 'DUE_SOON'),
    overdue: counters.of('task.schedule', 'OVERDUE'),
  };
  const cancelled = counters.of('task.status', 'CANCELLED');
  return { ...counts, standing: standingOf({ ...counts, total: counts.total - cancelled }) };
}

function projectsOf(counters: Counters) {
  const byKind = PROJECT_KINDS.map((kind) => {
    const byStage = stagesOf(kind).map((stage) => ({
      stage,
      count: counters.of('project.stage', `${kind}:${stage}`),
    }));
    return { kind, total: byStage.reduce((sum, { count }) => sum + count, 0), byStage };
  });
  const byStage = PROJECT_STAGES.map((stage) => ({
    stage,
    count: counters.of('project.stage', ...PROJECT_KINDS.map((kind) => `${kind}:${stage}`)),
  }));
  return { total: byStage.reduce((sum, { count }) => sum + count, 0), byStage, byKind };
}

function childOf(rows: readonly Row[], { planned, lifted }: ShownCounts) {
  const counters = new Counters(rows);
  const { code = '', name = '' } = rows[0] ?? {};
  const tasks = tasksOf(counters);
  const villages = villagesOf(counters);
  return {
    region: { code, name },
    tasksTotal: tasks.total,
    tasksMet: tasks.met,
    tasksOverdue: tasks.overdue,
    tasksDueSoon: tasks.dueSoon,
    tasksBehind: tasks.behind,
    villagesPlanned: villages.planned,
    villagesMet: villages.met,
    householdsPlanned: planned,
    householdsLifted: lifted,
    standing: tasks.standing,
  };
}
