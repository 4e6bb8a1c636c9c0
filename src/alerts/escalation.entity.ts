// Who is told of what, and when, as data: steps (which offices), the rungs of a deadline that lead to them, and when
// whom nothing may disturb. One version for all of it.
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Role } from '../auth/viewer.js';
import type { Severity } from '../events/facts.js';

/**
 * What follows when a step is reached, besides that people are told. INTERVIEW: the unit is called to an interview.
 * REFERRAL: the step is reached by a referral alone, and never climbed to.
 */
export const STEP_ENDS = ['NOTICE', 'INTERVIEW', 'REFERRAL'] as const;
export type StepEnd = (typeof STEP_ENDS)[number];

/** The one row. */
export const ESCALATION = '00000000-0000-5000-8000-000000000001';

export const EscalationSchema = defineEntity({
  name: 'Escalation',
  tableName: 'escalation',
  properties: {
    id: p.uuid().primary(),
    changedAt: p.datetime().nullable(),
    changedById: p.uuid().nullable(),
    reason: p.text().nullable(),
    version: p.integer().version(),
  },
});
export class Escalation extends EscalationSchema.class {}
EscalationSchema.setClass(Escalation);

export const EscalationStepSchema = defineEntity({
  name: 'EscalationStep',
  tableName: 'escalation_step',
  properties: {
    code: p.text().primary(),
    /** The higher, the further up. */
    position: p.integer(),
    nameZh: p.text(),
    nameEn: p.text(),
    /** Whoever holds one of these roles on the way from the place up to the province. */
    roles: p.array<Role>(),
    /** And who answers for the task, or assists. */
    toResponsible: p.boolean(),
    leadsTo: p.text().$type<StepEnd>(),
  },
});
export class EscalationStep extends EscalationStepSchema.class {}
EscalationStepSchema.setClass(EscalationStep);

export const RUNG_TRIGGERS = ['DAY', 'DUE', 'BEHIND'] as const;
export type RungTrigger = (typeof RUNG_TRIGGERS)[number];

export const EscalationRungSchema = defineEntity({
  name: 'EscalationRung',
  tableName: 'escalation_rung',
  properties: {
    code: p.text().primary(),
    trigger: p.text().$type<RungTrigger>(),
    /** Calendar days in Asia/Shanghai from the due day; null for the other triggers. */
    days: p.integer().nullable(),
    severity: p.text().$type<Severity>(),
    step: p.text(),
    /** Since when it is one: what would have come before warns nobody. */
    sinceAt: p.datetime(),
  },
});
export class EscalationRung extends EscalationRungSchema.class {}
EscalationRungSchema.setClass(EscalationRung);

export const QUIET_KINDS = ['NEVER', 'AT_NIGHT', 'OUTSIDE_WORKING_TIME'] as const;
export type QuietKind = (typeof QUIET_KINDS)[number];

export const QuietHoursSchema = defineEntity({
  name: 'QuietHours',
  tableName: 'quiet_hours',
  properties: {
    severity: p.text().$type<Severity>().primary(),
    /** When what is so grave waits. */
    waits: p.text().$type<QuietKind>(),
  },
});
export class QuietHours extends QuietHoursSchema.class {}
QuietHoursSchema.setClass(QuietHours);
