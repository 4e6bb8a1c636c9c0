import type { EntityManager } from '@mikro-orm/postgresql';
import type { Anchor, Clock } from '../clock.js';
import type { Fact } from '../events/facts.js';
import { record } from '../events/record.js';
import type { Log } from '../log.js';

interface AnchorRow {
  campaign_ms: string;
  real_ms: string;
  speed: number;
}

const COLUMNS = `(extract(epoch from campaign_at) * 1000)::bigint as campaign_ms,
  (extract(epoch from real_at) * 1000)::bigint as real_ms, speed`;

const BEGIN =
  'insert into campaign_clock (campaign_at, real_at, speed) values (?, ?, ?) on conflict do nothing returning id';

/** From the stored anchor itself, so that of two nodes that change the speed at once neither makes time jump. */
const CHANGE_SPEED = `update campaign_clock
  set campaign_at = campaign_at + (?::timestamptz - real_at) * speed, real_at = ?, speed = ?
  where speed <> ? returning ${COLUMNS}`;

/** The stored anchor of campaign time; null before the first start. */
export async function readAnchor(em: EntityManager): Promise<Anchor | null> {
  const [row] = await em.execute<AnchorRow[]>(`select ${COLUMNS} from campaign_clock`);
  return row ? toAnchor(row) : null;
}

const toAnchor = (row: AnchorRow): Anchor => ({
  campaignAt: new Date(Number(row.campaign_ms)),
  realAt: new Date(Number(row.real_ms)),
  speed: row.speed,
});

/** What other nodes hear when the anchor has moved: read it again. */
const CLOCK_CHANGED: Fact = {
  kind: 'CLOCK_CHANGED',
  region: null,
  subject: { type: 'CLOCK', id: '1' },
  severity: null,
  audience: 'HOUSE',
  params: {},
};

/** What the configuration says of campaign time. */
export interface ClockWish {
  readonly campaignClock: string;
  /** True when the environment says so, and not the default. */
  readonly campaignClockGiven: boolean;
  readonly campaignSpeed: number;
}

/**
 * Pins the campaign clock: at the first start where the configuration says, afterwards where the database says, so
 * that it goes on over restarts and is one for all nodes. Of a later start only the speed counts, from that moment on.
 */
export async function pinClock(em: EntityManager, clock: Clock, wish: ClockWish, log: Log): Promise<void> {
  const real = clock.real();
  const speed = wish.campaignSpeed;
  const campaignAt = wish.campaignClock === 'real' ? real : new Date(wish.campaignClock);
  const begun = await em.execute<unknown[]>(BEGIN, [campaignAt, real, speed]);
  const changed = await changeSpeed(em, real, speed);
  const anchor = changed ?? (await readAnchor(em));
  if (!anchor) throw new Error('The campaign clock has no anchor.');
  clock.pin(anchor);
  if (changed) log.info({ speed }, 'the campaign clock has a new speed');
  if (wish.campaignClockGiven && begun.length === 0)
    log.warn({ campaignTime: clock.now() }, 'CAMPAIGN_CLOCK is ignored: the campaign clock goes on');
}

/** The new anchor; null when the speed is that one already. */
function changeSpeed(em: EntityManager, real: Date, speed: number): Promise<Anchor | null> {
  return em.transactional(async (tx) => {
    const [row] = await tx.execute<AnchorRow[]>(CHANGE_SPEED, [real, real, speed, speed]);
    if (!row) return null;
    const anchor = toAnchor(row);
    await record(tx, [CLOCK_CHANGED], { happenedAt: anchor.campaignAt, actorId: null });
    return anchor;
  });
}
