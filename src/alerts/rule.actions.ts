import { LockMode } from '@mikro-orm/postgresql';
import { demandVersion, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import type { Severity } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { plainText } from '../text.js';
import { changedFact, demandWholeCity, noStep, stepsClimbed } from './escalation.actions.js';
import { readSteps } from './escalation.queries.js';
import { type AlertRule, AlertRuleRow } from './rule.entity.js';

const REASON_LENGTH = 500;
const MOST: Record<
  'enterAt' | 'leaveAt' | 'holdMinutes' | 'lapseHours' | 'rollUpEnter' | 'rollUpLeave',
  number
> = {
  enterAt: 1_000_000,
  leaveAt: 1_000_000,
  holdMinutes: 43_200,
  lapseHours: 400,
  rollUpEnter: 10_000,
  rollUpLeave: 10_000,
};

export interface ChangeAlertRule {
  rule: AlertRule;
  severity?: Severity | null;
  step?: string | null;
  againStep?: string | null;
  isActive: boolean;
  enterAt: number;
  leaveAt: number;
  holdMinutes: number;
  lapseHours: number;
  rollUpEnter?: number | null;
  rollUpLeave?: number | null;
  reason: string;
  expectedVersion: number;
  idempotencyKey?: string | null;
}

/**
 * Changes what a rule raises from now on; what is open runs by the new numbers too.
 * @throws FORBIDDEN (not for the whole city) · VERSION_CONFLICT · INVALID_ESCALATION (with `field`) · INVALID_TEXT
 */
export const changeAlertRule = (context: Context, input: ChangeAlertRule) =>
  write(context, { act: 'escalation.change', operation: 'changeAlertRule', input }, async (tx) => {
    plainText(input.reason, 'reason', REASON_LENGTH);
    demandWholeCity(tx);
    const steps = await readSteps(tx.em);
    check(input, stepsClimbed(steps.values()));
    const rule = await tx.em.findOne(
      AlertRuleRow,
      { code: input.rule },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    if (!rule) throw notFound('alert rule');
    demandVersion(rule, 'rule', input.expectedVersion);
    rule.severity = input.severity ?? null;
    rule.step = input.step ?? null;
    rule.againStep = input.againStep ?? null;
    rule.isActive = input.isActive;
    rule.enterAt = input.enterAt;
    rule.leaveAt = input.leaveAt;
    rule.holdMinutes = input.holdMinutes;
    rule.lapseHours = input.lapseHours;
    rule.rollUpEnter = input.rollUpEnter ?? null;
    rule.rollUpLeave = input.rollUpLeave ?? null;
    rule.changedAt = tx.now;
    rule.changedById = tx.viewer.accountId;
    return { answer: rule, facts: [changedFact], entry: { fields: [`rule:${rule.code}`] } };
  });

const refuse = (field: string, why: string) => new Refusal('INVALID_ESCALATION', why, { field });

/** @throws INVALID_ESCALATION */
function check(input: ChangeAlertRule, steps: ReadonlySet<string>): void {
  for (const field of ['step', 'againStep'] as const) {
    const code = input[field];
    if (code && !steps.has(code)) throw refuse(field, noStep(code));
  }
  for (const [field, most] of Object.entries(MOST) as [keyof typeof MOST, number][]) {
    const value = input[field];
    const least = field === 'holdMinutes' ? 0 : 1;
    if (value !== null && value !== undefined && (value < least || value > most))
      throw refuse(field, `From ${least} to ${most}.`);
  }
  if (input.leaveAt > input.enterAt)
    throw refuse('leaveAt', 'It cannot end above the level at which it begins.');
  const { rollUpEnter: enter = null, rollUpLeave: leave = null } = input;
  if ((enter === null) !== (leave === null)) throw refuse('rollUpLeave', 'Both, or neither.');
  if (enter !== null && leave !== null && (enter < 2 || leave > enter))
    throw refuse('rollUpEnter', 'From 2 on, and no less than rollUpLeave.');
}
