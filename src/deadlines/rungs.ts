import { shanghaiDay, startOfShanghaiDay } from '../clock.js';
import type { Severity } from '../events/facts.js';
import { BEHIND_DAYS, DUE_SOON_DAYS, isClosed, type TaskStatus } from '../tasks/task.entity.js';

/** The warnings of one deadline, in the order in which they come. */
export const RUNGS = ['D30', 'D15', 'D7', 'D3', 'D1', 'DUE', 'O1', 'O3', 'O7'] as const;
export type Rung = (typeof RUNGS)[number];

/** Calendar days in Asia/Shanghai from the due day to the day at whose start a rung comes. */
const DAYS: Record<Exclude<Rung, 'DUE'>, number> = {
  D30: -30,
  D15: -15,
  D7: -7,
  D3: -3,
  D1: -1,
  O1: 1,
  O3: 3,
  O7: 7,
};

const SEVERITY: Partial<Record<Rung, Severity>> = {
  D30: 'NOTICE',
  D15: 'NOTICE',
  D7: 'WARNING',
  D3: 'WARNING',
};

const DAY_MS = 86_400_000;

/** The start of the Shanghai day that lies `days` after the day of an instant. Every day there has 24 hours. */
const startOfDayFrom = (instant: Date, days: number): Date =>
  new Date(startOfShanghaiDay(shanghaiDay(instant)).getTime() + days * DAY_MS);

/** When a rung comes: at the deadline itself, else at the start of its calendar day. */
export const rungAt = (rung: Rung, dueAt: Date): Date =>
  rung === 'DUE' ? dueAt : startOfDayFrom(dueAt, DAYS[rung]);

/** How loud a rung is: one day before and later is critical. */
export const severityOf = (rung: Rung): Severity => SEVERITY[rung] ?? 'CRITICAL';

/** What arms a deadline. */
export interface Armed {
  readonly status: TaskStatus;
  readonly dueAt: Date;
  /** When this deadline was set (or its task opened again): what had passed by then warns nobody. */
  readonly armedFrom: Date;
  /** The clock stands, and nothing comes until it runs again. */
  readonly suspended?: boolean;
}

/** The rungs that have come since the deadline was armed, in order. */
export const passedRungs = ({ status, dueAt, armedFrom, suspended }: Armed, now: Date): Rung[] =>
  isClosed(status) || suspended
    ? []
    : RUNGS.filter((rung) => armedFrom < rungAt(rung, dueAt) && rungAt(rung, dueAt) <= now);

/** Campaign time: how close two rungs must lie, and how late they may be stated, to be both said. */
const MOMENTS_MS = 60_000;
const DOWNTIME_MS = 3_600_000;

/**
 * Of the rungs that have come, those that are to be said now: the latest. After downtime the earlier ones pass in
 * silence: one warning that is true now, instead of several that were true once. Only what came moments before the
 * latest, and was hidden by no downtime, is said too: a deadline at the last second of a day is due one second before
 * its first day overdue begins.
 */
export function freshRungs(armed: Armed, now: Date): Rung[] {
  const rungs = passedRungs(armed, now);
  const latest = rungs.at(-1);
  if (!latest) return [];
  const at = rungAt(latest, armed.dueAt).getTime();
  const since = now.getTime() - at < DOWNTIME_MS ? at - MOMENTS_MS : at;
  return rungs.filter((rung) => rungAt(rung, armed.dueAt).getTime() >= since);
}

/** The next instant at which a rung or a change of schedule may come; null when nothing more will. */
export function nextInstant(armed: Omit<Armed, 'armedFrom'>, now: Date): Date | null {
  const { status, dueAt, suspended } = armed;
  if (isClosed(status) || suspended) return null;
  const instants = [
    ...RUNGS.map((rung) => rungAt(rung, dueAt)),
    startOfDayFrom(dueAt, -BEHIND_DAYS),
    startOfDayFrom(dueAt, -DUE_SOON_DAYS),
    // Overdue is past the deadline, not at it: `scheduleOf` (task.entity.ts).
    new Date(dueAt.getTime() + 1),
  ];
  const ahead = instants.map(Number).filter((instant) => instant > now.getTime());
  return ahead.length > 0 ? new Date(Math.min(...ahead)) : null;
}
