import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Context } from '../http/context.js';
import { RegionCode } from '../http/scalars.js';
import { readCalendar, readYears } from './calendar.queries.js';
import { CalendarType } from './calendar.type.js';

@Resolver(() => CalendarType)
export class CalendarResolver {
  @Under('SIGNED_IN')
  @Query(() => CalendarType, {
    description:
      'Which days are worked. Errors: NOT_FOUND, CALENDAR_MISSING (nobody has published the year).',
  })
  calendar(
    @Arg('region', () => RegionCode, { description: 'Where; any region has the calendar of its county.' })
    region: string,
    @Arg('year', () => Int, { description: 'Which year.' }) year: number,
    @Ctx() context: Context,
  ): Promise<CalendarType> {
    return readCalendar(context, region, year);
  }

  @Under('SIGNED_IN')
  @Query(() => [Int], {
    description: 'The years that are published for a region, in order. Errors: NOT_FOUND.',
  })
  calendarYears(
    @Arg('region', () => RegionCode, { description: 'Where.' }) region: string,
    @Ctx() context: Context,
  ): Promise<number[]> {
    return readYears(context, region);
  }
}
