import { randomInt } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Refusal } from '../errors.js';
import type { Context } from '../http/context.js';

const MINUTE_MS = 60_000;
/** Counters that nobody has touched for so long are swept away, a few with each attempt. */
const SWEEP_AFTER_MS = 24 * 60 * MINUTE_MS;
const SWEEP_ROWS = 10;

/** How many attempts may fail within a time, and whose they are. */
interface Bound {
  readonly of: 'ADDRESS' | 'NAME';
  readonly who: string;
  readonly most: number;
  readonly withinMs: number;
}

type Asking = Pick<Context, 'em' | 'clock' | 'credentials' | 'origin'>;

/**
 * An attempt to prove something that can be guessed, counted in the database for all nodes: before it is checked, so
 * that of many at once not all are the first, and given back when it turns out to be none that failed. In a window that
 * slides, so that there is no moment around which twice as many pass.
 */
export class Attempt {
  private constructor(
    private readonly em: EntityManager,
    private readonly bounds: readonly Bound[],
    private readonly stamp: string,
  ) {}

  /**
   * At a password, for a user name that somebody has or nobody; or at a pairing code (no name). What is counted is not
   * kept as typed: people type passwords into the wrong field.
   * @throws RATE_LIMITED, in the same words for every name
   */
  static signIn(context: Asking, username: string | null): Promise<Attempt> {
    const { origin, credentials } = context;
    const who = (of: string, text: string) =>
      credentials.deriver.derive('attempt', of, text).toString('base64url');
    const byAddress = {
      of: 'ADDRESS',
      who: who('address', addressBlock(origin.address)),
      most: credentials.rules.failures.perAddress,
      withinMs: 60 * MINUTE_MS,
    } as const;
    if (username === null) return Attempt.begin(context, [byAddress]);
    const name = who('name', username.normalize('NFKC').trim().toLowerCase());
    return Attempt.begin(context, [byAddress, perName(context, name)]);
  }

  /** At a code of the second factor. @throws RATE_LIMITED */
  static secondFactor(context: Asking, accountId: string): Promise<Attempt> {
    return Attempt.begin(context, [perName(context, `factor ${accountId}`)]);
  }

  private static async begin({ em, clock }: Asking, bounds: readonly Bound[]): Promise<Attempt> {
    const at = clock.real();
    await sweep(em, at);
    const stamp = stampOf(at);
    // Always in this order: what the name turns away has still come from the address.
    for (const bound of bounds) await count(em, bound, at, stamp);
    return new Attempt(em, bounds, stamp);
  }

  /** It was right: what failed before under this name is forgiven; what else came from the address is not. */
  async succeeded(): Promise<void> {
    for (const bound of this.bounds) {
      if (bound.of === 'ADDRESS') await this.takeBack(bound);
      else await this.em.execute('delete from failed_attempt where who = ?', [bound.who]);
    }
  }

  /** It was never checked. */
  async giveBack(): Promise<void> {
    for (const bound of this.bounds) await this.takeBack(bound);
  }

  private async takeBack({ who }: Bound): Promise<void> {
    const statement = 'update failed_attempt set at = array_remove(at, ?::timestamptz) where who = ?';
    await this.em.execute(statement, [this.stamp, who]);
  }
}

const perName = ({ credentials }: Asking, who: string): Bound => ({
  of: 'NAME',
  who,
  most: credentials.rules.failures.perName,
  withinMs: 15 * MINUTE_MS,
});

/** One statement, so that no two at once are both the last that may. */
const COUNT = `
insert into failed_attempt as kept (who, at, last_at) values (?, array[?::timestamptz], ?::timestamptz)
on conflict (who) do update set last_at = excluded.last_at, at = excluded.at || array(
  select each from unnest(kept.at) each where each > ?::timestamptz)
where (select count(*) from unnest(kept.at) each where each > ?::timestamptz) < ?
returning who`;

const OLDEST = `
select min(each) as oldest from failed_attempt, unnest(at) each where who = ? and each > ?::timestamptz`;

async function count(
  em: EntityManager,
  { who, most, withinMs }: Bound,
  at: Date,
  stamp: string,
): Promise<void> {
  const since = new Date(at.getTime() - withinMs).toISOString();
  const counted = await em.execute(COUNT, [who, stamp, stamp, since, since, most]);
  if (counted.length > 0) return;
  const [row] = await em.execute<{ oldest: string | Date | null }[]>(OLDEST, [who, since]);
  const free = row?.oldest ? new Date(row.oldest).getTime() + withinMs : at.getTime();
  const retryAfterMs = Math.max(1000, free - at.getTime());
  throw new Refusal('RATE_LIMITED', 'Too many attempts have failed. Try again later.', { retryAfterMs });
}

async function sweep(em: EntityManager, at: Date): Promise<void> {
  await em.execute(
    `delete from failed_attempt where who in (select who from failed_attempt where last_at < ?::timestamptz
       order by last_at limit ${SWEEP_ROWS} for update skip locked)`,
    [new Date(at.getTime() - SWEEP_AFTER_MS).toISOString()],
  );
}

/** With microseconds of chance, so that an attempt is not taken for another of the same millisecond. */
const stampOf = (at: Date): string =>
  at.toISOString().replace('Z', `${String(randomInt(1000)).padStart(3, '0')}Z`);

/** Whoever has one IPv6 address has 2^64 of them. */
function addressBlock(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1]) return mapped[1];
  if (!address.includes(':')) return address;
  const [head = '', tail = ''] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const missing = Math.max(0, 8 - head.length - tail.length);
  return [...head, ...Array(missing).fill('0'), ...tail].slice(0, 4).join(':');
}
