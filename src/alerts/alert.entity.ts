// What a leader must see: raised when its cause begins, and resolved by itself when the cause ends. Alerts follow the
// log; people only acknowledge them.
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Audience, Named, Severity, SubjectType } from '../events/facts.js';
import type { LoggedFact } from '../events/read.js';
import { isClosed, type TaskStatus } from '../tasks/task.entity.js';

export const ALERT_RULES = [
  'TASK_OVERDUE',
  'TASK_RETURNED',
  'TASK_REOPENED',
  'FINDING_ISSUED',
  'CALENDAR_MISSING',
  'VILLAGE_LOST_STANDARD',
  'NOTICE_OBJECTION',
] as const;
export type AlertRule = (typeof ALERT_RULES)[number];

export const ALERT_STATUSES = ['OPEN', 'ACKNOWLEDGED', 'RESOLVED'] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

export const AlertSchema = defineEntity({
  name: 'Alert',
  tableName: 'alert',
  properties: {
    id: p.uuid().primary(),
    rule: p.text().$type<AlertRule>(),
    severity: p.text().$type<Severity>(),
    status: p.text().$type<AlertStatus>(),
    regionCode: p.text(),
    subjectType: p.text().$type<SubjectType>(),
    subjectId: p.uuid(),
    /** Who may be told: never more people than may know of its cause. */
    audience: p.text().$type<Audience>(),
    titleZh: p.text(),
    titleEn: p.text().nullable(),
    openedAt: p.datetime(),
    acknowledgedAt: p.datetime().nullable(),
    acknowledgedById: p.uuid().nullable(),
    acknowledgeNote: p.text().nullable(),
    resolvedAt: p.datetime().nullable(),
    version: p.integer().version(),
  },
});
export class Alert extends AlertSchema.class {}
AlertSchema.setClass(Alert);

/** The name of what an alert is about. */
export const titleOf = ({ titleZh, titleEn }: { titleZh: string; titleEn?: string | null }): Named => ({
  zh: titleZh,
  ...(titleEn ? { en: titleEn } : {}),
});

/** What a fact means to one rule: the cause of an alert about the fact's subject begins, or ends. */
export type Cause =
  | { readonly rule: AlertRule; readonly begins: true; readonly severity: Severity }
  | { readonly rule: AlertRule; readonly begins: false };

const begin = (rule: AlertRule, severity: Severity): Cause => ({ rule, begins: true, severity });
const end = (rule: AlertRule): Cause => ({ rule, begins: false });

/** The causes that begin or end with a fact. */
export function causesOf(fact: LoggedFact): Cause[] {
  switch (fact.kind) {
    case 'TASK_CREATED':
      return [
        ...(fact.params.schedule === 'OVERDUE' ? [begin('TASK_OVERDUE', 'CRITICAL')] : []),
        ...causesOfStatus(fact.params.status as TaskStatus).filter(({ begins }) => begins),
      ];
    case 'TASK_STATUS_CHANGED':
      return causesOfStatus(fact.params.to as TaskStatus);
    case 'TASK_SCHEDULE_CHANGED':
      if (fact.params.to === 'OVERDUE') return [begin('TASK_OVERDUE', 'CRITICAL')];
      return fact.params.from === 'OVERDUE' ? [end('TASK_OVERDUE')] : [];
    case 'FINDING_ISSUED':
      return [begin('FINDING_ISSUED', fact.severity ?? 'WARNING')];
    case 'FINDING_CLOSED':
      return [end('FINDING_ISSUED')];
    case 'OBJECTION_RAISED':
      return [begin('NOTICE_OBJECTION', 'WARNING')];
    case 'OBJECTION_ANSWERED':
      return [end('NOTICE_OBJECTION')];
    case 'CALENDAR_AWAITED':
      return [begin('CALENDAR_MISSING', 'WARNING')];
    case 'STANDING_CHANGED':
      if (fact.params.to === 'MET') return [end('VILLAGE_LOST_STANDARD')];
      return fact.params.from === 'MET' ? [begin('VILLAGE_LOST_STANDARD', 'CRITICAL')] : [];
    case 'CALENDAR_CHANGED':
      return [end('CALENDAR_MISSING')];
    default:
      return [];
  }
}

/** Work sent back stays a matter for the leader until it is declared anew, or nobody wants it any more. */
function causesOfStatus(status: TaskStatus): Cause[] {
  if (status === 'RETURNED') return [begin('TASK_RETURNED', 'WARNING')];
  if (status === 'REOPENED') return [begin('TASK_REOPENED', 'WARNING')];
  const isDeclared = status === 'SELF_DECLARED_MET' || status === 'TOWNSHIP_CONFIRMED' || isClosed(status);
  return isDeclared ? [end('TASK_RETURNED'), end('TASK_REOPENED')] : [];
}
