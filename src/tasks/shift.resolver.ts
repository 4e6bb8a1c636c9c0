import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import { Under } from '../auth/right.js';
import { readCalendar } from '../calendars/calendar.queries.js';
import { CalendarChangeInput, ChangeCalendarInput } from '../calendars/calendar.type.js';
import { demandPageSize } from '../db/page.js';
import type { Context } from '../http/context.js';
import { changeCalendar } from './shift.actions.js';
import { previewChange } from './shift.queries.js';
import { CalendarPreviewType, ChangeCalendarPayload } from './shift.type.js';

@Resolver()
export class ShiftResolver {
  @Under('calendar.change')
  @Query(() => CalendarPreviewType, {
    description:
      'The deadlines that a change of a calendar would move; writes nothing. Errors: FORBIDDEN, NOT_FOUND, INVALID_PAGE_SIZE; with `field`: INVALID_REGION_CODE, INVALID_DATE, INVALID_TEXT, BAD_USER_INPUT; CALENDAR_MISSING.',
  })
  async previewCalendarChange(
    @Arg('change', () => CalendarChangeInput) change: CalendarChangeInput,
    @Arg('first', () => Int, { description: 'How many to list, 1 to 100.' }) first: number,
    @Ctx() context: Context,
  ): Promise<CalendarPreviewType> {
    demandPageSize(first);
    const shifts = await previewChange(context, change);
    return { totalCount: shifts.length, shifts: shifts.slice(0, first) };
  }

  @Under('calendar.change')
  @Mutation(() => ChangeCalendarPayload, {
    description:
      'Publishes or changes a calendar, and moves every deadline that is counted by it. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT; with `field`: INVALID_REGION_CODE, INVALID_DATE, INVALID_TEXT, BAD_USER_INPUT; CALENDAR_MISSING.',
  })
  async changeCalendar(
    @Arg('input', () => ChangeCalendarInput) input: ChangeCalendarInput,
    @Ctx() context: Context,
  ): Promise<ChangeCalendarPayload> {
    const { mark, answer } = await changeCalendar(context, input);
    const { regionCode, year, moved } = answer;
    return { mark, moved, calendar: await readCalendar(context, regionCode, year) };
  }
}
