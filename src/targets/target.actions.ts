import { LockMode } from '@mikro-orm/postgresql';
import { v5 as derivedId } from 'uuid';
import { isInScopes } from '../auth/may.js';
import { isInside } from '../auth/scope.js';
import { isCalendarDay, shanghaiDay, shanghaiYear } from '../clock.js';
import { demandVersion, type Transaction, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import { queryOf } from '../events/follow.js';
import type { Context } from '../http/context.js';
import { getRegion } from '../regions/region.queries.js';
import { isLocked, TargetPlan, targetsFact } from './target.entity.js';
import { demandVillages } from './village.queries.js';

const MOST_PERSONS = 10_000_000;
const MOST_LINES = 100;
const IDS = '0b7c1f53-6a0e-5d4b-8a4f-2f1f6f3f9d10';

/** The same id wherever it is made: a plan that nobody has drafted yet has version 0. */
export const planId = (regionCode: string, year: number): string => derivedId(`${regionCode} ${year}`, IDS);

export interface DraftTargets {
  regionCode: string;
  year: number;
  lockOn: string;
  lines: { regionCode: string; persons: number; villages: string[] }[];
  expectedVersion: number;
  idempotencyKey?: string | null;
}

/**
 * Drafts the plan of a city for a year, the whole of it each time, until the day on which it is locked.
 * @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT · INVALID_REGION_CODE (with `field`: no city, no county of it, no poor
 *   village of the county, twice, or off the list already) · INVALID_DATE (the day to lock is no later day of the year
 *   or before; a year that is over) · INVALID_AMOUNT · TRANSITION_NOT_ALLOWED (locked)
 */
export const draftTargets = (context: Context, input: DraftTargets) =>
  write(context, { act: 'target.draft', operation: 'draftTargets', input }, async (tx) => {
    const region = await getRegion(tx, input.regionCode);
    if (!isInScopes(region.code, tx.scopes)) throw notFound('region');
    if (region.level !== 'PREFECTURE')
      throw new Refusal('INVALID_REGION_CODE', `A plan is a city's; ${region.code} is a ${region.level}.`, {
        field: 'regionCode',
      });
    checkDates(input, tx.now);
    const plan = await lockPlan(tx, input);
    if (isLocked(plan, shanghaiDay(tx.now)))
      throw new Refusal('TRANSITION_NOT_ALLOWED', 'This plan is locked; ask for an adjustment.', {
        allowed: [],
      });
    await checkLines(tx, input);
    await keep(tx, plan.id, input);
    const lines = input.lines.length;
    const villages = input.lines.reduce((sum, line) => sum + line.villages.length, 0);
    const persons = input.lines.reduce((sum, line) => sum + line.persons, 0);
    const fact = targetsFact(plan, region, { change: 'DRAFTED', villages, persons });
    return { answer: { id: plan.id, regionCode: region.code, year: plan.year, lines }, facts: [fact] };
  });

function checkDates({ year, lockOn }: DraftTargets, now: Date): void {
  const refuse = (field: string, why: string) => new Refusal('INVALID_DATE', why, { field });
  if (year < shanghaiYear(now) || year > shanghaiYear(now) + 10)
    throw refuse('year', 'A plan is of this year or of the next ten.');
  if (!isCalendarDay(lockOn)) throw refuse('lockOn', 'No calendar day.');
  if (lockOn <= shanghaiDay(now)) throw refuse('lockOn', 'The day on which it is locked must still come.');
  if (lockOn > `${year}-12-31`) throw refuse('lockOn', 'It is locked within its year, or before.');
}

/** The row, held; a first draft begins at version 0, which is what nobody's plan is read as. */
async function lockPlan(tx: Transaction, { regionCode, year, lockOn, expectedVersion }: DraftTargets) {
  const id = planId(regionCode, year);
  await queryOf(tx.em)(
    `insert into target_plan (id, region_code, year, lock_on, drafted_at, drafted_by_id, version)
     values ($1, $2, $3, $4, $5, $6, 0) on conflict do nothing`,
    [id, regionCode, year, lockOn, tx.now.toISOString(), tx.viewer.accountId],
  );
  const plan = await tx.em.findOneOrFail(TargetPlan, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  demandVersion(plan, 'plan', expectedVersion);
  return plan;
}

async function checkLines(tx: Transaction, { regionCode, lines }: DraftTargets): Promise<void> {
  if (lines.length === 0 || lines.length > MOST_LINES)
    throw new Refusal('BAD_USER_INPUT', `1 to ${MOST_LINES} lines.`, { field: 'lines' });
  const counties = new Set<string>();
  for (const [n, line] of lines.entries()) {
    const field = `lines.${n}.regionCode`;
    const county = await getRegion(tx, line.regionCode);
    if (county.level !== 'COUNTY' || !isInside(county.code, regionCode))
      throw new Refusal('INVALID_REGION_CODE', `${county.code} is no county of the city.`, { field });
    if (counties.has(county.code))
      throw new Refusal('INVALID_REGION_CODE', `${county.code} has two lines.`, { field });
    counties.add(county.code);
    demandPersons(line.persons, `lines.${n}.persons`);
    await demandVillages(tx, county.code, line.villages, `lines.${n}.villages`);
  }
}

/** @throws INVALID_AMOUNT */
export function demandPersons(persons: number, field: string): void {
  if (persons >= 0 && persons <= MOST_PERSONS) return;
  throw new Refusal('INVALID_AMOUNT', `From 0 to ${MOST_PERSONS} persons.`, { field, limit: MOST_PERSONS });
}

/** By hand, and not by the unit of work: the lines are rows of their own, and with them the plan is another version. */
async function keep(tx: Transaction, id: string, { lockOn, lines }: DraftTargets): Promise<void> {
  const query = queryOf(tx.em);
  await query('delete from target_village where plan_id = $1', [id]);
  await query('delete from target_line where plan_id = $1', [id]);
  await query(LINES, [id, JSON.stringify(lines)]);
  await query(VILLAGES, [id, lines.flatMap(({ villages }) => villages)]);
  await query(KEPT, [id, lockOn, tx.now.toISOString(), tx.viewer.accountId]);
}

const KEPT = `
update target_plan set lock_on = $2, drafted_at = $3, drafted_by_id = $4, version = version + 1 where id = $1`;

const LINES = `
insert into target_line (plan_id, region_code, persons)
select $1::uuid, "regionCode", persons from jsonb_to_recordset($2::jsonb) as line ("regionCode" text, persons int)`;

const VILLAGES = 'insert into target_village (plan_id, region_code) select $1::uuid, unnest($2::text[])';
