// What must be done somewhere by a date: a benchmark item of a village, an instruction, a rectification. The heart of
// the feed. Overdue, due soon and behind are derived from the clock here and stored nowhere.
import { defineEntity, p } from '@mikro-orm/postgresql';

import type { Role } from '../auth/viewer.js';
import { shanghaiDaysBetween } from '../clock.js';
import type { Named } from '../events/facts.js';

export const TASK_KINDS = ['BENCHMARK', 'INSTRUCTION', 'RECTIFICATION', 'ASSIGNMENT'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

export const TASK_STATUSES = [
  'NOT_STARTED',
  'IN_PROGRESS',
  'BLOCKED',
  'SELF_DECLARED_MET',
  'TOWNSHIP_CONFIRMED',
  'COUNTY_CONFIRMED',
  'PROVINCE_PASSED',
  'RETURNED',
  'REOPENED',
  'CANCELLED',
] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

export const TASK_SCHEDULES = ['ON_TRACK', 'BEHIND', 'DUE_SOON', 'OVERDUE', 'CLOSED'] as const;
export type TaskSchedule = (typeof TASK_SCHEDULES)[number];

/** The deadline no longer runs. */
export const CLOSED_STATUSES: readonly TaskStatus[] = ['COUNTY_CONFIRMED', 'PROVINCE_PASSED', 'CANCELLED'];
/** What "met" counts. */
export const MET_STATUSES: readonly TaskStatus[] = ['COUNTY_CONFIRMED', 'PROVINCE_PASSED'];

/** At most this many calendar days left: due soon. */
export const DUE_SOON_DAYS = 7;
/** Not started with at most this many calendar days left: behind. */
export const BEHIND_DAYS = 15;

/** Anything open is the supervision office's to cancel. */
const CANCEL = { CANCELLED: 'SUPERVISION_OFFICE' } as const;

/** Who may move a task from where to where. */
const MOVES: Record<TaskStatus, Partial<Record<TaskStatus, Role>>> = {
  NOT_STARTED: { IN_PROGRESS: 'VILLAGE_TEAM', ...CANCEL },
  IN_PROGRESS: { BLOCKED: 'VILLAGE_TEAM', SELF_DECLARED_MET: 'VILLAGE_TEAM', ...CANCEL },
  BLOCKED: { IN_PROGRESS: 'VILLAGE_TEAM', ...CANCEL },
  SELF_DECLARED_MET: { TOWNSHIP_CONFIRMED: 'TOWNSHIP_OFFICE', RETURNED: 'TOWNSHIP_OFFICE', ...CANCEL },
  TOWNSHIP_CONFIRMED: { COUNTY_CONFIRMED: 'COUNTY_OFFICE', RETURNED: 'COUNTY_OFFICE', ...CANCEL },
  COUNTY_CONFIRMED: { PROVINCE_PASSED: 'SUPERVISION_OFFICE', REOPENED: 'SUPERVISION_OFFICE' },
  PROVINCE_PASSED: { REOPENED: 'SUPERVISION_OFFICE' },
  RETURNED: { IN_PROGRESS: 'VILLAGE_TEAM', ...CANCEL },
  REOPENED: { IN_PROGRESS: 'VILLAGE_TEAM', ...CANCEL },
  CANCELLED: {},
};

/**
 * Moves in which somebody answers for the result. No person makes two different ones on one task, in whatever round:
 * who declared cannot confirm, who confirmed for the township cannot confirm for the county. The same one again, after
 * a return, is the same office doing its work again.
 */
const CONFIRMING: readonly TaskStatus[] = [
  'SELF_DECLARED_MET',
  'TOWNSHIP_CONFIRMED',
  'COUNTY_CONFIRMED',
  'PROVINCE_PASSED',
];

export const isMet = (status: string): boolean => (MET_STATUSES as readonly string[]).includes(status);

export const isClosed = (status: TaskStatus): boolean => CLOSED_STATUSES.includes(status);

/** How a task stands against its deadline at an instant; days are calendar days in Asia/Shanghai. */
export function scheduleOf(status: TaskStatus, dueAt: Date, now: Date): TaskSchedule {
  if (isClosed(status)) return 'CLOSED';
  if (now > dueAt) return 'OVERDUE';
  const daysLeft = shanghaiDaysBetween(now, dueAt);
  if (daysLeft <= DUE_SOON_DAYS) return 'DUE_SOON';
  if (status === 'BLOCKED' || (status === 'NOT_STARTED' && daysLeft <= BEHIND_DAYS)) return 'BEHIND';
  return 'ON_TRACK';
}

/** Who has already answered for this task. */
export interface EarlierMove {
  toStatus: TaskStatus;
  byId: string;
}

/** The moves that a person with these roles may make now. */
export function allowedMoves(
  status: TaskStatus,
  roles: ReadonlySet<Role>,
  personId: string,
  earlier: readonly EarlierMove[],
): TaskStatus[] {
  const answeredFor = earlier.filter((move) => move.byId === personId && CONFIRMING.includes(move.toStatus));
  return TASK_STATUSES.filter((to) => {
    const role = MOVES[status][to];
    if (role === undefined || !roles.has(role)) return false;
    return !(CONFIRMING.includes(to) && answeredFor.some((move) => move.toStatus !== to));
  });
}

/** The role in which a move is made; there must be such a move. */
export function moveRole(from: TaskStatus, to: TaskStatus): Role {
  const role = MOVES[from][to];
  if (role === undefined) throw new Error(`nobody moves a task from ${from} to ${to}`);
  return role;
}

export const TaskSchema = defineEntity({
  name: 'Task',
  tableName: 'task',
  properties: {
    id: p.uuid().primary(),
    kind: p.text().$type<TaskKind>(),
    regionCode: p.text(),
    standardItemId: p.uuid().nullable(),
    titleZh: p.text(),
    titleEn: p.text().nullable(),
    status: p.text().$type<TaskStatus>(),
    dueAt: p.datetime(),
    /** Grows with every change of the deadline: warnings fire once per version. */
    deadlineVersion: p.integer(),
    responsibleId: p.uuid().nullable(),
    createdAt: p.datetime(),
    version: p.integer().version(),
  },
});

export class Task extends TaskSchema.class {
  get title(): Named {
    return { zh: this.titleZh, ...(this.titleEn ? { en: this.titleEn } : {}) };
  }
}
TaskSchema.setClass(Task);

export const TaskMoveSchema = defineEntity({
  name: 'TaskMove',
  tableName: 'task_move',
  properties: {
    id: p.uuid().primary(),
    taskId: p.uuid(),
    fromStatus: p.text().$type<TaskStatus>().nullable(),
    toStatus: p.text().$type<TaskStatus>(),
    at: p.datetime(),
    byId: p.uuid(),
    role: p.text().$type<Role>(),
    note: p.text().nullable(),
  },
});
export class TaskMove extends TaskMoveSchema.class {}
TaskMoveSchema.setClass(TaskMove);

export const TaskDeadlineMoveSchema = defineEntity({
  name: 'TaskDeadlineMove',
  tableName: 'task_deadline_move',
  properties: {
    id: p.uuid().primary(),
    taskId: p.uuid(),
    fromAt: p.datetime(),
    toAt: p.datetime(),
    at: p.datetime(),
    byId: p.uuid(),
    reason: p.text(),
  },
});
export class TaskDeadlineMove extends TaskDeadlineMoveSchema.class {}
TaskDeadlineMoveSchema.setClass(TaskDeadlineMove);
