import { type Transaction, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import { queryOf } from '../events/follow.js';
import type { Context } from '../http/context.js';
import { changedFact } from './inbox.actions.js';
import type { InboxNotice } from './inbox.entity.js';
import { ownNotices } from './inbox.queries.js';

/** DELIVERED: a device of the receiver has it. SEEN: the receiver has looked at it, and so it was delivered. */
export const INBOX_RECEIPTS = ['DELIVERED', 'SEEN'] as const;
export type InboxReceipt = (typeof INBOX_RECEIPTS)[number];

const MOST = 100;

export interface ConfirmNotices {
  inboxNoticeIds: string[];
  receipt: InboxReceipt;
  readAt?: Date | null;
  idempotencyKey?: string | null;
}

/** In the order in which the follower takes them, so that the two cannot wait for each other in a ring. */
const CONFIRM = `
with held as (
  select id from inbox_notice where id = any ($1::uuid[]) order by account_id, topic, district_code for update)
update inbox_notice set delivered_at = coalesce(delivered_at, $2),
  seen_at = case when $3 = 'SEEN' and last_at <= coalesce($4::timestamptz, last_at) then coalesce(seen_at, $2) else seen_at end
from held where inbox_notice.id = held.id`;

/**
 * Signs for one's own notices; the first receipt of each kind counts, and given again it changes nothing. What a notice
 * has taken in since it was read leaves it unseen.
 * @throws FORBIDDEN · NOT_FOUND (not one's own, or not delivered yet) · BAD_USER_INPUT (none, or over 100)
 */
export const confirmNotices = (context: Context, input: ConfirmNotices) =>
  write(context, { act: 'inbox.confirm', operation: 'confirmNotices', input }, async (tx) => {
    const ids = [...new Set(input.inboxNoticeIds)];
    if (ids.length === 0 || ids.length > MOST) {
      throw new Refusal('BAD_USER_INPUT', `1 to ${MOST} notices at a time.`, { field: 'inboxNoticeIds' });
    }
    const held = await own(context, tx, ids);
    await queryOf(tx.em)(CONFIRM, [
      ids,
      tx.now.toISOString(),
      input.receipt,
      input.readAt?.toISOString() ?? null,
    ]);
    const notices = await own(context, tx, ids);
    return {
      answer: { notices },
      facts: isChanged(held, notices) ? [changedFact(tx.viewer.accountId)] : [],
    };
  });

/** Whether a receipt was given that had not been given before. */
function isChanged(before: readonly InboxNotice[], after: readonly InboxNotice[]): boolean {
  const receiptsOf = (notices: readonly InboxNotice[]) =>
    notices.map(({ id, deliveredAt, seenAt }) => `${id} ${deliveredAt !== null} ${seenAt !== null}`).sort();
  return receiptsOf(before).join() !== receiptsOf(after).join();
}

/** @throws NOT_FOUND */
async function own(context: Context, tx: Transaction, ids: readonly string[]): Promise<InboxNotice[]> {
  const found = await ownNotices({ ...context, em: tx.em, now: tx.now }, ids);
  if (found.length !== ids.length) throw notFound('notice');
  return found;
}
