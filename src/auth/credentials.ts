import type { Config } from '../config.js';
import { Deriver } from './derive.js';
import { Hasher } from './hasher.js';
import { RefreshMint } from './refresh.js';

/** What checks and makes the proofs of accounts on this node, by which rules. */
export interface Credentials {
  readonly hasher: Hasher;
  readonly refreshTokens: RefreshMint;
  readonly deriver: Deriver;
  readonly rules: Config['sessions'];
  /** How many attempts may fail: per name in 15 minutes, and per address in an hour. */
  readonly failures: { readonly perName: number; readonly perAddress: number };
}

export function openCredentials(
  tokenKey: Buffer,
  { sessions, limits }: Pick<Config, 'sessions' | 'limits'>,
): Credentials {
  const deriver = new Deriver(tokenKey);
  return {
    hasher: new Hasher({ atOnce: limits.passwordChecks, waiting: limits.passwordChecksWaiting }),
    refreshTokens: new RefreshMint(deriver),
    deriver,
    rules: sessions,
    failures: { perName: limits.signInFailures, perAddress: limits.signInFailuresPerAddress },
  };
}
