import { Args, Ctx, Query, Resolver, Root, Subscription } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Context } from '../http/context.js';
import { RegionArgs } from './exact.type.js';
import { liveNumbers } from './live.js';
import { type Overview, overviewOf, readOverview } from './overview.queries.js';
import { OverviewType } from './overview.type.js';

/** At most four times a second (real time). */
const REST_MS = 250;

@Resolver(() => OverviewType)
export class OverviewResolver {
  @Under('overview.read')
  @Query(() => OverviewType, {
    description:
      'A region in numbers; counts of households as HouseholdNumbers says. Errors: FORBIDDEN, NOT_FOUND, INVALID_REGION_CODE.',
  })
  overview(@Args(() => RegionArgs) { region }: RegionArgs, @Ctx() context: Context) {
    return overviewOf(context, region);
  }

  @Under('overview.read')
  @Subscription(() => OverviewType, {
    subscribe: ({ context, args }) =>
      liveNumbers(context as Context, (args as RegionArgs).region, {
        read: readOverview,
        restMs: REST_MS,
      }),
    description:
      'The numbers of now at once, then each time they moved, at most 4 times a second. Errors: FORBIDDEN (also later, when the right ends), NOT_FOUND, INVALID_REGION_CODE.',
  })
  overviewChanged(@Root() overview: Overview, @Args(() => RegionArgs) _: RegionArgs): OverviewType {
    return overview;
  }
}
