import { v7 as newId } from 'uuid';
import { rolesFor } from '../auth/may.js';
import { levelOf } from '../auth/scope.js';
import { type Transaction, write } from '../db/write.js';
import { Refusal } from '../errors.js';
import type { Fact, Severity } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { optionalText } from '../text.js';
import { lapseExtensions } from './extension.actions.js';
import { endReceipts } from './receipt.actions.js';
import { holdUnmet, idsBelow } from './subtask.queries.js';
import {
  allowedMoves,
  CONFIRMING,
  type EarlierMove,
  isClosed,
  isMet,
  moveRole,
  type Task,
  TaskMove,
  type TaskStatus,
} from './task.entity.js';
import {
  type Change,
  eachInTurn,
  factOf,
  type Held,
  lockById,
  lockTask,
  lockTasks,
  NOTE_LENGTH,
} from './task.held.actions.js';

export interface ChangeTaskStatus extends Change {
  to: TaskStatus;
  note?: string | null;
}

/**
 * Moves a task. Cancelled, it takes its open parts with it.
 * @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (with `allowed`; with `unmetParts` where
 *   parts are open still) · INVALID_TEXT
 */
export const changeTaskStatus = (context: Context, input: ChangeTaskStatus) =>
  write(context, { act: 'task.changeStatus', operation: 'changeTaskStatus', input }, async (tx) => {
    const note = optionalText(input.note, 'note', NOTE_LENGTH);
    const task = await lockTask(tx, input);
    const refuse = await refusalsOf(tx, [task], input.to);
    refuse(task);
    return { answer: task, facts: await moveAll(tx, [task], input.to, note) };
  });

export interface ChangeTaskStatuses {
  tasks: Held[];
  to: TaskStatus;
  note?: string | null;
  idempotencyKey?: string | null;
}

/** Why somebody cannot go on, sends work back or opens it again is what others must know to act on it. */
const NEEDS_NOTE: readonly TaskStatus[] = ['BLOCKED', 'RETURNED', 'REOPENED'];

/**
 * Moves many tasks in one transaction: all of them or none.
 * @throws as changeTaskStatus, with the `index` of the first that fails · INVALID_TEXT also for a missing note where
 *   the move needs one · BAD_USER_INPUT (none, too many, one twice)
 */
export const changeTaskStatuses = (context: Context, input: ChangeTaskStatuses) =>
  write(context, { act: 'task.changeStatus', operation: 'changeTaskStatuses', input }, async (tx) => {
    const { to } = input;
    const given = NEEDS_NOTE.includes(to) ? (input.note ?? '') : input.note;
    const note = optionalText(given, 'note', NOTE_LENGTH);
    const tasks = await lockTasks(tx, input.tasks, to === 'CANCELLED' ? await below(tx, input.tasks) : []);
    const refuse = await refusalsOf(tx, tasks, to);
    eachInTurn(tasks, refuse);
    return { answer: { tasks }, facts: await moveAll(tx, tasks, to, note) };
  });

const below = (tx: Transaction, tasks: readonly Held[]): Promise<string[]> =>
  idsBelow(
    tx.em,
    tasks.map(({ taskId }) => taskId),
  );

/** What says whether a task may go there; everything it has to know is read at once for all. */
async function refusalsOf(tx: Transaction, tasks: readonly Task[], to: TaskStatus) {
  const ids = tasks.map(({ id }) => id);
  const moves = await tx.em.find(TaskMove, { taskId: { $in: ids } });
  const earlier = Map.groupBy(moves, ({ taskId }) => taskId);
  const open = CONFIRMING.includes(to) ? await holdUnmet(tx.em, ids) : new Map<string, string[]>();
  return (task: Task): void => {
    demandMove(tx, task, to, earlier.get(task.id) ?? []);
    // Parts that become met by the same act are no hindrance to it.
    const left = (open.get(task.id) ?? []).filter((id) => !(isMet(to) && ids.includes(id)));
    if (left.length === 0) return;
    const why = `${left.length} of its parts are neither met nor cancelled.`;
    throw new Refusal('TRANSITION_NOT_ALLOWED', why, { allowed: [], unmetParts: left.length });
  };
}

function demandMove(tx: Transaction, task: Task, to: TaskStatus, earlier: readonly EarlierMove[]): void {
  const { status, regionCode } = task;
  const roles = rolesFor(tx.viewer, 'task.changeStatus', regionCode, tx.now);
  const allowed = allowedMoves(status, roles, tx.viewer.accountId, earlier, levelOf(regionCode));
  if (allowed.includes(to)) return;
  const choice =
    allowed.length > 0 ? `You may move it to ${allowed.join(', ')}.` : 'You may not move it now.';
  const why = `This task is ${status}; ${to} is not yours to set. ${choice}`;
  throw new Refusal('TRANSITION_NOT_ALLOWED', why, { allowed });
}

async function moveAll(
  tx: Transaction,
  tasks: readonly Task[],
  to: TaskStatus,
  note: string | null,
): Promise<Fact[]> {
  const parts = to === 'CANCELLED' ? await openPartsOf(tx, tasks) : [];
  const moved = [...tasks, ...parts];
  const facts: Fact[] = [];
  for (const task of moved) facts.push(await setStatus(tx, task, to, note));
  if (!isClosed(to)) return facts;
  await endReceipts(
    tx,
    moved.map(({ id }) => id),
  );
  return [...facts, ...(await lapseExtensions(tx, moved))];
}

/** Everything below that is open still and not moved by its own name. */
async function openPartsOf(tx: Transaction, tasks: readonly Task[]): Promise<Task[]> {
  const ids = tasks.map(({ id }) => id);
  const parts = await lockById(tx, await idsBelow(tx.em, ids));
  return parts.filter((part) => !isClosed(part.status) && !ids.includes(part.id));
}

/** Work sent back or reopened is what a leader should see first. */
const STATUS_SEVERITY: Partial<Record<TaskStatus, Severity>> = {
  RETURNED: 'WARNING',
  REOPENED: 'WARNING',
  BLOCKED: 'NOTICE',
};

function setStatus(tx: Transaction, task: Task, to: TaskStatus, note: string | null): Promise<Fact> {
  const { id: taskId, status: from, regionCode, title, deadlineVersion } = task;
  task.status = to;
  const role = moveRole(from, to, levelOf(regionCode));
  const by = { at: tx.now, byId: tx.viewer.accountId, role, note };
  tx.em.create(TaskMove, { id: newId(), taskId, fromStatus: from, toStatus: to, ...by });
  const itemId = task.standardItemId ?? null;
  const params = { title, itemId, from, to, dueAt: task.dueAt.toISOString(), deadlineVersion };
  return factOf(tx, task, 'TASK_STATUS_CHANGED', params, STATUS_SEVERITY[to] ?? null);
}
