import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { AlertSchema } from '../alerts/alert.entity.js';
import { EVERYWHERE, isLeaf, pathOf } from '../auth/scope.js';
import { scoped, tables } from '../db/orm.js';
import { type HouseholdSchema, isLifted } from '../households/household.entity.js';
import type { ProjectSchema } from '../projects/project.entity.js';
import { isMet, isSuspended, scheduleOf, type TaskSchema, type TaskStatus } from '../tasks/task.entity.js';
import type { CounterSchema, Measure } from './counter.entity.js';

/** A number that is kept, and what counting the rows gives. */
export interface Difference {
  readonly regionCode: string;
  readonly measure: Measure;
  readonly key: string;
  readonly kept: number;
  readonly counted: number;
}

interface Counted {
  readonly regionCode: string;
  readonly measure: Measure;
  readonly key: string;
  readonly count: number;
}

/**
 * Counts everything and answers where a kept number is another one; empty is as it should be. Only while nothing is
 * written and every follower has read the log: a fact on its way is a difference.
 */
export const countersDiffer = (em: EntityManager, now: Date): Promise<Difference[]> =>
  scoped(em, EVERYWHERE, async (tx) => {
    const counted = sumUp([
      ...(await countHouseholds(tx)),
      ...(await countProjects(tx)),
      ...(await countAlerts(tx)),
      ...(await countTasks(tx, now)),
    ]);
    const kept = await readKept(tx);
    const names = new Set([...counted.keys(), ...kept.keys()]);
    return [...names].sort().flatMap((name) => {
      const [regionCode = '', measure, key = ''] = name.split(' ');
      const difference = { kept: kept.get(name) ?? 0, counted: counted.get(name) ?? 0 };
      if (difference.kept === difference.counted) return [];
      return [{ regionCode, measure: measure as Measure, key, ...difference }];
    });
  });

const nameOf = ({ regionCode, measure, key }: Pick<Counted, 'regionCode' | 'measure' | 'key'>) =>
  `${regionCode} ${measure} ${key}`;

function sumUp(counted: readonly Counted[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const each of counted) {
    for (const regionCode of pathOf(each.regionCode)) {
      const name = nameOf({ ...each, regionCode });
      sums.set(name, (sums.get(name) ?? 0) + each.count);
    }
  }
  return sums;
}

type Tables = typeof HouseholdSchema | typeof ProjectSchema | typeof AlertSchema | typeof TaskSchema;
const total = sql<string>`count(*)`.as('total');

/** So many of one thing in a region, under each of these numbers; a name of null is under none. */
const under = (regionCode: string, count: string | number, names: Partial<Record<Measure, string | null>>) =>
  Object.entries(names).flatMap(([measure, key]): Counted[] =>
    key === null ? [] : [{ regionCode, measure: measure as Measure, key, count: Number(count) }],
  );

async function countHouseholds(em: EntityManager): Promise<Counted[]> {
  const rows = await tables<Tables>(em)
    .selectFrom('household')
    .select(['regionCode', 'status', 'plannedExitYear as year', total])
    .groupBy(['regionCode', 'status', 'plannedExitYear'])
    .execute();
  return rows.flatMap(({ regionCode, status, year, total: count }) => [
    ...under(regionCode, count, { 'household.status': status }),
    ...(year === null || status === 'CANCELLED'
      ? []
      : under(regionCode, count, { 'household.plan': `${year}:PLANNED` })),
    ...(year !== null && isLifted(status)
      ? under(regionCode, count, { 'household.plan': `${year}:LIFTED` })
      : []),
  ]);
}

async function countProjects(em: EntityManager): Promise<Counted[]> {
  const rows = await tables<Tables>(em)
    .selectFrom('project')
    .select(['regionCode', 'kind', 'stage', total])
    .groupBy(['regionCode', 'kind', 'stage'])
    .execute();
  return rows.flatMap(({ regionCode, kind, stage, total: count }) =>
    under(regionCode, count, { 'project.stage': `${kind}:${stage}` }),
  );
}

async function countAlerts(em: EntityManager): Promise<Counted[]> {
  const rows = await tables<Tables>(em)
    .selectFrom('alert')
    .select(['regionCode', 'severity', 'audience', total])
    .where('status', '<>', 'RESOLVED')
    .where('audience', 'in', ['REGION', 'HOUSEHOLDS'])
    .groupBy(['regionCode', 'severity', 'audience'])
    .execute();
  return rows.flatMap(({ regionCode, severity, audience, total: count }) =>
    under(regionCode, count, {
      [audience === 'REGION' ? 'alert.severity' : 'alert.confided']: severity,
    }),
  );
}

interface TaskGroup {
  readonly regionCode: string;
  readonly itemId: string | null;
  readonly status: TaskStatus;
  readonly dueAt: Date;
  readonly suspendedAt: Date | null;
  readonly total: string;
}

/** Tasks by status, and by the schedule they have at this moment; those of an item under it too; and villages. */
async function countTasks(em: EntityManager, now: Date): Promise<Counted[]> {
  const groups: TaskGroup[] = await tables<Tables>(em)
    .selectFrom('task')
    .select(['regionCode', 'standardItemId as itemId', 'status', 'dueAt', 'suspendedAt', total])
    .groupBy(['regionCode', 'standardItemId', 'status', 'dueAt', 'suspendedAt'])
    .execute();
  const tasks = groups.flatMap((group) => {
    const { regionCode, itemId, status, dueAt, total: count } = group;
    const schedule = scheduleOf(status, dueAt, now, isSuspended(group));
    return under(regionCode, count, {
      'task.status': status,
      'task.schedule': schedule,
      'item.schedule': itemId && `${itemId}:${schedule}`,
      'item.met': isMet(status) ? itemId : null,
      'item.cancelled': status === 'CANCELLED' ? itemId : null,
    });
  });
  return [...tasks, ...countVillages(groups)];
}

function countVillages(groups: readonly TaskGroup[]): Counted[] {
  const counting = groups.filter(({ itemId, status }) => itemId !== null && status !== 'CANCELLED');
  const villages = [...Map.groupBy(counting, ({ regionCode }) => regionCode)].filter(([code]) =>
    isLeaf(code),
  );
  return villages.flatMap(([code, tasks]) => [
    ...under(code, 1, { 'village.benchmark': 'PLANNED' }),
    ...(tasks.every(({ status }) => isMet(status)) ? under(code, 1, { 'village.benchmark': 'MET' }) : []),
  ]);
}

async function readKept(em: EntityManager): Promise<Map<string, number>> {
  const rows = await tables<typeof CounterSchema>(em).selectFrom('counter').selectAll().execute();
  return new Map(rows.map((row) => [nameOf(row), Number(row.value)]));
}
