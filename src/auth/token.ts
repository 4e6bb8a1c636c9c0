import { createHash, randomBytes } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { Refusal } from '../errors.js';

const ALGORITHM = 'HS256';

/** What an access token proves: this account, in this session, until then (real time). */
export interface Proof {
  accountId: string;
  sessionId: string;
  expiresAt: Date;
}

/** Makes and checks access tokens: short-lived, signed, without rights in them (those are read afresh). */
export class TokenMint {
  constructor(
    private readonly key: Buffer,
    private readonly minutes: number,
  ) {}

  async issue(
    accountId: string,
    sessionId: string,
    now: Date,
  ): Promise<{ accessToken: string; expiresAt: Date }> {
    // Whole seconds: the token carries no more, and expiresAt must not promise more than the token holds.
    const issued = Math.floor(now.getTime() / 1000);
    const expires = issued + this.minutes * 60;
    const accessToken = await new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: ALGORITHM })
      .setSubject(accountId)
      .setIssuedAt(issued)
      .setExpirationTime(expires)
      .sign(this.key);
    return { accessToken, expiresAt: new Date(expires * 1000) };
  }

  /** @throws TOKEN_EXPIRED · UNAUTHENTICATED */
  async check(accessToken: string, now: Date): Promise<Proof> {
    try {
      const { payload } = await jwtVerify(accessToken, this.key, {
        algorithms: [ALGORITHM],
        currentDate: now,
      });
      if (typeof payload.sub !== 'string' || typeof payload.sid !== 'string' || payload.exp === undefined) {
        throw new Refusal('UNAUTHENTICATED', 'This access token is not one of ours. Sign in.');
      }
      return { accountId: payload.sub, sessionId: payload.sid, expiresAt: new Date(payload.exp * 1000) };
    } catch (fault) {
      if (fault instanceof Refusal) throw fault;
      if (fault instanceof errors.JWTExpired) {
        throw new Refusal(
          'TOKEN_EXPIRED',
          'The access token has expired. Refresh the session or sign in again.',
        );
      }
      throw new Refusal('UNAUTHENTICATED', 'This access token is not one of ours. Sign in.');
    }
  }
}

/** A refresh token: 256 random bits. Only its hash is stored. */
export const newRefreshToken = (): string => randomBytes(32).toString('base64url');
export const hashRefreshToken = (token: string): string =>
  createHash('sha256').update(token).digest('base64url');
