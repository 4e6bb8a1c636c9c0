import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Refusal } from '../errors.js';
import { isLost } from './faults.js';

/** How often, and how far apart, a database that has just cut a connection is asked how the commit went. */
const TRIES = 8;
const PAUSE_MS = 250;

/** What the transaction can be recognised by: its number, and the entry of the ledger that only it has made. */
interface Proof {
  readonly mark: string;
  readonly entryId: string;
}

type Outcome = 'DONE' | 'NOT_DONE' | 'UNKNOWN';

/**
 * A transaction whose outcome is known, or said not to be. A connection that dies during the commit tells nothing, so
 * the database is asked over another one: by the transaction's number, and by its entry, because after a failover the
 * number may be somebody else's.
 * @param work calls `prove` once everything is written
 * @throws COMMIT_UNKNOWN · SERVICE_UNAVAILABLE (nothing was changed)
 */
export async function committed<T>(
  em: EntityManager,
  work: (em: EntityManager, prove: (mark: string, entryId: string) => void) => Promise<T>,
): Promise<T> {
  let proof: Proof | null = null;
  let done: { readonly result: T } | null = null;
  try {
    return await em.transactional(async (tx) => {
      const result = await work(tx, (mark, entryId) => {
        proof = { mark, entryId };
      });
      done = { result };
      return result;
    });
  } catch (fault) {
    if (!done || !isLost(fault)) throw fault;
    // Without a proof nothing was written: the answer is an earlier one.
    const outcome = proof ? await outcomeOf(em, proof) : 'DONE';
    if (outcome === 'DONE') return (done as { result: T }).result;
    throw outcome === 'NOT_DONE' ? notDone() : unknown();
  }
}

async function outcomeOf(em: EntityManager, { mark, entryId }: Proof): Promise<Outcome> {
  for (let left = TRIES; left > 0; left -= 1) {
    try {
      const [row] = await em
        .fork()
        .execute<{ status: string | null; there: boolean }[]>(
          'select pg_xact_status(?::xid8) as status, exists (select from ledger_entry where id = ?) as there',
          [mark, entryId],
        );
      if (row?.there) return 'DONE';
      if (row?.status === 'aborted') return 'NOT_DONE';
      // In progress; or committed since the look at the entry; or this is another server, which has lost it.
    } catch {
      // The pool may hold more connections that died with the first, and the server may be coming back.
    }
    await sleep(PAUSE_MS);
  }
  return 'UNKNOWN';
}

const notDone = () =>
  new Refusal(
    'SERVICE_UNAVAILABLE',
    'The connection to the database was lost and nothing was changed. Try again shortly.',
  );

const unknown = () =>
  new Refusal(
    'COMMIT_UNKNOWN',
    'The connection was lost while the change was being saved. Send it again with the same idempotencyKey.',
  );
