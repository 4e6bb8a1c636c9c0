// A signed receipt (签收): whoever is named to answer for a task signs for it within a time of its own, whatever the
// task's deadline. One row per assignment, so that they are the history of assignments too.
import { defineEntity, p } from '@mikro-orm/postgresql';

/** How long whoever is named has to sign; hours that pass by day and night alike. */
export const RECEIPT_WITHIN = { amount: 24, unit: 'HOURS' } as const;

const HOUR_MS = 3_600_000;

/** Until when an assignment of this instant must be signed for. */
export const receiptDueAt = (assignedAt: Date): Date =>
  new Date(assignedAt.getTime() + RECEIPT_WITHIN.amount * HOUR_MS);

export const TaskReceiptSchema = defineEntity({
  name: 'TaskReceipt',
  tableName: 'task_receipt',
  properties: {
    id: p.uuid().primary(),
    taskId: p.uuid(),
    responsibleId: p.uuid(),
    assignedAt: p.datetime(),
    assignedById: p.uuid(),
    dueAt: p.datetime(),
    signedAt: p.datetime().nullable(),
    /** When it was given to somebody else, or closed before it was signed for. */
    endedAt: p.datetime().nullable(),
    /** When the log was told that it was not signed for in time. */
    missedAt: p.datetime().nullable(),
  },
});
export class TaskReceipt extends TaskReceiptSchema.class {}
TaskReceiptSchema.setClass(TaskReceipt);

/** True when it was signed after its time, or was not and the time is over; the instant itself is in time. */
export const isLate = (
  { dueAt, signedAt, endedAt }: Pick<TaskReceipt, 'dueAt' | 'signedAt' | 'endedAt'>,
  now: Date,
): boolean => (signedAt ?? endedAt ?? now) > dueAt;
