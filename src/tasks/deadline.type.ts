import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { ChangeInput } from '../http/inputs.js';
import { DateTime } from '../http/scalars.js';
import type { TaskDeadlineMove } from './task.entity.js';

@Under('task.read')
@ObjectType('TaskDeadlineMove', { description: 'One change of the deadline of a task.' })
export class TaskDeadlineMoveType implements Pick<TaskDeadlineMove, 'byId'> {
  fromAt!: Date;
  toAt!: Date;
  byId!: string;

  @Field(() => DateTime, { description: 'When it was changed, campaign time.' })
  at!: Date;

  @Field(() => String, { description: 'Why, as the mover wrote it.' })
  reason!: string;

  @Field(() => DateTime, { description: 'The deadline before, campaign time.' })
  from(): Date {
    return this.fromAt;
  }

  @Field(() => DateTime, { description: 'The deadline after, campaign time.' })
  to(): Date {
    return this.toAt;
  }
}

@InputType({ description: 'Moves the deadline of an open task.' })
export class ChangeTaskDeadlineInput extends ChangeInput {
  @Field(() => ID, { description: 'Which task.' })
  taskId!: string;

  @Field(() => DateTime, {
    description: 'The new deadline; must be another one and lie ahead in campaign time.',
  })
  dueAt!: Date;

  @Field(() => String, { description: 'Why; at most 500 characters, no personal data.' })
  reason!: string;
}
