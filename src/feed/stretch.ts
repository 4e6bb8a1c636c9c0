import { comparePositions, type FeedReset, type Position } from '../events/position.js';
import type { LoggedFact } from '../events/read.js';
import type { Ending } from '../http/frames.js';

/** What one message of a feed says. */
export interface Batch {
  readonly cursor: string;
  readonly asOf: Date;
  readonly heartbeatSeconds: number;
  readonly reset: FeedReset | null;
  readonly facts: readonly LoggedFact[];
}

/** The part of the log between two places as one group is told it, written down when the first asks for it. */
export class Stretch {
  /** The place of its first fact; where it ends when it has none. */
  readonly begins: Position;
  /** Once it is written down. */
  bytes: Ending | null = null;
  private written: Promise<Ending> | null = null;

  constructor(
    /** Whoever is here or beyond, and not past `begins`, is told it next. */
    readonly from: Position,
    readonly to: Position,
    readonly batch: Batch,
    private readonly write: () => Promise<Ending>,
  ) {
    const [first] = batch.facts;
    this.begins = first ? { tick: first.tick, id: BigInt(first.id) } : to;
  }

  get payload(): Promise<Ending> {
    this.written ??= this.write().then((bytes) => {
      this.bytes = bytes;
      return bytes;
    });
    return this.written;
  }

  /** Whether it says anything but where the log is. */
  get isTelling(): boolean {
    return this.batch.facts.length > 0 || this.batch.reset !== null;
  }

  /** Whether it is what comes next after a place. */
  follows(position: Position): boolean {
    // Nearly everybody stands where the last stretch ended: that is the very place, and nothing need be compared.
    if (position === this.from && this.begins !== position) return true;
    return isFrom(this.from, position) && comparePositions(position, this.begins) < 0;
  }
}

/** Whether the place is the same as `from` or lies beyond it, in the same history. */
export const isFrom = (from: Position, position: Position): boolean =>
  (position.era === undefined || position.era === from.era) && comparePositions(position, from) >= 0;
