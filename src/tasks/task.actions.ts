import { v7 as newId } from 'uuid';
import { may, rolesFor } from '../auth/may.js';
import { isId, lockRow, type Transaction, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import type { Fact, Severity } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { Account } from '../people/account.entity.js';
import { grantsOf } from '../people/account.queries.js';
import { getRegion } from '../regions/region.queries.js';
import { optionalText, plainText } from '../text.js';
import {
  allowedMoves,
  isClosed,
  moveRole,
  Task,
  TaskDeadlineMove,
  TaskMove,
  type TaskStatus,
} from './task.entity.js';

const NOTE_LENGTH = 500;

interface Change {
  taskId: string;
  expectedVersion: number;
  idempotencyKey?: string | null;
}

export interface ChangeTaskStatus extends Change {
  to: TaskStatus;
  note?: string | null;
}

/**
 * Moves a task.
 * @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (with `allowed`) · INVALID_TEXT
 */
export const changeTaskStatus = (context: Context, input: ChangeTaskStatus) =>
  write(context, { act: 'task.changeStatus', operation: 'changeTaskStatus', input }, async (tx) => {
    const note = optionalText(input.note, 'note', NOTE_LENGTH);
    const task = await lockTask(tx, input);
    const from = task.status;
    await demandMove(tx, task, input.to);
    task.status = input.to;
    tx.em.create(TaskMove, {
      id: newId(),
      taskId: task.id,
      fromStatus: from,
      toStatus: input.to,
      at: tx.now,
      byId: tx.viewer.accountId,
      role: moveRole(from, input.to),
      note,
    });
    return { answer: task, facts: [await statusFact(tx, task, from)] };
  });

async function demandMove(tx: Transaction, task: Task, to: TaskStatus): Promise<void> {
  const earlier = await tx.em.find(TaskMove, { taskId: task.id });
  const roles = rolesFor(tx.viewer, 'task.changeStatus', task.regionCode, tx.now);
  const allowed = allowedMoves(task.status, roles, tx.viewer.accountId, earlier);
  if (allowed.includes(to)) return;
  const choice =
    allowed.length > 0 ? `You may move it to ${allowed.join(', ')}.` : 'You may not move it now.';
  const why = `This task is ${task.status}; ${to} is not yours to set. ${choice}`;
  throw new Refusal('TRANSITION_NOT_ALLOWED', why, { allowed });
}

export interface ChangeTaskDeadline extends Change {
  dueAt: Date;
  reason: string;
}

/**
 * Moves the deadline of an open task; warnings start anew for the new one.
 * @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (closed) · INVALID_DATE (past, or no change) ·
 *   INVALID_TEXT
 */
export const changeTaskDeadline = (context: Context, input: ChangeTaskDeadline) =>
  write(context, { act: 'task.changeDeadline', operation: 'changeTaskDeadline', input }, async (tx) => {
    const reason = plainText(input.reason, 'reason', NOTE_LENGTH);
    const task = await lockTask(tx, input);
    demandOpen(task);
    demandNewDeadline(task, input.dueAt, tx.now);
    const from = task.dueAt;
    task.dueAt = input.dueAt;
    task.deadlineVersion += 1;
    const by = { at: tx.now, byId: tx.viewer.accountId, reason };
    tx.em.create(TaskDeadlineMove, { id: newId(), taskId: task.id, fromAt: from, toAt: input.dueAt, ...by });
    const params = {
      title: task.title,
      from: from.toISOString(),
      to: task.dueAt.toISOString(),
      status: task.status,
      deadlineVersion: task.deadlineVersion,
    };
    const fact = {
      ...(await about(tx, task)),
      kind: 'TASK_DEADLINE_CHANGED',
      severity: 'NOTICE',
      params,
    } as const;
    return { answer: task, facts: [fact] };
  });

function demandNewDeadline(task: Task, dueAt: Date, now: Date): void {
  const field = 'dueAt';
  if (dueAt <= now) throw new Refusal('INVALID_DATE', 'The new deadline must lie ahead.', { field });
  // It would start every warning anew for nothing.
  if (dueAt.getTime() === task.dueAt.getTime())
    throw new Refusal('INVALID_DATE', 'This is the deadline already.', { field });
}

export interface AssignTask extends Change {
  responsibleId: string;
}

/**
 * Names who answers for an open task: somebody who may see it. Who answers for it already is not news.
 * @throws FORBIDDEN · NOT_FOUND (task or account) · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (closed) ·
 *   BAD_USER_INPUT (an account that may not see the task)
 */
export const assignTask = (context: Context, input: AssignTask) =>
  write(context, { act: 'task.assign', operation: 'assignTask', input }, async (tx) => {
    const task = await lockTask(tx, input);
    demandOpen(task);
    const responsibleId = await findResponsible(tx, task, input.responsibleId);
    if (responsibleId === task.responsibleId) return { answer: task, facts: [] };
    task.responsibleId = responsibleId;
    const params = { title: task.title, responsibleId };
    const fact = { ...(await about(tx, task)), kind: 'TASK_ASSIGNED', severity: null, params } as const;
    return { answer: task, facts: [fact] };
  });

async function findResponsible(tx: Transaction, task: Task, id: string): Promise<string> {
  const account = isId(id) && (await tx.em.findOne(Account, { id, disabledAt: null }));
  if (!account) throw notFound('account');
  // An inspector's grant says that a village is inspected, which may be a secret still; and inspectors answer for none.
  const grants = (await grantsOf(tx.em, account.id)).filter(({ role }) => role !== 'INSPECTOR');
  if (!may({ grants }, 'task.read', task.regionCode, tx.now)) {
    const why = 'This account has no grant in force that covers the task; give it one first.';
    throw new Refusal('BAD_USER_INPUT', why, { field: 'responsibleId' });
  }
  return account.id;
}

const lockTask = (tx: Transaction, input: Change): Promise<Task> =>
  lockRow(tx, Task, 'task', { id: input.taskId, expectedVersion: input.expectedVersion });

function demandOpen(task: Task): void {
  if (!isClosed(task.status)) return;
  throw new Refusal('TRANSITION_NOT_ALLOWED', `This task is ${task.status} and closed.`, { allowed: [] });
}

/**
 * Where it happened and to what: the part that all facts about one task share. Read through the transaction's own
 * connection: one that waited for a second while twenty others wait for its row would wait for ever.
 */
async function about(tx: Transaction, task: Task) {
  const { code, name } = await getRegion(tx, task.regionCode);
  return { region: { code, name }, subject: { type: 'TASK', id: task.id }, audience: 'REGION' } as const;
}

/** Work sent back or reopened is what a leader should see first. */
const STATUS_SEVERITY: Partial<Record<TaskStatus, Severity>> = {
  RETURNED: 'WARNING',
  REOPENED: 'WARNING',
  BLOCKED: 'NOTICE',
};

async function statusFact(tx: Transaction, task: Task, from: TaskStatus): Promise<Fact> {
  const { title, status, deadlineVersion } = task;
  const itemId = task.standardItemId ?? null;
  const params = { title, itemId, from, to: status, dueAt: task.dueAt.toISOString(), deadlineVersion };
  return {
    ...(await about(tx, task)),
    kind: 'TASK_STATUS_CHANGED',
    severity: STATUS_SEVERITY[status] ?? null,
    params,
  };
}
