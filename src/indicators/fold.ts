import { pathOf } from '../auth/scope.js';
import type { LoggedFact } from '../events/read.js';
import type { Measure } from './counter.entity.js';

/** One step of one number. */
export interface Delta {
  readonly measure: Measure;
  readonly key: string;
  readonly by: 1 | -1;
}

/** The same for a region, summed. */
export interface RegionDelta {
  readonly regionCode: string;
  readonly measure: Measure;
  readonly key: string;
  readonly by: number;
}

/**
 * What a fact changes among the numbers of its own region. A fact that not everybody in the region may know of
 * changes nothing: a number that moves would tell of it.
 */
export function deltasOf(fact: LoggedFact): Delta[] {
  if (fact.audience !== 'REGION') return [];
  switch (fact.kind) {
    case 'HOUSEHOLD_CHANGED':
      return moved('household.status', fact.params.from, fact.params.to);
    case 'TASK_CREATED':
      return [
        ...moved('task.status', null, fact.params.status),
        ...moved('task.schedule', null, fact.params.schedule),
      ];
    case 'TASK_STATUS_CHANGED':
      return moved('task.status', fact.params.from, fact.params.to);
    case 'TASK_SCHEDULE_CHANGED':
      return moved('task.schedule', fact.params.from, fact.params.to);
    case 'PROJECT_CHANGED':
      return moved('project.stage', fact.params.from, fact.params.to);
    case 'ALERT_RAISED':
      return moved('alert.severity', null, fact.params.severity);
    case 'ALERT_RESOLVED':
      return moved('alert.severity', fact.params.severity, null);
    default:
      return [];
  }
}

/** From one word to another; null stands for outside, before the first or after the last. */
function moved(measure: Measure, from: string | null, to: string | null): Delta[] {
  if (from === to) return [];
  return [
    ...(from === null ? [] : [{ measure, key: from, by: -1 } as const]),
    ...(to === null ? [] : [{ measure, key: to, by: 1 } as const]),
  ];
}

/** The changes of a stretch of the log for its regions and all that contain them, each number once and in one order. */
export function sumDeltas(facts: readonly LoggedFact[]): RegionDelta[] {
  const sums = new Map<string, RegionDelta>();
  for (const fact of facts) {
    const deltas = deltasOf(fact);
    if (!fact.region || deltas.length === 0) continue;
    for (const regionCode of pathOf(fact.region.code)) {
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
