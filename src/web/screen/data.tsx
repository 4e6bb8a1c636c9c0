import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { campaignNow } from '../live/campaign.js';
import { type Freshness, freshnessOf } from '../live/freshness.js';
import { followValue } from '../live/live.js';
import { ApiError, type Asked } from '../live/post.js';
import { Store, type Watched } from '../live/store.js';
import { ordinarySurroundings } from '../live/surroundings.js';
import { type Fault, isPassing } from './fault.js';
import { isInside } from './place.js';
import type { Watch } from './watch.js';

export const surroundings = ordinarySurroundings();

export const WatchContext = createContext<Watch | null>(null);

export function useWatch(): Watch {
  const watch = useContext(WatchContext);
  if (!watch) throw new Error('Nobody watches here.');
  return watch;
}

export const useWatched = <Value,>({ subscribe, get }: Watched<Value>): Value =>
  useSyncExternalStore(subscribe, get);

/** Every refusal and every failure in the one form in which the page speaks of them. */
export const faultOf = (fault: unknown): Fault =>
  fault instanceof ApiError ? { code: fault.code, requestId: fault.requestId } : { code: 'UNREACHABLE' };

interface Live<Data> {
  readonly data: Data | null;
  readonly fault: Fault | null;
}

/** The newest value of a state subscription. The last good one stays through cuts; another question starts empty. */
export function useLive<Data, Variables>(document: Asked<Data, Variables>, variables: Variables): Live<Data> {
  const { socket } = useWatch();
  const [live, setLive] = useState<Live<Data> & { key: string }>({ data: null, fault: null, key: '' });
  const key = JSON.stringify(variables);
  useEffect(
    () =>
      followValue(socket, {
        document,
        variables: JSON.parse(key) as Variables,
        onValue: (data) => setLive({ data, fault: null, key }),
        onEnd: (refusal) => setLive({ data: null, fault: faultOf(refusal), key }),
      }),
    [socket, document, key],
  );
  return live.key === key ? live : { data: null, fault: null };
}

/** How long to gather changes before asking anew: a burst of them costs one question. */
const GATHER_MS = 1200;

/** Grows when something happened inside a region, or may have been missed; at most once in a while. */
export function useMoved(region: string): number {
  const watch = useWatch();
  const generation = useWatched(watch.generation);
  const [moves, setMoves] = useState(0);
  useEffect(() => {
    let callOff: (() => void) | null = null;
    const count = () => {
      callOff = null;
      setMoves((before) => before + 1);
    };
    const leave = watch.onEvents((events) => {
      if (!callOff && events.some((event) => isInside(event.region.code, region)))
        callOff = surroundings.after(GATHER_MS, count);
    });
    return () => {
      leave();
      callOff?.();
    };
  }, [watch, region]);
  return moves + generation;
}

interface Answer<Data> extends Live<Data> {
  /** Campaign time of the answer. */
  readonly at: string | null;
  readonly again: () => void;
}

/** How long until what failed in passing is asked again. */
const AGAIN_MS = 5000;

/**
 * One answer, asked anew whenever `moved` changes; the last good one stays until the next. Without variables nothing is
 * asked yet.
 */
export function useAnswer<Data, Variables>(
  document: Asked<Data, Variables>,
  variables: Variables | null,
  moved: unknown,
): Answer<Data> {
  const watch = useWatch();
  const [tries, setTries] = useState(0);
  const again = useCallback(() => setTries((before) => before + 1), []);
  const [state, setState] = useState<Omit<Answer<Data>, 'again'> & { key: string }>(nothing);
  const key = JSON.stringify(variables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what moved and how often it was tried are reasons to ask anew.
  useEffect(() => {
    const asked = JSON.parse(key) as Variables | null;
    if (asked === null) return;
    const cut = new AbortController();
    let callOff: () => void = () => undefined;
    watch.ask(document, asked, { signal: cut.signal }).then(
      (data) => {
        if (!cut.signal.aborted) setState({ data, fault: null, at: watch.heard.get().asOf, key });
      },
      (thrown) => {
        if (cut.signal.aborted) return;
        const fault = faultOf(thrown);
        setState((before) => ({ ...kept(before, key), fault, key }));
        if (isPassing(fault)) callOff = surroundings.after(AGAIN_MS, again);
      },
    );
    return () => {
      cut.abort();
      callOff();
    };
  }, [watch, document, key, moved, tries]);
  return { ...kept(state, key), again };
}

const nothing = { data: null, fault: null, at: null, key: '' };
const kept = <State extends { key: string }>(state: State, key: string): State | typeof nothing =>
  state.key === key ? state : nothing;

interface Connection<Row> {
  readonly totalCount: number;
  readonly edges: readonly { readonly node: Row }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
}

/** A list as far as it was asked for. */
export interface Pages<Row> {
  readonly rows: readonly Row[];
  /** Null until the first answer. */
  readonly total: number | null;
  readonly fault: Fault | null;
  readonly isBusy: boolean;
  /** Asks for the next page; null when there is none. */
  readonly more: (() => void) | null;
  readonly again: () => void;
}

const PAGE = 50;

/** A list, page after page; its first page is asked for anew when `moved` changes, unless somebody has read on. */
export function usePages<Data, Variables extends { first: number; after?: string | null }, Row>(
  document: Asked<Data, Variables>,
  variables: Omit<Variables, 'first' | 'after'>,
  pick: (data: Data) => Connection<Row>,
  moved: unknown,
): Pages<Row> {
  const { ask } = useWatch();
  const [further, setFurther] = useState<readonly Connection<Row>[]>([]);
  const [isBusy, setBusy] = useState(false);
  const readOn = useRef(moved);
  if (further.length === 0) readOn.current = moved;
  const page = { ...variables, first: PAGE, after: null } as unknown as Variables;
  const { data, fault, again } = useAnswer(document, page, readOn.current);
  const first = data ? pick(data) : null;
  const last = further.at(-1) ?? first;
  const readMore = () => {
    setBusy(true);
    const next = { ...page, after: last?.pageInfo.endCursor ?? null };
    ask(document, next)
      .then(
        (found) => setFurther((before) => [...before, pick(found)]),
        () => undefined,
      )
      .finally(() => setBusy(false));
  };
  return {
    rows: [first, ...further].flatMap((each) => each?.edges.map(({ node }) => node) ?? []),
    total: last?.totalCount ?? null,
    fault,
    isBusy,
    more: last?.pageInfo.hasNextPage ? readMore : null,
    again,
  };
}

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
