import { createHash, randomBytes } from 'node:crypto';
import { v7 as newId } from 'uuid';
import type { Viewer } from '../auth/viewer.js';
import { Refusal } from '../errors.js';
import type { Context } from '../http/context.js';
import { enter, enterRefusal } from '../ledger/enter.js';
import { Account, Session } from './account.entity.js';
import { getViewer, grantsOf } from './account.queries.js';
import { Attempt } from './attempt.actions.js';
import { endMine } from './leaving.actions.js';

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
  if (await context.credentials.hasher.verify(account?.passwordHash, password, attempt))
    return beginSession(context, account as Account, { operation: 'login' });
  const by = account && { accountId: account.id };
  const entry = { act: 'session.signIn', operation: 'login', by, regionCode: account?.regionCode } as const;
  await enterRefusal(context, entry, 'UNAUTHENTICATED');
  throw new Refusal('UNAUTHENTICATED', 'Wrong username or password.');
}

/** A new session of an account that has proved itself. */
export async function beginSession(
  context: Context,
  { id: accountId, regionCode }: Pick<Account, 'id' | 'regionCode'>,
  { operation, deviceSecret = null }: { operation: 'login' | 'signInDevice'; deviceSecret?: string | null },
): Promise<SignedIn & { viewer: Viewer }> {
  const now = context.clock.real();
  const session = { id: newId(), accountId, nonce: randomBytes(32).toString('base64url'), generation: 0 };
  const viewer = await context.em.transactional(async (em) => {
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
    await em.flush();
    const by = await getViewer(em, { accountId, sessionId: session.id });
    await enter(em, context, { act: 'session.signIn', operation, by, regionCode });
    return by;
  });
  context.kick();
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
  const since = new Date(now.getTime() - credentials.rules.graceSeconds * 1000);
  const device = deviceSecret === null ? null : hashDevice(deviceSecret);
  const given = [session.id, claim.generation, now, sessionEnd(now, context), device, since];
  const generation = await em.transactional(async (tx) => {
    const [row] = await tx.execute<{ generation: number }[]>(ROTATE, given);
    if (!row) return null;
    const by = await getViewer(tx, { accountId: session.accountId, sessionId: session.id });
    await enter(tx, context, { act: 'session.refresh', operation: 'refreshSession', by });
    return row.generation;
  });
  if (generation === null) throw await endMisused(context, session, claim.generation);
  context.kick();
  return tokensOf(
    context,
    { id: session.id, accountId: session.accountId, nonce: session.nonce, generation },
    now,
  );
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

/** A genuine token that may not be used: where its session still lives, it was copied, and so the session ends. */
async function endMisused(context: Context, session: Session, generation: number): Promise<Refusal> {
  const isLive = session.endedAt === null && session.expiresAt > context.clock.real();
  if (!isLive || generation > session.generation)
    return new Refusal('SESSION_REVOKED', 'This session has ended. Sign in again.');
  await endMine(
    context,
    { id: session.id },
    {
      act: 'session.reuse',
      operation: 'refreshSession',
      by: {
        accountId: session.accountId,
        sessionId: session.id,
        grants: await grantsOf(context.em, session.accountId),
      },
    },
  );
  const sentence =
    'This refresh token was used before, or elsewhere, so its session was ended. Sign in again.';
  return new Refusal('SESSION_REVOKED', sentence);
}
