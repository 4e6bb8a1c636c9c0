import { grantsFor, mayKnow } from '../auth/may.js';
import { isInside } from '../auth/scope.js';
import { lockRow, type Transaction, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import type { Context } from '../http/context.js';
import { getRegion } from '../regions/region.queries.js';
import { plainText } from '../text.js';
import { Interview, interviewFact, OPEN_INTERVIEWS } from './interview.entity.js';

const RECORD_LENGTH = 2000;

export interface AppointInterview {
  interviewId: string;
  at: Date;
  expectedVersion: number;
  idempotencyKey?: string | null;
}

/**
 * Says when it is held, or that it is at another time; the unit is told.
 * @throws FORBIDDEN (also: the own unit) · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (over) · INVALID_DATE (past)
 */
export const appointInterview = (context: Context, input: AppointInterview) =>
  write(context, { act: 'interview.hold', operation: 'appointInterview', input }, async (tx) => {
    const { interview, unit } = await lockOpen(tx, input);
    if (input.at <= tx.now)
      throw new Refusal('INVALID_DATE', 'It is appointed for a time to come.', { field: 'at' });
    const from = interview.status;
    interview.status = 'APPOINTED';
    interview.appointedFor = input.at;
    interview.appointedById = tx.viewer.accountId;
    return { answer: interview, facts: [interviewFact(interview, unit, from)] };
  });

export interface CloseInterview {
  interviewId: string;
  outcome: 'HELD' | 'WAIVED';
  heldAt?: Date | null;
  record: string;
  expectedVersion: number;
  idempotencyKey?: string | null;
}

/**
 * Puts on record what was said and demanded, or why it need not be held. What comes afterwards calls the next.
 * @throws FORBIDDEN (also: the own unit) · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (over) ·
 *   INVALID_DATE (not between the call and now; given for one that is waived) · INVALID_TEXT
 */
export const closeInterview = (context: Context, input: CloseInterview) =>
  write(context, { act: 'interview.hold', operation: 'closeInterview', input }, async (tx) => {
    const record = plainText(input.record, 'record', RECORD_LENGTH);
    const { interview, unit } = await lockOpen(tx, input);
    const from = interview.status;
    interview.heldAt = heldAt(interview, input, tx.now);
    interview.status = input.outcome;
    interview.record = record;
    interview.closedAt = tx.now;
    interview.closedById = tx.viewer.accountId;
    return { answer: interview, facts: [interviewFact(interview, unit, from)] };
  });

/** @throws INVALID_DATE */
function heldAt({ calledAt }: Interview, { outcome, heldAt: given }: CloseInterview, now: Date): Date | null {
  const refuse = (why: string) => new Refusal('INVALID_DATE', why, { field: 'heldAt' });
  if (outcome === 'WAIVED') {
    if (given) throw refuse('What is waived was not held.');
    return null;
  }
  const at = given ?? now;
  if (at < calledAt || at > now) throw refuse('It was held after it was called for, and not in the future.');
  return at;
}

/**
 * An interview that is not over, held, of a unit below one's own.
 * @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED
 */
async function lockOpen(tx: Transaction, wanted: { interviewId: string; expectedVersion: number }) {
  const { interviewId: id, expectedVersion } = wanted;
  const interview = await lockRow(tx, Interview, 'interview', { id, expectedVersion });
  const { regionCode, audience } = interview;
  if (!mayKnow(tx.viewer, audience, regionCode, tx.now)) throw notFound('interview');
  const isAbove = grantsFor(tx.viewer, 'interview.hold', tx.now).some(
    (grant) => grant.regionCode !== regionCode && isInside(regionCode, grant.regionCode),
  );
  if (!isAbove) throw new Refusal('FORBIDDEN', 'A unit is interviewed by an office above it.');
  if (!OPEN_INTERVIEWS.includes(interview.status))
    throw new Refusal('TRANSITION_NOT_ALLOWED', `This interview is ${interview.status} already.`, {
      allowed: [],
    });
  const { code, name } = await getRegion(tx, regionCode);
  return { interview, unit: { code, name } };
}
