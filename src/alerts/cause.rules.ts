import { v7 as newId } from 'uuid';
import type { Audience, Named, Severity } from '../events/facts.js';
import type { LoggedFact } from '../events/read.js';
import { isClosed, type TaskStatus } from '../tasks/task.entity.js';
import type { Alert } from './alert.entity.js';
import type { AlertRule, AlertRuleRow } from './rule.entity.js';

/** What a fact says to one rule of the fact's subject. */
export interface Cause {
  readonly rule: AlertRule;
  /** How far the matter has gone, in the rule's own unit; what either is or is not has 1 or 0. */
  readonly level: number;
  /** How grave the fact is, for a rule that leaves it to the fact. */
  readonly severity?: Severity | null;
  /** The subject is over: nothing that has ended can begin again, so nothing is held open for it. */
  readonly isOver?: boolean;
}

/** Rules that speak of what the register says of households: not for everybody who may read the region. */
const CONFIDED_RULES: Partial<Record<AlertRule, Audience>> = {
  LIFTED_UNSAFE_HOUSING: 'HOUSEHOLDS',
  LIFTED_UNSAFE_WATER: 'HOUSEHOLDS',
  LIFTED_DROPOUT: 'HOUSEHOLDS',
  LIFTED_NOT_INSURED: 'HOUSEHOLDS',
  INCOME_BELOW_LINE: 'HOUSEHOLDS',
  INCIDENCE_ABOVE_LIMIT: 'HOUSEHOLDS',
  RATE_NEAR_LIMIT: 'HOUSEHOLDS',
};

/** Who may know of an alert: a number that only the house is told of is, as an alert, everybody's who may read the region. */
export const audienceOf = (rule: AlertRule, fact: Audience): Audience =>
  CONFIDED_RULES[rule] ?? (fact === 'HOUSE' ? 'REGION' : fact);

const begins = (rule: AlertRule, severity?: Severity | null): Cause => ({ rule, level: 1, severity });
const ends = (rule: AlertRule): Cause => ({ rule, level: 0 });
const isOver = (rule: AlertRule): Cause => ({ rule, level: 0, isOver: true });

/** What a fact says to the rules. */
export function causesOf(fact: LoggedFact): Cause[] {
  switch (fact.kind) {
    case 'TASK_CREATED':
      return [
        ...(fact.params.schedule === 'OVERDUE' ? [begins('TASK_OVERDUE')] : []),
        ...causesOfStatus(fact.params.status as TaskStatus).filter(({ level }) => level > 0),
      ];
    case 'TASK_STATUS_CHANGED':
      return causesOfStatus(fact.params.to as TaskStatus);
    case 'TASK_SCHEDULE_CHANGED':
      if (fact.params.to === 'OVERDUE') return [begins('TASK_OVERDUE')];
      if (fact.params.to === 'CLOSED') return [isOver('TASK_OVERDUE')];
      return fact.params.from === 'OVERDUE' ? [ends('TASK_OVERDUE')] : [];
    case 'RECEIPT_MISSED':
      return [begins('RECEIPT_NOT_SIGNED')];
    // Signed for, or somebody else's to sign for from now on.
    case 'TASK_RECEIVED':
    case 'TASK_ASSIGNED':
      return [isOver('RECEIPT_NOT_SIGNED')];
    case 'FINDING_ISSUED':
      return [begins('FINDING_ISSUED', fact.severity)];
    case 'FINDING_OVERDUE':
      return [begins('RECTIFICATION_OVERDUE')];
    case 'FINDING_CLOSED':
      return [isOver('FINDING_ISSUED'), isOver('RECTIFICATION_OVERDUE')];
    case 'OBJECTION_RAISED':
      return [begins('NOTICE_OBJECTION')];
    case 'OBJECTION_ANSWERED':
      return [isOver('NOTICE_OBJECTION')];
    case 'CALENDAR_AWAITED':
      return [begins('CALENDAR_MISSING')];
    case 'CALENDAR_CHANGED':
      return [isOver('CALENDAR_MISSING')];
    case 'LEVEL_CHANGED':
      return [{ rule: fact.params.rule as AlertRule, level: fact.params.level }];
    case 'PROJECT_CHANGED':
      return fact.params.kind === 'EMPLOYMENT_WORKSHOP' ? causesOfWorkshop(fact.params) : [];
    case 'STANDING_CHANGED':
      return causesOfStanding(fact.params);
    default:
      return [];
  }
}

