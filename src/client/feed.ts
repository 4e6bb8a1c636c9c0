import type { ApiError, Asked } from './post.js';
import type { Socket } from './socket.js';

/** Why a feed cannot go on from a cursor. What happened between is not told: load the state again. */
export type FeedReset = 'EXPIRED' | 'EPOCH_CHANGED' | 'TIMELINE_CHANGED' | 'INVALID_CURSOR';

/** What every feed sends, whatever else its document asks for. */
export interface Batch {
  readonly cursor: string;
  readonly reset: FeedReset | null;
  /** Campaign time at which the feed is complete up to here. */
  readonly asOf?: string;
  /** A batch, empty or not, comes at least this often. */
  readonly heartbeatSeconds?: number;
  readonly events: readonly { readonly id: string }[];
}

/** A document with one feed in it, such as `supervisionFeed` or `workFeed`. */
type FeedData = Readonly<Record<string, Batch>>;

export interface FeedOptions<Data extends FeedData, Variables> {
  readonly document: Asked<Data, Variables>;
  readonly variables: Omit<Variables, 'after'>;
  /** Go on after this cursor; null: from now. */
  readonly after: string | null;
  /**
   * Every batch in order, each event once. When it throws, the batch is not taken and comes again. It may be empty: a
   * heartbeat.
   */
  readonly onBatch: (batch: Data[keyof Data]) => void;
  /** Where to go on after a reload of the page; called when the batch before it has been taken. */
  readonly keep?: (cursor: string) => void;
  /** The feed goes on, but not from where it was. Called before the batch with which it does. */
  readonly onReset: (why: FeedReset) => void;
  /** Refused for good (FORBIDDEN, NOT_FOUND, …). The end of the session is told by the session alone. */
  readonly onEnd: (refusal: ApiError) => void;
}

/** Until a batch says otherwise. */
export const HEARTBEAT_SECONDS = 15;
/** A heartbeat that is later than this is missed. */
export const GRACE_MS = 3000;
/** More than the server puts into one batch, and so more than one batch that comes again. */
const REMEMBERED = 2000;

/**
 * Follows a feed over whatever happens to the connection, until the returned function is called. Each event is handed
 * over exactly once, in the order of the log: every subscribing goes on from the cursor of the last batch taken, and an
 * event that came lately is not handed over again.
 */
export function followFeed<Data extends FeedData, Variables>(
  socket: Pick<Socket, 'follow'>,
  { document, variables, after, onBatch, keep, onReset, onEnd }: FeedOptions<Data, Variables>,
): () => void {
  const seen = new Recent(REMEMBERED);
  let cursor = after;
  let heartbeatSeconds = HEARTBEAT_SECONDS;
  const reset = (why: FeedReset) => {
    // In another history of the log the same ids may mean other events.
    seen.clear();
    onReset(why);
  };
  return socket.follow({
    document,
    variables: () => ({ ...variables, after: cursor }) as Variables,
    silenceMs: () => heartbeatSeconds * 1000 + GRACE_MS,
    onData: (data) => {
      const batch = Object.values(data)[0] as Data[keyof Data];
      if (batch.reset) reset(batch.reset);
      const events = batch.events.filter(({ id }) => !seen.has(id));
      onBatch({ ...batch, events });
      for (const { id } of events) seen.add(id);
      cursor = batch.cursor;
      heartbeatSeconds = batch.heartbeatSeconds ?? HEARTBEAT_SECONDS;
      keep?.(cursor);
    },
    onRefused: (refusal) => {
      const mayGoOn = refusal.code === 'INVALID_CURSOR' && cursor !== null;
      if (mayGoOn) {
        cursor = null;
        reset('INVALID_CURSOR');
      } else onEnd(refusal);
      return mayGoOn;
    },
  });
}

/** The last so many ids. */
class Recent {
  private readonly ids = new Set<string>();

  constructor(private readonly most: number) {}

  has(id: string): boolean {
    return this.ids.has(id);
  }

  add(id: string): void {
    this.ids.add(id);
    // A set is read in the order in which it was filled.
    for (const oldest of this.ids) {
      if (this.ids.size <= this.most) break;
      this.ids.delete(oldest);
    }
  }

  clear(): void {
    this.ids.clear();
  }
}
