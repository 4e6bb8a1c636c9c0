import type { EntityManager } from '@mikro-orm/postgresql';
import { Refusal } from '../errors.js';
import type { Context } from '../http/context.js';

const MINUTE_MS = 60_000;
/** Counters that nobody has touched for so long are swept away, a few with each failure. */
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
 * An attempt to prove something that can be guessed, counted in the database for all nodes. Only what failed counts, so
 * that many may come in at once by the right password; and the window slides, so that there is no moment around which
 * twice as many may fail.
 */
export class Attempt {
  private constructor(
    private readonly em: EntityManager,
    private readonly clock: Context['clock'],
    private readonly bounds: readonly Bound[],
  ) {}

  /**
   * At a password, for a user name that somebody has or nobody; or at a pairing code (no name). What is counted is not
   * kept as typed: people type passwords into the wrong field.
   */
  static signIn(context: Asking, username: string | null): Attempt {
    const { em, clock, origin, credentials } = context;
    const who = (of: string, text: string) =>
      credentials.deriver.derive('attempt', of, text).toString('base64url');
    const byAddress = {
      of: 'ADDRESS',
      who: who('address', addressBlock(origin.address)),
      most: credentials.failures.perAddress,
      withinMs: 60 * MINUTE_MS,
    } as const;
    if (username === null) return new Attempt(em, clock, [byAddress]);
    const name = who('name', username.normalize('NFKC').trim().toLowerCase());
    return new Attempt(em, clock, [byAddress, perName(context, name)]);
  }

  /** At a code of the second factor. */
  static secondFactor(context: Asking, accountId: string): Attempt {
    return new Attempt(context.em, context.clock, [perName(context, `factor ${accountId}`)]);
  }

  /** Before anything is checked. @throws RATE_LIMITED, in the same words for every name */
  async demandOpen(): Promise<void> {
    const at = this.clock.real();
    for (const bound of this.bounds) {
      const failures = await failuresOf(this.em, bound, at);
      if (failures.count >= bound.most) throw tooMany(bound, at, failures.oldest);
    }
  }

  /**
   * It was wrong. Of several that were checked at once, those beyond the bound are told what they would have been told
   * before, and learn nothing.
   * @throws RATE_LIMITED
   */
  async failed(): Promise<void> {
    const at = this.clock.real();
    await sweep(this.em, at);
    for (const bound of this.bounds) {
      if (await count(this.em, bound, at)) continue;
      throw tooMany(bound, at, (await failuresOf(this.em, bound, at)).oldest);
    }
  }

  /** It was right: what failed before under this name is forgiven; what came from the address is not. */
  async succeeded(): Promise<void> {
    for (const { of, who } of this.bounds)
      if (of === 'NAME') await this.em.execute('delete from failed_attempt where who = ?', [who]);
  }
}

const perName = ({ credentials }: Asking, who: string): Bound => ({
  of: 'NAME',
  who,
  most: credentials.failures.perName,
  withinMs: 15 * MINUTE_MS,
});

/** One statement, so that no two at once are both the last that may fail. */
const COUNT = `
insert into failed_attempt as kept (who, at, last_at) values (?, array[?::timestamptz], ?::timestamptz)
on conflict (who) do update set last_at = excluded.last_at, at = excluded.at || array(
  select each from unnest(kept.at) each where each > ?::timestamptz)
where (select count(*) from unnest(kept.at) each where each > ?::timestamptz) < ?
returning who`;

async function count(em: EntityManager, { who, most, withinMs }: Bound, at: Date): Promise<boolean> {
  const since = new Date(at.getTime() - withinMs);
  return (await em.execute(COUNT, [who, at, at, since, since, most])).length > 0;
}

const FAILURES = `
select count(*)::int as count, min(each) as oldest from failed_attempt, unnest(at) each
where who = ? and each > ?::timestamptz`;

interface Failures {
  readonly count: number;
  readonly oldest: string | Date | null;
}

async function failuresOf(em: EntityManager, { who, withinMs }: Bound, at: Date): Promise<Failures> {
  const since = new Date(at.getTime() - withinMs);
  const [row] = await em.execute<Failures[]>(FAILURES, [who, since]);
  return row ?? { count: 0, oldest: null };
}

/** When the oldest failure leaves the window, one more may be made. */
function tooMany({ withinMs }: Bound, at: Date, oldest: Failures['oldest']): Refusal {
  const opens = oldest ? new Date(oldest).getTime() + withinMs : at.getTime();
  const retryAfterMs = Math.max(1000, opens - at.getTime());
  return new Refusal('RATE_LIMITED', 'Too many attempts have failed. Try again later.', { retryAfterMs });
}

async function sweep(em: EntityManager, at: Date): Promise<void> {
  await em.execute(
    `delete from failed_attempt where who in (select who from failed_attempt where last_at < ?::timestamptz
       order by last_at limit ${SWEEP_ROWS} for update skip locked)`,
    [new Date(at.getTime() - SWEEP_AFTER_MS)],
  );
}

/** Whoever has one IPv6 address has 2^64 of them. */
function addressBlock(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1]) return mapped[1];
  if (!address.includes(':')) return address;
  const [head = '', tail = ''] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const missing = Math.max(0, 8 - head.length - tail.length);
  return [...head, ...Array(missing).fill('0'), ...tail].slice(0, 4).join(':');
}
