import type { Position } from '../events/position.js';
import type { Tail } from '../events/tail.js';
import type { Context } from '../http/context.js';
import { SharedSource, type Subscriber } from '../http/shared.js';
import { getRegion } from '../regions/region.queries.js';
import type { FeedQuestion } from './feed.rules.js';
import { Hub } from './hub.js';
import { type Beginning, Listener, type Listening } from './listener.js';

const HEARTBEAT_MS = 15_000;

/** One hub for one live end of the log; it goes with it. */
const hubs = new WeakMap<Tail, Hub>();

/** The hub of a node. */
export function hubOf({ tail, clock, sealer }: Pick<Context, 'tail' | 'clock' | 'sealer'>): Hub {
  const hub = hubs.get(tail) ?? new Hub({ tail, clock, sealer, heartbeatMs: HEARTBEAT_MS });
  hubs.set(tail, hub);
  return hub;
}

/** The feed: first a batch at once, then everything after it, replayed and live in one order. */
export class Feed extends SharedSource {
  constructor(
    private readonly context: Listening & Pick<Context, 'tail' | 'sealer' | 'loaders'>,
    private readonly question: FeedQuestion & { readonly after?: string | null },
    private readonly hub: Hub = hubOf(context),
  ) {
    super();
  }

  /** @throws UNAUTHENTICATED · NOT_FOUND (no such region) · INVALID_CURSOR; FORBIDDEN and SESSION_REVOKED, also later */
  protected async begin() {
    const { context, hub, question } = this;
    const { within, after, kinds, minSeverity } = question;
    if (within !== undefined) await getRegion(context, within);
    const beginning = await beginningOf(context, after);
    const asked = { within, kinds, minSeverity };
    // It may be quiet for hours: what looked the region up is not kept for that long.
    context.loaders.forget();
    return (subscriber: Subscriber) => new Listener(hub, context, asked, subscriber, beginning).listen();
  }
}

/** Nothing of the past is told without a position, nor with one that cannot be continued. */
async function beginningOf(
  { tail, sealer }: Pick<Context, 'tail' | 'sealer'>,
  after: string | null | undefined,
): Promise<Beginning> {
  if (after === null || after === undefined)
    return { position: await tail.now(), reset: null, isOpening: true };
  const { position, reset } = await tail.resume(sealer, after);
  if (!position) return { position: tail.head, reset, isOpening: true };
  return {
    position: position.seen ? await bounded(tail, position) : position,
    reset: null,
    isOpening: false,
  };
}

/** A tick made now holds the last of what had been seen, so it need be looked for up to there only. */
async function bounded(tail: Tail, { seen, ...place }: Position): Promise<Position> {
  const { tick: until } = await tail.now();
  return seen && place.tick < until ? { ...place, seen: { ...seen, until } } : place;
}
