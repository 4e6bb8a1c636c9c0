import { createHash } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { Refusal } from '../errors.js';

const ALGORITHM = 'HS256';
/** RFC 9068: an access token says that it is one, so that no other kind of token passes for it. */
const TYPE = 'at+jwt';
const ISSUER = 'duban';
const AUDIENCE = 'duban/graphql';
const HEADERS = ['alg', 'kid', 'typ'];

/** What an access token proves: this account, in this session, until then (real time). */
export interface Proof {
  accountId: string;
  sessionId: string;
  expiresAt: Date;
}

/** Makes and checks access tokens: short-lived, signed, without rights in them (those are read afresh). */
export class TokenMint {
  /** Names the key without telling anything of it. */
  private readonly keyId: string;

  constructor(
    private readonly key: Buffer,
    private readonly minutes: number,
  ) {
    this.keyId = createHash('sha256').update('key id').update(key).digest('base64url').slice(0, 11);
  }

  async issue(
    accountId: string,
    sessionId: string,
    now: Date,
  ): Promise<{ accessToken: string; expiresAt: Date }> {
    // Whole seconds: the token carries no more, and expiresAt must not promise more than the token holds.
    const issued = Math.floor(now.getTime() / 1000);
    const expires = issued + this.minutes * 60;
    const accessToken = await new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: this.keyId })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(accountId)
      .setIssuedAt(issued)
      .setExpirationTime(expires)
      .sign(this.key);
    return { accessToken, expiresAt: new Date(expires * 1000) };
  }

  /** @throws TOKEN_EXPIRED · UNAUTHENTICATED */
  async check(accessToken: string, now: Date): Promise<Proof> {
    try {
      const { payload, protectedHeader } = await jwtVerify(accessToken, this.key, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: ISSUER,
        audience: AUDIENCE,
        currentDate: now,
      });
      const isOurs =
        protectedHeader.kid === this.keyId && Object.keys(protectedHeader).sort().join() === HEADERS.join();
      const { sub, sid, exp } = payload;
      if (
        !isOurs ||
        !isOneSpelling(accessToken) ||
        typeof sub !== 'string' ||
        typeof sid !== 'string' ||
        !exp
      )
        throw notOurs();
      return { accountId: sub, sessionId: sid, expiresAt: new Date(exp * 1000) };
    } catch (fault) {
      if (fault instanceof Refusal) throw fault;
      if (!(fault instanceof errors.JWTExpired) || !isOneSpelling(accessToken)) throw notOurs();
      const sentence = 'The access token has expired. Refresh the session or sign in again.';
      throw new Refusal('TOKEN_EXPIRED', sentence);
    }
  }
}

const notOurs = () => new Refusal('UNAUTHENTICATED', 'This access token is not one of ours. Sign in.');

/** Decoding forgives stray bits in the last character; a token that was touched is not ours. */
const isOneSpelling = (token: string): boolean =>
  token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
