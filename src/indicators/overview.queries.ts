import { notFound } from '../errors.js';
import { SEVERITIES, type Severity } from '../events/facts.js';
import { queryOf } from '../events/follow.js';
import { type Position, START, writeCursor } from '../events/position.js';
import { HOUSEHOLD_STATUSES, type HouseholdStatus } from '../households/household.entity.js';
import type { Context } from '../http/context.js';
import { PROJECT_STAGES, type ProjectStage } from '../projects/project.entity.js';
import { demandRegion } from '../regions/region.queries.js';
import { MET_STATUSES, TASK_STATUSES, type TaskStatus } from '../tasks/task.entity.js';
import type { Measure } from './counter.entity.js';
import { INDICATORS } from './counter.followers.js';

interface Place {
  readonly code: string;
  readonly name: string;
}

/** The numbers of a region that are looked at and compared. */
export interface Numbers {
  readonly households: { total: number; byStatus: { status: HouseholdStatus; count: number }[] };
  readonly tasks: {
    total: number;
    met: number;
    behind: number;
    dueSoon: number;
    overdue: number;
    byStatus: { status: TaskStatus; count: number }[];
  };
  readonly projects: { total: number; byStage: { stage: ProjectStage; count: number }[] };
  readonly alerts: { open: number; bySeverity: { severity: Severity; count: number }[] };
  readonly children: {
    region: Place;
    tasksTotal: number;
    tasksMet: number;
    tasksOverdue: number;
    alertsOpen: number;
  }[];
}

/** The numbers of a region, and the place in the log at which they are exact. */
export interface Overview extends Numbers {
  readonly asOf: Date;
  readonly cursor: string;
  readonly position: Position;
  readonly region: Place;
}

/** What is shown of the regions inside; the rest of their numbers need not be read. */
const OF_CHILDREN: readonly Measure[] = ['task.status', 'task.schedule', 'alert.severity'];

/** Numbers and place in one statement, and so in one snapshot: the follower moves both in one transaction. */
const READ = `
select region.code, region.name, counter.measure, counter.key, counter.value::text,
  (select tick from follower where name = $2)::text as tick, (select id from follower where name = $2)::text as id
from region
left join counter on counter.region_code = region.code and (region.code = $1 or counter.measure = any ($3))
where region.code = $1 or region.parent_code = $1
order by region.code`;

interface Row extends Place {
  readonly measure: Measure | null;
  readonly key: string;
  readonly value: string;
  readonly tick: string | null;
  readonly id: string | null;
}

/** The overview of a region. @throws FORBIDDEN · NOT_FOUND */
export async function overviewOf(context: Context, regionCode: string): Promise<Overview> {
  await demandRegion(context, 'overview.read', regionCode);
  return readOverview(context, regionCode);
}

/** The same for whoever has proved the right already. @throws NOT_FOUND */
export async function readOverview(context: Context, regionCode: string): Promise<Overview> {
  const { em, sealer, tail, clock } = context;
  const rows = (await queryOf(em)(READ, [regionCode, INDICATORS, OF_CHILDREN])) as Row[];
  const own = rows.find(({ code }) => code === regionCode);
  if (!own) throw notFound('region');
  const position =
    own.tick === null ? START : { tick: BigInt(own.tick), id: own.id === null ? null : BigInt(own.id) };
  const byRegion = Map.groupBy(rows, ({ code }) => code);
  const children = [...byRegion].filter(([code]) => code !== regionCode).map(([, of]) => childOf(of));
  return {
    asOf: clock.now(),
    cursor: writeCursor(sealer, tail.line, position),
    position,
    region: { code: own.code, name: own.name },
    ...numbersOf(new Counters(byRegion.get(regionCode) ?? [])),
    children,
  };
}

/** The numbers of one region by what is counted. */
class Counters {
  private readonly values: Map<string, number>;

  constructor(rows: readonly Row[]) {
    this.values = new Map(rows.map(({ measure, key, value }) => [`${measure} ${key}`, Number(value)]));
  }

  of(measure: Measure, ...keys: readonly string[]): number {
    return keys.reduce((sum, key) => sum + (this.values.get(`${measure} ${key}`) ?? 0), 0);
  }
}

const numbersOf = (counters: Counters): Omit<Numbers, 'children'> => ({
  households: {
    total: counters.of('household.status', ...HOUSEHOLD_STATUSES),
    byStatus: HOUSEHOLD_STATUSES.map((status) => ({
      status,
      count: counters.of('household.status', status),
    })),
  },
  tasks: {
    total: counters.of('task.status', ...TASK_STATUSES),
    met: counters.of('task.status', ...MET_STATUSES),
    behind: counters.of('task.schedule', 'BEHIND'),
    dueSoon: counters.of('task.schedule', 'DUE_SOON'),
    overdue: counters.of('task.schedule', 'OVERDUE'),
    byStatus: TASK_STATUSES.map((status) => ({ status, count: counters.of('task.status', status) })),
  },
  projects: {
    total: counters.of('project.stage', ...PROJECT_STAGES),
    byStage: PROJECT_STAGES.map((stage) => ({ stage, count: counters.of('project.stage', stage) })),
  },
  alerts: {
    open: counters.of('alert.severity', ...SEVERITIES),
    bySeverity: SEVERITIES.map((severity) => ({ severity, count: counters.of('alert.severity', severity) })),
  },
});

function childOf(rows: readonly Row[]): Numbers['children'][number] {
  const counters = new Counters(rows);
  const { code = '', name = '' } = rows[0] ?? {};
  return {
    region: { code, name },
    tasksTotal: counters.of('task.status', ...TASK_STATUSES),
    tasksMet: counters.of('task.status', ...MET_STATUSES),
    tasksOverdue: counters.of('task.schedule', 'OVERDUE'),
    alertsOpen: counters.of('alert.severity', ...SEVERITIES),
  };
}
