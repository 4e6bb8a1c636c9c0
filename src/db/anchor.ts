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

const READ = `select (extract(epoch from campaign_at) * 1000)::bigint as campaign_ms,
  (extract(epoch from real_at) * 1000)::bigint as real_ms, speed from campaign_clock`;

/** The stored anchor of campaign time; null before the first start. */
export async function readAnchor(em: EntityManager): Promise<Anchor | null> {
  const [row] = await em.execute<AnchorRow[]>(READ);
  if (!row) return null;
  return {
    campaignAt: new Date(Number(row.campaign_ms)),
    realAt: new Date(Number(row.real_ms)),
    speed: row.speed,
  };
}

/** What other nodes hear when the anchor has moved: read it again. */
const CLOCK_CHANGED: Fact = {
  kind: 'CLOCK_CHANGED',
  region: null,
  subject: { type: 'CLOCK', id: '1' },
  severity: null,
  audience: 'HOUSE',
  params: {},
};

/**
 * Pins the campaign clock: at the first start where the configuration says, afterwards where the database says, so
 * that it goes on over restarts and is one for all nodes. Only a new speed moves the anchor, to this very moment.
 */
export async function pinClock(
  em: EntityManager,
  clock: Clock,
  wanted: { campaignClock: string; campaignSpeed?: number },
  log: Log,
): Promise<void> {
  const real = clock.real();
  const campaignAt = wanted.campaignClock === 'real' ? real : new Date(wanted.campaignClock);
  await em.execute(
    'insert into campaign_clock (campaign_at, real_at, speed) values (?, ?, ?) on conflict do nothing',
    [campaignAt, real, wanted.campaignSpeed ?? 1],
  );
  const stored = await readAnchor(em);
  if (!stored) throw new Error('The campaign clock has no anchor.');
  clock.pin(stored);
  const speed = wanted.campaignSpeed ?? stored.speed;
  if (speed === stored.speed) return;
  const anchor = { campaignAt: clock.now(), realAt: real, speed };
  await em.transactional(async (tx) => {
    await tx.execute('update campaign_clock set campaign_at = ?, real_at = ?, speed = ?', [
      anchor.campaignAt,
      real,
      speed,
    ]);
    await record(tx, [CLOCK_CHANGED], { happenedAt: anchor.campaignAt, actorId: null });
  });
  clock.pin(anchor);
  log.info({ speed }, 'the campaign clock has a new speed');
}
