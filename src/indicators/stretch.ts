import { shanghaiDay } from '../clock.js';
import type { Change } from './fold.js';

/** Changes of numbers that the log has one after the other on one day. */
export interface Stretch {
  readonly day: string;
  readonly changes: readonly Change[];
}

/**
 * A stretch of the log by days of campaign time. A day ends where the log has the first change of a later one, so that
 * all numbers of a day speak of one place in the log. What the log has later than that though it happened before (an
 * alert is stated at the time of its cause) counts in the day that is being counted: days never go back.
 */
export function daysOf(
  changes: readonly (Change & { readonly at: Date })[],
  newest: string | null,
): Stretch[] {
  const stretches: { day: string; changes: Change[] }[] = [];
  let day = newest ?? '';
  for (const change of changes) {
    const own = shanghaiDay(change.at);
    if (own > day) day = own;
    const last = stretches.at(-1);
    if (last?.day === day) last.changes.push(change);
    else stretches.push({ day, changes: [change] });
  }
  return stretches;
}
