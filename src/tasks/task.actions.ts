import { v7 as newId } from 'uuid';
import { isInScopes } from '../auth/may.js';
import { type Transaction, write } from '../db/write.js';
import { notFound } from '../errors.js';
import type { Fact } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { getRegion } from '../regions/region.queries.js';
import { optionalText, plainText } from '../text.js';
import { assignmentFacts, assist, demandUnit, findAssisting, findUnit } from './assignment.actions.js';
import { startReceipts } from './receipt.actions.js';
import { scheduleOf, Task } from './task.entity.js';
import { demandAhead, factOf } from './task.held.actions.js';

const TITLE_LENGTH = 100;

/** The kinds of tasks that people give; the others come from a standard or a finding. */
export const GIVEN_KINDS = ['INSTRUCTION', 'ASSIGNMENT'] as const;
export type GivenKind = (typeof GIVEN_KINDS)[number];

export interface CreateTask {
  kind: GivenKind;
  regionCode: string;
  titleZh: string;
  titleEn?: string | null;
  dueAt: Date;
  responsibleId?: string | null;
  assistingIds?: string[] | null;
  idempotencyKey?: string | null;
}

/**
 * Gives a task. With somebody who answers for it, the clock of the receipt starts.
 * @throws FORBIDDEN · NOT_FOUND (region unknown or outside your own; account) · INVALID_DATE (not ahead) · INVALID_TEXT ·
 *   BAD_USER_INPUT (an account that may not work on it)
 */
export const createTask = (context: Context, input: CreateTask) => {
  const act = input.kind === 'INSTRUCTION' ? 'task.instruct' : 'task.create';
  return write(context, { act, operation: 'createTask', input }, async (tx) => {
    const region = await getRegion(tx, input.regionCode);
    if (!isInScopes(region.code, tx.scopes)) throw notFound('region');
    const { kind, dueAt, responsibleId = null } = input;
    const given = { kind, regionCode: region.code, ...titlesOf(input), dueAt, responsibleId };
    const { task, facts } = await openTask(tx, given);
    const assistingIds = await findAssisting(tx, task, input.assistingIds ?? []);
    const assisting = await assist(tx, task, assistingIds);
    return { answer: task, facts: assisting ? [...facts, assisting] : facts };
  });
};

/** @throws INVALID_TEXT */
export const titlesOf = ({ titleZh, titleEn }: Pick<CreateTask, 'titleZh' | 'titleEn'>) => ({
  titleZh: plainText(titleZh, 'titleZh', TITLE_LENGTH),
  titleEn: optionalText(titleEn, 'titleEn', TITLE_LENGTH),
});

type Opened = Pick<Task, 'kind' | 'regionCode' | 'titleZh' | 'dueAt'> &
  Partial<Pick<Task, 'titleEn' | 'responsibleId' | 'parentId' | 'weight' | 'standardItemId'>>;

/**
 * A new task, not started, with its facts; its row is in the database, so that others may refer to it.
 * @throws INVALID_DATE · NOT_FOUND (account) · BAD_USER_INPUT
 */
export async function openTask(tx: Transaction, given: Opened): Promise<{ task: Task; facts: Fact[] }> {
  demandAhead(given.dueAt, tx.now);
  if (given.responsibleId) {
    const unit = await findUnit(tx, given.responsibleId);
    demandUnit(tx, unit, given.regionCode, 'responsibleId');
  }
  const [task] = (await openTasks(tx, [given])) as [Task];
  return { task, facts: await openedFacts(tx, [task]) };
}

/** Many at once, whose responsible are known to be able to work on them. */
export async function openTasks(tx: Transaction, given: readonly Opened[]): Promise<Task[]> {
  const tasks = given.map((each) =>
    tx.em.create(Task, {
      id: newId(),
      kind: each.kind,
      regionCode: each.regionCode,
      standardItemId: each.standardItemId ?? null,
      titleZh: each.titleZh,
      titleEn: each.titleEn ?? null,
      parentId: each.parentId ?? null,
      weight: each.weight ?? 1,
      dueAt: each.dueAt,
      status: 'NOT_STARTED',
      deadlineVersion: 1,
      responsibleId: each.responsibleId?.toLowerCase() ?? null,
      createdById: tx.viewer.accountId,
      createdAt: tx.now,
      version: 1,
    }),
  );
  await tx.em.flush();
  return tasks;
}

/** That tasks are there, and who answers for them; the clocks of their receipts start. */
export async function openedFacts(tx: Transaction, tasks: readonly Task[]): Promise<Fact[]> {
  const created = await Promise.all(tasks.map((task) => createdFact(tx, task)));
  const assigned = tasks.filter(({ responsibleId }) => responsibleId);
  if (assigned.length === 0) return created;
  return [...created, ...(await assignmentFacts(tx, assigned, await startReceipts(tx, assigned)))];
}

function createdFact(tx: Transaction, task: Task): Promise<Fact> {
  const { title, kind, status, createdAt, dueAt, deadlineVersion } = task;
  return factOf(tx, task, 'TASK_CREATED', {
    title,
    kind,
    itemId: task.standardItemId ?? null,
    status,
    schedule: scheduleOf(status, dueAt, tx.now),
    createdAt: createdAt.toISOString(),
    dueAt: dueAt.toISOString(),
    deadlineVersion,
  });
}
