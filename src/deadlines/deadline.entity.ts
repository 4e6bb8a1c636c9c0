// What the deadline clock knows of each task: where it stands against its deadline as last stated in the log, and
// when to look at it again. Written only under its own row's lock, so that every stated change starts where the one
// before it ended.
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { TaskSchedule, TaskStatus } from '../tasks/task.entity.js';

export const DeadlineSchema = defineEntity({
  name: 'Deadline',
  tableName: 'deadline',
  properties: {
    taskId: p.uuid().primary(),
    regionCode: p.text(),
    regionName: p.text(),
    titleZh: p.text(),
    titleEn: p.text().nullable(),
    status: p.text().$type<TaskStatus>(),
    /** As last stated in the log; the task itself has none. */
    schedule: p.text().$type<TaskSchedule>(),
    dueAt: p.datetime(),
    deadlineVersion: p.integer(),
    armedFrom: p.datetime(),
    /** Its clock stands: nothing warns, and nothing is late. */
    suspended: p.boolean(),
    /** When a rung or a change of schedule comes next; null: nothing to come, or a fact is on its way. */
    nextAt: p.datetime().nullable(),
  },
});
export class Deadline extends DeadlineSchema.class {}
DeadlineSchema.setClass(Deadline);

/** A rung that is taken: the key is what makes every warning come once. */
export const DeadlineWarningSchema = defineEntity({
  name: 'DeadlineWarning',
  tableName: 'deadline_warning',
  properties: {
    taskId: p.uuid().primary(),
    deadlineVersion: p.integer().primary(),
    /** Code of the escalation's rung. */
    rung: p.text().primary(),
    raisedAt: p.datetime(),
  },
});
export class DeadlineWarning extends DeadlineWarningSchema.class {}
DeadlineWarningSchema.setClass(DeadlineWarning);
