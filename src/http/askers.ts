import type { Asker } from '../auth/may.js';
import type { Viewer } from '../auth/viewer.js';
import { Refusal } from '../errors.js';

/** Finds who a token proves; refuses with TOKEN_EXPIRED, SESSION_REVOKED or UNAUTHENTICATED. */
export type Recognise = (accessToken: string) => Promise<{ viewer: Viewer; expiresAt: Date }>;

const BEARER = /^Bearer +(\S+)$/i;

/**
 * Who asks over HTTP. A missing or bad token is no fault of the request as such (signing in needs none): the refusal
 * is kept, and thrown by the first thing that demands a viewer.
 */
export async function askerOf(authorization: string | undefined, recognise: Recognise): Promise<Asker> {
  const token = BEARER.exec(authorization ?? '')?.[1];
  if (!token)
    return new Refusal('UNAUTHENTICATED', 'Sign in, and send the token as "Authorization: Bearer …".');
  try {
    return (await recognise(token)).viewer;
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal;
    throw refusal;
  }
}
