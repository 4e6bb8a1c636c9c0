import { Field, Float, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { DateTime } from '../http/scalars.js';

@Under('SIGNED_IN')
@ObjectType('CampaignClock', {
  description:
    'The clock that governs deadlines and dates, for a page to let its own run on between answers.',
})
export class CampaignClockType {
  @Field(() => DateTime, { description: 'Campaign time now.' })
  now!: Date;

  @Field(() => Float, { description: 'Campaign seconds that pass in one real second.' })
  speed!: number;

  @Field(() => DateTime, {
    description: 'The first instant after the campaign year of now: the next 1 January in Asia/Shanghai.',
  })
  yearEndsAt!: Date;
}
