import { randomBytes } from 'node:crypto';
import { LockMode } from '@mikro-orm/postgresql';
import { hashCode, readableCode } from '../auth/code.js';
import { signedIn } from '../auth/may.js';
import { base32, matchStep, otpauthUri, SECRET_BYTES } from '../auth/totp.js';
import { Refusal } from '../errors.js';
import type { Context } from '../http/context.js';
import { Account, SecondFactor } from './account.entity.js';
import { Attempt } from './attempt.actions.js';

const ISSUER = '督办';
/** An enrolment that is not confirmed by then has lapsed (real time). */
const PENDING_MS = 15 * 60_000;
const RECOVERY_CODES = 10;
const RECOVERY_LENGTH = 16;

const secretOf = (accountId: string) => ({ table: 'second_factor', column: 'secret', rowId: accountId });

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
  const { accountId, secondFactor } = signedIn(context.asker);
  const { em, clock, box } = context;
  const { enrolled = false, validUntil = null } = secondFactor ?? {};
  const now = clock.real();
  if (enrolled && !(validUntil && now < validUntil)) {
    const sentence = 'This account has a second factor: call confirmSecondFactor before you replace it.';
    throw new Refusal('MFA_REQUIRED', sentence, { enrolled });
  }
  const account = await confirmPassword(context, accountId, password);
  const secret = randomBytes(SECRET_BYTES);
  await em.execute(
    `insert into second_factor (account_id, pending_sealed, pending_at) values (?, ?, ?)
     on conflict (account_id) do update set pending_sealed = excluded.pending_sealed, pending_at = excluded.pending_at`,
    [accountId, box.seal(secretOf(accountId), base32(secret)), now],
  );
  return { secret: base32(secret), uri: otpauthUri(secret, ISSUER, account.username) };
}

/**
 * The account, when this is its password; counted like a sign-in.
 * @throws UNAUTHENTICATED · RATE_LIMITED · LOGIN_BUSY
 */
export async function confirmPassword(
  context: Context,
  accountId: string,
  password: string,
): Promise<Account> {
  const where = { id: accountId, disabledAt: null };
  const account = await context.em.findOneOrFail(Account, where, { populate: ['passwordHash'] });
  const attempt = Attempt.signIn(context, account.username);
  if (!(await context.credentials.hasher.verify(account.passwordHash, password, attempt)))
    throw new Refusal('UNAUTHENTICATED', 'Wrong password.');
  return account;
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
  const { accountId, sessionId } = signedIn(context.asker);
  const { em, clock, credentials } = context;
  const now = clock.real();
  const validUntil = new Date(now.getTime() + credentials.rules.secondFactorMinutes * 60_000);
  const recoveryCodes = await em.transactional(async (tx) => {
    // One after the other: held, so that of many codes at once no more are tried than may fail.
    const lock = { lockMode: LockMode.PESSIMISTIC_WRITE } as const;
    const factor = await tx.findOne(SecondFactor, { accountId }, lock);
    const attempt = Attempt.secondFactor({ ...context, em: tx }, accountId);
    await attempt.demandOpen();
    const found = factor && redeem(context, factor, code, now);
    await (found ? attempt.succeeded() : attempt.failed());
    if (found)
      await tx.execute('update session set second_factor_until = ? where id = ?', [validUntil, sessionId]);
    return found;
  });
  if (!recoveryCodes) throw new Refusal('UNAUTHENTICATED', 'This code is wrong, or was used before.');
  return { validUntil, recoveryCodes };
}

/** Changes the factor as the code asks: recovery codes where it activates a new secret, else none; null for a wrong one. */
function redeem({ box }: Context, factor: SecondFactor, code: string, now: Date): string[] | null {
  const { accountId, secretSealed, pendingSealed, pendingAt, lastStep } = factor;
  const stepOf = (sealed: Uint8Array, lastUsed: number) =>
    matchStep(box.open(secretOf(accountId), Buffer.from(sealed)), code, now, lastUsed);
  const current = secretSealed && stepOf(secretSealed, lastStep);
  if (current) {
    factor.lastStep = current;
    return [];
  }
  const isFresh = pendingAt && now.getTime() - pendingAt.getTime() < PENDING_MS;
  const next = isFresh && pendingSealed && stepOf(pendingSealed, 0);
  if (next) return activate(factor, next, now);
  const hash = hashCode(code);
  if (!factor.recoveryHashes.includes(hash)) return null;
  factor.recoveryHashes = factor.recoveryHashes.filter((each) => each !== hash);
  return [];
}

/** Only the hashes of the recovery codes are kept; as random as they are, nobody guesses what was hashed. */
function activate(factor: SecondFactor, step: number, now: Date): string[] {
  const codes = Array.from({ length: RECOVERY_CODES }, () =>
    readableCode(randomBytes(RECOVERY_LENGTH), RECOVERY_LENGTH),
  );
  Object.assign(factor, {
    secretSealed: factor.pendingSealed,
    confirmedAt: now,
    pendingSealed: null,
    pendingAt: null,
    lastStep: step,
    recoveryHashes: codes.map(hashCode),
  });
  return codes;
}
