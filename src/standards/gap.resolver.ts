import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { Under } from '../auth/right.js';
import { WithinArgsType } from '../http/args.js';
import { connect } from '../http/connection.js';
import type { Context } from '../http/context.js';
import { RegionCode } from '../http/scalars.js';
import { getRegion } from '../regions/region.queries.js';
import { RegionType } from '../regions/region.type.js';
import { gapCounts, gapsWithin, roadOf } from './gap.queries.js';
import { getItem } from './standard.queries.js';
import { StandardItemType } from './standard.type.js';
import { GapConnection, GapCountType, ShortestRoadType, VerdictItemType } from './verdict.type.js';

@ArgsType()
class GapsArgs extends WithinArgsType {
  @Field(() => ID, { description: 'By which standard.' })
  standardId!: string;

  @Field(() => [ID], { nullable: true, description: 'Only of these items of it.' })
  itemIds?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Only of items that this bureau confirms; its name.' })
  bureau?: string | null;
}

@Resolver(() => VerdictItemType)
export class GapResolver {
  @Under('verdict.read')
  @Query(() => GapConnection, {
    description:
      'What keeps villages from passing, as their latest verdicts say. Errors: FORBIDDEN, NOT_FOUND, INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async gaps(
    @Args(() => GapsArgs) { within, standardId, itemIds, bureau, ...page }: GapsArgs,
    @Ctx() context: Context,
  ) {
    return connect(GapConnection, await gapsWithin(context, within, { standardId, itemIds, bureau }, page));
  }

  @Under('overview.read')
  @Query(() => [GapCountType], {
    description:
      'Gaps by the regions directly inside and by item; what is all met is not there. Errors: FORBIDDEN, NOT_FOUND.',
  })
  gapCounts(
    @Arg('within', () => RegionCode, { description: 'Where; it must lie inside one of your grants.' })
    within: string,
    @Arg('standardId', () => ID, { description: 'By which standard.' }) standardId: string,
    @Ctx() context: Context,
  ): Promise<GapCountType[]> {
    return gapCounts(context, within, standardId);
  }

  @Under('verdict.read')
  @Query(() => ShortestRoadType, {
    description:
      'What a village must still do to pass, by its latest verdict. Errors: FORBIDDEN, NOT_FOUND (region, standard, or no verdict yet).',
  })
  shortestRoad(
    @Arg('region', () => RegionCode, { description: 'Which village.' }) region: string,
    @Arg('standardId', () => ID, { description: 'By which standard.' }) standardId: string,
    @Ctx() context: Context,
  ): Promise<ShortestRoadType> {
    return roadOf(context, region, standardId);
  }

  @FieldResolver(() => StandardItemType, { description: 'Which item; its bureau confirms what closes it.' })
  item(@Root() { itemId }: VerdictItemType, @Ctx() context: Context): Promise<StandardItemType> {
    return getItem(context, itemId);
  }

  @FieldResolver(() => RegionType, { description: 'Which village.' })
  region(@Root() { regionCode }: VerdictItemType, @Ctx() context: Context): Promise<RegionType> {
    return getRegion(context, regionCode);
  }
}

@Resolver(() => GapCountType)
export class GapCountResolver {
  @FieldResolver(() => StandardItemType, { description: 'Which item.' })
  item(@Root() { itemId }: GapCountType, @Ctx() context: Context): Promise<StandardItemType> {
    return getItem(context, itemId);
  }

  @FieldResolver(() => RegionType, { description: 'Which region.' })
  region(@Root() { regionCode }: GapCountType, @Ctx() context: Context): Promise<RegionType> {
    return getRegion(context, regionCode);
  }
}
