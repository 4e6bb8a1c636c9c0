import type { EntityManager } from '@mikro-orm/postgresql';

/** Something whose time comes. */
export interface Source {
  /** Settles, in the running transaction, one batch of what is due; answers how many that were, 0 when none is left. */
  readonly settle: (em: EntityManager, now: Date) => Promise<number>;
  /** The next armed instant; null while there is none. */
  readonly next: (em: EntityManager) => Promise<Date | null>;
}
