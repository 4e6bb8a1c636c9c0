import { Arg, Args, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { Under } from '../auth/right.js';
import { PageArgsType } from '../http/args.js';
import { connect } from '../http/connection.js';
import type { Context } from '../http/context.js';
import { RegionCode } from '../http/scalars.js';
import type { PovertyDesignation, RegionLevel } from './region.entity.js';
import { ancestorsOf, childrenOf, findRegion, getRegion, readRegion } from './region.queries.js';
import { PovertyDesignationEnum, RegionConnection, RegionLevelEnum, RegionType } from './region.type.js';

/** A region may come as code and name alone (a fact on the feed keeps no more): everything else is looked up. */
@Resolver(() => RegionType)
export class RegionResolver {
  @Under('SIGNED_IN')
  @Query(() => RegionType, {
    description: 'One region; readable by every account. Errors: NOT_FOUND, INVALID_REGION_CODE.',
  })
  region(@Arg('code', () => RegionCode) code: string, @Ctx() context: Context): Promise<RegionType> {
    return readRegion(context, code);
  }

  @FieldResolver(() => RegionLevelEnum, { description: 'Province, prefecture, county, township or village.' })
  async level(@Root() region: RegionType, @Ctx() context: Context): Promise<RegionLevel> {
    return (await getRegion(context, region.code)).level;
  }

  @FieldResolver(() => PovertyDesignationEnum, {
    nullable: true,
    description: 'Null when the place is not designated poor.',
  })
  async povertyDesignation(
    @Root() region: RegionType,
    @Ctx() context: Context,
  ): Promise<PovertyDesignation | null> {
    return (await getRegion(context, region.code)).povertyDesignation ?? null;
  }

  @FieldResolver(() => Boolean, {
    description:
      'A development zone of county level outside GB/T 2260: listed with the counties, never ranked.',
  })
  async developmentZone(@Root() region: RegionType, @Ctx() context: Context): Promise<boolean> {
    return (await getRegion(context, region.code)).developmentZone;
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: 'Rural population in persons, where known (villages; synthetic in the demo).',
  })
  async ruralPopulation(@Root() region: RegionType, @Ctx() context: Context): Promise<number | null> {
    return (await getRegion(context, region.code)).ruralPopulation ?? null;
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: 'The year in which a poor village is planned to leave the list.',
  })
  async plannedExitYear(@Root() region: RegionType, @Ctx() context: Context): Promise<number | null> {
    return (await getRegion(context, region.code)).plannedExitYear ?? null;
  }

  @FieldResolver(() => Boolean, {
    description: 'True where designation, plan and population are drawn for the demo and not official.',
  })
  async synthetic(@Root() region: RegionType, @Ctx() context: Context): Promise<boolean> {
    return (await getRegion(context, region.code)).synthetic;
  }

  @FieldResolver(() => RegionType, {
    nullable: true,
    description: 'What directly contains it; null at the top.',
  })
  async parent(@Root() region: RegionType, @Ctx() context: Context): Promise<RegionType | null> {
    const { parentCode } = await getRegion(context, region.code);
    return parentCode ? findRegion(context, parentCode) : null;
  }

  @FieldResolver(() => [RegionType], { description: 'Everything that contains it, largest first.' })
  ancestors(@Root() region: RegionType, @Ctx() context: Context): Promise<RegionType[]> {
    return ancestorsOf(context, region.code);
  }

  @FieldResolver(() => RegionConnection, { description: 'The regions directly inside, by code.' })
  async children(
    @Root() region: RegionType,
    @Args(() => PageArgsType) page: PageArgsType,
    @Ctx() context: Context,
  ) {
    return connect(RegionConnection, await childrenOf(context, region.code, page));
  }
}
