import { Field, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { wordEnum } from '../http/enums.js';
import { WORK_BUCKETS } from './work.queries.js';

export const WorkBucketEnum = wordEnum('WorkBucket', 'What somebody has to do.', WORK_BUCKETS, {
  MINE: 'Open, and I answer for it or assist.',
  LATE: 'Of those, past their deadline.',
  DUE_THIS_WEEK: 'Of those, due before next Monday in Asia/Shanghai: late by then, unless something is done.',
  TO_SIGN: 'I was named to answer for it, and have not signed.',
  TO_CONFIRM: 'Declared or confirmed by others, and the next yes is mine to give.',
});

@Under('task.read')
@ObjectType('WorstItem', { description: 'An item of a standard with its open tasks in a region.' })
export class WorstItemType {
  itemId!: string;

  @Field(() => Int, { description: 'Open tasks.' })
  open!: number;

  @Field(() => Int, { description: 'Those of them past their deadline.' })
  overdue!: number;

  @Field(() => Int, { description: 'Those of them that were sent back or opened again.' })
  returned!: number;
}

@Under('task.read')
@ObjectType('Punctuality', {
  description: 'How deadlines of a period were kept; on time + late + open is always what was expected.',
})
export class PunctualityType {
  @Field(() => Int, { description: 'Tasks with a deadline in the period, without the cancelled.' })
  expected!: number;

  @Field(() => Int, { description: 'Met at their deadline or before.' })
  onTime!: number;

  @Field(() => Int, { description: 'Met after it.' })
  late!: number;

  @Field(() => Int, { description: 'Not met yet, whether the deadline has passed or not.' })
  open!: number;

  @Field(() => Int, { description: 'Those of all whose deadline is not the first one any more.' })
  extended!: number;
}