/** A workshop that stands still; closed for good it is nobody's matter any more. */
function causesOfWorkshop({ from, to }: { from: string | null; to: string }): Cause[] {
  if (from === to) return [];
  if (to === 'SUSPENDED') return [begins('WORKSHOP_STALLED')];
  if (to === 'CLOSED') return [isOver('WORKSHOP_STALLED')];
  return from === 'SUSPENDED' ? [ends('WORKSHOP_STALLED')] : [];
}

/** Work sent back stays a matter for the leader until it is declared anew, or nobody wants it any more. */
function causesOfStatus(status: TaskStatus): Cause[] {
  if (status === 'RETURNED') return [begins('TASK_RETURNED')];
  if (status === 'REOPENED') return [begins('TASK_REOPENED')];
  if (isClosed(status))
    return [isOver('TASK_RETURNED'), isOver('TASK_REOPENED'), isOver('RECEIPT_NOT_SIGNED')];
  const isDeclared = status === 'SELF_DECLARED_MET' || status === 'TOWNSHIP_CONFIRMED';
  return isDeclared ? [ends('TASK_RETURNED'), ends('TASK_REOPENED')] : [];
}

/** The level of a village that lost a standard is the number of items that it no longer meets. */
function causesOfStanding({ from, to, unmet }: { from: string | null; to: string; unmet: number }): Cause[] {
  if (to === 'MET') return [ends('VILLAGE_LOST_STANDARD')];
  return from === 'MET' ? [{ rule: 'VILLAGE_LOST_STANDARD', level: Math.max(1, unmet) }] : [];
}

export type Thresholds = Pick<AlertRuleRow, 'enterAt' | 'leaveAt' | 'isActive' | 'holdMinutes'>;

/** How far a matter has gone at an instant. */
export type Reading = Pick<Cause, 'level' | 'isOver'> & { readonly at: Date };

/**
 * What a reading does to the alert of its rule and subject: begins one where none is open; ends one, or holds it open
 * until its least time is over; lets one that is held go on, as the same episode. Changes the alert accordingly.
 */
export function turn(
  alert: Alert | undefined,
  { enterAt, leaveAt, isActive, holdMinutes }: Thresholds,
  { level, isOver, at }: Reading,
): 'RAISED' | 'RESOLVED' | 'HELD' | null {
  if (!alert) return isActive && level >= enterAt ? 'RAISED' : null;
  if (level >= leaveAt) {
    if (!alert.resolvesAt || level < enterAt) return null;
    alert.resolvesAt = null;
    alert.relapses += 1;
    return 'HELD';
  }
  const until = heldUntil(alert, holdMinutes);
  if (!isOver && at < until) {
    if (alert.resolvesAt) return null;
    alert.resolvesAt = until;
    return 'HELD';
  }
  resolve(alert, at);
  return 'RESOLVED';
}

/** Its cause has ended for good, or its least time is over. */
export function resolve(alert: Alert, at: Date): void {
  alert.status = 'RESOLVED';
  alert.resolvedAt = at;
  alert.resolvesAt = null;
}

const heldUntil = ({ openedAt }: Pick<Alert, 'openedAt'>, holdMinutes: number): Date =>
  new Date(openedAt.getTime() + holdMinutes * 60_000);

/** An alert that begins. */
export const newAlert = (
  about: Pick<
    Alert,
    'rule' | 'severity' | 'regionCode' | 'subjectType' | 'subjectId' | 'audience' | 'openedAt' | 'members'
  >,
  title: Named,
): Alert => ({
  id: newId(),
  status: 'OPEN',
  titleZh: title.zh,
  titleEn: title.en ?? null,
  episode: 1,
  relapses: 0,
  acknowledgedAt: null,
  acknowledgedById: null,
  acknowledgeNote: null,
  dismissed: false,
  lapsesAt: null,
  lapses: 0,
  resolvesAt: null,
  resolvedAt: null,
  version: 1,
  ...about,
});
