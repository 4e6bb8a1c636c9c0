// How a place stands, in one word: the only rule by which anything is shown as good or bad.

export const STANDINGS = ['MET', 'OVERDUE', 'AT_RISK', 'ON_TRACK'] as const;
export type Standing = (typeof STANDINGS)[number];

/** What the word is made of: tasks that count (cancelled ones do not), and how many of them stand how. */
export interface TaskCounts {
  readonly total: number;
  readonly met: number;
  readonly overdue: number;
  readonly dueSoon: number;
  readonly behind: number;
}

/** The word for some tasks; null where none counts. */
export function standingOf({ total, met, overdue, dueSoon, behind }: TaskCounts): Standing | null {
  if (total === 0) return null;
  if (met === total) return 'MET';
  if (overdue > 0) return 'OVERDUE';
  return dueSoon + behind > 0 ? 'AT_RISK' : 'ON_TRACK';
}

/** The same as SQL over columns of these names, where a list is asked for by it; a test holds the two together. */
export const STANDING_SQL = `case
  when total = 0 then null
  when met = total then 'MET'
  when overdue > 0 then 'OVERDUE'
  when due_soon + behind > 0 then 'AT_RISK'
  else 'ON_TRACK' end`;
