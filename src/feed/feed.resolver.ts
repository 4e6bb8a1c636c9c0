import { Args, Ctx, FieldResolver, Query, Resolver, Root, Subscription } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { FeedEventKind } from '../events/facts.js';
import { headline } from '../events/headline.js';
import type { LoggedFact } from '../events/read.js';
import type { Context } from '../http/context.js';
import { LocaleArgsType } from '../http/locale.js';
import { Feed } from './feed.js';
import {
  FeedArgs,
  FeedBatchType,
  FeedEventConnectionType,
  FeedEventType,
  FeedHistoryArgs,
  SupervisionFeedArgs,
} from './feed.type.js';
import { readPast } from './history.js';
import type { Batch } from './stretch.js';

@Resolver(() => FeedBatchType)
export class FeedResolver {
  @Under('feed.read')
  @Subscription(() => FeedBatchType, {
    subscribe: ({ context, args }) => new Feed(context as Context, args as SupervisionFeedArgs),
    description:
      'Everything that happens in a region, in order and without loss. Without `after`: an empty batch with the cursor of now, then what comes. With `after`: a batch at once, then everything later. Errors: NOT_FOUND, INVALID_CURSOR; FORBIDDEN and SESSION_REVOKED, also later.',
  })
  supervisionFeed(
    @Root() batch: Batch,
    @Args(() => SupervisionFeedArgs) _: SupervisionFeedArgs,
  ): FeedBatchType {
    return toBatch(batch);
  }

  @Under('SIGNED_IN')
  @Subscription(() => FeedBatchType, {
    subscribe: ({ context, args }) => new Feed(context as Context, args as FeedArgs),
    description:
      'The same for everything inside your own grants as they stand at each moment: an inspector\u2019s villages on the days of the inspection. Errors: INVALID_CURSOR; SESSION_REVOKED, also later.',
  })
  workFeed(@Root() batch: Batch, @Args(() => FeedArgs) _: FeedArgs): FeedBatchType {
    return toBatch(batch);
  }
}

@Resolver(() => FeedEventConnectionType)
export class FeedHistoryResolver {
  @Under('feed.read')
  @Query(() => FeedEventConnectionType, {
    description:
      'What supervisionFeed has told, newest first, as your rights are now. It reaches back as far as the log is kept: 400 days of real time, unless configured otherwise. Errors: FORBIDDEN, NOT_FOUND, INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async feedHistory(
    @Args(() => FeedHistoryArgs) args: FeedHistoryArgs,
    @Ctx() context: Context,
  ): Promise<FeedEventConnectionType> {
    const { edges, ...page } = await readPast(context, args);
    return {
      ...page,
      edges: edges.flatMap(({ cursor, fact }) => toEvent(fact).map((node) => ({ cursor, node }))),
    };
  }
}

@Resolver(() => FeedEventType)
export class FeedEventResolver {
  @FieldResolver(() => String, {
    description: 'One line for a ticker, rendered from the fact; no personal data.',
  })
  headline(
    @Root() event: FeedEventType,
    @Args(() => LocaleArgsType) { locale }: LocaleArgsType,
    @Ctx() context: Context,
  ): string {
    return headline(event.fact, locale, context.placeName(event.region.code));
  }
}

const toBatch = ({ facts, ...batch }: Batch): FeedBatchType => ({
  ...batch,
  events: facts.flatMap(toEvent),
});

function toEvent(fact: LoggedFact): FeedEventType[] {
  if (!fact.region) return [];
  const { id, severity, happenedAt, mark, subject, region } = fact;
  const kind = fact.kind as FeedEventKind;
  return [
    Object.assign(new FeedEventType(), { id, kind, severity, happenedAt, mark, subject, region, fact }),
  ];
}
