import type { Comparator, ItemKind } from './standard.entity.js';

// How a value is held against a threshold, in whole numbers only: a share is never divided, so that exactly 2.00 % and
// exactly 90 % fall on the side that the comparator says. `verdict.queries.ts` does the same in SQL for whole regions;
// a test holds one against the other.

export const CLAUSE_STATES = ['MET', 'NOT_MET', 'UNKNOWN', 'UNCONFIRMED', 'NOT_APPLICABLE'] as const;
export type ClauseState = (typeof CLAUSE_STATES)[number];

/** A share, or a number of things over one. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** What a standard asks: an item, as the verdict needs it. */
export interface Clause {
  readonly code: string;
  readonly kind: ItemKind;
  readonly whereApplicable: boolean;
  readonly comparator: Comparator;
  readonly threshold: Fraction;
  readonly points: number | null;
}

/** What is known of one clause in one village. */
export interface Input {
  /** Null: nobody has measured it. */
  readonly value: Fraction | null;
  /** How many of those that it should count are not recorded: what is met without them is not known to be met. */
  readonly missing: number;
  /** False where somebody has recorded that conditions do not allow it. */
  readonly isApplicable: boolean;
  readonly isConfirmed: boolean;
}

/** Cross-multiplied, so that nothing is rounded. */
export function holds(comparator: Comparator, value: Fraction, threshold: Fraction): boolean {
  const own = value.numerator * threshold.denominator;
  const asked = threshold.numerator * value.denominator;
  if (comparator === 'LT') return own < asked;
  if (comparator === 'LE') return own <= asked;
  if (comparator === 'GT') return own > asked;
  return own >= asked;
}

export function stateOf(clause: Clause, input: Input): ClauseState {
  if (clause.whereApplicable && !input.isApplicable)
    return input.isConfirmed ? 'NOT_APPLICABLE' : 'UNCONFIRMED';
  if (input.value === null) return 'UNKNOWN';
  if (!holds(clause.comparator, input.value, clause.threshold)) return 'NOT_MET';
  if (input.missing > 0) return 'UNKNOWN';
  return input.isConfirmed ? 'MET' : 'UNCONFIRMED';
}

const floorDiv = (a: bigint, b: bigint): bigint => a / b - (a % b < 0n ? 1n : 0n);

/** The nearest numerator over the same denominator that passes. */
export function nearestPassing(
  comparator: Comparator,
  { denominator }: Fraction,
  threshold: Fraction,
): bigint {
  const asked = threshold.numerator * denominator;
  const below = floorDiv(asked, threshold.denominator);
  const isWhole = asked % threshold.denominator === 0n;
  if (comparator === 'LE') return below;
  if (comparator === 'LT') return isWhole ? below - 1n : below;
  if (comparator === 'GT') return below + 1n;
  return isWhole ? below : below + 1n;
}

/** By how many the value falls short; 0 where it passes, null where nobody has measured it. */
export function shortfallOf({ comparator, threshold }: Clause, value: Fraction | null): bigint | null {
  if (value === null) return null;
  if (holds(comparator, value, threshold)) return 0n;
  const gap = nearestPassing(comparator, value, threshold) - value.numerator;
  return gap < 0n ? -gap : gap;
}

export const isPassing = (state: ClauseState): boolean => state === 'MET' || state === 'NOT_APPLICABLE';

export interface Judged {
  readonly clause: Clause;
  readonly state: ClauseState;
}

/** Points of what is met; null for a standard without points. */
export const pointsOf = (judged: readonly Judged[]): number =>
  judged.reduce((sum, { clause, state }) => sum + (isPassing(state) ? (clause.points ?? 0) : 0), 0);

/** Whether all of it together passes: no veto, and every required item or enough points. */
export function isMetBy(judged: readonly Judged[], passPoints: number | null): boolean {
  const passes = (kind: ItemKind) =>
    judged.every(({ clause, state }) => clause.kind !== kind || isPassing(state));
  if (!passes('VETO') || !passes('REQUIRED')) return false;
  return passPoints === null || pointsOf(judged) >= passPoints;
}

/**
 * The shortest road to passing: the fewest items that must change. Vetoes and required items always must; of the others
 * those with the most points, in the order of the standard, until there are enough. Null when all of it is not enough.
 */
export function shortestRoad<J extends Judged>(judged: readonly J[], passPoints: number | null): J[] | null {
  const open = judged.filter(({ state }) => !isPassing(state));
  const needed = open.filter(({ clause }) => clause.kind !== 'REFERENCE');
  if (passPoints === null) return needed;
  let points = pointsOf(judged) + needed.reduce((sum, { clause }) => sum + (clause.points ?? 0), 0);
  const chosen = new Set<J>(needed);
  const optional = open.filter((each) => !chosen.has(each) && (each.clause.points ?? 0) > 0);
  for (const each of optional.sort((a, b) => (b.clause.points ?? 0) - (a.clause.points ?? 0))) {
    if (points >= passPoints) break;
    points += each.clause.points ?? 0;
    chosen.add(each);
  }
  return points >= passPoints ? judged.filter((each) => chosen.has(each)) : null;
}
