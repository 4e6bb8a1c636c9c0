import type { EscalationRung } from '../alerts/escalation.entity.js';
import { shanghaiDay, startOfShanghaiDay } from '../clock.js';
import { BEHIND_DAYS, DUE_SOON_DAYS, isClosed, type TaskStatus } from '../tasks/task.entity.js';

/** A warning of every deadline that comes by time, as the escalation has it. */
export type Rung = Pick<EscalationRung, 'code' | 'trigger' | 'days' | 'severity' | 'sinceAt'>;

const DAY_MS = 86_400_000;

/** The start of the Shanghai day that lies `days` after the day of an instant. Every day there has 24 hours. */
const startOfDayFrom = (instant: Date, days: number): Date =>
  new Date(startOfShanghaiDay(shanghaiDay(instant)).getTime() + days * DAY_MS);

/** When a rung comes: at the deadline itself, else at the start of its calendar day. */
export const rungAt = ({ days }: Pick<Rung, 'days'>, dueAt: Date): Date =>
  days === null || days === undefined ? dueAt : startOfDayFrom(dueAt, days);

/** Those of all rungs that come by time, in their order. */
export const timed = (rungs: readonly EscalationRung[]): Rung[] =>
  rungs.filter(({ trigger }) => trigger !== 'BEHIND');

/** What arms a deadline. */
export interface Armed {
  readonly status: TaskStatus;
  readonly dueAt: Date;
  /** When this deadline was set (or its task opened again): what had passed by then warns nobody. */
  readonly armedFrom: Date;
  /** The clock stands, and nothing comes until it runs again. */
  readonly suspended?: boolean;
}

/** The rungs that have come since the deadline was armed (or the rung was made), in order. */
export function passedRungs(rungs: readonly Rung[], armed: Armed, now: Date): Rung[] {
  const { status, dueAt, armedFrom, suspended } = armed;
  if (isClosed(status) || suspended) return [];
  return rungs.filter((rung) => {
    const at = rungAt(rung, dueAt);
    return armedFrom < at && rung.sinceAt < at && at <= now;
  });
}

/** Campaign time: how close two rungs must lie, and how late they may be stated, to be both said. */
const MOMENTS_MS = 60_000;
const DOWNTIME_MS = 3_600_000;

/**
 * Of the rungs that have come, those that are to be said now: the latest. After downtime the earlier ones pass in
 * silence: one warning that is true now, instead of several that were true once. Only what came moments before the
 * latest, and was hidden by no downtime, is said too: a deadline at the last second of a day is due one second before
 * its first day overdue begins.
 */
export function freshRungs(rungs: readonly Rung[], armed: Armed, now: Date): Rung[] {
  const passed = passedRungs(rungs, armed, now);
  const latest = passed.at(-1);
  if (!latest) return [];
  const at = rungAt(latest, armed.dueAt).getTime();
  const since = now.getTime() - at < DOWNTIME_MS ? at - MOMENTS_MS : at;
  return passed.filter((rung) => rungAt(rung, armed.dueAt).getTime() >= since);
}

/** The next instant at which a rung or a change of schedule may come; null when nothing more will. */
export function nextInstant(rungs: readonly Rung[], armed: Omit<Armed, 'armedFrom'>, now: Date): Date | null {
  const { status, dueAt, suspended } = armed;
  if (isClosed(status) || suspended) return null;
  const instants = [
    ...rungs.map((rung) => rungAt(rung, dueAt)),
    startOfDayFrom(dueAt, -BEHIND_DAYS),
    startOfDayFrom(dueAt, -DUE_SOON_DAYS),
    // Overdue is past the deadline, not at it: `scheduleOf` (task.entity.ts).
    new Date(dueAt.getTime() + 1),
  ];
  const ahead = instants.map(Number).filter((instant) => instant > now.getTime());
  return ahead.length > 0 ? new Date(Math.min(...ahead)) : null;
}
