import { LockMode } from '@mikro-orm/postgresql';
import { grantsFor } from '../auth/may.js';
import { levelOf } from '../auth/scope.js';
import { ROLES, type Role } from '../auth/viewer.js';
import { demandVersion, type Transaction, write } from '../db/write.js';
import { Refusal } from '../errors.js';
import { type FactOf, SEVERITIES, type Severity } from '../events/facts.js';
import { queryOf } from '../events/follow.js';
import type { Context } from '../http/context.js';
import { plainText } from '../text.js';
import {
  ESCALATION,
  Escalation,
  type EscalationStep,
  type QuietKind,
  type RungTrigger,
  type StepEnd,
} from './escalation.entity.js';
import { type EscalationView, viewOf } from './escalation.queries.js';

const REASON_LENGTH = 500;
/** A year either way: nobody is warned of what lies further off. */
const MOST_DAYS = 366;
const MOST_RUNGS = 30;

export interface ChangeEscalation {
  steps?: { code: string; roles: Role[]; toResponsible: boolean; leadsTo?: StepEnd | null }[] | null;
  rungs?:
    | { code: string; trigger: RungTrigger; days?: number | null; severity: Severity; step: string }[]
    | null;
  quietHours?: { severity: Severity; waits: QuietKind }[] | null;
  reason: string;
  expectedVersion: number;
  idempotencyKey?: string | null;
}

/**
 * Changes who is told when. A rung that is new, or comes at another time than before, counts from now on: what would
 * have come before warns nobody. What is left out stays.
 * @throws FORBIDDEN (not for the whole city) · VERSION_CONFLICT · INVALID_ESCALATION (with `field`) · INVALID_TEXT
 */
