import { v7 as newId } from 'uuid';
import { isInScopes } from '../auth/may.js';
import { pathOf } from '../auth/scope.js';
import { shanghaiDay } from '../clock.js';
import { takeTurn } from '../db/turn.js';
import { lockRow, type Transaction, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import { queryOf } from '../events/follow.js';
import type { Context } from '../http/context.js';
import { getRegion } from '../regions/region.queries.js';
import { optionalText, plainText } from '../text.js';
import { planVillages } from './lock.actions.js';
import { demandPersons, planId } from './target.actions.js';
import { isLocked, TargetAdjustment, TargetPlan, targetsFact } from './target.entity.js';
import { demandNotLeaving, demandVillages } from './village.queries.js';

const REASON_LENGTH = 500;

export interface RequestAdjustment {
  regionCode: string;
  year: number;
  persons?: number | null;
  addVillages?: string[] | null;
  removeVillages?: string[] | null;
  reason: string;
  idempotencyKey?: string | null;
}

/**
 * Asks for a change of a county's part of a locked plan.
 * @throws FORBIDDEN · NOT_FOUND (region; no plan of the year, or no line of the county in it) · TRANSITION_NOT_ALLOWED
 *   (not locked yet, or a request is open) · INVALID_REGION_CODE (with `field`) · INVALID_AMOUNT · INVALID_TEXT ·
 *   BAD_USER_INPUT (it would change nothing)
 */
export const requestAdjustment = (context: Context, input: RequestAdjustment) =>
  write(context, { act: 'target.adjust', operation: 'requestAdjustment', input }, async (tx) => {
    const reason = plainText(input.reason, 'reason', REASON_LENGTH);
    const county = await getRegion(tx, input.regionCode);
    if (!isInScopes(county.code, tx.scopes)) throw notFound('region');
    const plan = await planOf(tx, county.code, input.year);
    if (!isLocked(plan, shanghaiDay(tx.now)))
      refuse('This plan is not locked yet; it is still being drafted.');
    await takeTurn(tx.em, `adjustment ${plan.id} ${county.code}`);
    const open = { planId: plan.id, regionCode: county.code, status: 'REQUESTED' } as const;
    if ((await tx.em.count(TargetAdjustment, open)) > 0) refuse('A request of this county is open already.');
    const change = {
      persons: input.persons ?? null,
      addVillages: input.addVillages ?? [],
      removeVillages: input.removeVillages ?? [],
    };
    await check(tx, plan, county.code, change);
    const adjustment = tx.em.create(TargetAdjustment, {
      id: newId(),
      planId: plan.id,
      regionCode: county.code,
      ...change,
      reason,
      status: 'REQUESTED',
      requestedAt: tx.now,
      requestedById: tx.viewer.accountId,
      decidedAt: null,
      decidedById: null,
      note: null,
      version: 1,
    });
    const numbers = await numbersOf(tx, plan.id, county.code);
    const about = { id: adjustment.id, year: plan.year };
    const fact = targetsFact(about, county, { change: 'ADJUSTMENT_REQUESTED', ...numbers });
    return { answer: adjustment, facts: [fact] };
  });

export interface DecideAdjustment {
  adjustmentId: string;
  approve: boolean;
  note?: string | null;
  expectedVersion: number;
  idempotencyKey?: string | null;
}

/**
 * Approves or refuses what was asked for; never by who asked. What was possible when it was asked for and is not any more
 * is refused with its place.
 * @throws FORBIDDEN (also: asked for it) · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (decided already) ·
 *   INVALID_REGION_CODE (with `field`) · INVALID_TEXT
 */
export const decideAdjustment = (context: Context, input: DecideAdjustment) =>
  write(context, { act: 'target.approve', operation: 'decideAdjustment', input }, async (tx) => {
    const note = optionalText(input.note, 'note', REASON_LENGTH);
    const wanted = { id: input.adjustmentId, expectedVersion: input.expectedVersion };
    const adjustment = await lockRow(tx, TargetAdjustment, 'adjustment', wanted);
    if (adjustment.status !== 'REQUESTED') refuse(`This request is ${adjustment.status} already.`);
    if (adjustment.requestedById === tx.viewer.accountId)
      throw new Refusal('FORBIDDEN', 'You asked for this; somebody else must decide.');
    const plan = await tx.em.findOneOrFail(TargetPlan, { id: adjustment.planId });
    const county = await getRegion(tx, adjustment.regionCode);
    if (input.approve) await apply(tx, plan, adjustment);
    adjustment.status = input.approve ? 'APPROVED' : 'REFUSED';
    adjustment.decidedAt = tx.now;
    adjustment.decidedById = tx.viewer.accountId;
    adjustment.note = note;
    await tx.em.flush();
    const numbers = await numbersOf(tx, plan.id, county.code);
    const change = input.approve ? 'ADJUSTED' : 'ADJUSTMENT_REFUSED';
    const about = { id: adjustment.id, year: plan.year };
    return { answer: adjustment, facts: [targetsFact(about, county, { change, ...numbers })] };
  });

function refuse(why: string): never {
  throw new Refusal('TRANSITION_NOT_ALLOWED', why, { allowed: [] });
}

/** The plan of the city that a county lies in, with a line of that county. @throws NOT_FOUND */
async function planOf(tx: Transaction, county: string, year: number): Promise<TargetPlan> {
  const city = pathOf(county).at(-2) ?? '';
  const plan = await tx.em.findOne(TargetPlan, { id: planId(city, year) });
  const lines = plan
    ? await queryOf(tx.em)('select from target_line where plan_id = $1 and region_code = $2', [
        plan.id,
        county,
      ])
    : [];
  if (!plan || lines.length === 0) throw notFound('plan of this county and year');
  return plan;
}

type Change = Pick<TargetAdjustment, 'persons' | 'addVillages' | 'removeVillages'>;

/** @throws BAD_USER_INPUT · INVALID_AMOUNT · INVALID_REGION_CODE */
async function check(tx: Transaction, plan: TargetPlan, county: string, change: Change): Promise<void> {
  const { persons, addVillages, removeVillages } = change;
  if ((persons ?? null) === null && addVillages.length + removeVillages.length === 0)
    throw new Refusal('BAD_USER_INPUT', 'It would change nothing.', { field: 'persons' });
  if (persons !== null && persons !== undefined) demandPersons(persons, 'persons');
  await demandVillages(tx, county, addVillages, 'addVillages');
  await demandVillages(tx, county, removeVillages, 'removeVillages');
  await demandNotLeaving(tx, removeVillages, 'removeVillages');
  const planned = await plannedAmong(tx, plan.id, [...addVillages, ...removeVillages]);
  const wrong = (field: string, n: number, why: string) =>
    new Refusal('INVALID_REGION_CODE', why, { field: `${field}.${n}` });
  for (const [n, code] of addVillages.entries())
    if (planned.has(code)) throw wrong('addVillages', n, `${code} is in the plan already.`);
  for (const [n, code] of removeVillages.entries())
    if (!planned.has(code)) throw wrong('removeVillages', n, `${code} is not in the plan.`);
}

async function plannedAmong(tx: Transaction, id: string, codes: readonly string[]): Promise<Set<string>> {
  const rows = (await queryOf(tx.em)(
    'select region_code as code from target_village where plan_id = $1 and region_code = any ($2)',
    [id, codes],
  )) as { code: string }[];
  return new Set(rows.map(({ code }) => code));
}

async function apply(tx: Transaction, plan: TargetPlan, adjustment: TargetAdjustment): Promise<void> {
  const query = queryOf(tx.em);
  // Held, so that two counties' approvals make two versions.
  await query('update target_plan set version = version + 1 where id = $1', [plan.id]);
  await check(tx, plan, adjustment.regionCode, adjustment);
  const { persons, addVillages, removeVillages, regionCode: code } = adjustment;
  const { id, year } = plan;
  await query('delete from target_village where plan_id = $1 and region_code = any ($2)', [
    id,
    removeVillages,
  ]);
  await query('insert into target_village (plan_id, region_code) select $1::uuid, unnest($2::text[])', [
    id,
    addVillages,
  ]);
  if (persons !== null)
    await query('update target_line set persons = $3 where plan_id = $1 and region_code = $2', [
      id,
      code,
      persons,
    ]);
  await planVillages(tx.em, { id, code, year });
}

const NUMBERS = `
select persons, (select count(*)::int from target_village as village
  where village.plan_id = $1 and left(village.region_code, 6) = left($2, 6)) as villages
from target_line where plan_id = $1 and region_code = $2`;

/** What the plan says of a county now. */
async function numbersOf(tx: Transaction, id: string, county: string) {
  const [row] = (await queryOf(tx.em)(NUMBERS, [id, county])) as { villages: number; persons: number }[];
  return { villages: row?.villages ?? 0, persons: row?.persons ?? 0 };
}
