import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { Under } from '../auth/right.js';
import { demandPageSize } from '../db/page.js';
import { PageArgsType, PeriodArgsType } from '../http/args.js';
import { connect } from '../http/connection.js';
import type { Context } from '../http/context.js';
import { RegionCode } from '../http/scalars.js';
import { getItem } from '../standards/standard.queries.js';
import { StandardItemType } from '../standards/standard.type.js';
import { TaskConnection } from './task.type.js';
import { punctualityOf, type WorkBucket, workOf, worstItems } from './work.queries.js';
import { PunctualityType, WorkBucketEnum, WorstItemType } from './work.type.js';

@ArgsType()
class WorkArgs extends PageArgsType {
  @Field(() => WorkBucketEnum, { description: 'Which work.' })
  bucket!: WorkBucket;
}

@Resolver(() => WorstItemType)
export class WorkResolver {
  @Under('task.read')
  @Query(() => TaskConnection, {
    description:
      'What is for you to do, by deadline. Errors: UNAUTHENTICATED, FORBIDDEN, INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async myTasks(@Args(() => WorkArgs) { bucket, ...page }: WorkArgs, @Ctx() context: Context) {
    return connect(TaskConnection, await workOf(context, bucket, page));
  }

  @Under('task.read')
  @Query(() => [WorstItemType], {
    description:
      'Items of standards with open tasks in a region, most overdue first. Errors: FORBIDDEN, NOT_FOUND (no such region), INVALID_PAGE_SIZE.',
  })
  worstItems(
    @Arg('within', () => RegionCode, { description: 'Where; it must lie inside one of your grants.' })
    within: string,
    @Arg('first', () => Int, { description: 'How many, 1 to 100.' }) first: number,
    @Ctx() context: Context,
  ): Promise<WorstItemType[]> {
    demandPageSize(first);
    return worstItems(context, within, first);
  }

  @Under('task.read')
  @Query(() => PunctualityType, {
    description:
      'How deadlines of a period were kept. Errors: FORBIDDEN, NOT_FOUND (no such region), INVALID_DATE.',
  })
  punctuality(
    @Args(() => PeriodArgsType) { within, ...period }: PeriodArgsType,
    @Ctx() context: Context,
  ): Promise<PunctualityType> {
    return punctualityOf(context, within, period);
  }

  @FieldResolver(() => StandardItemType, { description: 'Which item.' })
  item(@Root() { itemId }: WorstItemType, @Ctx() context: Context): Promise<StandardItemType> {
    return getItem(context, itemId);
  }
}
