import { isInside } from '../auth/scope.js';
import { type Transaction, write } from '../db/write.js';
import { Refusal } from '../errors.js';
import type { Fact } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { findRegion } from '../regions/region.queries.js';
import { demandWithin } from './deadline.actions.js';
import { openTask, titlesOf } from './task.actions.js';
import type { Task } from './task.entity.js';
import { type Change, demandOpen, factOf, lockTask, touch } from './task.held.actions.js';

const MOST_PARTS = 100;
const MOST_WEIGHT = 100;

export interface Part {
  regionCode: string;
  titleZh: string;
  titleEn?: string | null;
  dueAt: Date;
  responsibleId?: string | null;
  weight: number;
}

export interface BreakDownTask extends Change {
  parts: Part[];
}

/**
 * Breaks an open task down into parts for regions inside its own. A part's region is always smaller than the whole's,
 * so the village is the bottom and no part can come to stand above what it is a part of.
 * @throws FORBIDDEN · NOT_FOUND (task) · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (closed) · BAD_USER_INPUT (no part or
 *   too many; weight; account) · and with the `index` of the part: INVALID_REGION_CODE (not inside the task's region) ·
 *   INVALID_DATE (past, or after the whole) · INVALID_TEXT · NOT_FOUND (account)
 */
export const breakDownTask = (context: Context, input: BreakDownTask) =>
  write(context, { act: 'task.breakDown', operation: 'breakDownTask', input }, async (tx) => {
    const { parts: wanted } = input;
    if (wanted.length === 0 || wanted.length > MOST_PARTS) {
      const why = `A task is broken down into 1 to ${MOST_PARTS} parts at a time.`;
      throw new Refusal('BAD_USER_INPUT', why, { field: 'parts', limit: MOST_PARTS });
    }
    const task = await lockTask(tx, input);
    demandOpen(task);
    const parts: Task[] = [];
    const facts: Fact[] = [];
    for (const [index, part] of wanted.entries()) {
      const opened = await openPart(tx, task, part).catch((fault: unknown) => {
        throw fault instanceof Refusal
          ? new Refusal(fault.code, fault.message, { ...fault.extensions, index })
          : fault;
      });
      parts.push(opened.task);
      facts.push(...opened.facts);
    }
    await touch(tx, task);
    const { title } = task;
    const fact = await factOf(tx, task, 'TASK_BROKEN_DOWN', { title, parts: parts.length });
    return { answer: { task, parts }, facts: [fact, ...facts] };
  });

async function openPart(tx: Transaction, whole: Task, part: Part) {
  const { regionCode, dueAt, responsibleId = null, weight } = part;
  if (weight < 1 || weight > MOST_WEIGHT) {
    const why = `A weight is from 1 to ${MOST_WEIGHT}.`;
    throw new Refusal('BAD_USER_INPUT', why, { field: 'weight', limit: MOST_WEIGHT });
  }
  const isSmaller = regionCode !== whole.regionCode && isInside(regionCode, whole.regionCode);
  if (!isSmaller || !(await findRegion(tx, regionCode))) {
    const why = `A part lies in a region inside ${whole.regionCode}.`;
    throw new Refusal('INVALID_REGION_CODE', why, { field: 'regionCode' });
  }
  demandWithin(dueAt, whole.dueAt, 'dueAt');
  const { kind, id: parentId } = whole;
  return openTask(tx, { kind, regionCode, ...titlesOf(part), dueAt, responsibleId, parentId, weight });
}
