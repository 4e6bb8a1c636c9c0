import { ArgsType, Field, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { CalendarDate } from '../http/scalars.js';
import { RegionArgs } from './exact.type.js';
import { WITHHELD } from './numbers.type.js';
import type { TrendDay } from './trend.queries.js';

@Under('overview.read')
@ObjectType('TrendDay', {
  description:
    'The numbers of a region at the end of one day, of today as they are now. Null: nothing was counted yet that day.',
})
export class TrendDayType implements TrendDay {
  @Field(() => CalendarDate, { description: 'The calendar day, campaign time.' })
  day!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Tasks confirmed by the county or passed by the province.',
  })
  tasksMet!: number | null;

  @Field(() => Int, { nullable: true, description: 'Tasks open and past their deadline.' })
  tasksOverdue!: number | null;

  @Field(() => Int, { nullable: true, description: 'As VillageNumbers.met.' })
  villagesMet!: number | null;

  @Field(() => Int, { nullable: true, description: 'Alerts open or acknowledged.' })
  alertsOpen!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: `Households lifted of those planned to exit in the year of the day. ${WITHHELD}`,
  })
  householdsLifted!: number | null;
}

@ArgsType()
export class TrendArgs extends RegionArgs {
  @Field(() => Int, {
    defaultValue: 14,
    description: 'How many days, 1 to 92, today included. Else BAD_USER_INPUT.',
  })
  days!: number;
}
