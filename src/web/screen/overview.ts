import type {
  WallBenchmarkSubscription,
  WallFeedSubscription,
  WallOverviewSubscription,
} from '../../../schema/generated/documents.js';

/** The numbers of a region as the screen asks for them. */
export type Overview = WallOverviewSubscription['overviewChanged'];
/** The items of the standard in a region and in the regions directly inside. */
export type Benchmark = WallBenchmarkSubscription['benchmarkChanged'];
export type FeedEvent = WallFeedSubscription['supervisionFeed']['events'][number];
