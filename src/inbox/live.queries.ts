import { movedWithin } from '../events/waiting.js';
import type { Context } from '../http/context.js';
import { LiveRights } from '../people/grant.followers.js';
import { countInbox, type InboxCount, nextDelivery } from './inbox.queries.js';

/** What nothing moves is looked at again this often: what was missed is found by looking. */
const RECHECK_MS = 60_000;

/**
 * The count of the viewer's inbox: that of now at once, then each time it changes, also by the clock alone when
 * something that waited for the morning is delivered.
 * @throws UNAUTHENTICATED · SESSION_REVOKED (also later)
 */
export async function* liveInbox(context: Context): AsyncGenerator<InboxCount, void, void> {
  const { tail, ended, clock } = context;
  const rights = new LiveRights(context);
  let at = tail.head;
  await rights.see([]);
  let sent = '';
  while (!ended.aborted) {
    const own = { em: context.em, asker: rights.current, now: clock.now() };
    const count = await countInbox(own);
    const text = JSON.stringify(count);
    if (text !== sent) {
      sent = text;
      yield count;
    }
    const next = await nextDelivery(own);
    at = await changed(context, rights, at, next);
  }
}

/** Waits for something that may change the count, and answers how far the log was read meanwhile. */
async function changed(
  { tail, ended, clock }: Context,
  rights: LiveRights,
  from: Context['tail']['head'],
  nextDeliveryAt: Date | null,
): Promise<Context['tail']['head']> {
  const waitUntil = nextDeliveryAt
    ? Math.min(RECHECK_MS, Math.ceil(clock.realMsUntil(nextDeliveryAt)))
    : RECHECK_MS;
  let at = from;
  for (;;) {
    const page = await tail.after(at);
    if (page.reset) rights.forget();
    await rights.see(page.facts);
    at = page.position;
    const isMine = page.facts.some(
      ({ kind, subject }) => kind === 'INBOX_CHANGED' && subject.id === rights.accountId,
    );
    if (isMine || page.reset || ended.aborted) return at;
    if (page.facts.length > 0) continue;
    const before = at;
    await movedWithin(tail, at, waitUntil, ended, rights.onTurn);
    const { facts } = await tail.after(before, 1);
    // Nothing came: the time is over, a right has begun or ended, or nobody listens any more.
    if (facts.length === 0) {
      await rights.see([]);
      return at;
    }
  }
}
