import { v7 as newId } from 'uuid';
import { type Transaction, write } from '../db/write.js';
import { Refusal } from '../errors.js';
import type { Context } from '../http/context.js';
import { isLate, receiptDueAt, TaskReceipt } from './receipt.entity.js';
import type { Task } from './task.entity.js';
import { type Change, demandOpen, factOf, lockTask, touch } from './task.held.actions.js';

/**
 * Signs for a task that one was named to answer for. Too late is still signed, and says so.
 * @throws FORBIDDEN (another answers for it) · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (closed, signed
 *   already, or assigned before there were receipts)
 */
export const signReceipt = (context: Context, input: Change) =>
  write(context, { act: 'task.answerFor', operation: 'signReceipt', input }, async (tx) => {
    const task = await lockTask(tx, input);
    if (task.responsibleId !== tx.viewer.accountId) {
      throw new Refusal('FORBIDDEN', 'Only who answers for the task signs for it.');
    }
    demandOpen(task);
    const receipt = await tx.em.findOne(TaskReceipt, { taskId: task.id, signedAt: null, endedAt: null });
    if (!receipt) {
      throw new Refusal('TRANSITION_NOT_ALLOWED', 'No receipt of this task waits to be signed.', {
        allowed: [],
      });
    }
    receipt.signedAt = tx.now;
    await touch(tx, task);
    const { title } = task;
    return {
      answer: task,
      facts: [await factOf(tx, task, 'TASK_RECEIVED', { title, late: isLate(receipt, tx.now) })],
    };
  });

/** Starts the clock of a new receipt for tasks whose responsible has just been named; one that ran before ends. */
export async function startReceipts(tx: Transaction, tasks: readonly Task[]): Promise<Date> {
  const ids = tasks.map(({ id }) => id);
  const dueAt = receiptDueAt(tx.now);
  await tx.em.execute('update task_receipt set ended_at = ? where task_id = any (?) and ended_at is null', [
    tx.now,
    arrayOf(ids),
  ]);
  for (const { id, responsibleId } of tasks) {
    tx.em.create(TaskReceipt, {
      id: newId(),
      taskId: id,
      responsibleId: responsibleId as string,
      assignedAt: tx.now,
      assignedById: tx.viewer.accountId,
      dueAt,
      signedAt: null,
      endedAt: null,
    });
  }
  return dueAt;
}

/** Nobody has to sign any more for tasks that were closed. */
export async function endReceipts(tx: Transaction, ids: readonly string[]): Promise<void> {
  await tx.em.execute(
    'update task_receipt set ended_at = ? where task_id = any (?) and signed_at is null and ended_at is null',
    [tx.now, arrayOf(ids)],
  );
}

/** As the ORM writes a list into one parameter. */
const arrayOf = (ids: readonly string[]): string => `{${ids.join(',')}}`;
