import { v7 as newId } from 'uuid';
import { hashCode, readableCode } from '../auth/code.js';
import { grantsToGive, isInScopes } from '../auth/may.js';
import type { AccountKind } from '../auth/viewer.js';
import { lockRow, type Transaction, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import type { Fact, FactParams } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { getRegion } from '../regions/region.queries.js';
import { plainText } from '../text.js';
import { Account, SecondFactor, Session } from './account.entity.js';
import { grantsOf } from './account.queries.js';
import { endSessions } from './leaving.actions.js';

const NAME_LENGTH = 100;
export const USERNAME = /^[a-z0-9][a-z0-9._-]{2,63}$/;
const UNIQUE_VIOLATION = '23505';
/** How long a pairing code is good (real time). */
const PAIRING_MS = 15 * 60_000;
const PASSWORD_LENGTH = 20;
const PAIRING_LENGTH = 12;

/**
 * What is answered and kept for a retry: no secret. What is handed over is made from it again, with a key that is not
 * in the database.
 */
export interface Handed {
  accountId: string;
  kind: AccountKind;
  nonce: string;
}

/** The one-time password of a person, or the pairing code of a device, as it is handed over. */
export const handedOver = (
  { credentials }: Pick<Context, 'credentials'>,
  { kind, accountId, nonce }: Handed,
) =>
  readableCode(
    credentials.deriver.derive('hand over', kind, accountId, nonce),
    kind === 'PERSON' ? PASSWORD_LENGTH : PAIRING_LENGTH,
  );

export interface CreateAccount {
  username: string;
  name: string;
  kind: AccountKind;
  regionCode: string;
  idempotencyKey?: string | null;
}

/**
 * An account without any right. A person gets a password that must be changed at the first sign-in, a device a code to
 * pair it with; both are answered once.
 * @throws FORBIDDEN · MFA_REQUIRED · NOT_FOUND (region, or outside your own) · INVALID_TEXT · BAD_USER_INPUT (name taken) · LOGIN_BUSY
 */
export async function createAccount(context: Context, input: CreateAccount) {
  const { username, kind } = input;
  if (!USERNAME.test(username)) {
    const sentence = 'A user name has 3 to 64 lower-case letters, digits, dots, hyphens and underscores.';
    throw new Refusal('INVALID_TEXT', sentence, { field: 'username', limit: 64 });
  }
  const name = plainText(input.name, 'name', NAME_LENGTH);
  const handed = { accountId: newId(), kind, nonce: newId() };
  const proof = await proofOf(context, handed);
  return write(context, { act: 'account.write', operation: 'createAccount', input }, async (tx) => {
    const region = await getRegion(tx, input.regionCode);
    if (!isInScopes(region.code, tx.scopes)) throw notFound('region');
    if (await tx.em.findOne(Account, { username })) throw taken();
    const account = tx.em.create(Account, {
      id: handed.accountId,
      username,
      name,
      kind,
      regionCode: region.code,
      disabledAt: null,
      createdAt: tx.now,
      changedAt: context.clock.real(),
      version: 1,
      ...proof,
    });
    // Here and not at the commit, where nobody could tell which name it was.
    await tx.em.flush().catch((fault) => {
      throw (fault as { code?: string }).code === UNIQUE_VIOLATION ? taken() : fault;
    });
    return { answer: handed, facts: [accountFact(account, region.name, 'CREATED')] };
  });
}

const taken = () => new Refusal('BAD_USER_INPUT', 'This user name is taken.', { field: 'username' });

/** What the row keeps of what is handed over. Hashed outside of the transaction, which would hold a connection meanwhile. */
async function proofOf(context: Context, handed: Handed) {
  const secret = handedOver(context, handed);
  if (handed.kind === 'PERSON') {
    const passwordHash = await context.credentials.hasher.hash(secret);
    return { passwordHash, mustChangePassword: true, pairingHash: null, pairingUntil: null };
  }
  const pairingUntil = new Date(context.clock.real().getTime() + PAIRING_MS);
  return { passwordHash: null, mustChangePassword: false, pairingHash: hashCode(secret), pairingUntil };
}

export interface ChangeAccount {
  accountId: string;
  expectedVersion: number;
  idempotencyKey?: string | null;
}

type Change = FactParams['ACCOUNT_CHANGED']['change'];
type Operation = 'disableAccount' | 'enableAccount' | 'resetPassword' | 'resetSecondFactor' | 'pairDevice';

/**
 * One act of an administrator on one account. Never on his own: who could reset his own factor would not need it.
 * @throws FORBIDDEN · MFA_REQUIRED · NOT_FOUND · VERSION_CONFLICT
 */
function changeAccount<Answer extends { accountId: string }>(
  context: Context,
  [operation, change]: [Operation, Change],
  input: ChangeAccount,
  work: (tx: Transaction, account: Account) => Promise<{ answer: Answer; facts: Fact[] }>,
) {
  return write(context, { act: 'account.write', operation, input }, async (tx) => {
    const wanted = { id: input.accountId, expectedVersion: input.expectedVersion };
    const account = await lockRow(tx, Account, 'account', wanted);
    await demandReach(tx, account);
    const { answer, facts } = await work(tx, account);
    // Also where the row holds nothing of what changed, its version has to move.
    account.changedAt = context.clock.real();
    const region = await getRegion(tx, account.regionCode);
    return { answer, facts: [accountFact(account, region.name, change), ...facts] };
  });
}

/** Whoever can take an account over has its rights: so they must all be such as one could give. */
async function demandReach({ em, viewer, now }: Transaction, account: Account): Promise<void> {
  if (account.id === viewer.accountId)
    throw new Refusal('FORBIDDEN', 'Nobody does this to himself; ask another administrator.');
  const grants = (await grantsOf(em, account.id)).filter(({ validTo }) => !validTo || now < validTo);
  const isBeyond = grants.some(
    ({ role, regionCode }) => grantsToGive(viewer, role, regionCode, now).length === 0,
  );
  if (isBeyond) throw new Refusal('FORBIDDEN', 'This account holds rights that are not yours to give.');
}

const accountFact = ({ id, regionCode }: Account, regionName: string, change: Change): Fact => ({
  kind: 'ACCOUNT_CHANGED',
  region: { code: regionCode, name: regionName },
  subject: { type: 'ACCOUNT', id },
  severity: null,
  audience: 'HOUSE',
  params: { change },
});

/** Nobody signs in with it any more; its sessions and their sockets end. */
export const disableAccount = (context: Context, input: ChangeAccount) =>
  changeAccount(context, ['disableAccount', 'DISABLED'], input, async (tx, account) => {
    account.disabledAt ??= context.clock.real();
    account.pairingHash = null;
    const facts = await endSessions(tx.em, { accountId: account.id }, context);
    return { answer: { accountId: account.id }, facts };
  });

/** It may sign in again, with what it had. */
export const enableAccount = (context: Context, input: ChangeAccount) =>
  changeAccount(context, ['enableAccount', 'ENABLED'], input, async (_tx, account) => {
    account.disabledAt = null;
    return { answer: { accountId: account.id }, facts: [] };
  });

/** A password to hand over, which must be changed at once; sessions and sockets end. @throws BAD_USER_INPUT for a device */
export const resetPassword = (context: Context, input: ChangeAccount) =>
  handAnew(context, 'PERSON', ['resetPassword', 'PASSWORD_RESET'], input);

/** A code that pairs a device, or another one in its place; what was paired before ends. @throws BAD_USER_INPUT for a person */
export const pairDevice = (context: Context, input: ChangeAccount) =>
  handAnew(context, 'DEVICE', ['pairDevice', 'PAIRING_OPENED'], input);

async function handAnew(
  context: Context,
  kind: AccountKind,
  named: [Operation, Change],
  input: ChangeAccount,
) {
  const handed = { accountId: input.accountId, kind, nonce: newId() };
  const proof = await proofOf(context, handed);
  return changeAccount(context, named, input, async (tx, account) => {
    demandKind(account, kind);
    Object.assign(account, proof);
    return { answer: handed, facts: await endSessions(tx.em, { accountId: account.id }, context) };
  });
}

/** The account enrols another one; no session counts as having shown it. */
export const resetSecondFactor = (context: Context, input: ChangeAccount) =>
  changeAccount(context, ['resetSecondFactor', 'SECOND_FACTOR_RESET'], input, async (tx, account) => {
    await tx.em.nativeDelete(SecondFactor, { id: account.id });
    await tx.em.nativeUpdate(Session, { accountId: account.id }, { secondFactorUntil: null });
    return { answer: { accountId: account.id }, facts: [] };
  });

/** What may sign in with a password, and what with a pairing code. */
const demandKind = (account: { kind: AccountKind }, kind: AccountKind): void => {
  if (account.kind === kind) return;
  const sentence =
    kind === 'PERSON' ? 'A device has no password; pair it.' : 'Only a device is paired; reset the password.';
  throw new Refusal('BAD_USER_INPUT', sentence, { field: 'accountId' });
};
