import { Args, Ctx, FieldResolver, Query, Resolver, Root, Subscription } from 'type-graphql';
import { Under } from '../auth/right.js';
import { connect } from '../http/connection.js';
import type { Context } from '../http/context.js';
import { findItem } from '../standards/standard.queries.js';
import { StandardItemType } from '../standards/standard.type.js';
import { type Benchmark, benchmarkOf, benchmarkVillages, readBenchmark } from './benchmark.queries.js';
import {
  BenchmarkType,
  BenchmarkVillageConnection,
  BenchmarkVillagesArgs,
  ItemNumbersType,
} from './benchmark.type.js';
import { RegionArgs } from './exact.type.js';
import { liveNumbers } from './live.js';

/** At most once a second (real time). */
const REST_MS = 1000;

@Resolver(() => BenchmarkType)
export class BenchmarkResolver {
  @Under('overview.read')
  @Query(() => BenchmarkType, {
    description:
      'A region held against the exit standard, item by item. Errors: FORBIDDEN, NOT_FOUND, INVALID_REGION_CODE.',
  })
  benchmark(@Args(() => RegionArgs) { region }: RegionArgs, @Ctx() context: Context) {
    return benchmarkOf(context, region);
  }

  @Under('overview.read')
  @Query(() => BenchmarkVillageConnection, {
    description:
      'The villages of the year\u2019s plan in a region, each held against the exit standard, by code. Errors: FORBIDDEN, NOT_FOUND (no such region), INVALID_REGION_CODE, INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async benchmarkVillages(
    @Args(() => BenchmarkVillagesArgs) { within, standing, ...page }: BenchmarkVillagesArgs,
    @Ctx() context: Context,
  ) {
    const villages = await benchmarkVillages(context, within, { standing }, page);
    return connect(BenchmarkVillageConnection, villages);
  }

  @Under('overview.read')
  @Subscription(() => BenchmarkType, {
    subscribe: ({ context, args }) =>
      liveNumbers(context as Context, (args as RegionArgs).region, {
        read: readBenchmark,
        restMs: REST_MS,
      }),
    description:
      'The numbers of now at once, then each time they moved, at most once a second. Errors: FORBIDDEN (also later, when the right ends), NOT_FOUND, INVALID_REGION_CODE.',
  })
  benchmarkChanged(@Root() benchmark: Benchmark, @Args(() => RegionArgs) _: RegionArgs): BenchmarkType {
    return benchmark;
  }
}

@Resolver(() => ItemNumbersType)
export class ItemNumbersResolver {
  @FieldResolver(() => StandardItemType, { description: 'The item of the standard.' })
  item(@Root() { itemId }: ItemNumbersType, @Ctx() context: Context): Promise<StandardItemType | null> {
    return findItem(context, itemId);
  }
}
