import { v7 as newId } from 'uuid';
import { type Transaction, write } from '../db/write.js';
import { Refusal } from '../errors.js';
import type { Fact } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { plainText } from '../text.js';
import { holdParentDueAt, latestPartDueAt } from './subtask.queries.js';
import { isSuspended, type Task, TaskDeadlineMove } from './task.entity.js';
import { type Change, demandAhead, demandOpen, factOf, lockTask, NOTE_LENGTH } from './task.held.actions.js';

export interface ChangeTaskDeadline extends Change {
  dueAt: Date;
  reason: string;
}

/**
 * Moves the deadline of an open task; warnings start anew for the new one.
 * @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (closed) · INVALID_DATE (past, no change,
 *   after the deadline of the task it is a part of, or before that of a part) · INVALID_TEXT
 */
export const changeTaskDeadline = (context: Context, input: ChangeTaskDeadline) =>
  write(context, { act: 'task.changeDeadline', operation: 'changeTaskDeadline', input }, async (tx) => {
    const reason = plainText(input.reason, 'reason', NOTE_LENGTH);
    const latest = await holdRoom(tx, input.taskId);
    const task = await lockTask(tx, input);
    demandOpen(task);
    demandAhead(input.dueAt, tx.now);
    // It would start every warning anew for nothing.
    if (input.dueAt.getTime() === task.dueAt.getTime())
      throw new Refusal('INVALID_DATE', 'This is the deadline already.', { field: 'dueAt' });
    demandWithin(input.dueAt, latest, 'dueAt');
    return { answer: task, facts: [await moveDeadline(tx, task, input.dueAt, reason)] };
  });

/** The latest deadline that a part may have, its parent held; asked before the part itself is locked. */
export const holdRoom = (tx: Transaction, taskId: string): Promise<Date | null> =>
  holdParentDueAt(tx.em, taskId);

/** @throws INVALID_DATE for a part that would be due after the whole */
export function demandWithin(dueAt: Date, latest: Date | null, field: string): void {
  if (!latest || dueAt <= latest) return;
  const why = `A part is due no later than the task that it is a part of: ${latest.toISOString()}.`;
  throw new Refusal('INVALID_DATE', why, { field });
}

/**
 * A date set by hand: a duration that ran until then is over.
 * @throws INVALID_DATE when a part would be due after it · TRANSITION_NOT_ALLOWED while the clock stands
 */
export async function moveDeadline(tx: Transaction, task: Task, dueAt: Date, reason: string): Promise<Fact> {
  demandRunning(task);
  const latest = dueAt < task.dueAt ? await latestPartDueAt(tx.em, task.id) : null;
  if (latest && dueAt < latest) {
    const why = `A part of this task is due at ${latest.toISOString()}; move that first.`;
    throw new Refusal('INVALID_DATE', why, { field: 'dueAt' });
  }
  Object.assign(task, { durationAmount: null, durationUnit: null, clockStartedAt: null, clockRegion: null });
  return deadlineFact(tx, task, writeDeadline(tx, task, dueAt, reason));
}

export function demandRunning(task: Task): void {
  if (!isSuspended(task)) return;
  const why = 'The clock of this task stands; resume it first.';
  throw new Refusal('TRANSITION_NOT_ALLOWED', why, { allowed: [] });
}

/** Keeps the move in the history; answers the deadline before. */
export function writeDeadline(tx: Transaction, task: Task, dueAt: Date, reason: string): Date {
  const fromAt = task.dueAt;
  const by = { at: tx.now, byId: tx.viewer.accountId, reason };
  tx.em.create(TaskDeadlineMove, { id: newId(), taskId: task.id, fromAt, toAt: dueAt, ...by });
  task.dueAt = dueAt;
  task.deadlineVersion += 1;
  return fromAt;
}

export function deadlineFact(tx: Transaction, task: Task, from: Date): Promise<Fact> {
  const { title, status, dueAt, deadlineVersion } = task;
  const when = { from: from.toISOString(), to: dueAt.toISOString(), deadlineVersion };
  return factOf(tx, task, 'TASK_DEADLINE_CHANGED', { title, status, ...when }, 'NOTICE');
}
