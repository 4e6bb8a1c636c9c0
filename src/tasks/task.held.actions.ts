// What every change of a task begins with and shares, inside its transaction: the row held, and what facts say of it.
import { LockMode } from '@mikro-orm/postgresql';
import { inScopes, isId, lockRow, type Transaction, touchRow } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import type { Fact, FactOf } from '../events/facts.js';
import { getRegion } from '../regions/region.queries.js';
import { isClosed, Task } from './task.entity.js';

export const NOTE_LENGTH = 500;

/** Which task, as it was read. */
export interface Held {
  taskId: string;
  expectedVersion: number;
}

export interface Change extends Held {
  idempotencyKey?: string | null;
}

/** @throws NOT_FOUND (absent or out of scope) · VERSION_CONFLICT */
export const lockTask = (tx: Transaction, { taskId: id, expectedVersion }: Held): Promise<Task> =>
  lockRow(tx, Task, 'task', { id, expectedVersion });

/** Rows by id, locked in the order of ids: two changes that want the same ones cannot wait for each other. */
export const lockById = (tx: Transaction, ids: readonly string[]): Promise<Task[]> =>
  tx.em.find(
    Task,
    { id: { $in: [...ids] }, $or: inScopes(tx.scopes) },
    { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE },
  );

const MOST_AT_ONCE = 100;

/**
 * The tasks of one act upon many, in the order in which they were named, with `beside` locked in the same stroke.
 * @throws BAD_USER_INPUT (none, too many, one twice) · NOT_FOUND and VERSION_CONFLICT with the `index` of the first
 */
export async function lockTasks(
  tx: Transaction,
  wanted: readonly Held[],
  beside: readonly string[] = [],
): Promise<Task[]> {
  if (wanted.length === 0 || wanted.length > MOST_AT_ONCE) {
    const why = `Name 1 to ${MOST_AT_ONCE} tasks.`;
    throw new Refusal('BAD_USER_INPUT', why, { field: 'tasks', limit: MOST_AT_ONCE });
  }
  const ids = wanted.map(({ taskId }) => taskId.toLowerCase());
  const rows = await lockById(tx, [...new Set([...ids.filter(isId), ...beside])]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return eachInTurn(wanted, ({ expectedVersion }, index) => {
    const id = ids[index] as string;
    const row = byId.get(id);
    if (!row) throw notFound('task');
    if (ids.indexOf(id) < index)
      throw new Refusal('BAD_USER_INPUT', 'This task is named twice.', { field: 'tasks' });
    if (row.version === expectedVersion) return row;
    const why = 'The task has changed since you read it. Read it again.';
    throw new Refusal('VERSION_CONFLICT', why, { currentVersion: row.version });
  });
}

/** One after the other; a refusal says at which place of the list it happened. */
export function eachInTurn<T, R>(list: readonly T[], work: (each: T, index: number) => R): R[] {
  return list.map((each, index) => {
    try {
      return work(each, index);
    } catch (fault) {
      if (!(fault instanceof Refusal)) throw fault;
      throw new Refusal(fault.code, fault.message, { ...fault.extensions, index });
    }
  });
}

/** Something was written beside the row that shows on the task: whoever read it before has to read it again. */
export const touch = (tx: Transaction, task: Task): Promise<void> => touchRow(tx, 'task', task);

export function demandOpen(task: Task): void {
  if (!isClosed(task.status)) return;
  throw new Refusal('TRANSITION_NOT_ALLOWED', `This task is ${task.status} and closed.`, { allowed: [] });
}

/** @throws INVALID_DATE for an instant that is not in the future */
export function demandAhead(dueAt: Date, now: Date, field = 'dueAt'): void {
  if (dueAt <= now) throw new Refusal('INVALID_DATE', 'The deadline must lie ahead.', { field });
}

type TaskFactKind = Extract<Fact['kind'], `TASK_${string}`>;

/**
 * A fact about one task: where it happened and to what. Read through the transaction's own connection: one that waited
 * for a second while twenty others wait for its row would wait for ever.
 */
export async function factOf<K extends TaskFactKind>(
  tx: Transaction,
  task: Pick<Task, 'id' | 'regionCode'>,
  kind: K,
  params: FactOf<K>['params'],
  severity: Fact['severity'] = null,
): Promise<Fact> {
  const { code, name } = await getRegion(tx, task.regionCode);
  const subject = { type: 'TASK', id: task.id };
  return { kind, region: { code, name }, subject, severity, audience: 'REGION', params } as Fact;
}
