// The units that assist with a task beside the one that answers for it (牵头、配合).
import { defineEntity, p } from '@mikro-orm/postgresql';

export const TaskAssistingSchema = defineEntity({
  name: 'TaskAssisting',
  tableName: 'task_assisting',
  properties: {
    id: p.uuid().primary(),
    taskId: p.uuid(),
    assistingId: p.uuid(),
    addedAt: p.datetime(),
    addedById: p.uuid(),
    endedAt: p.datetime().nullable(),
    endedById: p.uuid().nullable(),
  },
});
export class TaskAssisting extends TaskAssistingSchema.class {}
TaskAssistingSchema.setClass(TaskAssisting);
