import type { EntityManager } from '@mikro-orm/postgresql';
import { identified } from '../auth/may.js';
import { isId } from '../db/write.js';
import { notFound } from '../errors.js';
import type { Fact } from '../events/facts.js';
import { record } from '../events/record.js';
import type { Context } from '../http/context.js';
import { type Entry, enter } from '../ledger/enter.js';

/** Ends the asking session: its tokens no longer prove anything, and its sockets are closed. */
export async function logout(context: Context): Promise<boolean> {
  const by = identified(context.asker);
  await endMine(context, { id: by.sessionId }, { act: 'session.end', operation: 'logout', by });
  return true;
}

/** Ends one of one's own sessions. @throws NOT_FOUND */
export async function endSession(context: Context, id: string): Promise<boolean> {
  const by = identified(context.asker);
  if (!isId(id)) throw notFound('session');
  const entry = {
    act: 'session.end',
    operation: 'endSession',
    by,
    subject: { type: 'SESSION', id },
  } as const;
  if ((await endMine(context, { id, accountId: by.accountId }, entry)) === 0) throw notFound('session');
  return true;
}

/** Ends all of one's own sessions, the asking one too; answers how many. */
export function endAllSessions(context: Context): Promise<number> {
  const by = identified(context.asker);
  const entry = { act: 'session.end', operation: 'endAllSessions', by } as const;
  return endMine(context, { accountId: by.accountId }, entry);
}

/** Ends sessions of the doer of the entry, in one transaction with it; answers how many. */
export async function endMine(context: Context, which: Which, entry: Entry): Promise<number> {
  const ended = await context.em.transactional(async (em) => {
    const facts = await endSessions(em, which, context);
    // Somebody was faster: nothing is done, and so nothing is entered.
    if (facts.length === 0) return 0;
    await enter(em, context, entry);
    await record(em, facts, { happenedAt: context.now, actorId: entry.by?.accountId ?? null });
    return facts.length;
  });
  context.kick();
  return ended;
}

/** Which sessions: one, or all of an account, but perhaps one of them. */
interface Which {
  readonly id?: string;
  readonly accountId?: string;
  readonly except?: string;
}

/**
 * Ends sessions inside a running transaction, and answers the facts to be recorded with it: they are what closes the
 * sockets, on every node.
 */
export async function endSessions(
  em: EntityManager,
  { id = null, accountId = null, except = null }: { [K in keyof Which]: Which[K] | null },
  { clock }: Pick<Context, 'clock'>,
): Promise<Fact[]> {
  const ended = await em.execute<{ id: string; account_id: string }[]>(
    `update session set ended_at = ? where ended_at is null and (?::uuid is null or id = ?::uuid)
       and (?::uuid is null or account_id = ?::uuid) and (?::uuid is null or id <> ?::uuid) returning id, account_id`,
    [clock.real(), id, id, accountId, accountId, except, except],
  );
  return ended.map((session) => ({
    kind: 'SESSION_ENDED',
    region: null,
    subject: { type: 'SESSION', id: session.id },
    severity: null,
    audience: 'HOUSE',
    params: { accountId: session.account_id },
  }));
}
