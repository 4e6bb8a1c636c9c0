import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { ChangeInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { DateTime, RegionCode } from '../http/scalars.js';
import { TaskType } from './task.type.js';

@Under('WITH_PARENT')
@ObjectType('PartNumbers', { description: 'Parts of a task, counted.' })
export class PartNumbersType {
  @Field(() => Int, { description: 'All of them.' })
  total!: number;

  @Field(() => Int, { description: 'County confirmed or province passed.' })
  met!: number;

  @Field(() => Int, { description: 'Open and past their deadline.' })
  overdue!: number;

  @Field(() => Int, { description: 'Cancelled.' })
  cancelled!: number;
}

@Under('WITH_PARENT')
@ObjectType('TaskRollUp', { description: 'What the parts of a task come to together; derived.' })
export class TaskRollUpType {
  @Field(() => PartNumbersType, { description: 'Its own parts.' })
  direct!: PartNumbersType;

  @Field(() => PartNumbersType, { description: 'Its parts, theirs, and so on.' })
  all!: PartNumbersType;

  @Field(() => Int, { description: 'Per cent by weight, rounded down; cancelled parts do not count.' })
  percent!: number;
}

@InputType({ description: 'A part of a task. Its words go to screens: no personal data.' })
export class TaskPartInput {
  @Field(() => RegionCode, { description: 'Where: a region inside that of the whole, and smaller.' })
  regionCode!: string;

  @Field(() => String, { description: 'What is to be done; at most 100 characters, no personal data.' })
  titleZh!: string;

  @Field(() => String, { nullable: true, description: 'The same in English.' })
  titleEn?: string | null;

  @Field(() => DateTime, {
    description: 'Its deadline: ahead in campaign time, and no later than that of the whole.',
  })
  dueAt!: Date;

  @Field(() => ID, { nullable: true, description: 'Who answers for it.' })
  responsibleId?: string | null;

  @Field(() => Int, {
    defaultValue: 1,
    description: 'How much it counts in the progress of the whole, 1 to 100.',
  })
  weight!: number;
}

@InputType({ description: 'Breaks an open task down.' })
export class BreakDownTaskInput extends ChangeInput {
  @Field(() => ID, { description: 'Which task.' })
  taskId!: string;

  @Field(() => [TaskPartInput], { description: '1 to 100 parts, beside those that it has.' })
  parts!: TaskPartInput[];
}

@Under('task.read')
@ObjectType('BreakDownTaskPayload', { description: 'A task with its new parts.' })
export class BreakDownTaskPayload extends Payload {
  @Field(() => TaskType, { description: 'The whole after the change.' })
  task!: TaskType;

  @Field(() => [TaskType], { description: 'The new parts, in the order in which they were given.' })
  parts!: TaskType[];
}
