import type { Overview } from './overview.js';

export type Child = Overview['children'][number];

/** What the map and the ranking can show. */
export const FIGURES = ['standing', 'villages', 'households', 'met', 'overdue', 'dueSoon', 'alerts'] as const;
export type FigureName = (typeof FIGURES)[number];

/** One region's reading of a figure: a share of a whole, or a count on its own. */
export interface Reading {
  /** Null where it is withheld. */
  readonly part: number | null;
  /** Absent for a count. */
  readonly whole?: number | null;
}

const READ: Record<FigureName, (child: Child) => Reading> = {
  standing: ({ tasksMet, tasksTotal }) => ({ part: tasksMet, whole: tasksTotal }),
  villages: ({ villagesMet, villagesPlanned }) => ({ part: villagesMet, whole: villagesPlanned }),
  households: ({ householdsLifted, householdsPlanned }) => ({
    part: householdsLifted,
    whole: householdsPlanned,
  }),
  met: ({ tasksMet, tasksTotal }) => ({ part: tasksMet, whole: tasksTotal }),
  overdue: ({ tasksOverdue }) => ({ part: tasksOverdue }),
  dueSoon: ({ tasksDueSoon }) => ({ part: tasksDueSoon }),
  alerts: ({ alertsOpen }) => ({ part: alertsOpen }),
};

export const readFigure = (child: Child, figure: FigureName): Reading => READ[figure](child);

export const isWithheld = ({ part, whole }: Reading): boolean => part === null || whole === null;

/** Null where there is nothing to compare: no plan, no task, a number that is withheld. */
export function magnitudeOf({ part, whole }: Reading): number | null {
  if (part === null || whole === null || whole === 0) return null;
  return whole === undefined ? part : part / whole;
}

/** A development zone is outside the official list of counties, and who has no plan cannot be behind it. */
export const isRanked = (child: Child, figure: FigureName): boolean =>
  !child.region.developmentZone && magnitudeOf(readFigure(child, figure)) !== null;

export interface Rank {
  readonly child: Child;
  readonly reading: Reading;
  /** From 1; the same for the same figure; null for who is not ranked. */
  readonly place: number | null;
  /** Length of its bar, 0 to 1. */
  readonly length: number;
}

/** The children by the figure, largest first; equals by code; who is not ranked last. */
export function rank(children: readonly Child[], figure: FigureName): Rank[] {
  const size = (child: Child) => magnitudeOf(readFigure(child, figure)) ?? 0;
  const ranked = children
    .filter((child) => isRanked(child, figure))
    .sort((a, b) => size(b) - size(a) || (a.region.code < b.region.code ? -1 : 1));
  const longest = longestOf(ranked.map((child) => readFigure(child, figure)));
  const rows = ranked.map((child): Rank => {
    const place = 1 + ranked.findIndex((other) => size(other) === size(child));
    return { child, reading: readFigure(child, figure), place, length: size(child) / longest };
  });
  const rest = children.filter((child) => !ranked.includes(child));
  return [
    ...rows,
    ...rest.map((child) => ({ child, reading: readFigure(child, figure), place: null, length: 0 })),
  ];
}

/** A share is measured against the whole, a count against the largest. */
export const longestOf = (readings: readonly Reading[]): number =>
  readings.some(({ whole }) => whole !== undefined)
    ? 1
    : Math.max(1, ...readings.map(({ part }) => part ?? 0));
