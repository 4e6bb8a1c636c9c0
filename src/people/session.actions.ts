import { createHash, randomBytes } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as newId } from 'uuid';
import { identified } from '../auth/may.js';
import type { AccountKind, Viewer } from '../auth/viewer.js';
import { isId } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import type { Fact } from '../events/facts.js';
import { record } from '../events/record.js';
import type { Context } from '../http/context.js';
import { Account, Session } from './account.entity.js';
import { getViewer } from './account.queries.js';
import { Attempt } from './attempt.actions.js';

const DAY_MS = 86_400_000;

export interface SignedIn {
  accessToken: string;
  expiresAt: Date;
  refreshToken: string;
}

const sessionEnd = (now: Date, { credentials }: Context) =>
  new Date(now.getTime() + credentials.rules.days * DAY_MS);

/**
 * @throws UNAUTHENTICATED, the same whether the name or the password is wrong · RATE_LIMITED, the same whether anybody
 *   has the name · LOGIN_BUSY
 */
export async function login(context: Context, username: string, password: string) {
  const account = await context.em.findOne(
    Account,
    { username, disabledAt: null },
    { populate: ['passwordHash'] },
  );
  const attempt = Attempt.signIn(context, username);
  const isRight = await context.credentials.hasher.verify(account?.passwordHash, password, attempt);
  if (!isRight || !account) throw new Refusal('UNAUTHENTICATED', 'Wrong username or password.');
  return beginSession(context, account);
}

/** A new session of an account that has proved itself. */
export async function beginSession(
  context: Context,
  { id: accountId }: { id: string },
  deviceSecret: string | null = null,
): Promise<SignedIn & { viewer: Viewer }> {
  const now = context.clock.real();
  const session = { id: newId(), accountId, nonce: randomBytes(32).toString('base64url'), generation: 0 };
  await context.em.transactional(async (em) => {
    em.create(Session, {
      ...session,
      createdAt: now,
      refreshedAt: now,
      expiresAt: sessionEnd(now, context),
      endedAt: null,
      ...context.origin,
      deviceHash: deviceSecret === null ? null : hashDevice(deviceSecret),
      secondFactorUntil: null,
    });
  });
  const viewer = await getViewer(context.em, { accountId, sessionId: session.id });
  return { ...(await tokensOf(context, session, now)), viewer };
}

async function tokensOf(
  { mint, credentials }: Context,
  { id, accountId, nonce, generation }: Pick<Session, 'id' | 'accountId' | 'nonce' | 'generation'>,
  now: Date,
): Promise<SignedIn> {
  const refreshToken = credentials.refreshTokens.issue({ sessionId: id, generation }, nonce);
  return { ...(await mint.issue(accountId, id, now)), refreshToken };
}

const hashDevice = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/**
 * A new access token and the next refresh token. A used one is answered the same again for some seconds (the answer was
 * lost, or two tabs asked at once); later it is in hands that should not have it, and the whole session ends.
 * @throws SESSION_REVOKED
 */
export async function refreshSession(
  context: Context,
  refreshToken: string,
  deviceSecret: string | null,
): Promise<SignedIn> {
  const { em, clock, credentials } = context;
  const claim = credentials.refreshTokens.read(refreshToken);
  const session = claim && (await em.findOne(Session, { id: claim.sessionId }, { populate: ['nonce'] }));
  if (!claim || !session || !credentials.refreshTokens.isGenuine(refreshToken, claim, session.nonce))
    throw new Refusal('SESSION_REVOKED', 'This refresh token is expired or unknown. Sign in again.');
  const now = clock.real();
  const device = deviceSecret === null ? null : hashDevice(deviceSecret);
  const [row] = await em.execute<{ generation: number }[]>(ROTATE, [
    session.id,
    claim.generation,
    now,
    sessionEnd(now, context),
    device,
    new Date(now.getTime() - credentials.rules.graceSeconds * 1000),
  ]);
  if (row) return tokensOf(context, { ...sessionKeys(session), generation: row.generation }, now);
  throw await endMisused(context, session, claim.generation);
}

