import { calendarFor } from '../calendars/calendar.queries.js';
import type { Course } from '../calendars/clock.rules.js';
import { courseOf, type DurationClock } from '../calendars/clock.rules.js';
import type { Context } from '../http/context.js';
import { suspensionsOf } from './record.queries.js';
import { isSuspended, type Task, type TaskSuspension } from './task.entity.js';
import { getTask } from './task.queries.js';

type Clocked = Pick<Task, 'durationAmount' | 'durationUnit' | 'clockStartedAt' | 'clockRegion'>;

/** The duration that a task's deadline comes from, or null for a fixed date. */
export function clockOf(task: Clocked, suspensions: readonly TaskSuspension[]): DurationClock | null {
  const { durationAmount: amount, durationUnit: unit, clockStartedAt: startedAt } = task;
  if (!amount || !unit || !startedAt) return null;
  const stops = suspensions
    .filter(({ fromAt }) => fromAt >= startedAt)
    .map(({ fromAt, toAt }) => ({ from: fromAt, to: toAt ?? null }));
  return { startedAt, duration: { amount, unit }, stops };
}

/** How the deadline of a task comes about. */
export interface DeadlineCourse {
  readonly dueAt: Date | null;
  readonly clock: DurationClock | null;
  readonly course: Course | null;
  readonly calendarRegion: string | null;
}

/** @throws NOT_FOUND · CALENDAR_MISSING (while the clock stands, and time has come to a year nobody has published) */
export async function explainDeadline(context: Context, taskId: string): Promise<DeadlineCourse> {
  const task = await getTask(context, taskId);
  const clock = clockOf(task, await suspensionsOf(context, task.id));
  const calendarRegion = task.clockRegion ?? null;
  if (!clock || !calendarRegion)
    return { dueAt: task.dueAt, clock: null, course: null, calendarRegion: null };
  const course = courseOf(await calendarFor(context.em, calendarRegion), clock);
  return { dueAt: isSuspended(task) ? null : task.dueAt, clock, course, calendarRegion };
}
