import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Sealer } from '../auth/seal.js';
import type { Clock } from '../clock.js';
import {
  comparePositions,
  type FeedReset,
  isSeen,
  type Position,
  type Seen,
  writeCursor,
} from '../events/position.js';
import type { LoggedFact } from '../events/read.js';
import type { Tail } from '../events/tail.js';
import type { Ending } from '../http/frames.js';
import { type FeedQuestion, isWanted, maySee, type Reader } from './feed.rules.js';
import { type Batch, isFrom, Stretch } from './stretch.js';

/** Live stretches kept for those who are a little behind; whoever is further behind reads the log again. */
const RECENT = 8;
/**
 * How long what was read again is kept for others who come back to the same place, and how many places. What only says
 * where the log is costs nothing to say again, and soon says how it was.
 */
const KEPT_MS = 15_000;
const OPENING_KEPT_MS = 1000;
const KEPT = 16;
/** So many are served before others have their turn: ten thousand at once would hold up everybody's requests. */
const AT_ONCE = 500;

/** What a feed needs of its node. */
export interface Ground {
  readonly tail: Tail;
  readonly clock: Clock;
  readonly sealer: Sealer;
  /** An empty batch with a newer cursor at least this often (real time): it says the feed lives, and where it is. */
  readonly heartbeatMs: number;
  /** Since the start: messages written down, messages sent, and times the past was read again. */
  readonly counts: { written: number; sent: number; read: number };
}

/** One of those who are told, as its group and the hub speak to it. */
export interface Member {
  /** Says that something has come, and what, or that there is something to look after. @returns whether it waited */
  wake(stretch: Stretch | null): boolean;
  /** Before anything that lies after these facts is told. */
  hear(facts: readonly LoggedFact[]): void;
  /** What was known of its rights may no longer be so. */
  reconsider(): void;
}

/** What all members of a group have in common. */
export interface Terms {
  readonly question: FeedQuestion;
  readonly reader: Reader;
  readonly render: (batch: Batch) => Promise<Ending>;
}

/**
 * All who ask the same and may be told the same. It answers one thing, what comes after a place, and works that out
 * once for all its members: live, behind or just come back.
 */
export class Group {
  readonly members = new Set<Member>();
  /** Everything up to here has been told, or was nothing for this group. */
  private at: Position;
  private recent: Stretch[] = [];
  private readonly kept = new Map<string, { readonly stretch: Promise<Stretch>; readonly untilMs: number }>();
  private readonly heart: NodeJS.Timeout;

  constructor(
    private readonly ground: Ground,
    private readonly terms: Terms,
  ) {
    this.at = ground.tail.head;
    this.heart = setInterval(() => this.beat(), ground.heartbeatMs);
  }

  /** When nobody is left. */
  close(): void {
    clearInterval(this.heart);
  }

  /** New facts that may concern this group, everything that does among them; the log has gone on to its head. */
  hear(facts: readonly LoggedFact[]): void {
    const told = this.visible(facts);
    if (told.length === 0) return;
    const stretch = this.stretch(this.at, this.ground.tail.head, told);
    this.recent.push(stretch);
    if (this.recent.length > RECENT) this.recent.shift();
    this.at = this.ground.tail.head;
    this.heart.refresh();
    this.drop(performance.now());
    void this.tell(stretch);
  }

  /** The log was left and entered again elsewhere: what lay between is unknown. */
  restart(): void {
    this.recent = [];
    this.kept.clear();
    this.at = this.ground.tail.head;
    void this.wake(null);
  }

  /** What comes after a place; null when nothing has come yet. */
  next(position: Position): Stretch | Promise<Stretch> | null {
    if (this.hasTold(position)) return null;
    // Others are told all of it, and this one only what it has not seen.
    const shared = position.seen ? undefined : this.recent.findLast((stretch) => stretch.follows(position));
    return shared ?? this.missed(position);
  }

  /** Everything that was missed in one, or that nothing has come yet and where the log is. */
  first(position: Position): Promise<Stretch> {
    const { head } = this.ground.tail;
    if (!this.hasTold(position)) return this.missed(position);
    // Whoever was told more by another node is not sent back.
    return this.opening(comparePositions(position, head) > 0 ? position : head, null);
  }

