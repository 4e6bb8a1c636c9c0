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
}

export function openCredentials(tokenKey: Buffer, rules: Config['sessions']): Credentials {
  const deriver = new Deriver(tokenKey);
  return { hasher: new Hasher(rules.hashing), refreshTokens: new RefreshMint(deriver), deriver, rules };
}
