// What is written beside a task, row by row: read for many tasks at once.
import type { EntityManager } from '@mikro-orm/postgresql';
import { tables } from '../db/orm.js';
import type { Context } from '../http/context.js';
import type { TaskAssisting, TaskAssistingSchema } from './assisting.entity.js';
import type { TaskExtension, TaskExtensionSchema } from './extension.entity.js';
import type { TaskProgress, TaskProgressSchema } from './progress.entity.js';
import type { TaskReceipt, TaskReceiptSchema } from './receipt.entity.js';
import type {
  TaskDeadlineMove,
  TaskDeadlineMoveSchema,
  TaskMove,
  TaskMoveSchema,
  TaskSuspension,
  TaskSuspensionSchema,
} from './task.entity.js';

type Recorded =
  | typeof TaskMoveSchema
  | typeof TaskDeadlineMoveSchema
  | typeof TaskReceiptSchema
  | typeof TaskAssistingSchema
  | typeof TaskProgressSchema
  | typeof TaskExtensionSchema
  | typeof TaskSuspensionSchema;

/** The records of one kind of a task, oldest first. */
function recordsOf<Row extends { taskId: string }>(table: string, at: string) {
  const read = async (em: EntityManager, ids: readonly string[]): Promise<Map<string, Row[]>> => {
    const rows = await tables<Recorded>(em)
      // Every table of them has these two columns; which one it is makes no difference to the statement.
      .selectFrom(table as 'task_move')
      .selectAll()
      .where('taskId', 'in', ids)
      .orderBy(at as 'at')
      .orderBy('id')
      .execute();
    return Map.groupBy(rows as unknown as Row[], ({ taskId }) => taskId);
  };
  const of = async ({ em, loaders }: Pick<Context, 'em' | 'loaders'>, taskId: string): Promise<Row[]> =>
    (await loaders.load(of, taskId, (ids: readonly string[]) => read(em, ids))) ?? [];
  return of;
}

/** Every move. */
export const historyOf = recordsOf<TaskMove>('task_move', 'at');
/** Every change of the deadline. */
export const deadlineHistoryOf = recordsOf<TaskDeadlineMove>('task_deadline_move', 'at');
/** Every assignment, with the receipt that was to be signed for it. */
export const receiptsOf = recordsOf<TaskReceipt>('task_receipt', 'assignedAt');
/** Every unit that assists, or did. */
export const assistingOf = recordsOf<TaskAssisting>('task_assisting', 'addedAt');
/** Every report of progress. */
export const progressOf = recordsOf<TaskProgress>('task_progress', 'at');
/** Every request for more time. */
export const extensionsOf = recordsOf<TaskExtension>('task_extension', 'requestedAt');
/** Every time in which the clock stood. */
export const suspensionsOf = recordsOf<TaskSuspension>('task_suspension', 'fromAt');
