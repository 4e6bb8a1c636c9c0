import { Field, ID, InputType, Int } from 'type-graphql';
import { ChangeInput } from '../http/inputs.js';
import type { Counts } from './evaluation.rules.js';

@InputType({
  description: 'The numbers of a county\u2019s evaluation; the rates come from them and are never typed.',
})
export class RecordEvaluationInput extends ChangeInput implements Counts {
  @Field(() => ID, { description: 'The county\u2019s case.' })
  exitId!: string;

  @Field(() => Int, { description: 'Rural persons of the county.' })
  ruralPopulation!: number;

  @Field(() => Int, { description: 'Registered persons who remain poor.' })
  remainingPoor!: number;

  @Field(() => Int, { description: 'Rural persons who are not registered.' })
  unregisteredPopulation!: number;

  @Field(() => Int, { description: 'Persons who have exited, or are to.' })
  exitedPopulation!: number;

  @Field(() => Int, { description: 'Unregistered persons in the sampled villages.' })
  sampledUnregistered!: number;

  @Field(() => Int, { description: 'Those of them who should be registered.' })
  omitted!: number;

  @Field(() => Int, { description: 'Exited persons in the sample.' })
  sampledExited!: number;

  @Field(() => Int, { description: 'Those of them who should not have exited.' })
  wronglyExited!: number;

  @Field(() => Int, { description: 'Households that were asked.' })
  surveyedHouseholds!: number;

  @Field(() => Int, { description: 'Those of them that approve.' })
  approvingHouseholds!: number;
}
