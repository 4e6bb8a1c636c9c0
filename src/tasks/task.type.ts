import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { connectionOf } from '../http/connection.js';
import { wordEnum } from '../http/enums.js';
import { ChangeInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { DateTime } from '../http/scalars.js';
import {
  TASK_KINDS,
  TASK_SCHEDULES,
  TASK_STATUSES,
  type Task,
  type TaskDeadlineMove,
  type TaskKind,
  type TaskMove,
  type TaskSchedule,
  type TaskStatus,
} from './task.entity.js';

export const TaskKindEnum = wordEnum('TaskKind', 'Where a task comes from.', TASK_KINDS, {
  BENCHMARK: 'An item of the exit standard that a village must meet.',
  INSTRUCTION: 'A leader\u2019s instruction.',
  RECTIFICATION: 'Closing what an inspection found.',
  ASSIGNMENT: 'Work assigned to an office.',
});

export const TaskStatusEnum = wordEnum('TaskStatus', 'How far a task has come.', TASK_STATUSES, {
  NOT_STARTED: 'Nobody has begun.',
  IN_PROGRESS: 'The village team works on it.',
  BLOCKED: 'The village team cannot go on.',
  SELF_DECLARED_MET: 'The village team says it is met; the clock still runs.',
  TOWNSHIP_CONFIRMED: 'The township has confirmed it.',
  COUNTY_CONFIRMED: 'The county has confirmed it; the clock stops, and it counts as met.',
  PROVINCE_PASSED: 'The province has passed it; counts as met.',
  RETURNED: 'Sent back to the village.',
  REOPENED: 'Found unmet after it was confirmed.',
  CANCELLED: 'No longer wanted.',
});

export const TaskScheduleEnum = wordEnum(
  'TaskSchedule',
  'How a task stands against its deadline now; derived.',
  TASK_SCHEDULES,
  {
    ON_TRACK: 'Time enough.',
    BEHIND: 'Blocked, or not started with at most 15 calendar days left.',
    DUE_SOON: 'At most 7 calendar days left.',
    OVERDUE: 'Past its deadline.',
    CLOSED: 'County confirmed, province passed or cancelled.',
  },
);

@Under('task.read')
@ObjectType('Task', { description: 'What must be done in a region by a date.' })
export class TaskType
  implements
    Pick<
      Task,
      'id' | 'kind' | 'regionCode' | 'status' | 'dueAt' | 'version' | 'createdAt' | 'deadlineVersion'
    >
{
  @Field(() => ID, { description: 'Identity of the task.' })
  id!: string;

  @Field(() => TaskKindEnum, { description: 'Where it comes from.' })
  kind!: TaskKind;

  @Field(() => TaskStatusEnum, { description: 'How far it has come.' })
  status!: TaskStatus;

  @Field(() => DateTime, { description: 'The deadline, campaign time.' })
  dueAt!: Date;

  @Field(() => DateTime, { description: 'When it was made, campaign time.' })
  createdAt!: Date;

  @Field(() => Int, {
    description: 'Grows with every change of the deadline; warnings fire once per version.',
  })
  deadlineVersion!: number;

  @Field(() => Int, { description: 'Version for expectedVersion.' })
  version!: number;

  titleZh!: string;
  titleEn?: string | null;
  regionCode!: string;
  standardItemId?: string | null;
  responsibleId?: string | null;
}

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

export const TaskConnection = connectionOf(
  'Task',
  TaskType,
  'task.read',
  'Tasks by deadline, earliest first.',
);

@InputType({ description: 'Which tasks. A field left out asks nothing; an empty list matches nothing.' })
export class TaskFilter {
  @Field(() => [TaskStatusEnum], { nullable: true, description: 'In one of these statuses.' })
  status?: TaskStatus[] | null;

  @Field(() => [TaskScheduleEnum], { nullable: true, description: 'Standing so against the deadline now.' })
  schedule?: TaskSchedule[] | null;

  @Field(() => [TaskKindEnum], { nullable: true, description: 'Of one of these kinds.' })
  kind?: TaskKind[] | null;

  @Field(() => DateTime, { nullable: true, description: 'Due before this instant.' })
  dueBefore?: Date | null;

  @Field(() => ID, { nullable: true, description: 'This account answers for it.' })
  responsibleId?: string | null;

  @Field(() => ID, { nullable: true, description: 'From this item of an exit standard.' })
  standardItemId?: string | null;
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

@InputType({ description: 'Names who answers for an open task.' })
export class AssignTaskInput extends ChangeInput {
  @Field(() => ID, { description: 'Which task.' })
  taskId!: string;

  @Field(() => ID, {
    description: 'The account that answers for it; it must have a grant that covers the task.',
  })
  responsibleId!: string;
}

@Under('task.read')
@ObjectType('TaskPayload', { description: 'A changed task.' })
export class TaskPayload extends Payload {
  @Field(() => TaskType, { description: 'The task after the change.' })
  task!: TaskType;
}
