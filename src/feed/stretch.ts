import type { FeedReset, Position } from '../events/position.js';
import type { LoggedFact } from '../events/read.js';

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
  private written: Promise<Buffer> | null = null;

  constructor(
    readonly to: Position,
    readonly batch: Batch,
    private readonly write: () => Promise<Buffer>,
  ) {}

  get payload(): Promise<Buffer> {
    this.written ??= this.write();
    return this.written;
  }

  /** Whether it says anything but where the log is. */
  get isTelling(): boolean {
    return this.batch.facts.length > 0 || this.batch.reset !== null;
  }

  /** The place of its first fact; where it ends when it has none. */
  get begins(): Position {
    const [first] = this.batch.facts;
    return first ? { tick: first.tick, id: BigInt(first.id) } : this.to;
  }
}
