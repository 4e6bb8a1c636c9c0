// A request for more time. Approved, it moves the deadline; what the first one was is kept in the history of moves.
import { defineEntity, p } from '@mikro-orm/postgresql';

export const EXTENSION_STATUSES = ['REQUESTED', 'APPROVED', 'REFUSED', 'LAPSED'] as const;
export type ExtensionStatus = (typeof EXTENSION_STATUSES)[number];

export const TaskExtensionSchema = defineEntity({
  name: 'TaskExtension',
  tableName: 'task_extension',
  properties: {
    id: p.uuid().primary(),
    taskId: p.uuid(),
    regionCode: p.text(),
    /** The deadline when it was asked. */
    fromDueAt: p.datetime(),
    newDueAt: p.datetime(),
    reason: p.text(),
    status: p.text().$type<ExtensionStatus>(),
    requestedAt: p.datetime(),
    requestedById: p.uuid(),
    decidedAt: p.datetime().nullable(),
    decidedById: p.uuid().nullable(),
    note: p.text().nullable(),
    version: p.integer().version(),
  },
});
export class TaskExtension extends TaskExtensionSchema.class {}
TaskExtensionSchema.setClass(TaskExtension);
