import { LockMode } from '@mikro-orm/postgresql';
import { v7 as newId } from 'uuid';
import { rolesFor } from '../auth/may.js';
import { inScopes, isId, lockRow, type Transaction, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import type { Fact } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { optionalText, plainText } from '../text.js';
import { demandWithin, holdRoom, moveDeadline } from './deadline.actions.js';
import { TaskExtension } from './extension.entity.js';
import { Task } from './task.entity.js';
import {
  type Change,
  demandAhead,
  demandOpen,
  factOf,
  lockTask,
  NOTE_LENGTH,
  touch,
} from './task.held.actions.js';

export interface RequestExtension extends Change {
  newDueAt: Date;
  reason: string;
}

/**
 * Asks for more time for an open task.
 * @throws FORBIDDEN (neither the village team, nor the township, nor who answers for it) · NOT_FOUND ·
 *   VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (closed, or a request is open) · INVALID_DATE (past, not later than the
 *   deadline, or after that of the task it is a part of) · INVALID_TEXT
 */
export const requestExtension = (context: Context, input: RequestExtension) =>
  write(context, { act: 'task.answerFor', operation: 'requestExtension', input }, async (tx) => {
    const reason = plainText(input.reason, 'reason', NOTE_LENGTH);
    const latest = await holdRoom(tx, input.taskId);
    const task = await lockTask(tx, input);
    demandAsker(tx, task);
    demandOpen(task);
    demandLater(task, input.newDueAt, latest, tx.now);
    await demandNoneOpen(tx, task);
    const extension = tx.em.create(TaskExtension, {
      id: newId(),
      taskId: task.id,
      regionCode: task.regionCode,
      fromDueAt: task.dueAt,
      newDueAt: input.newDueAt,
      reason,
      status: 'REQUESTED',
      requestedAt: tx.now,
      requestedById: tx.viewer.accountId,
      decidedAt: null,
      decidedById: null,
      note: null,
      version: 1,
    });
    await touch(tx, task);
    return { answer: extension, facts: [await extensionFact(tx, task, extension, null)] };
  });

function demandAsker(tx: Transaction, { responsibleId, regionCode }: Task): void {
  const roles = rolesFor(tx.viewer, 'task.answerFor', regionCode, tx.now);
  const isDoing = roles.has('VILLAGE_TEAM') || roles.has('TOWNSHIP_OFFICE');
  if (isDoing || responsibleId === tx.viewer.accountId) return;
  const why = 'Only the village team, the township and who answers for the task ask for more time.';
  throw new Refusal('FORBIDDEN', why);
}

function demandLater(task: Task, newDueAt: Date, latest: Date | null, now: Date): void {
  const field = 'newDueAt';
  demandAhead(newDueAt, now, field);
  demandWithin(newDueAt, latest, field);
  if (newDueAt > task.dueAt) return;
  const why = `More time ends later than the deadline that stands: ${task.dueAt.toISOString()}.`;
  throw new Refusal('INVALID_DATE', why, { field });
}

async function demandNoneOpen(tx: Transaction, task: Task): Promise<void> {
  const open = await tx.em.count(TaskExtension, { taskId: task.id, status: 'REQUESTED' });
  if (open === 0) return;
  const why = 'A request for more time is open already; it must be decided first.';
  throw new Refusal('TRANSITION_NOT_ALLOWED', why, { allowed: [] });
}

export interface DecideExtension {
  extensionId: string;
  expectedVersion: number;
  approve: boolean;
  note?: string | null;
  idempotencyKey?: string | null;
}

/**
 * Says yes or no to another's request. A yes moves the deadline.
 * @throws FORBIDDEN (also for one's own) · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (decided or lapsed) ·
 *   INVALID_DATE (a yes to a date that is past by now, or no more time any more) · INVALID_TEXT (a no without a note)
 */
export const decideExtension = (context: Context, input: DecideExtension) =>
  write(context, { act: 'task.decideExtension', operation: 'decideExtension', input }, async (tx) => {
    const { approve, extensionId: id, expectedVersion } = input;
    const note = optionalText(approve ? input.note : (input.note ?? ''), 'note', NOTE_LENGTH);
    const { task, latest } = await lockTaskOf(tx, id);
    const extension = await lockRow(tx, TaskExtension, 'extension', { id, expectedVersion });
    demandDecider(tx, extension);
    const { newDueAt, reason } = extension;
    if (approve) demandLater(task, newDueAt, latest, tx.now);
    const by = { decidedAt: tx.now, decidedById: tx.viewer.accountId, note };
    Object.assign(extension, { status: approve ? 'APPROVED' : 'REFUSED', ...by });
    const facts = [await extensionFact(tx, task, extension, 'REQUESTED')];
    if (approve) facts.push(await moveDeadline(tx, task, newDueAt, reason));
    else await touch(tx, task);
    return { answer: extension, facts };
  });

/** The task first, then its request: everybody who wants both takes them in this order. */
async function lockTaskOf(tx: Transaction, id: string) {
  const found = isId(id) && (await tx.em.findOne(TaskExtension, { id, $or: inScopes(tx.scopes) }));
  if (!found) throw notFound('extension');
  const latest = await holdRoom(tx, found.taskId);
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  const task = await tx.em.findOneOrFail(Task, { id: found.taskId }, { lockMode });
  await tx.em.refresh(found);
  return { task, latest };
}

function demandDecider(tx: Transaction, { status, requestedById }: TaskExtension): void {
  if (requestedById === tx.viewer.accountId) {
    throw new Refusal('FORBIDDEN', 'Whoever asks for more time cannot grant it: another office must.');
  }
  if (status === 'REQUESTED') return;
  throw new Refusal('TRANSITION_NOT_ALLOWED', `This request is ${status} already.`, { allowed: [] });
}

/** A task that closes needs no more time. */
export async function lapseExtensions(tx: Transaction, tasks: readonly Task[]): Promise<Fact[]> {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const open = await tx.em.find(TaskExtension, { taskId: { $in: [...byId.keys()] }, status: 'REQUESTED' });
  const facts: Fact[] = [];
  for (const extension of open) {
    Object.assign(extension, { status: 'LAPSED', decidedAt: tx.now, decidedById: tx.viewer.accountId });
    facts.push(await extensionFact(tx, byId.get(extension.taskId) as Task, extension, 'REQUESTED'));
  }
  return facts;
}

function extensionFact(
  tx: Transaction,
  task: Task,
  { status: to, newDueAt }: TaskExtension,
  from: string | null,
): Promise<Fact> {
  const params = { title: task.title, from, to, dueAt: newDueAt.toISOString() };
  return factOf(tx, task, 'TASK_EXTENSION_CHANGED', params);
}
