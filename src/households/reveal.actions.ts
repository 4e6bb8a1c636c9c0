import { LockMode } from '@mikro-orm/postgresql';
import { v7 as newId } from 'uuid';
import { signedIn } from '../auth/may.js';
import { inScopes, isId, lockRow, type Transaction, type Written, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import type { Context } from '../http/context.js';
import { enter, enterRefusal } from '../ledger/enter.js';
import { optionalText } from '../text.js';
import { Household, HouseholdMember } from './household.entity.js';
import { isMinorNow } from './member.queries.js';
import { makeSlots, takeSlots } from './quota.queries.js';
import { type PersonalField, RevealRequest } from './reveal.entity.js';
import {
  APPROVAL_MS,
  demandOpen,
  demandPurpose,
  demandTarget,
  demandUsable,
  type RevealTarget,
} from './reveal.rules.js';

const NOTE_LENGTH = 500;
/** An answer that was lost is asked for again soon; later it is another look. */
const RETRY_MS = 10 * 60_000;

interface Reveal extends RevealTarget {
  purpose: string;
  approvalId?: string | null;
  idempotencyKey?: string | null;
}

/** Which value was revealed and when: what is kept of the answer. The value itself is kept nowhere. */
export interface Revealed {
  householdId: string;
  memberId: string | null;
  field: PersonalField;
  revealedAt: Date;
}

/**
 * Lets one value be shown in full, once, for a purpose. Refused ones are entered in the ledger, too, and so is a retry,
 * which does not count.
 * @throws FORBIDDEN · NOT_FOUND (household, member or approval) · BAD_USER_INPUT · INVALID_TEXT · APPROVAL_REQUIRED ·
 * RATE_LIMITED (with `limit` and `retryAfterMs`) · IDEMPOTENCY_KEY_REUSED · AUDIT_UNAVAILABLE
 */
export const revealPersonalData = (context: Context, input: Reveal): Promise<Written<Revealed>> =>
  enteringRefusals(context, input, async () => {
    const command = { act: 'household.reveal', operation: OPERATION, input } as const;
    let isFirst = false;
    await makeSlots(context);
    const written = await write(context, command, async (tx) => {
      isFirst = true;
      return reveal(context, tx, input);
    });
    if (!isFirst) await enterRetry(context, input, written.answer);
    return written;
  });

const OPERATION = 'revealPersonalData';

async function reveal(context: Context, tx: Transaction, input: Reveal) {
  const purpose = demandPurpose(input.purpose);
  const { household, member, minor } = await find(context, tx, input);
  const { field, approvalId = null } = input;
  if (approvalId !== null) await spendApproval(context, tx, input, approvalId);
  else if (minor) throw needsApproval();
  else await takeSlots(tx, context.reveals);
  const answer: Revealed = {
    householdId: household.id,
    memberId: member?.id ?? null,
    field,
    revealedAt: context.clock.real(),
  };
  return { answer, facts: [], entry: entryOf(household, member, field, purpose) };
}

const needsApproval = () =>
  new Refusal(
    'APPROVAL_REQUIRED',
    'The data of somebody under 14 are shown only with an approval: call requestReveal.',
  );

const entryOf = (
  household: Pick<Household, 'id' | 'regionCode'>,
  member: Pick<HouseholdMember, 'id'> | null,
  field: PersonalField,
  purpose: string,
) => ({
  subject: member
    ? ({ type: 'MEMBER', id: member.id } as const)
    : ({ type: 'HOUSEHOLD', id: household.id } as const),
  regionCode: household.regionCode,
  fields: [field],
  purpose,
});

/** The value's owner, if in scope, and whether it is a minor's: the account of a household is its head's. */
async function find(context: Context, tx: Transaction, target: RevealTarget) {
  demandTarget(target);
  const { householdId, memberId } = target;
  const household = isId(householdId)
    ? await tx.em.findOne(Household, { id: householdId, $or: inScopes(tx.scopes) })
    : null;
  if (!household) throw notFound('household');
  const who = memberId ? { id: memberId } : { relation: 'HEAD' as const };
  const owner =
    memberId && !isId(memberId) ? null : await tx.em.findOne(HouseholdMember, { householdId, ...who });
  if (!owner) throw notFound('household member');
  return { household, member: memberId ? owner : null, minor: await isMinorNow(context, owner) };
}

/** Held until the end of the transaction, so that of two reveals with one approval the second finds it used. */
async function spendApproval(
  { clock }: Context,
  tx: Transaction,
  { householdId, memberId, field }: RevealTarget,
  id: string,
): Promise<void> {
  const mine = { id, askedById: tx.viewer.accountId, householdId, memberId: memberId ?? null, field };
  const request = isId(id)
    ? await tx.em.findOne(RevealRequest, mine, { lockMode: LockMode.PESSIMISTIC_WRITE })
    : null;
  if (!request) throw notFound('approval of this reveal');
  const now = clock.real();
  demandUsable(request, now);
  Object.assign(request, { status: 'USED', usedAt: now, version: request.version + 1 });
}

/** Every look is explained, also the second one at an answer that was lost. */
async function enterRetry(context: Context, { purpose }: Reveal, answer: Revealed): Promise<void> {
  if (context.clock.real().getTime() - answer.revealedAt.getTime() > RETRY_MS) {
    const message =
      'The value was revealed with this idempotencyKey some time ago. Take a new one to see it again.';
    throw new Refusal('IDEMPOTENCY_KEY_REUSED', message);
  }
  const { householdId, memberId, field } = answer;
  const subject = memberId
    ? ({ type: 'MEMBER', id: memberId } as const)
    : ({ type: 'HOUSEHOLD', id: householdId } as const);
  const by = signedIn(context.asker);
  const entry = {
    act: 'household.reveal',
    operation: OPERATION,
    by,
    subject,
    fields: [field],
    purpose,
  } as const;
  await context.em.fork().transactional((em) => enter(em, context, entry));
  context.kick();
}

async function enteringRefusals<T>(context: Context, input: Reveal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (fault) {
    const { asker } = context;
    if (!(fault instanceof Refusal) || asker instanceof Refusal || fault.code === 'AUDIT_UNAVAILABLE')
      throw fault;
    const id = input.memberId ?? input.householdId;
    const subject = isId(id) ? { type: input.memberId ? 'MEMBER' : 'HOUSEHOLD', id } : null;
    const entry = {
      act: 'household.reveal',
      operation: OPERATION,
      by: asker,
      subject: subject as { type: 'MEMBER' | 'HOUSEHOLD'; id: string } | null,
      fields: [input.field],
      purpose: purposeOf(input),
    } as const;
    await enterRefusal(context, entry, fault.code);
    context.kick();
    throw fault;
  }
}

/** As it may be entered; one that is refused for what it holds is not. */
function purposeOf({ purpose }: Reveal): string | null {
  try {
    return demandPurpose(purpose);
  } catch {
    return null;
  }
}

interface RequestReveal extends RevealTarget {
  purpose: string;
  idempotencyKey?: string | null;
}

/** What is kept of an answer about a request: its id, by which it is read again. */
export type KeptRequest = Pick<RevealRequest, 'id' | 'version'>;

/**
 * Asks for a second person's yes to one reveal.
 * @throws FORBIDDEN · NOT_FOUND (household or member) · BAD_USER_INPUT · INVALID_TEXT
 */
export const requestReveal = (context: Context, input: RequestReveal): Promise<Written<KeptRequest>> =>
  write(context, { act: 'household.reveal', operation: 'requestReveal', input }, async (tx) => {
    const purpose = demandPurpose(input.purpose);
    const { household, member } = await find(context, tx, input);
    const now = context.clock.real();
    const { id, version } = tx.em.create(RevealRequest, {
      id: newId(),
      regionCode: household.regionCode,
      householdId: household.id,
      memberId: member?.id ?? null,
      field: input.field,
      purpose,
      status: 'REQUESTED',
      askedById: tx.viewer.accountId,
      askedAt: now,
      expiresAt: new Date(now.getTime() + APPROVAL_MS),
      version: 1,
    });
    const entry = { ...entryOf(household, member, input.field, purpose), subject: requestSubject(id) };
    return { answer: { id, version }, facts: [], entry };
  });

const requestSubject = (id: string) => ({ type: 'REVEAL_REQUEST', id }) as const;

interface DecideReveal {
  requestId: string;
  approve: boolean;
  note?: string | null;
  expectedVersion: number;
  idempotencyKey?: string | null;
}

/**
 * Says yes or no to another person's request.
 * @throws FORBIDDEN (also for one's own) · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED · INVALID_TEXT
 */
export const decideReveal = (context: Context, input: DecideReveal): Promise<Written<KeptRequest>> =>
  write(context, { act: 'household.approveReveal', operation: 'decideReveal', input }, async (tx) => {
    const note = optionalText(input.note, 'note', NOTE_LENGTH);
    const { requestId, expectedVersion } = input;
    const request = await lockRow(tx, RevealRequest, 'reveal request', { id: requestId, expectedVersion });
    const { accountId } = tx.viewer;
    if (request.askedById === accountId) {
      throw new Refusal('FORBIDDEN', 'Whoever asks for a value cannot approve it: another person must.');
    }
    const now = context.clock.real();
    demandOpen(request, now);
    Object.assign(request, {
      status: input.approve ? 'APPROVED' : 'REFUSED',
      decidedById: accountId,
      decidedAt: now,
      note,
      expiresAt: new Date(now.getTime() + APPROVAL_MS),
      version: request.version + 1,
    });
    const { id, version, regionCode, field } = request;
    const entry = { subject: requestSubject(id), regionCode, fields: [field], purpose: note };
    return { answer: { id, version }, facts: [], entry };
  });