/** One statement, so that two refreshes with one token come to the same successor. */
const ROTATE = `
update session set
  refreshed_at = case when generation = used then now else refreshed_at end,
  expires_at = case when generation = used then ends else expires_at end,
  generation = used + 1
from (select ?::uuid as session_id, ?::int as used, ?::timestamptz as now, ?::timestamptz as ends, ?::text as device,
  ?::timestamptz as since) given
where id = session_id and ended_at is null and expires_at > now and (device_hash is null or device_hash = given.device)
  and (generation = used or (generation = used + 1 and refreshed_at > since))
  and exists (select from account where account.id = account_id and disabled_at is null)
returning generation`;

const sessionKeys = ({ id, accountId, nonce }: Session) => ({ id, accountId, nonce });

/** A genuine token that may not be used: where its session still lives, it was copied, and so the session ends. */
async function endMisused(context: Context, session: Session, generation: number): Promise<Refusal> {
  const isLive = session.endedAt === null && session.expiresAt > context.clock.real();
  if (!isLive || generation > session.generation)
    return new Refusal('SESSION_REVOKED', 'This session has ended. Sign in again.');
  await ending(context, session.accountId, (em) => endSessions(em, { id: session.id }, context));
  const sentence =
    'This refresh token was used before, or elsewhere, so its session was ended. Sign in again.';
  return new Refusal('SESSION_REVOKED', sentence);
}

/** Ends the asking session: its tokens no longer prove anything, and its sockets are closed. */
export async function logout(context: Context): Promise<boolean> {
  const { accountId, sessionId } = identified(context.asker);
  await ending(context, accountId, (em) => endSessions(em, { id: sessionId }, context));
  return true;
}

/** Ends one of one's own sessions. @throws NOT_FOUND */
export async function endSession(context: Context, id: string): Promise<boolean> {
  const { accountId } = identified(context.asker);
  await ending(context, accountId, async (em) => {
    const facts = isId(id) ? await endSessions(em, { id, accountId }, context) : [];
    if (facts.length === 0) throw notFound('session');
    return facts;
  });
  return true;
}

/** Ends all of one's own sessions, the asking one too; answers how many. */
export async function endAllSessions(context: Context): Promise<number> {
  const { accountId } = identified(context.asker);
  const facts = await ending(context, accountId, (em) => endSessions(em, { accountId }, context));
  return facts.length;
}

/** A transaction that ends sessions; its facts are what closes the sockets, on every node. */
async function ending(
  context: Context,
  actorId: string,
  work: (em: EntityManager) => Promise<Fact[]>,
): Promise<Fact[]> {
  const facts = await context.em.transactional(async (em) => {
    const ended = await work(em);
    await record(em, ended, { happenedAt: context.now, actorId });
    return ended;
  });
  context.kick();
  return facts;
}

/** Which sessions: one, or all of an account, but perhaps one of them. */
type Which = { id: string; accountId?: string } | { accountId: string; except?: string };

/** Ends sessions inside a running transaction, and answers the facts to be recorded with it. */
export async function endSessions(
  em: EntityManager,
  which: Which,
  { clock }: Pick<Context, 'clock'>,
): Promise<Fact[]> {
  const { id = null, accountId = null, except = null } = which as Record<string, string | undefined>;
  const ended = await em.execute<{ id: string; account_id: string }[]>(
    `update session set ended_at = ? where ended_at is null and (?::uuid is null or id = ?::uuid)
       and (?::uuid is null or account_id = ?::uuid) and (?::uuid is null or id <> ?::uuid) returning id, account_id`,
    [clock.real(), id, id, accountId, accountId, except, except],
  );
  return ended.map((session) => ({
    kind: 'SESSION_ENDED',
    region: null,
    subject: { type: 'SESSION', id: session.id },
    severity: null,
    audience: 'HOUSE',
    params: { accountId: session.account_id },
  }));
}

/** What may sign in with a password, and what with a pairing code. */
export const demandKind = (account: { kind: AccountKind }, kind: AccountKind): void => {
  if (account.kind === kind) return;
  const sentence =
    kind === 'PERSON' ? 'A device has no password; pair it.' : 'Only a device is paired; reset the password.';
  throw new Refusal('BAD_USER_INPUT', sentence, { field: 'accountId' });
};
