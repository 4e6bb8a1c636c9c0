// What must be done somewhere by a date: a benchmark item of a village, an instruction, a rectification. The heart of
// the feed. Overdue, due soon and behind are derived from the clock here and stored nowhere.
import { defineEntity, type Opt, p } from '@mikro-orm/postgresql';

import type { Level } from '../auth/scope.js';
import type { Role } from '../auth/viewer.js';
import type { DurationUnit } from '../calendars/working-time.rules.js';
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

type Moves = Readonly<Record<TaskStatus, Partial<Record<TaskStatus, Role>>>>;

/** Who may move a task from where to where: the works by one office, the last yes by another. */
const movesBy = (works: Role, confirms: Role, declared: Moves['SELF_DECLARED_MET']): Moves => ({
  NOT_STARTED: { IN_PROGRESS: works, ...CANCEL },
  IN_PROGRESS: { BLOCKED: works, SELF_DECLARED_MET: works, ...CANCEL },
  BLOCKED: { IN_PROGRESS: works, ...CANCEL },
  SELF_DECLARED_MET: { ...declared, ...CANCEL },
  TOWNSHIP_CONFIRMED: { COUNTY_CONFIRMED: confirms, RETURNED: confirms, ...CANCEL },
  COUNTY_CONFIRMED: { PROVINCE_PASSED: 'SUPERVISION_OFFICE', REOPENED: 'SUPERVISION_OFFICE' },
  PROVINCE_PASSED: { REOPENED: 'SUPERVISION_OFFICE' },
  RETURNED: { IN_PROGRESS: works, ...CANCEL },
  REOPENED: { IN_PROGRESS: works, ...CANCEL },
  CANCELLED: {},
});

/** Above the village there is no township between who works and who confirms. */
const movesAbove = (works: Role, confirms: Role): Moves =>
  movesBy(works, confirms, { COUNTY_CONFIRMED: confirms, RETURNED: confirms });

/**
 * By the level of the task's region. The office of that level does the work and the one above it confirms; in the
 * city's own tasks another person of the same office, because nobody makes two confirming moves.
 */
const MOVES: Readonly<Record<Level, Moves>> = {
  VILLAGE: movesBy('VILLAGE_TEAM', 'COUNTY_OFFICE', {
    TOWNSHIP_CONFIRMED: 'TOWNSHIP_OFFICE',
    RETURNED: 'TOWNSHIP_OFFICE',
  }),
  TOWNSHIP: movesAbove('TOWNSHIP_OFFICE', 'COUNTY_OFFICE'),
  COUNTY: movesAbove('COUNTY_OFFICE', 'SUPERVISION_OFFICE'),
  PREFECTURE: movesAbove('SUPERVISION_OFFICE', 'SUPERVISION_OFFICE'),
  PROVINCE: movesAbove('SUPERVISION_OFFICE', 'SUPERVISION_OFFICE'),
};

/**
 * Moves in which somebody answers for the result. No person makes two different ones on one task, in whatever round:
 * who declared cannot confirm, who confirmed for the township cannot confirm for the county. The same one again, after
 * a return, is the same office doing its work again.
 */
export const CONFIRMING: readonly TaskStatus[] = [
  'SELF_DECLARED_MET',
  'TOWNSHIP_CONFIRMED',
  'COUNTY_CONFIRMED',
  'PROVINCE_PASSED',
];

export const isMet = (status: string): boolean => (MET_STATUSES as readonly string[]).includes(status);

export const isSuspended = ({ suspendedAt }: { suspendedAt?: Date | null }): boolean => Boolean(suspendedAt);

export const isClosed = (status: TaskStatus): boolean => CLOSED_STATUSES.includes(status);

/**
 * How a task stands against its deadline at an instant; days are calendar days in Asia/Shanghai. One whose clock stands
 * is never late: its deadline is not known until the clock runs again.
 */
export function scheduleOf(status: TaskStatus, dueAt: Date, now: Date, isSuspended = false): TaskSchedule {
  if (isClosed(status)) return 'CLOSED';
  if (isSuspended) return 'ON_TRACK';
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

/** The moves that a person with these roles may make now, on a task of a region of this level. */
export function allowedMoves(
  status: TaskStatus,
  roles: ReadonlySet<Role>,
  personId: string,
  earlier: readonly EarlierMove[],
  level: Level = 'VILLAGE',
): TaskStatus[] {
  const answeredFor = earlier.filter((move) => move.byId === personId && CONFIRMING.includes(move.toStatus));
  return TASK_STATUSES.filter((to) => {
    const role = MOVES[level][status][to];
    if (role === undefined || !roles.has(role)) return false;
    return !(CONFIRMING.includes(to) && answeredFor.some((move) => move.toStatus !== to));
  });
}

/** The statuses in which a task of this level waits for somebody of the role to confirm what others declared. */
export const waitingFor = (role: Role, level: Level): TaskStatus[] =>
  TASK_STATUSES.filter((status) => {
    const isDeclared = CONFIRMING.includes(status) && !isClosed(status);
    return isDeclared && CONFIRMING.some((to) => MOVES[level][status][to] === role);
  });

/** The role in which a move is made; there must be such a move. */
export function moveRole(from: TaskStatus, to: TaskStatus, level: Level = 'VILLAGE'): Role {
  const role = MOVES[level][from][to];
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
    /** All four or none: a deadline that is a duration from an instant on, counted by the calendar of a region. */
    durationAmount: p.integer().nullable(),
    durationUnit: p.text().$type<DurationUnit>().nullable(),
    clockStartedAt: p.datetime().nullable(),
    clockRegion: p.text().nullable(),
    /** Since when the clock stands; null while it runs. */
    suspendedAt: p.datetime().nullable(),
    /** The task that this one is a part of; given once, so that parts cannot go in a ring. */
    parentId: p.uuid().nullable(),
    /** How much it counts in the progress of its parent. */
    weight: p.integer().default(1),
    /** Who gave it; null for those that the house made from a standard. */
    createdById: p.uuid().nullable(),
    createdAt: p.datetime(),
    version: p.integer().version(),
  },
});

export class Task extends TaskSchema.class {
  get title(): Opt<Named> {
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

/** A time in which the clock of a task stood, with who stopped and who started it, and why. */
export const TaskSuspensionSchema = defineEntity({
  name: 'TaskSuspension',
  tableName: 'task_suspension',
  properties: {
    id: p.uuid().primary(),
    taskId: p.uuid(),
    fromAt: p.datetime(),
    toAt: p.datetime().nullable(),
    byId: p.uuid(),
    reason: p.text(),
    resumedById: p.uuid().nullable(),
    resumeReason: p.text().nullable(),
  },
});
export class TaskSuspension extends TaskSuspensionSchema.class {}
TaskSuspensionSchema.setClass(TaskSuspension);
