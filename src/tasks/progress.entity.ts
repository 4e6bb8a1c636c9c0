// How far a task has come, as those say who work on it, and how far it should have come by now.
import { defineEntity, p } from '@mikro-orm/postgresql';
import { isMet, type TaskStatus } from './task.entity.js';

export const TaskProgressSchema = defineEntity({
  name: 'TaskProgress',
  tableName: 'task_progress',
  properties: {
    id: p.uuid().primary(),
    taskId: p.uuid(),
    percent: p.integer(),
    at: p.datetime(),
    byId: p.uuid(),
    note: p.text().nullable(),
  },
});
export class TaskProgress extends TaskProgressSchema.class {}
TaskProgressSchema.setClass(TaskProgress);

/** Done is done: a task that is met stands at 100 per cent whatever was reported last. */
export const percentOf = (status: TaskStatus, reported: number | null): number =>
  isMet(status) ? 100 : (reported ?? 0);

/** Per cent of the time from creation to deadline that has passed, whole, 0 to 100: work is expected to keep pace. */
export function expectedPercent(createdAt: Date, dueAt: Date, now: Date): number {
  if (now >= dueAt) return 100;
  const passed = (now.getTime() - createdAt.getTime()) / (dueAt.getTime() - createdAt.getTime());
  return Math.max(0, Math.floor(100 * passed));
}
