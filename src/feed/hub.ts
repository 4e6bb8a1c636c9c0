import { grantsFor } from '../auth/may.js';
import { pathOf } from '../auth/scope.js';
import { type FactKind, placesOf } from '../events/facts.js';
import type { LoggedFact } from '../events/read.js';
import type { Gateway } from '../http/gateway.js';
import type { Subscriber } from '../http/shared.js';
import { type Ground, Group, type Member, type Terms } from './group.js';

/**
 * What, told together with nothing else, reads the same for everybody with the same rights. A field of these types that
 * depends on the viewer in any other way would be told to others as it is for him: then name the fields that do not.
 */
const SHARED_TYPES = new Set(['Subscription', 'FeedBatch', 'FeedEvent', 'Subject']);
const SHARED_FIELDS = new Set(['Region.code', 'Region.name', 'Region.__typename']);

/** What may change who is told what. */
const OF_RIGHTS: ReadonlySet<FactKind> = new Set(['SESSION_ENDED', 'GRANT_CHANGED', 'INSPECTION_CHANGED']);

interface Entry {
  readonly key: string;
  /** Facts outside these regions are nothing for the group. */
  readonly regions: readonly string[];
}

/**
 * Where the log's live end meets the subscriptions of one node. A tick is looked at once, each of its facts goes to the
 * groups that read where it happened and to no other, and each group works it out once for all its members.
 */
export class Hub {
  private readonly members = new Set<Member>();
  private readonly groups = new Map<string, Group>();
  private readonly byRegion = new Map<string, Set<Group>>();
  private readonly entries = new Map<Group, Entry>();
  private readonly ground: Ground;
  private alone = 0;
  /** Campaign time when the log was last heard. */
  nowMs: number;
  readonly counts = { written: 0, sent: 0, read: 0 };

  constructor(ground: Omit<Ground, 'counts'>) {
    this.ground = { ...ground, counts: this.counts };
    this.nowMs = ground.clock.now().getTime();
    ground.tail.onFacts(
      (facts) => this.hear(facts),
      () => this.restart(),
    );
  }

  /** What sharing is worth: how many are told, in how many groups, and how often something had to be worked out. */
  measure(gateway: Pick<Gateway, 'measure' | 'count'>): void {
    gateway.measure('feed_members', 'Subscriptions to the feed that are open.', () => this.size.members);
    gateway.measure('feed_groups', 'Groups of them that are told the same.', () => this.size.groups);
    gateway.count('feed_written_total', 'Messages executed and written down.', () => this.counts.written);
    gateway.count('feed_sent_total', 'Messages sent.', () => this.counts.sent);
    gateway.count('feed_read_total', 'Times the past was read again for a group.', () => this.counts.read);
  }

  /** How many groups and members there are. */
  get size(): { groups: number; members: number } {
    return { groups: this.groups.size, members: this.members.size };
  }

  /** From now on it hears of what changes its rights: so it joins before it reads them. */
  join(member: Member): void {
    this.members.add(member);
  }

  /** The group of all who may be told the same as this member; it leaves the one it was in. */
  enter(
    member: Member,
    subscriber: Subscriber,
    terms: Omit<Terms, 'render'> & { digest: string },
    from: Group | null,
  ): Group {
    this.exit(member, from);
    const key = isSame(subscriber.fields)
      ? `${subscriber.question} ${terms.digest}`
      : `alone ${this.alone++}`;
    const group = this.groups.get(key) ?? this.open(key, { ...terms, render: subscriber.render });
    group.members.add(member);
    return group;
  }

  leave(member: Member, group: Group | null): void {
    this.members.delete(member);
    this.exit(member, group);
  }

  private exit(member: Member, group: Group | null): void {
    group?.members.delete(member);
    if (group?.members.size === 0) this.close(group);
  }

  private open(key: string, terms: Terms): Group {
    const group = new Group(this.ground, terms);
    const { question, reader } = terms;
    const own = () =>
      grantsFor(reader, 'feed.read', this.ground.clock.now()).map(({ regionCode }) => regionCode);
    const regions = question.within === undefined ? own() : [question.within];
    this.groups.set(key, group);
    this.entries.set(group, { key, regions });
    for (const region of regions) {
      const readers = this.byRegion.get(region) ?? new Set();
      this.byRegion.set(region, readers.add(group));
    }
    return group;
  }

  private close(group: Group): void {
    const entry = this.entries.get(group);
    if (!entry) return;
    group.close();
    this.entries.delete(group);
    this.groups.delete(entry.key);
    for (const region of entry.regions) {
      const readers = this.byRegion.get(region);
      readers?.delete(group);
      if (readers?.size === 0) this.byRegion.delete(region);
    }
  }

  /** What could not be handed round is read from the log by everybody, who then fails by himself, and not in silence. */
  private hear(facts: readonly LoggedFact[]): void {
    try {
      this.handRound(facts);
    } catch (fault) {
      this.restart();
      throw fault;
    }
  }

  /** Rights first: nothing that lies after a change is told by what was before it. */
  private handRound(facts: readonly LoggedFact[]): void {
    this.lookAtClock();
    const ofRights = facts.filter(({ kind }) => OF_RIGHTS.has(kind));
    if (ofRights.length > 0) for (const member of this.members) member.hear(ofRights);
    const heard = new Map<Group, LoggedFact[]>();
    for (const fact of facts) {
      for (const group of this.readersOf(fact)) {
        const list = heard.get(group);
        if (list) list.push(fact);
        else heard.set(group, [fact]);
      }
    }
    for (const [group, list] of heard) group.hear(list);
  }

  /** Once for all members. @returns campaign time. A clock that was moved back comes by the same turns of grants again. */
  lookAtClock(): Date {
    const now = this.ground.clock.now();
    const wasMovedBack = now.getTime() < this.nowMs;
    this.nowMs = now.getTime();
    if (wasMovedBack) for (const member of this.members) member.reconsider();
    return now;
  }

  private readersOf(fact: LoggedFact): Set<Group> {
    const regions = new Set(placesOf(fact).flatMap(pathOf));
    return new Set([...regions].flatMap((region) => [...(this.byRegion.get(region) ?? [])]));
  }

  private restart(): void {
    for (const member of this.members) member.reconsider();
    for (const group of this.groups.values()) group.restart();
  }
}

const isSame = (fields: ReadonlySet<string>): boolean =>
  [...fields].every((field) => SHARED_FIELDS.has(field) || SHARED_TYPES.has(field.split('.')[0] ?? ''));
