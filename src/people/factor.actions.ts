import { randomBytes } from 'node:crypto';
import { LockMode } from '@mikro-orm/postgresql';
import { hashCode, readableCode } from '../auth/code.js';
import { signedIn } from '../auth/may.js';
import { base32, matchStep, otpauthUri, SECRET_BYTES } from '../auth/totp.js';
import type { Viewer } from '../auth/viewer.js';
import { Refusal } from '../errors.js';
import type { Context } from '../http/context.js';
import { type Entry, enter, enterRefusal } from '../ledger/enter.js';
import type { Vault } from '../vault/vault.js';
import { Account, SecondFactor } from './account.entity.js';
import { Attempt } from './attempt.actions.js';

const ISSUER = '督办';
/** An enrolment that is not confirmed by then has lapsed (real time). */
const PENDING_MS = 15 * 60_000;
const RECOVERY_CODES = 10;
const RECOVERY_LENGTH = 16;

const place = (column: 'secret_sealed' | 'pending_sealed', rowId: string) => ({
  table: 'second_factor',
  column,
  rowId,
});

export interface Enrolment {
  secret: string;
  uri: string;
}

/**
 * A new secret for an authenticator app; it counts once a code of it is confirmed. Asks for the password again, and
 * where there is a factor already, for that: else a stolen session could put its own in its place.
 * @throws UNAUTHENTICATED (wrong password) · RATE_LIMITED · LOGIN_BUSY · MFA_REQUIRED · BAD_USER_INPUT (a device)
 */
export async function enrolSecondFactor(context: Context, password: string): Promise<Enrolment> {
  const by = signedIn(context.asker);
  const { accountId, secondFactor } = by;
  const { em, clock, vault } = context;
  const { enrolled = false, validUntil = null } = secondFactor ?? {};
  const now = clock.real();
  if (enrolled && !(validUntil && now < validUntil)) {
    const sentence = 'This account has a second factor: call confirmSecondFactor before you replace it.';
    throw new Refusal('MFA_REQUIRED', sentence, { enrolled });
  }
  const entry = { act: 'secondFactor.enrol', operation: 'enrolSecondFactor', by } as const;
  const account = await confirmPassword(context, entry, password);
  const secret = randomBytes(SECRET_BYTES);
  const sealed = vault.seal(place('pending_sealed', accountId), base32(secret));
  await em.transactional(async (tx) => {
    await tx.execute(ENROL, [accountId, sealed, now]);
    await enter(tx, context, entry);
  });
  context.kick();
  return { secret: base32(secret), uri: otpauthUri(secret, ISSUER, account.username) };
}

const ENROL = `
insert into second_factor (id, pending_sealed, pending_at) values (?, ?, ?)
on conflict (id) do update set pending_sealed = excluded.pending_sealed, pending_at = excluded.pending_at`;

/**
 * The account of who does this, when this is its password; counted like a sign-in.
 * @throws UNAUTHENTICATED · RATE_LIMITED · LOGIN_BUSY
 */
export async function confirmPassword(
  context: Context,
  entry: Entry & { by: Viewer },
  password: string,
): Promise<Account> {
  const where = { id: entry.by.accountId, disabledAt: null };
  const account = await context.em.findOneOrFail(Account, where, { populate: ['passwordHash'] });
  const attempt = Attempt.signIn(context, account.username);
  if (await context.credentials.hasher.verify(account.passwordHash, password, attempt)) return account;
  await enterRefusal(context, entry, 'UNAUTHENTICATED');
  throw new Refusal('UNAUTHENTICATED', 'Wrong password.');
}

export interface Confirmation {
  validUntil: Date;
  recoveryCodes: string[];
}

/**
 * Shows the second factor in this session, for some minutes: a code of the app, or one of the recovery codes. The first
 * code of a new secret activates it, and answers new recovery codes.
 * @throws UNAUTHENTICATED (wrong or used code, nothing enrolled) · RATE_LIMITED
 */
export async function confirmSecondFactor(context: Context, code: string): Promise<Confirmation> {
  const by = signedIn(context.asker);
  const { accountId, sessionId } = by;
  const { em, clock, credentials } = context;
  const now = clock.real();
  const validUntil = new Date(now.getTime() + credentials.rules.secondFactorMinutes * 60_000);
  const entry = { act: 'secondFactor.confirm', operation: 'confirmSecondFactor', by } as const;
  const recoveryCodes = await em.transactional(async (tx) => {
    // One after the other: held, so that of many codes at once no more are tried than may fail.
    const lock = { lockMode: LockMode.PESSIMISTIC_WRITE } as const;
    const factor = await tx.findOne(SecondFactor, { id: accountId }, lock);
    const attempt = Attempt.secondFactor({ ...context, em: tx }, accountId);
    await attempt.demandOpen();
    const found = factor && (await redeem(context.vault, factor, code, now));
    await (found ? attempt.succeeded() : attempt.failed());
    if (!found) return null;
    await tx.execute('update session set second_factor_until = ? where id = ?', [validUntil, sessionId]);
    await enter(tx, context, entry);
    return found;
  });
  context.kick();
  if (recoveryCodes) return { validUntil, recoveryCodes };
  await enterRefusal(context, entry, 'UNAUTHENTICATED');
  throw new Refusal('UNAUTHENTICATED', 'This code is wrong, or was used before.');
}

/** Changes the factor as the code asks: recovery codes where it activates a new secret, else none; null for a wrong one. */
async function redeem(vault: Vault, factor: SecondFactor, code: string, now: Date): Promise<string[] | null> {
  const { id, secretSealed, pendingSealed, pendingAt, lastStep } = factor;
  const secret = secretSealed && (await vault.open(place('secret_sealed', id), Buffer.from(secretSealed)));
  const current = secret && matchStep(secret, code, now, lastStep);
  if (current) {
    factor.lastStep = current;
    return [];
  }
  if (pendingSealed && pendingAt && now.getTime() - pendingAt.getTime() < PENDING_MS) {
    const pending = await vault.open(place('pending_sealed', id), Buffer.from(pendingSealed));
    const step = matchStep(pending, code, now, 0);
    // Sealed for another place it must be sealed anew.
    if (step) return activate(factor, vault.seal(place('secret_sealed', id), pending), step, now);
  }
  const hash = hashCode(code);
  if (!factor.recoveryHashes.includes(hash)) return null;
  factor.recoveryHashes = factor.recoveryHashes.filter((each) => each !== hash);
  return [];
}

/** Only the hashes of the recovery codes are kept; as random as they are, nobody guesses what was hashed. */
function activate(factor: SecondFactor, secretSealed: Buffer, step: number, now: Date): string[] {
  const codes = Array.from({ length: RECOVERY_CODES }, () =>
    readableCode(randomBytes(RECOVERY_LENGTH), RECOVERY_LENGTH),
  );
  Object.assign(factor, {
    secretSealed,
    confirmedAt: now,
    pendingSealed: null,
    pendingAt: null,
    lastStep: step,
    recoveryHashes: codes.map(hashCode),
  });
  return codes;
}
