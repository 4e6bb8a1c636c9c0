import type { Sealer } from '../auth/seal.js';
import { Refusal } from '../errors.js';

const PURPOSE = 'feed';

/** A place in the log: everything up to it has been read. `id` only when the place lies inside its tick. */
export interface Position {
  readonly tick: bigint;
  readonly id: bigint | null;
  /** In which history (`epoch.timeline`); left out where only the present one can be meant. */
  readonly era?: string;
  /** Of what lies after it, this has been read already, too. */
  readonly seen?: Seen;
}

/** What one statement saw, the log being at least as far as the position it belongs to. */
export interface Seen {
  /** As PostgreSQL writes it: what is unfinished begins with, what is not begun begins with, and what is unfinished. */
  readonly snapshot: string;
  /** No tick after this one holds anything of it; null where that is not known yet. */
  readonly until: bigint | null;
}

/** Before the first tick of a log from which nothing has been dropped. */
export const START: Position = { tick: 0n, id: null };

/** Which history the log is, and how far it reaches: `first` is the oldest tick kept, `last` the newest. */
export interface Line {
  readonly epoch: string;
  readonly timeline: number;
  readonly first: bigint;
  readonly last: bigint;
}

/** Why a position cannot be continued: the reader loads the state again and goes on from now. */
export type FeedReset = 'EPOCH_CHANGED' | 'TIMELINE_CHANGED' | 'EXPIRED';

/** Negative when `a` comes before `b`. The end of a tick comes after every id inside it. */
export function comparePositions(a: Position, b: Position): number {
  if (a.tick !== b.tick) return a.tick < b.tick ? -1 : 1;
  if (a.id === b.id) return 0;
  if (a.id === null) return 1;
  if (b.id === null) return -1;
  return a.id < b.id ? -1 : 1;
}

/** Whether the transaction with this mark had committed when the snapshot was taken. */
export function isSeen({ snapshot }: Seen, mark: string): boolean {
  const [, next = '0', unfinished = ''] = snapshot.split(':');
  return BigInt(mark) < BigInt(next) && !unfinished.split(',').includes(mark);
}

/** The history that the log is now. */
export const eraOf = (line: Line): string => `${line.epoch}.${line.timeline}`;

/** Why this log cannot go on from the position, or null when nothing between it and the head is missing. */
export function whyNot(line: Line, { tick, id, era = eraOf(line) }: Position): FeedReset | null {
  if (!era.startsWith(`${line.epoch}.`)) return 'EPOCH_CHANGED';
  // Beyond the head, too: the future in which this position was given was lost with a restore.
  if (era !== eraOf(line) || tick > line.last) return 'TIMELINE_CHANGED';
  return (id === null ? tick + 1n : tick) < line.first ? 'EXPIRED' : null;
}

/** The position as signed text, `epoch.timeline.tick[.id[.seen]]`, for anybody to bring back later. */
export function writeCursor(sealer: Sealer, line: Line, { tick, id, seen, era }: Position): string {
  const place = [
    era ?? eraOf(line),
    tick,
    ...(id === null && !seen ? [] : [id ?? '']),
    ...(seen ? [seen.snapshot] : []),
  ];
  return sealer.seal(PURPOSE, place.join('.'));
}

/** A cursor read back: a place to go on from, or the reason why that is not possible. */
export type CursorReading =
  | { readonly position: Position; readonly reset: null }
  | { readonly position: null; readonly reset: FeedReset };

/**
 * Judges a cursor by the log as `line` describes it. A node that lags behind must look at the table again before
 * it calls a cursor lost: see `Tail.resume`.
 * @throws INVALID_CURSOR for text this installation did not write
 */
export function readCursor(sealer: Sealer, line: Line, text: string): CursorReading {
  const [epoch, timeline, tick, id = '', snapshot] = sealer.open(PURPOSE, text)?.split('.') ?? [];
  if (epoch === undefined || timeline === undefined || tick === undefined) {
    throw new Refusal('INVALID_CURSOR', 'This cursor was not given by this feed.');
  }
  const era = `${epoch}.${timeline}`;
  const place = { tick: BigInt(tick), id: id === '' ? null : BigInt(id), era };
  const position = snapshot === undefined ? place : { ...place, seen: { snapshot, until: null } };
  const reset = whyNot(line, position);
  return reset === null ? { position, reset } : { position: null, reset };
}
