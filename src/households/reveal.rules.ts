import { Refusal } from '../errors.js';
import { plainText } from '../text.js';
import type { PersonalField, RevealRequest, RevealStatus } from './reveal.entity.js';

const PURPOSE_SHORTEST = 10;
const PURPOSE_LONGEST = 500;
/** How long a request waits for its answer, and how long the answer may be used (real time). */
export const APPROVAL_MS = 24 * 3_600_000;

/** Which value is meant. */
export interface RevealTarget {
  householdId: string;
  memberId?: string | null;
  field: PersonalField;
}

/**
 * Why a value is to be shown: one sentence that explains it later.
 * @throws BAD_USER_INPUT (shorter than ten characters) · INVALID_TEXT
 */
export function demandPurpose(given: string): string {
  if ([...given.trim()].length < PURPOSE_SHORTEST) {
    const message = `purpose must say in at least ${PURPOSE_SHORTEST} characters why the value is needed.`;
    throw new Refusal('BAD_USER_INPUT', message, { field: 'purpose', limit: PURPOSE_SHORTEST });
  }
  return plainText(given, 'purpose', PURPOSE_LONGEST);
}

/** The account is the household's, the others a member's. @throws BAD_USER_INPUT */
export function demandTarget({ field, memberId }: RevealTarget): void {
  const isOfHousehold = field === 'BANK_ACCOUNT';
  if (isOfHousehold === (memberId === null || memberId === undefined)) return;
  const message = isOfHousehold
    ? 'BANK_ACCOUNT is the household\u2019s: leave memberId out.'
    : `${field} needs memberId.`;
  throw new Refusal('BAD_USER_INPUT', message, { field: 'memberId' });
}

/** Where a request stands at a moment of real time. */
export const statusAt = ({ status, expiresAt }: RevealRequest, now: Date): RevealStatus =>
  (status === 'REQUESTED' || status === 'APPROVED') && expiresAt <= now ? 'EXPIRED' : status;

/** Only an open request can be decided. @throws TRANSITION_NOT_ALLOWED */
export function demandOpen(request: RevealRequest, now: Date): void {
  const status = statusAt(request, now);
  if (status === 'REQUESTED') return;
  const message = `This request is ${status}; only one that is REQUESTED can be decided.`;
  throw new Refusal('TRANSITION_NOT_ALLOWED', message, { allowed: [] });
}

/** An approval allows one reveal of one value by whoever asked for it. @throws APPROVAL_REQUIRED */
export function demandUsable(request: RevealRequest, now: Date): void {
  const status = statusAt(request, now);
  if (status === 'APPROVED') return;
  throw new Refusal('APPROVAL_REQUIRED', `This request is ${status}, not APPROVED. Ask for a new approval.`);
}
