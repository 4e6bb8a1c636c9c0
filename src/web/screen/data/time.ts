import { useMemo, useSyncExternalStore } from 'react';
import { campaignNow } from '../../../client/campaign.js';
import { type Freshness, freshnessOf } from '../../../client/freshness.js';
import { Store } from '../../../client/store.js';
import { surroundings, useWatch, useWatched } from './watching.js';

/** The clock of the surroundings, second by second, kept going by whoever looks. */
const seconds = new Store(surroundings.now());
let lookers = 0;
let callOff: () => void = () => undefined;
function tick(): void {
  seconds.set(surroundings.now());
  callOff = surroundings.after(1000, tick);
}
function subscribeToSeconds(listener: () => void): () => void {
  if (lookers++ === 0) tick();
  const leave = seconds.subscribe(listener);
  return () => {
    leave();
    if (--lookers === 0) callOff();
  };
}
const useNow = () => useSyncExternalStore(subscribeToSeconds, seconds.get);

const DAY_MS = 86_400_000;
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

/** Campaign time, to the second or to the day in Shanghai; null before the server told it. */
export function useCampaignNow(grain: 'second' | 'day'): number | null {
  const clock = useWatched(useWatch().clock);
  const read = () => {
    if (!clock) return null;
    const now = campaignNow(clock, seconds.get());
    // Midday, so that no rounding makes another day of it.
    return grain === 'second'
      ? now
      : Math.floor((now + SHANGHAI_OFFSET_MS) / DAY_MS) * DAY_MS - SHANGHAI_OFFSET_MS + DAY_MS / 2;
  };
  return useSyncExternalStore(subscribeToSeconds, read);
}

/** The calendar year of the campaign, in Shanghai. */
export function useCampaignYear(): number | null {
  const midday = useCampaignNow('day');
  return midday === null ? null : new Date(midday).getUTCFullYear();
}

export const useYearEnd = (): number | null => useWatched(useWatch().yearEndsAt);

type Shown = Omit<Freshness, 'state' | 'ageSeconds'> & {
  readonly state: Freshness['state'] | 'connecting';
  readonly ageSeconds: number;
};

/** How fresh the screen is, second by second. Before anything has come it is connecting, not cut off. */
export function useFreshness(): Shown {
  const watch = useWatch();
  const connection = useWatched(watch.socket.connection);
  const heard = useWatched(watch.heard);
  const now = useNow();
  return useMemo(() => {
    const fresh = freshnessOf({ connection, ...heard }, now);
    if (fresh.ageSeconds !== null) return { ...fresh, ageSeconds: fresh.ageSeconds };
    const hasTried = now - connection.since > 5000;
    return { ...fresh, state: hasTried ? 'away' : 'connecting', ageSeconds: 0 };
  }, [connection, heard, now]);
}

/** Whether the numbers may no longer be those of now: looked at every second, told only when it changes. */
export function useIsOld(): boolean {
  const { socket, heard } = useWatch();
  const read = () => {
    const { state, ageSeconds } = freshnessOf(
      { connection: socket.connection.get(), ...heard.get() },
      seconds.get(),
    );
    return state !== 'live' && ageSeconds !== null;
  };
  return useSyncExternalStore(subscribeToSeconds, read);
}
