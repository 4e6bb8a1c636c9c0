import { v7 as newId } from 'uuid';
import type { Transaction } from '../db/write.js';
import { Refusal } from '../errors.js';

// How many masked values one account has been shown lately, in real time by the clock of the database.

interface Quota {
  readonly perHour: number;
  readonly perDay: number;
}

/** The end of the pause that the windows ask for: when the oldest reveal that fills one leaves it. */
const WAIT = `
select ceil(extract(epoch from max(free) - clock_timestamp()) * 1000)::int as wait, (array_agg(quota order by free desc))[1] as quota
from (values (interval '1 hour', ?::int), (interval '24 hours', ?::int)) as wanted (length, quota)
cross join lateral (
  select coalesce(
    (select at from reveal where account_id = ? and at > clock_timestamp() - length
     order by at desc offset greatest(quota - 1, 0) limit 1),
    case when quota = 0 then clock_timestamp() end) + length as free
) full_window
where free > clock_timestamp()`;

/**
 * Counts one reveal of the viewer. Two of one account wait for each other here: counted side by side, each would find
 * the same room.
 * @throws RATE_LIMITED (with `limit` and `retryAfterMs`) unless it is approved
 */
export async function countReveal(
  { em, viewer: { accountId } }: Transaction,
  { perHour, perDay }: Quota,
  { isApproved }: { isApproved: boolean },
): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`reveals of ${accountId}`]);
  const [full] = await em.execute<{ wait: number | null; quota: number }[]>(WAIT, [
    perHour,
    perDay,
    accountId,
  ]);
  if (!isApproved && full?.wait) {
    const message =
      'You have seen as many values in full as one may. Wait, or ask for an approval: requestReveal.';
    throw new Refusal('RATE_LIMITED', message, { limit: full.quota, retryAfterMs: full.wait });
  }
  await em.execute('insert into reveal (id, account_id) values (?, ?)', [newId(), accountId]);
  await em.execute(
    `delete from reveal where account_id = ? and at < clock_timestamp() - interval '25 hours'`,
    [accountId],
  );
}
