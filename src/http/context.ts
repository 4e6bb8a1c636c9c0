import type { EntityManager } from '@mikro-orm/postgresql';
import type { Asker } from '../auth/may.js';
import type { Sealer } from '../auth/seal.js';
import type { TokenMint } from '../auth/token.js';
import type { Clock } from '../clock.js';
import type { Loaders } from '../db/loaders.js';

/**
 * What one request (or one subscription) carries. A subscription lives for hours: it must not keep rows in `em`, and
 * asks `clock` instead of `now`.
 */
export interface Context {
  readonly em: EntityManager;
  readonly asker: Asker;
  readonly clock: Clock;
  /** Campaign time at which the request came in. */
  readonly now: Date;
  readonly loaders: Loaders;
  readonly mint: TokenMint;
  readonly sealer: Sealer;
  /** Tells the log that a transaction has committed. */
  readonly kick: () => void;
}