  /** Says where the log is. */
  opening(position: Position, reset: FeedReset | null): Promise<Stretch> {
    const say = async () => this.stretch(position, position, [], reset);
    return this.keep(`opening ${reset}`, position, OPENING_KEPT_MS, say);
  }

  /** Whether nothing for this group lies between the place and the head. */
  private hasTold(position: Position): boolean {
    return isFrom(this.at, position);
  }

  private missed(position: Position): Promise<Stretch> {
    return this.keep('after', position, KEPT_MS, () => this.replay(position));
  }

  /** From memory or the table, as far as there is something to tell, else to the head. */
  private async replay(position: Position): Promise<Stretch> {
    const { tail, counts } = this.ground;
    counts.read += 1;
    for (let page = await tail.after(position); ; page = await tail.after(page.position)) {
      const told = this.visible(unseen(page.facts, position.seen));
      const isAtHead = comparePositions(page.position, tail.head) >= 0;
      if (told.length > 0 || page.reset || isAtHead)
        return this.stretch(position, beyond(page.position, position.seen), told, page.reset);
    }
  }

  /** The same question about the same place is answered once; what was read of the past does not become wrong. */
  private keep(
    what: string,
    { tick, id, era, seen }: Position,
    forMs: number,
    read: () => Promise<Stretch>,
  ): Promise<Stretch> {
    const key = `${what} ${era}.${tick}.${id} ${seen?.snapshot}`;
    const now = performance.now();
    const known = this.kept.get(key);
    if (known && now < known.untilMs) return known.stretch;
    const stretch = read();
    stretch.catch(() => this.kept.delete(key));
    this.kept.delete(key);
    this.kept.set(key, { stretch, untilMs: now + forMs });
    this.drop(now);
    return stretch;
  }

  private drop(now: number): void {
    for (const [old, { untilMs }] of this.kept) {
      if (now < untilMs && this.kept.size <= KEPT) break;
      this.kept.delete(old);
    }
  }

  private visible(facts: readonly LoggedFact[]): LoggedFact[] {
    const { question, reader } = this.terms;
    const now = this.ground.clock.now();
    return facts.filter((fact) => isWanted(fact, question) && maySee(reader, fact, now));
  }

  private stretch(
    from: Position,
    to: Position,
    facts: readonly LoggedFact[],
    reset: FeedReset | null = null,
  ): Stretch {
    const { sealer, tail, clock, heartbeatMs } = this.ground;
    const cursor = writeCursor(sealer, tail.line, to);
    const heartbeatSeconds = Math.ceil(heartbeatMs / 1000);
    const batch = { cursor, asOf: clock.now(), heartbeatSeconds, reset, facts };
    return new Stretch(from, to, batch, () => this.write(batch));
  }

  private write(batch: Batch): Promise<Ending> {
    this.ground.counts.written += 1;
    return this.terms.render(batch);
  }

  /** For those who wait; those who are behind are being told something anyway. */
  private beat(): void {
    this.recent = [];
    this.kept.clear();
    void this.tell(this.stretch(this.at, this.ground.tail.head, []));
  }

  /** To those who wait, once it is written down; what went wrong with that, each of them comes by itself. */
  private async tell(stretch: Stretch): Promise<void> {
    await stretch.payload.catch(() => undefined);
    await this.wake(stretch);
  }

  private async wake(stretch: Stretch | null): Promise<void> {
    let woken = 0;
    for (const member of this.members) {
      if (!member.wake(stretch)) continue;
      woken += 1;
      if (woken % AT_ONCE === 0) await nextTurn();
    }
  }
}

const unseen = (facts: readonly LoggedFact[], seen: Seen | undefined): readonly LoggedFact[] =>
  seen ? facts.filter(({ mark }) => !isSeen(seen, mark)) : facts;

/** A place, and what has been seen beyond it as long as there may be some. */
const beyond = (place: Position, seen: Seen | undefined): Position =>
  seen && (seen.until === null || place.tick < seen.until || (place.tick === seen.until && place.id !== null))
    ? { ...place, seen }
    : place;
