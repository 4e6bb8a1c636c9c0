import { ArgsType, Field, ID, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { FEED_EVENT_KINDS, type FeedEventKind, type Severity } from '../events/facts.js';
import type { FeedReset } from '../events/position.js';
import type { LoggedFact } from '../events/read.js';
import { PageInfoType } from '../http/connection.js';
import { wordEnum } from '../http/enums.js';
import { DateTime, FeedCursor, RegionCode } from '../http/scalars.js';
import { AboutType, SeverityEnum } from '../http/subject.type.js';
import { RegionType } from '../regions/region.type.js';

export const FeedEventKindEnum = wordEnum('FeedEventKind', 'What happened.', FEED_EVENT_KINDS);
export const FeedResetEnum = wordEnum<FeedReset>(
  'FeedReset',
  'Why a position cannot be continued: load the state again; the feed goes on from now.',
  ['EXPIRED', 'EPOCH_CHANGED', 'TIMELINE_CHANGED'],
  {
    EXPIRED: 'Older than what the log keeps (400 days of real time, unless configured otherwise).',
    EPOCH_CHANGED: 'The database was restored from a copy.',
    TIMELINE_CHANGED: 'The database failed over, and what lay between was lost.',
  },
);

@Under('feed.read')
@ObjectType('FeedEvent', { description: 'One fact of the log, without personal data.' })
export class FeedEventType {
  @Field(() => ID, { description: 'Identity of the event; no event comes twice.' })
  id!: string;

  @Field(() => FeedEventKindEnum, { description: 'What happened.' })
  kind!: FeedEventKind;

  @Field(() => SeverityEnum, {
    nullable: true,
    description: 'How grave; null when it is neither warning nor alert.',
  })
  severity!: Severity | null;

  @Field(() => DateTime, { description: 'When, campaign time.' })
  happenedAt!: Date;

  @Field(() => String, { description: 'The same string that the mutation answered, if one caused it.' })
  mark!: string;

  @Field(() => RegionType, { description: 'Where.' })
  region!: RegionType;

  @Field(() => AboutType, { description: 'What it is about.' })
  subject!: AboutType;

  /** The fact behind it, from which the headline is rendered. */
  fact!: LoggedFact;
}

@Under('feed.read')
@ObjectType('FeedBatch', {
  description: 'Some events in order and the position after them; empty as heartbeat.',
})
export class FeedBatchType {
  @Field(() => FeedCursor, { description: 'Pass it as `after` to go on from here.' })
  cursor!: string;

  @Field(() => DateTime, { description: 'Campaign time at which the batch was made.' })
  asOf!: Date;

  @Field(() => Int, {
    description: 'Real seconds within which another batch follows, whatever happens; else the feed is cut.',
  })
  heartbeatSeconds!: number;

  @Field(() => FeedResetEnum, {
    nullable: true,
    description: 'Not null: the position could not be continued.',
  })
  reset!: FeedReset | null;

  @Field(() => [FeedEventType], { description: 'In the one order of the log.' })
  events!: FeedEventType[];
}

@ArgsType()
class FeedFilterArgs {
  @Field(() => [FeedEventKindEnum], { nullable: true, description: 'Only these kinds.' })
  kinds?: FeedEventKind[] | null;

  @Field(() => SeverityEnum, { nullable: true, description: 'Only this severity and graver.' })
  minSeverity?: Severity | null;
}

@ArgsType()
export class FeedArgs extends FeedFilterArgs {
  @Field(() => FeedCursor, { nullable: true, description: 'Go on after this position; left out: from now.' })
  after?: string | null;
}

@ArgsType()
export class SupervisionFeedArgs extends FeedArgs {
  @Field(() => RegionCode, {
    description: 'The region and everything inside it; must lie inside one of your grants.',
  })
  within!: string;
}

@Under('feed.read')
@ObjectType('FeedEventEdge', { description: 'One entry of a FeedEventConnection.' })
export class FeedEventEdgeType {
  @Field(() => FeedCursor, {
    description:
      'The place right before the event: pass it as `after` here for what is older, or to a feed that is to begin with this event.',
  })
  cursor!: string;

  @Field(() => FeedEventType, { description: 'The event.' })
  node!: FeedEventType;
}

@Under('feed.read')
@ObjectType('FeedEventConnection', {
  description:
    'Events of the past, newest first. A page looks at 40,000 facts at most: it may hold fewer than asked for, even none, while hasNextPage says that more follows.',
})
export class FeedEventConnectionType {
  @Field(() => [FeedEventEdgeType], { description: 'The events of this page, against the order of the log.' })
  edges!: FeedEventEdgeType[];

  @Field(() => PageInfoType, { description: 'Where this page ends.' })
  pageInfo!: PageInfoType;

  @Field(() => FeedCursor, {
    description: 'Where this page begins: a feed from here (`after`) tells of everything that is newer.',
  })
  feedCursor!: string;
}

@ArgsType()
export class FeedHistoryArgs extends FeedFilterArgs {
  @Field(() => RegionCode, {
    description: 'The region and everything inside it; must lie inside one of your grants, else FORBIDDEN.',
  })
  within!: string;

  @Field(() => DateTime, { nullable: true, description: 'Only what happened then or later, campaign time.' })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Only what happened before, campaign time.' })
  to?: Date | null;

  @Field(() => Int, { description: 'How many entries, 1 to 100. Else INVALID_PAGE_SIZE.' })
  first!: number;

  @Field(() => FeedCursor, {
    nullable: true,
    description:
      'Only what lies before this place: of an entry, of a batch, of a list. Left out: from now. Older than what the log keeps: an empty page. Forged, or of a log that was restored since: INVALID_CURSOR.',
  })
  after?: string | null;
}
