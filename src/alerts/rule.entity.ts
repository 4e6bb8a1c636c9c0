// What raises an alert, as data: how grave it is, who is told, from which level on it begins and below which it ends,
// how long it stays at least, how long an acknowledgement holds, and how many of a kind are one alert of the region
// above. An installation changes the numbers, not the code.
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Severity } from '../events/facts.js';

export const ALERT_RULES = [
  'TASK_OVERDUE',
  'TASK_RETURNED',
  'TASK_REOPENED',
  'RECEIPT_NOT_SIGNED',
  'FINDING_ISSUED',
  'RECTIFICATION_OVERDUE',
  'CALENDAR_MISSING',
  'VILLAGE_LOST_STANDARD',
  'NOTICE_OBJECTION',
  'LIFTED_UNSAFE_HOUSING',
  'LIFTED_UNSAFE_WATER',
  'LIFTED_DROPOUT',
  'LIFTED_NOT_INSURED',
  'INCOME_BELOW_LINE',
  'INCIDENCE_ABOVE_LIMIT',
  'PUBLICITY_ENDING',
  'EXIT_STANDARD_NOT_MET',
  'VILLAGE_ALL_MET',
  'RECTIFICATION_DUE',
  'RATE_NEAR_LIMIT',
  'WORKSHOP_STALLED',
] as const;
export type AlertRule = (typeof ALERT_RULES)[number];

export const AlertRuleSchema = defineEntity({
  name: 'AlertRuleRow',
  tableName: 'alert_rule',
  properties: {
    code: p.text().$type<AlertRule>().primary(),
    /** Null: as grave as the fact says. */
    severity: p.text().$type<Severity>().nullable(),
    /** Who is told when it is raised; null: nobody by this rule, because the ladder of deadlines tells it. */
    step: p.text().nullable(),
    /** Who is told when the same subject comes to it again. */
    againStep: p.text().nullable(),
    /** Off: raises nothing more; what is open runs its course. */
    isActive: p.boolean(),
    /** Begins at this level or above and ends below `leaveAt`, so that what wavers between the two raises nothing. */
    enterAt: p.integer(),
    leaveAt: p.integer(),
    /** Stays open at least so long, unless its subject is over. */
    holdMinutes: p.integer(),
    /** Working hours after which an acknowledgement lapses. */
    lapseHours: p.integer(),
    /** From so many children of a region on, one alert of the region; null: never. */
    rollUpEnter: p.integer().nullable(),
    /** Below so many that one ends. */
    rollUpLeave: p.integer().nullable(),
    changedAt: p.datetime().nullable(),
    changedById: p.uuid().nullable(),
    version: p.integer().version(),
  },
});
export class AlertRuleRow extends AlertRuleSchema.class {}
AlertRuleSchema.setClass(AlertRuleRow);
