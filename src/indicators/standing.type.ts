import { Field, Int, ObjectType } from 'type-graphql';
import { wordEnum } from '../http/enums.js';
import { STANDINGS, type Standing, type TaskCounts } from './standing.js';

export const StandingEnum = wordEnum(
  'Standing',
  'How a place stands on its tasks: a level, not a colour. The first word that fits holds.',
  STANDINGS,
  {
    MET: 'At least one task counts, and all that count are met.',
    OVERDUE: 'Some open task is past its deadline.',
    AT_RISK: 'Some open task is due soon or behind.',
    ON_TRACK: 'None of these.',
  },
);

/** Benchmark tasks in numbers, and the word for them. */
@ObjectType()
export abstract class BenchmarkNumbersType implements TaskCounts {
  @Field(() => Int, { description: 'Benchmark tasks that count: all but cancelled ones.' })
  total!: number;

  @Field(() => Int, { description: 'Of them confirmed by the county or passed by the province.' })
  met!: number;

  @Field(() => Int, { description: 'Of them open and past their deadline.' })
  overdue!: number;

  @Field(() => Int, { description: 'Of them open with at most 7 calendar days left.' })
  dueSoon!: number;

  @Field(() => Int, {
    description: 'Of them blocked, or not started with at most 15 calendar days left (and more than 7).',
  })
  behind!: number;

  @Field(() => StandingEnum, { nullable: true, description: 'The word for them; null where none counts.' })
  standing!: Standing | null;
}
