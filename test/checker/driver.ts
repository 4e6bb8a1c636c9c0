/** A committed event, as the table holds it when all is over. */
export interface Committed {
  readonly id: string;
  readonly subject: string;
  /** The subject's version after the change: counts up by one with every committed change. */
  readonly version: number;
}

/** Takes in the ids of events, in the order in which they came, and the position after them. */
export type See = (ids: readonly string[], position: string) => void;

/** A running reader that can be killed at any moment. */
export interface Reading {
  kill(): Promise<void>;
}

/**
 * A way to read the log from a position (null: its start, or the present where a technique knows no start) onward, live.
 * All that the checker needs of a technique, or of another server: what it shows, and where one can go on.
 */
export interface Driver {
  readonly name: string;
  open(from: string | null, see: See): Promise<Reading>;
  /** For a technique that passes events by: true when a reader at this position will never be told more. */
  readonly atEnd?: (position: string | null, committed: readonly Committed[]) => boolean;
}

/** The writers' subjects; other facts of the log are not the checker's. */
export const SUBJECT = 'checker-';

/** Sleeps, and wakes early when the signal aborts. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done, { once: true });
  });

/** A number between the two, at random. */
export const between = (low: number, high: number): number => low + Math.random() * (high - low);
