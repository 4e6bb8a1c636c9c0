import { v7 as newId } from 'uuid';
import { may } from '../auth/may.js';
import type { Grant } from '../auth/viewer.js';
import { isId, type Transaction, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import type { Fact } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { Account } from '../people/account.entity.js';
import { grantsOf } from '../people/account.queries.js';
import { TaskAssisting } from './assisting.entity.js';
import { startReceipts } from './receipt.actions.js';
import type { Task } from './task.entity.js';
import {
  type Change,
  demandOpen,
  eachInTurn,
  factOf,
  type Held,
  lockTask,
  lockTasks,
  touch,
} from './task.held.actions.js';

export const MOST_ASSISTING = 20;

export interface AssignTask extends Change {
  responsibleId: string;
}

/**
 * Names who answers for an open task: somebody who may see and report on it. The clock of the receipt starts. Who
 * answers for it already is not news.
 * @throws FORBIDDEN · NOT_FOUND (task or account) · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (closed) ·
 *   BAD_USER_INPUT (an account that may not answer for the task)
 */
export const assignTask = (context: Context, input: AssignTask) =>
  write(context, { act: 'task.assign', operation: 'assignTask', input }, async (tx) => {
    const task = await lockTask(tx, input);
    demandOpen(task);
    const unit = await findUnit(tx, input.responsibleId);
    demandUnit(tx, unit, task.regionCode, 'responsibleId');
    return { answer: task, facts: await assignAll(tx, [task], unit) };
  });

export interface AssignTasks {
  tasks: Held[];
  responsibleId: string;
  idempotencyKey?: string | null;
}

/**
 * Names who answers for many tasks in one transaction: all of them or none.
 * @throws as assignTask, with the `index` of the first that fails · BAD_USER_INPUT (none, too many, one twice)
 */
export const assignTasks = (context: Context, input: AssignTasks) =>
  write(context, { act: 'task.assign', operation: 'assignTasks', input }, async (tx) => {
    const unit = await findUnit(tx, input.responsibleId);
    const tasks = await lockTasks(tx, input.tasks);
    eachInTurn(tasks, (task) => {
      demandOpen(task);
      demandUnit(tx, unit, task.regionCode, 'responsibleId');
    });
    return { answer: { tasks }, facts: await assignAll(tx, tasks, unit) };
  });

export interface Unit {
  readonly id: string;
  readonly grants: readonly Grant[];
}

/** @throws NOT_FOUND for an account that is unknown or disabled */
export async function findUnit(tx: Transaction, id: string): Promise<Unit> {
  const account = isId(id) && (await tx.em.findOne(Account, { id, disabledAt: null }));
  if (!account) throw notFound('account');
  return { id: account.id, grants: await grantsOf(tx.em, account.id) };
}

/**
 * Inspectors answer for nothing, so their grants, which tell where a visit goes that may be a secret still, do not show.
 * @throws BAD_USER_INPUT
 */
export function demandUnit(tx: Transaction, { grants }: Unit, regionCode: string, field: string): void {
  if (may({ grants: [...grants] }, 'task.answerFor', regionCode, tx.now)) return;
  const why = 'This account has no grant in force to work on the task; give it one first.';
  throw new Refusal('BAD_USER_INPUT', why, { field });
}

async function assignAll(tx: Transaction, tasks: readonly Task[], unit: Unit): Promise<Fact[]> {
  const news = tasks.filter(({ responsibleId }) => responsibleId !== unit.id);
  if (news.length === 0) return [];
  for (const task of news) task.responsibleId = unit.id;
  await endAssisting(tx, news, unit.id);
  return assignmentFacts(tx, news, await startReceipts(tx, news));
}

export function assignmentFacts(tx: Transaction, tasks: readonly Task[], receiptDue: Date): Promise<Fact[]> {
  const receiptDueAt = receiptDue.toISOString();
  return Promise.all(
    tasks.map((task) => {
      const { title, responsibleId = null } = task;
      return factOf(tx, task, 'TASK_ASSIGNED', { title, responsibleId, receiptDueAt });
    }),
  );
}

/** Who answers for a task does not assist with it as well. */
async function endAssisting(tx: Transaction, tasks: readonly Task[], unitId: string): Promise<void> {
  const ids = tasks.map(({ id }) => id);
  const now = await tx.em.find(TaskAssisting, { taskId: { $in: ids }, assistingId: unitId, endedAt: null });
  for (const each of now) Object.assign(each, { endedAt: tx.now, endedById: tx.viewer.accountId });
}

export interface SetAssistingUnits extends Change {
  assistingIds: string[];
}

/**
 * Says which units assist with an open task from now on, beside the one that answers for it. The same ones again are no
 * news.
 * @throws FORBIDDEN · NOT_FOUND (task or account) · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (closed) ·
 *   BAD_USER_INPUT (too many; the one that answers for it; an account that may not work on it), with the `index`
 */
export const setAssistingUnits = (context: Context, input: SetAssistingUnits) =>
  write(context, { act: 'task.assign', operation: 'setAssistingUnits', input }, async (tx) => {
    const task = await lockTask(tx, input);
    demandOpen(task);
    const ids = await findAssisting(tx, task, input.assistingIds);
    const fact = await assist(tx, task, ids);
    if (fact) await touch(tx, task);
    return { answer: task, facts: fact ? [fact] : [] };
  });

/** The units, each once, in the order given. */
export async function findAssisting(
  tx: Transaction,
  { regionCode, responsibleId }: Pick<Task, 'regionCode' | 'responsibleId'>,
  wanted: readonly string[],
): Promise<string[]> {
  const field = 'assistingIds';
  if (wanted.length > MOST_ASSISTING) {
    const why = `At most ${MOST_ASSISTING} units assist with a task.`;
    throw new Refusal('BAD_USER_INPUT', why, { field, limit: MOST_ASSISTING });
  }
  const units: Unit[] = [];
  for (const id of new Set(wanted)) units.push(await findUnit(tx, id));
  eachInTurn(units, (unit) => {
    demandUnit(tx, unit, regionCode, field);
    if (unit.id !== responsibleId) return;
    throw new Refusal('BAD_USER_INPUT', 'This account answers for the task already.', { field });
  });
  return units.map(({ id }) => id);
}

/** The fact, or null when nothing changes. */
export async function assist(tx: Transaction, task: Task, ids: readonly string[]): Promise<Fact | null> {
  const now = await tx.em.find(TaskAssisting, { taskId: task.id, endedAt: null });
  const gone = now.filter(({ assistingId }) => !ids.includes(assistingId));
  const come = ids.filter((id) => !now.some(({ assistingId }) => assistingId === id));
  if (gone.length + come.length === 0) return null;
  const byId = tx.viewer.accountId;
  for (const each of gone) Object.assign(each, { endedAt: tx.now, endedById: byId });
  for (const assistingId of come) {
    const added = { addedAt: tx.now, addedById: byId, endedAt: null, endedById: null };
    tx.em.create(TaskAssisting, { id: newId(), taskId: task.id, assistingId, ...added });
  }
  return factOf(tx, task, 'TASK_ASSISTING_CHANGED', { title: task.title, assistingIds: [...ids] });
}