export const changeEscalation = (context: Context, input: ChangeEscalation) =>
  write(context, { act: 'escalation.change', operation: 'changeEscalation', input }, async (tx) => {
    const reason = plainText(input.reason, 'reason', REASON_LENGTH);
    demandWholeCity(tx);
    const escalation = await tx.em.findOneOrFail(
      Escalation,
      { id: ESCALATION },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    demandVersion(escalation, 'escalation', input.expectedVersion);
    const before = await viewOf(tx.em);
    check(before, input);
    await keep(tx, input);
    escalation.changedAt = tx.now;
    escalation.changedById = tx.viewer.accountId;
    escalation.reason = reason;
    await tx.em.flush();
    return { answer: await viewOf(tx.em), facts: [changedFact] };
  });

/** For the machines of the house: what was armed by the old numbers is armed anew. */
export const changedFact: FactOf<'ESCALATION_CHANGED'> = {
  kind: 'ESCALATION_CHANGED',
  region: null,
  subject: { type: 'ESCALATION', id: ESCALATION },
  severity: null,
  audience: 'HOUSE',
  params: {},
};

/** What holds for every county is for whoever answers for all of them. @throws FORBIDDEN */
export function demandWholeCity({ viewer, now }: Pick<Transaction, 'viewer' | 'now'>): void {
  const grants = grantsFor(viewer, 'escalation.change', now);
  if (grants.some(({ regionCode }) => ['PROVINCE', 'PREFECTURE'].includes(levelOf(regionCode)))) return;
  throw new Refusal('FORBIDDEN', 'What holds for the whole city is changed by the office of the city.');
}

/** The steps that lateness leads to, and that an office may change. */
export const stepsClimbed = (steps: Iterable<EscalationStep>): Set<string> =>
  new Set([...steps].filter(({ leadsTo }) => leadsTo !== 'REFERRAL').map(({ code }) => code));

export const noStep = (code: string) => `${code} is no step that can be climbed to.`;

const refuse = (field: string, why: string) => new Refusal('INVALID_ESCALATION', why, { field });

/** @throws INVALID_ESCALATION */
function check(before: EscalationView, { steps, rungs, quietHours }: ChangeEscalation): void {
  const climbed = stepsClimbed(before.steps);
  for (const [n, { code, roles, leadsTo }] of (steps ?? []).entries()) {
    if (!climbed.has(code)) throw refuse(`steps.${n}.code`, noStep(code));
    if (leadsTo === 'REFERRAL')
      throw refuse(`steps.${n}.leadsTo`, 'What is referred goes to the discipline inspection alone.');
    if (roles.some((role) => !ROLES.includes(role))) throw refuse(`steps.${n}.roles`, 'Unknown role.');
  }
  if (rungs) checkRungs(climbed, rungs);
  for (const [n, { severity, waits }] of (quietHours ?? []).entries()) {
    if (severity === 'CRITICAL' && waits !== 'NEVER')
      throw refuse(`quietHours.${n}.waits`, 'What is critical never waits.');
  }
}

function checkRungs(steps: ReadonlySet<string>, rungs: NonNullable<ChangeEscalation['rungs']>): void {
  if (rungs.length === 0 || rungs.length > MOST_RUNGS)
    throw refuse('rungs', `A deadline has 1 to ${MOST_RUNGS} rungs.`);
  const codes = new Set<string>();
  const times = new Set<string>();
  for (const [n, { code, trigger, days, step, severity }] of rungs.entries()) {
    const field = (name: string) => `rungs.${n}.${name}`;
    if (!/^[A-Z][A-Z0-9]{0,11}$/.test(code))
      throw refuse(field('code'), 'A rung has 1 to 12 capital letters and digits, a letter first.');
    if (!steps.has(step)) throw refuse(field('step'), noStep(step));
    if (!SEVERITIES.includes(severity)) throw refuse(field('severity'), 'Unknown severity.');
    const isDay = trigger === 'DAY';
    if (isDay !== (days !== null && days !== undefined))
      throw refuse(field('days'), 'Days are given for the trigger DAY, and for no other.');
    if (isDay && (days === 0 || Math.abs(days ?? 0) > MOST_DAYS))
      throw refuse(field('days'), `From -${MOST_DAYS} to ${MOST_DAYS}, and not 0: that is the trigger DUE.`);
    const time = `${trigger} ${days ?? ''}`;
    if (codes.has(code) || times.has(time))
      throw refuse(field('code'), 'Two rungs with one code, or at one time.');
    codes.add(code);
    times.add(time);
  }
}

/** By hand: rows without a version of their own, which stand under the one that is held. */
async function keep(tx: Transaction, { steps, rungs, quietHours }: ChangeEscalation): Promise<void> {
  const query = queryOf(tx.em);
  if (steps) await query(STEPS, [JSON.stringify(steps)]);
  if (quietHours) await query(QUIET, [JSON.stringify(quietHours)]);
  if (!rungs) return;
  await query('delete from escalation_rung where code <> all ($1)', [rungs.map(({ code }) => code)]);
  await query(RUNGS, [JSON.stringify(rungs), tx.now.toISOString()]);
}

const STEPS = `
update escalation_step set roles = now.roles, to_responsible = now."toResponsible",
  leads_to = coalesce(now."leadsTo", leads_to)
from jsonb_to_recordset($1::jsonb) as now (code text, roles text[], "toResponsible" boolean, "leadsTo" text)
where escalation_step.code = now.code`;

const QUIET = `
update quiet_hours set waits = now.waits from jsonb_to_recordset($1::jsonb) as now (severity text, waits text)
where quiet_hours.severity = now.severity`;

const RUNGS = `
insert into escalation_rung as rung (code, trigger, days, severity, step, since_at)
select code, trigger, days, severity, step, $2::timestamptz
from jsonb_to_recordset($1::jsonb) as now (code text, trigger text, days int, severity text, step text)
on conflict (code) do update set trigger = excluded.trigger, days = excluded.days, severity = excluded.severity,
  step = excluded.step, since_at = case
    when (rung.trigger, rung.days) is not distinct from (excluded.trigger, excluded.days) then rung.since_at
    else excluded.since_at end`;
