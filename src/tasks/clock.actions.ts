import { v7 as newId } from 'uuid';
import { calendarFor } from '../calendars/calendar.queries.js';
import { endOf } from '../calendars/clock.rules.js';
import { type DurationUnit, isWorkingUnit } from '../calendars/working-time.rules.js';
import { type Transaction, write } from '../db/write.js';
import { Refusal } from '../errors.js';
import type { Fact } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { plainText } from '../text.js';
import { clockOf } from './clock.queries.js';
import { deadlineFact, demandRunning, demandWithin, holdRoom, writeDeadline } from './deadline.actions.js';
import { isSuspended, type Task, TaskSuspension } from './task.entity.js';
import { type Change, demandAhead, demandOpen, factOf, lockTask, NOTE_LENGTH } from './task.held.actions.js';

/** Two years: longer plans are dates. */
const MOST: Record<DurationUnit, number> = {
  CALENDAR_DAYS: 731,
  WORKING_DAYS: 500,
  WORKING_HOURS: 3500,
  HOURS: 17_544,
};
const MINUTE_MS = 60_000;

export interface SetTaskDuration extends Change {
  amount: number;
  unit: DurationUnit;
  startsAt?: Date | null;
  reason: string;
}

/**
 * Makes the deadline of an open task a duration, counted by the calendar of its place.
 * @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (closed, or its clock stands) ·
 *   INVALID_AMOUNT · INVALID_DATE (begins before the task, ends in the past or after the whole it is a part of) ·
 *   CALENDAR_MISSING · INVALID_TEXT
 */
export const setTaskDuration = (context: Context, input: SetTaskDuration) =>
  write(context, { act: 'task.changeDeadline', operation: 'setTaskDuration', input }, async (tx) => {
    const { amount, unit } = input;
    const reason = plainText(input.reason, 'reason', NOTE_LENGTH);
    if (amount < 1 || amount > MOST[unit]) {
      const why = `A duration in ${unit} is from 1 to ${MOST[unit]}.`;
      throw new Refusal('INVALID_AMOUNT', why, { field: 'amount', limit: MOST[unit] });
    }
    const latest = await holdRoom(tx, input.taskId);
    const task = await lockTask(tx, input);
    demandOpen(task);
    demandRunning(task);
    // Clocks count whole minutes.
    const start = (input.startsAt ?? tx.now).getTime();
    const startedAt = new Date(Math.floor(start / MINUTE_MS) * MINUTE_MS);
    if (start < task.createdAt.getTime())
      throw new Refusal('INVALID_DATE', 'The task is younger than that.', { field: 'startsAt' });
    const calendar = await calendarFor(tx.em, task.regionCode);
    const dueAt = endOf(calendar, { startedAt, duration: { amount, unit }, stops: [] }) as Date;
    demandAhead(dueAt, tx.now, 'amount');
    demandWithin(dueAt, latest, 'amount');
    const clock = { durationAmount: amount, durationUnit: unit, clockRegion: task.regionCode };
    Object.assign(task, { ...clock, clockStartedAt: startedAt });
    return { answer: task, facts: [await deadlineFact(tx, task, writeDeadline(tx, task, dueAt, reason))] };
  });

export interface StopTaskClock extends Change {
  reason: string;
}

/**
 * Stops the clock of a duration in working time: nothing warns, and nothing is late, until it is resumed.
 * @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (closed, a fixed date or calendar time, overdue,
 *   or stopped already) · INVALID_TEXT
 */
export const suspendTaskClock = (context: Context, input: StopTaskClock) =>
  write(context, { act: 'task.changeDeadline', operation: 'suspendTaskClock', input }, async (tx) => {
    const reason = plainText(input.reason, 'reason', NOTE_LENGTH);
    const task = await lockTask(tx, input);
    demandOpen(task);
    demandRunning(task);
    if (!task.durationUnit || !isWorkingUnit(task.durationUnit))
      refuse('Only a duration in working time is suspended; a date is moved instead.');
    if (task.dueAt < tx.now) refuse('This task is overdue; what is over cannot be suspended.');
    task.suspendedAt = tx.now;
    const by = { fromAt: tx.now, toAt: null, byId: tx.viewer.accountId, reason };
    const none = { resumedById: null, resumeReason: null };
    tx.em.create(TaskSuspension, { id: newId(), taskId: task.id, ...by, ...none });
    return { answer: task, facts: [await clockFact(tx, task, 'SUSPENDED')] };
  });

/**
 * Lets the clock run again with what was left of it; warnings start anew for the new deadline.
 * @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (closed, or it runs) · CALENDAR_MISSING ·
 *   INVALID_TEXT
 */
export const resumeTaskClock = (context: Context, input: StopTaskClock) =>
  write(context, { act: 'task.changeDeadline', operation: 'resumeTaskClock', input }, async (tx) => {
    const reason = plainText(input.reason, 'reason', NOTE_LENGTH);
    const task = await lockTask(tx, input);
    demandOpen(task);
    if (!isSuspended(task)) refuse('The clock of this task runs.');
    const suspensions = await tx.em.find(TaskSuspension, { taskId: task.id }, { orderBy: { fromAt: 'asc' } });
    const open = suspensions.find(({ toAt }) => !toAt);
    if (open) Object.assign(open, { toAt: tx.now, resumedById: tx.viewer.accountId, resumeReason: reason });
    task.suspendedAt = null;
    const clock = clockOf(task, suspensions);
    const calendar = await calendarFor(tx.em, task.clockRegion ?? task.regionCode);
    const dueAt = clock && endOf(calendar, clock);
    if (dueAt) writeDeadline(tx, task, dueAt, reason);
    return { answer: task, facts: [await clockFact(tx, task, 'RUNNING')] };
  });

function refuse(why: string): never {
  throw new Refusal('TRANSITION_NOT_ALLOWED', why, { allowed: [] });
}

function clockFact(tx: Transaction, task: Task, to: 'RUNNING' | 'SUSPENDED'): Promise<Fact> {
  const { title, status, dueAt, deadlineVersion } = task;
  const from = to === 'RUNNING' ? 'SUSPENDED' : 'RUNNING';
  const params = { title, status, from, to, dueAt: dueAt.toISOString(), deadlineVersion } as const;
  return factOf(tx, task, 'TASK_CLOCK_CHANGED', params, 'NOTICE');
}
