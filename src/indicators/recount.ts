import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { AlertSchema } from '../alerts/alert.entity.js';
import { pathOf } from '../auth/scope.js';
import { scoped, tables } from '../db/orm.js';
import type { HouseholdSchema } from '../households/household.entity.js';
import type { ProjectSchema } from '../projects/project.entity.js';
import { scheduleOf, type TaskSchema } from '../tasks/task.entity.js';
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

const EVERYWHERE = [{ from: '0', to: ':' }];

/**
 * Counts everything and answers where a kept number is another one; empty is as it should be. Only while nothing is
 * written and every follower has read the log: a fact on its way is a difference.
 */
export const countersDiffer = (em: EntityManager, now: Date): Promise<Difference[]> =>
  scoped(em, EVERYWHERE, async (tx) => {
    const counted = sumUp([...(await countRows(tx)), ...(await countTasks(tx, now))]);
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

async function countRows(em: EntityManager): Promise<Counted[]> {
  const db = tables<Tables>(em);
  const of = (measure: Measure, rows: readonly { regionCode: string; key: string; total: string }[]) =>
    rows.map(({ regionCode, key, total: count }) => ({ regionCode, measure, key, count: Number(count) }));
  const households = db.selectFrom('household').select(['regionCode', 'status as key', total]);
  const projects = db.selectFrom('project').select(['regionCode', 'stage as key', total]);
  const alerts = db
    .selectFrom('alert')
    .select(['regionCode', 'severity as key', total])
    .where('status', '<>', 'RESOLVED')
    .where('audience', '=', 'REGION');
  return [
    ...of('household.status', await households.groupBy(['regionCode', 'status']).execute()),
    ...of('project.stage', await projects.groupBy(['regionCode', 'stage']).execute()),
    ...of('alert.severity', await alerts.groupBy(['regionCode', 'severity']).execute()),
  ];
}

/** Tasks by status, and by the schedule they have at this moment. */
async function countTasks(em: EntityManager, now: Date): Promise<Counted[]> {
  const rows = await tables<Tables>(em)
    .selectFrom('task')
    .select(['regionCode', 'status', 'dueAt', total])
    .groupBy(['regionCode', 'status', 'dueAt'])
    .execute();
  return rows.flatMap(({ regionCode, status, dueAt, total: count }): Counted[] => [
    { regionCode, measure: 'task.status', key: status, count: Number(count) },
    { regionCode, measure: 'task.schedule', key: scheduleOf(status, dueAt, now), count: Number(count) },
  ]);
}

async function readKept(em: EntityManager): Promise<Map<string, number>> {
  const rows = await tables<typeof CounterSchema>(em).selectFrom('counter').selectAll().execute();
  return new Map(rows.map((row) => [nameOf(row), Number(row.value)]));
}
