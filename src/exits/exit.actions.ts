import { LockMode } from '@mikro-orm/postgresql';
import { v7 as newId } from 'uuid';
import { isInScopes, rolesFor } from '../auth/may.js';
import { shanghaiYear } from '../clock.js';
import { takeTurn } from '../db/turn.js';
import { lockRow, type Transaction, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import type { Fact } from '../events/facts.js';
import { lockHousehold, moveHousehold } from '../households/household.actions.js';
import type { Context } from '../http/context.js';
import { getRegion } from '../regions/region.queries.js';
import type { StandardTarget } from '../standards/measure.rules.js';
import type { ExitStandard } from '../standards/standard.entity.js';
import { optionalText } from '../text.js';
import { Exit, ExitHousehold, ExitMove } from './exit.entity.js';
import { clausesOf, standardsInForce } from './exit.queries.js';
import { allowedExitMoves, COURSES, ENDED_STATUSES, type ExitStatus, gatesOf, roleOf } from './exit.rules.js';
import { demandNoticeOver } from './notice.held.actions.js';
import { unmetOf } from './standing.queries.js';

const NOTE_LENGTH = 500;

interface Open {
  standardId?: string | null;
  note?: string | null;
  idempotencyKey?: string | null;
}
export interface OpenHouseholdExit extends Open {
  householdId: string;
  expectedVersion: number;
}

/**
 * Begins the exit of a household, after the review by the villagers: it stands before its exit from then on.
 * @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (not poor, or a case is open already) ·
 *   BAD_USER_INPUT (several standards hold there: name one; or none) · INVALID_TEXT
 */
export const openHouseholdExit = (context: Context, input: OpenHouseholdExit) =>
  write(context, { act: 'exit.move', operation: 'openHouseholdExit', input }, async (tx) => {
    const household = await lockHousehold(tx, input);
    const { id: householdId, regionCode } = household;
    const facts = household.status === 'PRE_EXIT' ? [] : [await moveHousehold(tx, household, 'PRE_EXIT')];
    const opened = await open(tx, { kind: 'HOUSEHOLD', regionCode, householdId }, input);
    return { answer: opened.exit, facts: [opened.fact, ...facts] };
  });

export interface OpenRegionExit extends Open {
  regionCode: string;
}

/**
 * Begins the exit of a village that is planned for this year, or a county's application.
 * @throws FORBIDDEN · NOT_FOUND · INVALID_REGION_CODE (neither) · TRANSITION_NOT_ALLOWED (not planned, or a case is open) ·
 *   BAD_USER_INPUT (several standards hold there: name one; or none) · INVALID_TEXT
 */
export const openRegionExit = (context: Context, input: OpenRegionExit) =>
  write(context, { act: 'exit.move', operation: 'openRegionExit', input }, async (tx) => {
    const region = await getRegion(tx, input.regionCode);
    if (!isInScopes(region.code, tx.scopes)) throw notFound('region');
    const { code: regionCode, level, plannedExitYear } = region;
    if (level !== 'VILLAGE' && level !== 'COUNTY') {
      const why = `A village or a county leaves the list; ${regionCode} is a ${level}.`;
      throw new Refusal('INVALID_REGION_CODE', why, { field: 'regionCode' });
    }
    await takeTurn(tx.em, `exit ${regionCode}`);
    const year = shanghaiYear(tx.now);
    if (level === 'VILLAGE' && plannedExitYear !== year)
      refuse(`This village is not planned to leave the list in ${year}.`);
    const { exit, fact } = await open(tx, { kind: level, regionCode }, input);
    return { answer: exit, facts: [fact] };
  });

function refuse(why: string, more: object = {}): never {
  throw new Refusal('TRANSITION_NOT_ALLOWED', why, { allowed: [], ...more });
}

type Subject = Pick<Exit, 'kind' | 'regionCode'> & { readonly householdId?: string };

async function open(tx: Transaction, subject: Subject, { standardId, note }: Open) {
  const { kind, regionCode, householdId } = subject;
  const { status, by: role } = COURSES[kind].first;
  if (!rolesFor(tx.viewer, 'exit.move', regionCode, tx.now).has(role))
    throw new Refusal('FORBIDDEN', `This is begun by a ${role}.`);
  if (await isGoing(tx, subject)) refuse('A case is open already.');
  const standard = await chooseStandard(tx, kind, regionCode, standardId ?? null);
  const exit = tx.em.create(Exit, {
    id: newId(),
    kind,
    regionCode,
    standardId: standard.id,
    status,
    noticeId: null,
    openedAt: tx.now,
    openedById: tx.viewer.accountId,
    version: 1,
  });
  await tx.em.flush();
  if (householdId) tx.em.create(ExitHousehold, { exitId: exit.id, householdId, regionCode });
  const text = optionalText(note, 'note', NOTE_LENGTH);
  recordMove(tx, exit, { from: null, role, note: text });
  return { exit, fact: await exitFact(tx, exit, null) };
}

/** Two who begin at once have waited for each other: on the row of the household, or on the turn of the place. */
async function isGoing(tx: Transaction, { kind, regionCode, householdId }: Subject): Promise<boolean> {
  const status = { $nin: [...ENDED_STATUSES] };
  if (!householdId) return (await tx.em.count(Exit, { kind, regionCode, status })) > 0;
  const cases = await tx.em.find(ExitHousehold, { householdId });
  return (await tx.em.count(Exit, { id: { $in: cases.map(({ exitId }) => exitId) }, status })) > 0;
}

async function chooseStandard(
  tx: Transaction,
  kind: StandardTarget,
  regionCode: string,
  wanted: string | null,
): Promise<ExitStandard> {
  const inForce = await standardsInForce(tx.em, kind, regionCode, tx.now);
  const chosen = wanted === null ? inForce : inForce.filter(({ id }) => id === wanted);
  const [standard] = chosen;
  if (standard && chosen.length === 1) return standard;
  const why =
    inForce.length === 0
      ? `No standard for a ${kind} is in force there.`
      : `Name one of the standards in force there: ${inForce.map(({ id, code }) => `${code} ${id}`).join(', ')}.`;
  throw new Refusal('BAD_USER_INPUT', why, { field: 'standardId' });
}

interface Move {
  readonly from: ExitStatus | null;
  readonly role: ExitMove['role'];
  readonly note: string | null;
}

/** Into the history of a case that has its new status already. */
export function recordMove(tx: Transaction, { id: exitId, status }: Exit, { from, role, note }: Move): void {
  const by = { at: tx.now, byId: tx.viewer.accountId, role, note };
  tx.em.create(ExitMove, { id: newId(), exitId, fromStatus: from, toStatus: status, ...by });
}

export interface MoveExit {
  exitId: string;
  expectedVersion: number;
  to: ExitStatus;
  note?: string | null;
  idempotencyKey?: string | null;
}

/** A signature is on a paper, and who sends work back or revokes it says why. */
const NEEDS_NOTE: readonly ExitStatus[] = ['AGREED', 'RETURNED', 'REVOKED'];

/**
 * Moves a case: its next step, back, or what was reached is revoked. A household that has passed every step is lifted.
 * @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT · INVALID_TEXT (also for a missing note) ·
 *   TRANSITION_NOT_ALLOWED (with `allowed`; with `gate` STANDARD and `unmet`, or NOTICE and `endsAt`, `openObjections`,
 *   `upheld`)
 */
export const moveExit = (context: Context, input: MoveExit) =>
  write(context, { act: 'exit.move', operation: 'moveExit', input }, async (tx) => {
    const { exitId: id, expectedVersion, to } = input;
    const note = optionalText(NEEDS_NOTE.includes(to) ? (input.note ?? '') : input.note, 'note', NOTE_LENGTH);
    const exit = await lockRow(tx, Exit, 'exit', { id, expectedVersion });
    const from = exit.status;
    const roles = rolesFor(tx.viewer, 'exit.move', exit.regionCode, tx.now);
    const earlier = await tx.em.find(ExitMove, { exitId: exit.id });
    const allowed = allowedExitMoves(exit, roles, tx.viewer.accountId, earlier);
    if (!allowed.includes(to)) refuse(`This case is ${from}; ${to} is not yours to set.`, { allowed });
    const role = roleOf(exit, to, roles);
    for (const gate of gatesOf(exit, to))
      if (gate === 'NOTICE') await demandNoticeOver(tx, exit);
      else await demandStandard(tx, exit);
    exit.status = to;
    recordMove(tx, exit, { from, role, note });
    return { answer: exit, facts: [await exitFact(tx, exit, from), ...(await followed(tx, exit))] };
  });

async function demandStandard(tx: Transaction, exit: Exit): Promise<void> {
  const unmet = await unmetOf(tx.em, exit, await clausesOf(tx.em, exit.standardId), tx.now);
  if (unmet.length === 0) return;
  refuse(`The standard is not met: ${unmet.join(', ')}.`, { gate: 'STANDARD', unmet });
}

/** What a move of its case means to the household. */
async function followed(tx: Transaction, { id, kind, status }: Exit): Promise<Fact[]> {
  if (kind !== 'HOUSEHOLD') return [];
  const to = { EXITED: 'LIFTED_WITH_POLICY', RETURNED: 'NOT_LIFTED', REVOKED: 'RELAPSED' } as const;
  if (!(status in to)) return [];
  const { householdId } = await tx.em.findOneOrFail(ExitHousehold, { exitId: id });
  const household = await lockHousehold(tx, { householdId, expectedVersion: null });
  // Taken off the register or back by hand meanwhile: its case may still be sent back.
  if (status === 'RETURNED' && household.status !== 'PRE_EXIT') return [];
  return [await moveHousehold(tx, household, to[status as keyof typeof to])];
}

/** Rows of cases that are moved together, locked in the order of ids. */
export const lockExits = (tx: Transaction, ids: readonly string[]): Promise<Exit[]> =>
  tx.em.find(
    Exit,
    { id: { $in: [...ids] } },
    { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE },
  );

export async function exitFact(tx: Transaction, exit: Exit, from: ExitStatus | null): Promise<Fact> {
  const { code, name } = await getRegion(tx, exit.regionCode);
  const { id, kind: target, status: to } = exit;
  return {
    kind: 'EXIT_CHANGED',
    region: { code, name },
    subject: { type: 'EXIT', id },
    severity: to === 'RETURNED' || to === 'REVOKED' ? 'WARNING' : null,
    audience: 'REGION',
    params: { target, from, to },
  };
}
