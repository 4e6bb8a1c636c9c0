import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { ChangeInput, CreateInput } from '../http/inputs.js';
import { DateTime } from '../http/scalars.js';
import { TaskVersionInput } from './task.type.js';

@Under('task.read')
@ObjectType('TaskReceipt', {
  description: 'What whoever is named to answer for a task signs, within 24 hours of being named.',
})
export class TaskReceiptType {
  responsibleId!: string;
  endedAt!: Date | null;

  @Field(() => DateTime, { description: 'When they were named, campaign time.' })
  assignedAt!: Date;

  @Field(() => DateTime, { description: 'Until when it is to be signed, campaign time.' })
  dueAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was signed; null while it is not.' })
  signedAt!: Date | null;
}

@InputType({ description: 'Names who answers for an open task.' })
export class AssignTaskInput extends ChangeInput {
  @Field(() => ID, { description: 'Which task.' })
  taskId!: string;

  @Field(() => ID, {
    description: 'The account that answers for it; it must have a grant that covers the task.',
  })
  responsibleId!: string;
}

@InputType({ description: 'Names who answers for many open tasks: all of them or none.' })
export class AssignTasksInput extends CreateInput {
  @Field(() => [TaskVersionInput], { description: 'Which, 1 to 100, each once.' })
  tasks!: TaskVersionInput[];

  @Field(() => ID, {
    description: 'The account that answers for them; it must have a grant to work on each.',
  })
  responsibleId!: string;
}

@InputType({ description: 'Says which units assist with an open task from now on.' })
export class SetAssistingUnitsInput extends ChangeInput {
  @Field(() => ID, { description: 'Which task.' })
  taskId!: string;

  @Field(() => [ID], { description: 'All of them, at most 20; each must have a grant to work on the task.' })
  assistingIds!: string[];
}

@InputType({ description: 'Signs for a task that you were named to answer for.' })
export class SignReceiptInput extends ChangeInput {
  @Field(() => ID, { description: 'Which task.' })
  taskId!: string;
}
