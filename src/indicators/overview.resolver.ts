import { Arg, Ctx, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { Context } from '../http/context.js';
import { RegionCode } from '../http/scalars.js';
import { overviewsOf } from './overview.live.js';
import { type Overview, overviewOf } from './overview.queries.js';
import { OverviewType } from './overview.type.js';

const WHERE = {
  description:
    'The region, with everything inside it; it must lie inside one of your grants, else FORBIDDEN.',
};

@Resolver(() => OverviewType)
export class OverviewResolver {
  @Query(() => OverviewType, {
    description: 'A region in numbers. Errors: FORBIDDEN, NOT_FOUND, INVALID_REGION_CODE.',
  })
  overview(@Arg('region', () => RegionCode, WHERE) region: string, @Ctx() context: Context) {
    return overviewOf(context, region);
  }

  @Subscription(() => OverviewType, {
    subscribe: ({ context, args }) => overviewsOf(context as Context, (args as { region: string }).region),
    description:
      'The numbers of now at once, then each time they moved, at most 4 times a second. Errors: FORBIDDEN (also later, when the right ends), NOT_FOUND, INVALID_REGION_CODE.',
  })
  overviewChanged(
    @Root() overview: Overview,
    @Arg('region', () => RegionCode, WHERE) _region: string,
  ): OverviewType {
    return overview;
  }
}
