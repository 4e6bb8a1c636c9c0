import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { ChangeInput, CreateInput } from '../http/inputs.js';
import { DateTime } from '../http/scalars.js';
import type { TaskMove, TaskStatus } from './task.entity.js';
import { TaskStatusEnum, TaskVersionInput } from './task.type.js';

@Under('task.read')
@ObjectType('TaskMove', { description: 'One move in the history of a task.' })
export class TaskMoveType implements Pick<TaskMove, 'byId'> {
  fromStatus?: TaskStatus | null;
  toStatus!: TaskStatus;
  byId!: string;

  @Field(() => DateTime, { description: 'When, campaign time.' })
  at!: Date;

  @Field(() => String, { nullable: true, description: 'What the mover wrote.' })
  note?: string | null;

  @Field(() => TaskStatusEnum, { nullable: true, description: 'Status before; null for the first.' })
  from(): TaskStatus | null {
    return this.fromStatus ?? null;
  }

  @Field(() => TaskStatusEnum, { description: 'Status after.' })
  to(): TaskStatus {
    return this.toStatus;
  }
}

@InputType({ description: 'Moves a task.' })
export class ChangeTaskStatusInput extends ChangeInput {
  @Field(() => ID, { description: 'Which task.' })
  taskId!: string;

  @Field(() => TaskStatusEnum, { description: 'Where to; see Task.allowedTransitions.' })
  to!: TaskStatus;

  @Field(() => String, { nullable: true, description: 'Why; at most 500 characters, no personal data.' })
  note?: string | null;
}

@InputType({ description: 'Moves many tasks: all of them or none.' })
export class ChangeTaskStatusesInput extends CreateInput {
  @Field(() => [TaskVersionInput], { description: 'Which, 1 to 100, each once.' })
  tasks!: TaskVersionInput[];

  @Field(() => TaskStatusEnum, { description: 'Where to, for each of them.' })
  to!: TaskStatus;

  @Field(() => String, {
    nullable: true,
    description:
      'Why; at most 500 characters, no personal data. Must be given for BLOCKED, RETURNED and REOPENED.',
  })
  note?: string | null;
}
