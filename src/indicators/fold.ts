import { pathOf } from '../auth/scope.js';
import type { LoggedFact } from '../events/read.js';
import { isLifted } from '../households/household.entity.js';
import { isMet } from '../tasks/task.entity.js';
import type { Measure } from './counter.entity.js';

/** One step of one number. */
export interface Delta {
  readonly measure: Measure;
  readonly key: string;
  readonly by: number;
}

/** Steps of the numbers of one region, which are steps of all that contain it. */
export interface Change {
  readonly regionCode: string;
  readonly deltas: readonly Delta[];
}

/** A step of one number of one region. */
export interface RegionDelta extends Delta {
  readonly regionCode: string;
}

type FactOf<K extends LoggedFact['kind']> = Extract<LoggedFact, { kind: K }>;

/**
 * What a fact changes among the numbers of its own region. A fact that not everybody in the region may know of
 * changes nothing, or a number that is shown to those who may: one that moves would tell of it.
 */
export function deltasOf(fact: LoggedFact): Delta[] {
  if (fact.audience === 'HOUSEHOLDS') return alertDeltas('alert.confided', fact);
  if (fact.audience !== 'REGION') return [];
  switch (fact.kind) {
    case 'HOUSEHOLD_CHANGED':
      return householdDeltas(fact);
    case 'TASK_CREATED': {
      const { itemId, status, schedule } = fact.params;
      return [...statusDeltas(itemId, null, status), ...scheduleDeltas(itemId, null, schedule)];
    }
    case 'TASK_STATUS_CHANGED':
      return statusDeltas(fact.params.itemId, fact.params.from, fact.params.to);
    case 'TASK_SCHEDULE_CHANGED':
      return scheduleDeltas(fact.params.itemId, fact.params.from, fact.params.to);
    case 'PROJECT_CHANGED': {
      const { kind, from, to } = fact.params;
      return moved('project.stage', from && `${kind}:${from}`, `${kind}:${to}`);
    }
    default:
      return alertDeltas('alert.severity', fact);
  }
}

function alertDeltas(measure: 'alert.severity' | 'alert.confided', fact: LoggedFact): Delta[] {
  if (fact.kind === 'ALERT_RAISED') return moved(measure, null, fact.params.severity);
  return fact.kind === 'ALERT_RESOLVED' ? moved(measure, fact.params.severity, null) : [];
}

/** A household that is taken off the register is no longer part of any year's plan. */
function householdDeltas({
  params: { from, to, plannedExitYear: year },
}: FactOf<'HOUSEHOLD_CHANGED'>): Delta[] {
  const planned = (status: string | null) =>
    year !== null && status !== null && status !== 'CANCELLED' ? `${year}:PLANNED` : null;
  const lifted = (status: string | null) =>
    year !== null && status !== null && isLifted(status) ? `${year}:LIFTED` : null;
  return [
    ...moved('household.status', from, to),
    ...moved('household.plan', planned(from), planned(to)),
    ...moved('household.plan', lifted(from), lifted(to)),
  ];
}

function statusDeltas(itemId: string | null, from: string | null, to: string): Delta[] {
  const met = (status: string | null) => (status !== null && isMet(status) ? itemId : null);
  const cancelled = (status: string | null) => (status === 'CANCELLED' ? itemId : null);
  return [
    ...moved('task.status', from, to),
    ...moved('item.met', met(from), met(to)),
    ...moved('item.cancelled', cancelled(from), cancelled(to)),
  ];
}

function scheduleDeltas(itemId: string | null, from: string | null, to: string): Delta[] {
  const ofItem = (schedule: string | null) =>
    itemId !== null && schedule !== null ? `${itemId}:${schedule}` : null;
  return [...moved('task.schedule', from, to), ...moved('item.schedule', ofItem(from), ofItem(to))];
}

/** From one word to another; null stands for outside, before the first or after the last. */
function moved(measure: Measure, from: string | null, to: string | null): Delta[] {
  if (from === to) return [];
  return [
    ...(from === null ? [] : [{ measure, key: from, by: -1 }]),
    ...(to === null ? [] : [{ measure, key: to, by: 1 }]),
  ];
}

/** The changes of a stretch of the log for its regions and all that contain them, each number once and in one order. */
export const sumDeltas = (facts: readonly LoggedFact[]): RegionDelta[] =>
  addUp(
    facts.flatMap((fact) => (fact.region ? [{ regionCode: fact.region.code, deltas: deltasOf(fact) }] : [])),
  );

/** The same for changes of whatever origin. */
export function addUp(changes: readonly Change[]): RegionDelta[] {
  const sums = new Map<string, RegionDelta>();
  for (const { regionCode: own, deltas } of changes) {
    if (deltas.length === 0) continue;
    for (const regionCode of pathOf(own)) {
      for (const { measure, key, by } of deltas) {
        const name = `${regionCode} ${measure} ${key}`;
        sums.set(name, { regionCode, measure, key, by: (sums.get(name)?.by ?? 0) + by });
      }
    }
  }
  return [...sums]
    .filter(([, { by }]) => by !== 0)
    .sort(byName)
    .map(([, delta]) => delta);
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);
