import type { EntityManager } from '@mikro-orm/postgresql';
import type { Credentials } from '../auth/credentials.js';
import type { Asker } from '../auth/may.js';
import type { Sealer } from '../auth/seal.js';
import type { TokenMint } from '../auth/token.js';
import type { Clock } from '../clock.js';
import type { Loaders } from '../db/loaders.js';
import type { Tail } from '../events/tail.js';
import type { Vault } from '../vault/vault.js';
import type { Origin } from './origin.js';

/**
 * What one request (or one subscription) carries. A subscription lives for hours: there `now` moves with the clock
 * and the loaders keep nothing.
 */
export interface Context {
  readonly requestId: string;
  readonly origin: Origin;
  readonly em: EntityManager;
  readonly asker: Asker;
  readonly clock: Clock;
  /** Campaign time: of the request's arrival, or of this moment in a subscription. */
  readonly now: Date;
  readonly loaders: Loaders;
  readonly mint: TokenMint;
  readonly credentials: Credentials;
  readonly sealer: Sealer;
  /** Seals and opens what lies encrypted in the database. */
  readonly vault: Vault;
  /** How many masked values an account may see in full without a second person's yes. */
  readonly reveals: { readonly perHour: number; readonly perDay: number };
  /** What verifying the ledger needs of the installation. */
  readonly ledger: { readonly publicKey: string; readonly keepYears: number };
  /** The live end of the log, as this node sees it. */
  readonly tail: Tail;
  /** A region as people name it in a sentence, with its township or county: names alone are not unique. */
  readonly placeName: (code: string) => string;
  /** Aborted when the request is over, or when nobody listens to the subscription any more. */
  readonly ended: AbortSignal;
  /** Tells the log that a transaction has committed. */
  readonly kick: () => void;
}
