import { GRACE_MS, HEARTBEAT_SECONDS } from './feed.js';
import type { Connection } from './socket.js';
import type { Watched } from './store.js';
import type { Surroundings } from './surroundings.js';

export interface Heard {
  readonly connection: Connection;
  /** When the last batch came, on the clock of the surroundings; null before the first. */
  readonly heardAt: number | null;
  /** How often the server promised a batch. */
  readonly heartbeatSeconds: number;
}

/**
 * Whether a screen may be believed. `live`: the server spoke within its heartbeat. `stale`: it is connected and ought to
 * have spoken. `away`: there is no connection, or nothing has come yet.
 */
export interface Freshness {
  readonly state: 'live' | 'stale' | 'away';
  /** Whole seconds since the last batch; null before the first. */
  readonly ageSeconds: number | null;
  /** Live: when the last batch came. Else: since when it is not. On the clock of the surroundings. */
  readonly sinceAt: number;
}

/**
 * How fresh what is shown is at this moment; to be asked again every second. A connection that is back within moments
 * (a renewed token, a restart) is not called away, but no longer than the last heartbeat covers.
 */
export function freshnessOf({ connection, heardAt, heartbeatSeconds }: Heard, now: number): Freshness {
  if (heardAt === null) return { state: 'away', ageSeconds: null, sinceAt: connection.since };
  const ageSeconds = Math.max(0, Math.floor((now - heardAt) / 1000));
  const missedAt = heardAt + heartbeatSeconds * 1000 + GRACE_MS;
  const isCut = connection.state !== 'connected';
  if (connection.state === 'ended' || (isCut && now - connection.since > GRACE_MS))
    return { state: 'away', ageSeconds, sinceAt: connection.since };
  if (now > missedAt) return { state: 'stale', ageSeconds, sinceAt: missedAt };
  return { state: 'live', ageSeconds, sinceAt: heardAt };
}

const LOOK_MS = 1000;

/** Says how fresh what a feed shows is: at once, and whenever that changes, until it is stopped. */
export function watchFreshness(
  connection: Watched<Connection>,
  { now, after }: Pick<Surroundings, 'now' | 'after'>,
  onFreshness: (freshness: Freshness) => void,
): { readonly heard: (heartbeatSeconds?: number) => void; readonly stop: () => void } {
  let said: Freshness['state'] | null = null;
  let heard: Pick<Heard, 'heardAt' | 'heartbeatSeconds'> = {
    heardAt: null,
    heartbeatSeconds: HEARTBEAT_SECONDS,
  };
  let callOff: () => void = () => undefined;
  const look = () => {
    callOff();
    callOff = after(LOOK_MS, look);
    const freshness = freshnessOf({ connection: connection.get(), ...heard }, now());
    if (freshness.state === said) return;
    said = freshness.state;
    onFreshness(freshness);
  };
  const leave = connection.subscribe(look);
  look();
  return {
    heard: (heartbeatSeconds = HEARTBEAT_SECONDS) => {
      heard = { heardAt: now(), heartbeatSeconds };
      look();
    },
    stop: () => {
      callOff();
      leave();
    },
  };
}
