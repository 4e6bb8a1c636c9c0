import { v7 as newId } from 'uuid';
import { isInScopes } from '../auth/may.js';
import { isInside, pathOf } from '../auth/scope.js';
import { lockRow, type Transaction, touchRow, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import type { Context } from '../http/context.js';
import { getRegion } from '../regions/region.queries.js';
import { plainText } from '../text.js';
import {
  Referral,
  type ReferralMatter,
  ReferralNote,
  type ReferralOutcome,
  type ReferralSubject,
  referralFact,
} from './referral.entity.js';
import { placeOfSubject } from './subject.queries.js';

const TEXT_LENGTH = 2000;

export interface ReferMatter {
  regionCode: string;
  matter: ReferralMatter;
  statement: string;
  subject?: { type: ReferralSubject; id: string } | null;
  idempotencyKey?: string | null;
}

/**
 * Refers a matter of discipline in a place, or of one thing there that the referrer may see.
 * @throws FORBIDDEN · NOT_FOUND (region outside one's grants; no such thing in it) · INVALID_TEXT
 */
export const referMatter = (context: Context, input: ReferMatter) =>
  write(context, { act: 'discipline.refer', operation: 'referMatter', input }, async (tx) => {
    const statement = plainText(input.statement, 'statement', TEXT_LENGTH);
    const region = await getRegion(tx, input.regionCode);
    if (!isInScopes(region.code, tx.scopes)) throw notFound('region');
    if (input.subject) {
      const place = await placeOfSubject({ ...context, em: tx.em, loaders: tx.loaders }, input.subject);
      if (!isInside(place, region.code)) throw notFound(input.subject.type.toLowerCase());
    }
    const referral = tx.em.create(Referral, {
      id: newId(),
      regionCode: region.code,
      matter: input.matter,
      statement,
      subjectType: input.subject?.type ?? null,
      subjectId: input.subject?.id ?? null,
      status: 'REFERRED',
      referredAt: tx.now,
      referredById: tx.viewer.accountId,
      outcome: null,
      conclusion: null,
      closedAt: null,
      closedById: null,
      version: 1,
    });
    return { answer: referral, facts: [referralFact(referral, region, null)], entry: quietly(region.code) };
  });

export interface NoteReferral {
  referralId: string;
  note: string;
  expectedVersion: number;
  idempotencyKey?: string | null;
}

/**
 * Puts a note into the case; with the first one it is under review.
 * @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (closed) · INVALID_TEXT
 */
export const noteReferral = (context: Context, input: NoteReferral) =>
  write(context, { act: 'discipline.handle', operation: 'noteReferral', input }, async (tx) => {
    const note = plainText(input.note, 'note', TEXT_LENGTH);
    const { referral, region } = await lockOpen(tx, input);
    const from = referral.status;
    referral.status = 'UNDER_REVIEW';
    const { id: referralId, regionCode } = referral;
    tx.em.create(ReferralNote, {
      id: newId(),
      regionCode,
      referralId,
      at: tx.now,
      byId: tx.viewer.accountId,
      note,
    });
    // A note is part of the case: whoever has read it before reads it again.
    await touchRow(tx, 'referral', referral);
    return {
      answer: referral,
      facts: [referralFact(referral, region, from)],
      entry: quietly(region.code),
    };
  });

export interface CloseReferral {
  referralId: string;
  outcome: ReferralOutcome;
  conclusion: string;
  expectedVersion: number;
  idempotencyKey?: string | null;
}

/**
 * Says what came of it; never by who referred it.
 * @throws FORBIDDEN (also: referred it) · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (closed) · INVALID_TEXT
 */
export const closeReferral = (context: Context, input: CloseReferral) =>
  write(context, { act: 'discipline.handle', operation: 'closeReferral', input }, async (tx) => {
    const conclusion = plainText(input.conclusion, 'conclusion', TEXT_LENGTH);
    const { referral, region } = await lockOpen(tx, input);
    if (referral.referredById === tx.viewer.accountId)
      throw new Refusal('FORBIDDEN', 'You referred this; somebody else must close it.');
    const from = referral.status;
    referral.status = 'CLOSED';
    referral.outcome = input.outcome;
    referral.conclusion = conclusion;
    referral.closedAt = tx.now;
    referral.closedById = tx.viewer.accountId;
    return {
      answer: referral,
      facts: [referralFact(referral, region, from)],
      entry: quietly(region.code),
    };
  });

/**
 * The ledger says who referred or handled something, and not in which village: whoever reads it for a county could warn
 * those whom it is about. Nothing of the matter is in it.
 */
const quietly = (regionCode: string) => ({
  regionCode: pathOf(regionCode)[1] ?? regionCode,
  purpose: null,
});

/** @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED */
async function lockOpen(tx: Transaction, wanted: { referralId: string; expectedVersion: number }) {
  const { referralId: id, expectedVersion } = wanted;
  const referral = await lockRow(tx, Referral, 'referral', { id, expectedVersion });
  if (referral.status === 'CLOSED')
    throw new Refusal('TRANSITION_NOT_ALLOWED', 'This referral is closed already.', { allowed: [] });
  return { referral, region: await getRegion(tx, referral.regionCode) };
}
