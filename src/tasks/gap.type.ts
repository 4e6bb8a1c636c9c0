import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { CreateInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { DateTime, RegionCode } from '../http/scalars.js';
import { ExitStandardType } from '../standards/standard.type.js';

@InputType({ description: 'Opens a task for every gap that nobody has a task for.' })
export class OpenTasksFromGapsInput extends CreateInput {
  @Field(() => RegionCode, { description: 'Your own region or one inside it, else NOT_FOUND.' })
  within!: string;

  @Field(() => ID, { description: 'Gaps by the latest verdicts of this standard.' })
  standardId!: string;

  @Field(() => [ID], { nullable: true, description: 'Only of these items of it.' })
  itemIds?: string[] | null;

  @Field(() => DateTime, { description: 'The deadline of each; must lie ahead in campaign time.' })
  dueAt!: Date;
}

@Under('task.create')
@ObjectType('OpenTasksFromGapsPayload', { description: 'What became of the gaps.' })
export class OpenTasksFromGapsPayload extends Payload {
  @Field(() => ExitStandardType, { description: 'The standard whose gaps they were.' })
  standard!: ExitStandardType;

  @Field(() => Int, { description: 'Tasks that were opened; the feed tells each of them.' })
  opened!: number;

  @Field(() => Int, { description: 'Gaps whose task was confirmed: it has to be reopened.' })
  toReopen!: number;
}
