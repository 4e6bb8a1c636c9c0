import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * Makes everybody who takes the same turn wait until the running transaction is over: where what they would write has no
 * row yet that they could wait for. Taken before anything is read that the turn protects.
 */
export const takeTurn = (em: EntityManager, name: string): Promise<unknown> =>
  em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [name]);
