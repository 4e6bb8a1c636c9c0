import { Args, Ctx, Query, Resolver } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Context } from '../http/context.js';
import { trendOf } from './trend.queries.js';
import { TrendArgs, TrendDayType } from './trend.type.js';

@Resolver(() => TrendDayType)
export class TrendResolver {
  @Under('overview.read')
  @Query(() => [TrendDayType], {
    description:
      'A region day by day, oldest first, today last. Errors: BAD_USER_INPUT, FORBIDDEN, NOT_FOUND, INVALID_REGION_CODE.',
  })
  trend(
    @Args(() => TrendArgs) { region, days }: TrendArgs,
    @Ctx() context: Context,
  ): Promise<TrendDayType[]> {
    return trendOf(context, region, days);
  }
}
