import { comparePositions, type FeedReset, type Position } from '../events/position.js';
import type { LoggedFact } from '../events/read.js';
import type { Context } from '../http/context.js';
import type { Ending } from '../http/frames.js';
import type { Subscriber } from '../http/shared.js';
import { carriesOutVisits } from '../inspections/crew.queries.js';
import { LiveRights } from '../people/grant.followers.js';
import { type FeedQuestion, isCarriedOutBy, isInTheDark, readerOf } from './feed.rules.js';
import type { Group, Member } from './group.js';
import type { Hub } from './hub.js';
import type { Stretch } from './stretch.js';

/** What a listener needs of its subscription. */
export type Listening = Pick<Context, 'asker' | 'em' | 'clock'>;

/** Where a subscription begins. */
export interface Beginning {
  readonly position: Position;
  /** Why it does not begin where it wanted to. */
  readonly reset: FeedReset | null;
  /** Nothing is to be told of what lies before: it begins with where it is. */
  readonly isOpening: boolean;
}

/**
 * One subscription: how far it has been told, and by what right. It takes what its group has worked out at its own
 * pace, so a slow socket is simply further behind, and what it has not taken waits in the log, not in memory.
 */
export class Listener implements Member {
  private readonly rights: LiveRights;
  private position: Position;
  private group: Group | null = null;
  private isStale = true;
  /** When one of its grants begins or ends next, campaign time. */
  private turnMs = 0;
  private takeBackAlarm: () => void = () => undefined;
  /** Set while it waits for its group. */
  private waker: (() => void) | null = null;
  /** A heartbeat that is still to be told. */
  private beat: Stretch | null = null;
  /** Until the socket has taken what it was sent. */
  private behind: Promise<void> | null = null;

  constructor(
    private readonly hub: Hub,
    private readonly listening: Listening,
    private readonly question: FeedQuestion,
    private readonly subscriber: Subscriber,
    private readonly beginning: Beginning,
  ) {
    this.rights = new LiveRights(listening);
    this.position = beginning.position;
    subscriber.line.onOver = () => this.wake(null);
  }

  /** Until nobody listens any more. @throws FORBIDDEN · SESSION_REVOKED */
  async listen(): Promise<void> {
    const { line } = this.subscriber;
    this.hub.join(this);
    try {
      for (let isFirst = true; !line.isOver; await this.behind) {
        const stretch = await this.following(isFirst);
        if (!stretch) {
          await this.waiting();
          continue;
        }
        const isTold = isFirst || stretch.isTelling || stretch === this.beat;
        const bytes = isTold ? await stretch.payload : null;
        // A change of rights that came meanwhile may be what the stretch itself tells of: then it is not told as it is.
        if (line.isOver || !this.isCurrent()) continue;
        isFirst = false;
        this.tell(stretch, bytes);
      }
    } finally {
      this.leave();
    }
  }

  /** What is written down already goes out at once, and nothing is woken for it: this is how nearly all is told. */
  wake(stretch: Stretch | null): boolean {
    const { waker } = this;
    if (!waker) return false;
    const isBeat = stretch !== null && !stretch.isTelling;
    // Something newer has been told while this was written down; its cursor would lead back.
    if (isBeat && comparePositions(stretch.to, this.position) < 0) return false;
    if (stretch?.bytes && this.isCurrent() && (isBeat || stretch.follows(this.position))) {
      this.tell(stretch, stretch.bytes);
      if (!this.behind) return true;
    } else if (isBeat) this.beat = stretch;
    this.waker = null;
    waker();
    return true;
  }

  hear(facts: readonly LoggedFact[]): void {
    const { accountId } = this.rights;
    if (facts.some((fact) => this.rights.concerns(fact) || isCarriedOutBy(fact, accountId)))
      this.reconsider();
  }

  readonly reconsider = (): void => {
    this.isStale = true;
    this.wake(null);
  };

  /** What is to be told next; null when nothing is yet. */
  private async following(isFirst: boolean): Promise<Stretch | null> {
    while (!this.group || !this.isCurrent()) this.group = await this.enter();
    const { group, position, beginning } = this;
    if (!isFirst) return (await group.next(position)) ?? this.beat;
    return beginning.isOpening ? group.opening(position, beginning.reset) : group.first(position);
  }

  private tell(stretch: Stretch, bytes: Ending | null): void {
    this.beat = null;
    if (comparePositions(stretch.to, this.position) > 0 || stretch.batch.reset) this.position = stretch.to;
    if (!bytes) return;
    this.hub.counts.sent += 1;
    const { line } = this.subscriber;
    const left = line.send(bytes)?.then(() => {
      this.behind = null;
    });
    this.behind = left ?? null;
  }

  private isCurrent(): boolean {
    return !this.isStale && this.hub.nowMs < this.turnMs;
  }

  /** Reads the rights and joins those who may be told the same. */
  private async enter(): Promise<Group> {
    const { rights, question } = this;
    this.isStale = false;
    await rights.read();
    const now = this.hub.lookAtClock();
    this.turnMs = rights.turn?.getTime() ?? Number.POSITIVE_INFINITY;
    if (question.within !== undefined) rights.demand('feed.read', question.within);
    this.takeBackAlarm();
    this.takeBackAlarm = rights.onTurn(this.reconsider);
    const { reader, digest } = readerOf(rights.current, question, now);
    const isCrew = isInTheDark(reader, now) && (await carriesOutVisits(this.listening.em, reader.accountId));
    // Of the others in a group nobody is an inspector, and nothing is told for one's sake.
    const terms = isCrew
      ? { question, reader, digest: `${digest} ${reader.accountId}` }
      : { question, reader: { ...reader, accountId: '' }, digest };
    return this.hub.enter(this, this.subscriber, terms, this.group);
  }

  private waiting(): Promise<void> {
    return new Promise((resolve) => {
      this.waker = resolve;
    });
  }

  private leave(): void {
    this.takeBackAlarm();
    this.hub.leave(this, this.group);
  }
}
