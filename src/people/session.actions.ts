import type { EntityManager } from '@mikro-orm/postgresql';
import { hash, verify } from '@node-rs/argon2';
import { v7 as newId } from 'uuid';
import { signedIn } from '../auth/may.js';
import { hashRefreshToken, newRefreshToken } from '../auth/token.js';
import { Refusal } from '../errors.js';
import { record } from '../events/record.js';
import type { Context } from '../http/context.js';
import { enter, enterRefusal } from '../ledger/enter.js';
import { Account, Session } from './account.entity.js';
import { grantsOf } from './account.queries.js';

/** A session that is not refreshed for this long has ended (real time). */
const SESSION_DAYS = 7;
const DAY_MS = 86_400_000;

/** argon2id with the OWASP minimum: 19 MiB, 2 passes, 1 lane. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
export const hashPassword = (password: string): Promise<string> => hash(password, ARGON2);

/** Compared when the account is absent, so that an unknown name takes as long as a wrong password. */
let nobody: Promise<string> | undefined;

export interface SignedIn {
  accessToken: string;
  expiresAt: Date;
  refreshToken: string;
}

const sessionEnd = (now: Date) => new Date(now.getTime() + SESSION_DAYS * DAY_MS);

/** @throws UNAUTHENTICATED, the same whether the name or the password is wrong */
export async function login(context: Context, username: string, password: string) {
  const account = await context.em.findOne(
    Account,
    { username, disabledAt: null },
    { populate: ['passwordHash'] },
  );
  nobody ??= hashPassword(newRefreshToken());
  const matches = await verify(account?.passwordHash ?? (await nobody), password);
  if (!account?.passwordHash || !matches) {
    const by = account && { accountId: account.id };
    await enterRefusal(context, { act: 'session.signIn', operation: 'login', by }, 'UNAUTHENTICATED');
    throw new Refusal('UNAUTHENTICATED', 'Wrong username or password.');
  }
  const now = context.clock.real();
  const refreshToken = newRefreshToken();
  const session = { id: newId(), accountId: account.id, refreshHash: hashRefreshToken(refreshToken) };
  const grants = await grantsOf(context.em, account.id);
  const viewer = { accountId: account.id, sessionId: session.id, name: account.name, grants };
  await context.em.transactional(async (em) => {
    em.create(Session, { ...session, createdAt: now, refreshedAt: now, expiresAt: sessionEnd(now) });
    await enter(em, context, { act: 'session.signIn', operation: 'login', by: viewer });
  });
  context.kick();
  const { accessToken, expiresAt } = await context.mint.issue(account.id, session.id, now);
  return { accessToken, expiresAt, refreshToken, viewer };
}

/** One statement, so that of two refreshes with one token exactly one wins. */
const REFRESH = `update session set refresh_hash = ?, refreshed_at = ?, expires_at = ?
  where refresh_hash = ? and ended_at is null and expires_at > ?
    and exists (select from account where account.id = session.account_id and disabled_at is null)
  returning id, account_id`;

/**
 * A new access token for a refresh token, which is thereby used up.
 * @throws SESSION_REVOKED when the token is unknown, used, expired or its session has ended
 */
export async function refreshSession(context: Context, refreshToken: string): Promise<SignedIn> {
  const now = context.clock.real();
  const next = newRefreshToken();
  const act = { act: 'session.refresh', operation: 'refreshSession' } as const;
  const session = await context.em.transactional(async (em) => {
    const [found] = await em.execute<{ id: string; account_id: string }[]>(REFRESH, [
      hashRefreshToken(next),
      now,
      sessionEnd(now),
      hashRefreshToken(refreshToken),
      now,
    ]);
    if (!found) return null;
    const accountId = found.account_id;
    const by = { accountId, sessionId: found.id, grants: await grantsOf(em, accountId) };
    await enter(em, context, { ...act, by });
    return found;
  });
  if (!session) {
    await enterRefusal(context, { ...act, by: null }, 'SESSION_REVOKED');
    throw new Refusal('SESSION_REVOKED', 'This refresh token is used, expired or unknown. Sign in again.');
  }
  context.kick();
  return { ...(await context.mint.issue(session.account_id, session.id, now)), refreshToken: next };
}

/** Ends the asking session: its tokens no longer prove anything, and its sockets are closed. */
export async function logout(context: Context): Promise<boolean> {
  const viewer = signedIn(context.asker);
  await context.em.transactional(async (em) => {
    await endSession(em, viewer.accountId, viewer.sessionId, context);
    const subject = { type: 'SESSION', id: viewer.sessionId } as const;
    await enter(em, context, { act: 'session.end', operation: 'logout', by: viewer, subject });
  });
  context.kick();
  return true;
}

async function endSession(
  em: EntityManager,
  accountId: string,
  sessionId: string,
  { clock, now }: Context,
): Promise<void> {
  await em.nativeUpdate(Session, { id: sessionId, endedAt: null }, { endedAt: clock.real() });
  const subject = { type: 'SESSION', id: sessionId } as const;
  await record(
    em,
    [
      {
        kind: 'SESSION_ENDED',
        region: null,
        subject,
        severity: null,
        audience: 'HOUSE',
        params: { accountId },
      },
    ],
    { happenedAt: now, actorId: accountId },
  );
}
