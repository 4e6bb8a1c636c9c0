import { v7 as newId } from 'uuid';
import { rolesFor } from '../auth/may.js';
import { type Transaction, write } from '../db/write.js';
import { Refusal } from '../errors.js';
import type { Context } from '../http/context.js';
import { optionalText } from '../text.js';
import { TaskAssisting } from './assisting.entity.js';
import { TaskProgress } from './progress.entity.js';
import type { Task } from './task.entity.js';
import { type Change, demandOpen, factOf, lockTask, NOTE_LENGTH, touch } from './task.held.actions.js';

export interface ReportProgress extends Change {
  percent: number;
  note?: string | null;
}

/**
 * Says how far an open task has come. It may fall back, with a word on why.
 * @throws FORBIDDEN (neither the village team, nor who answers for it or assists) · NOT_FOUND · VERSION_CONFLICT ·
 *   TRANSITION_NOT_ALLOWED (closed) · INVALID_AMOUNT · INVALID_TEXT (also for a missing note)
 */
export const reportProgress = (context: Context, input: ReportProgress) =>
  write(context, { act: 'task.answerFor', operation: 'reportProgress', input }, async (tx) => {
    const { percent } = input;
    if (percent < 0 || percent > 100) {
      throw new Refusal('INVALID_AMOUNT', 'percent is from 0 to 100.', { field: 'percent', limit: 100 });
    }
    const task = await lockTask(tx, input);
    await demandWorker(tx, task);
    demandOpen(task);
    const last = await tx.em.findOne(
      TaskProgress,
      { taskId: task.id },
      { orderBy: { at: 'desc', id: 'desc' } },
    );
    const from = last?.percent ?? null;
    const given = percent < (from ?? 0) ? (input.note ?? '') : input.note;
    const note = optionalText(given, 'note', NOTE_LENGTH);
    const by = { at: tx.now, byId: tx.viewer.accountId };
    tx.em.create(TaskProgress, { id: newId(), taskId: task.id, percent, note, ...by });
    await touch(tx, task);
    const params = { title: task.title, from, percent };
    return { answer: task, facts: [await factOf(tx, task, 'TASK_PROGRESSED', params)] };
  });

async function demandWorker(tx: Transaction, task: Task): Promise<void> {
  const { accountId } = tx.viewer;
  if (task.responsibleId === accountId) return;
  if (rolesFor(tx.viewer, 'task.answerFor', task.regionCode, tx.now).has('VILLAGE_TEAM')) return;
  const mine = { taskId: task.id, assistingId: accountId, endedAt: null };
  if ((await tx.em.count(TaskAssisting, mine)) > 0) return;
  const why = 'Only the village team, who answers for the task and who assists report on it.';
  throw new Refusal('FORBIDDEN', why);
}
