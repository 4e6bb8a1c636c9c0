import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { DurationUnit } from '../calendars/working-time.rules.js';
import type { Written } from '../db/write.js';
import { connectionOf } from '../http/connection.js';
import { wordEnum } from '../http/enums.js';
import { CreateInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { DateTime, RegionCode } from '../http/scalars.js';
import { GIVEN_KINDS, type GivenKind } from './task.actions.js';
import {
  TASK_KINDS,
  TASK_SCHEDULES,
  TASK_STATUSES,
  type Task,
  type TaskKind,
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
      | 'id'
      | 'kind'
      | 'regionCode'
      | 'status'
      | 'dueAt'
      | 'version'
      | 'createdAt'
      | 'deadlineVersion'
      | 'weight'
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

  @Field(() => Int, { description: 'How much it counts in the progress of the task that it is a part of.' })
  weight!: number;

  @Field(() => Int, { description: 'Version for expectedVersion.' })
  version!: number;

  titleZh!: string;
  titleEn?: string | null;
  regionCode!: string;
  standardItemId?: string | null;
  responsibleId?: string | null;
  parentId?: string | null;
  createdById?: string | null;
  durationAmount?: number | null;
  durationUnit?: DurationUnit | null;
  clockStartedAt?: Date | null;
  clockRegion?: string | null;
  suspendedAt?: Date | null;
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

export const GivenTaskKindEnum = wordEnum('GivenTaskKind', 'A kind of task that people give.', GIVEN_KINDS, {
  INSTRUCTION: 'A leader\u2019s instruction.',
  ASSIGNMENT: 'Work assigned to an office.',
});

@InputType({ description: 'Gives a task. Its words go to screens: no personal data.' })
export class CreateTaskInput extends CreateInput {
  @Field(() => GivenTaskKindEnum, { description: 'An instruction may also be given by a leader.' })
  kind!: GivenKind;

  @Field(() => RegionCode, { description: 'Where; inside your own region, else NOT_FOUND.' })
  regionCode!: string;

  @Field(() => String, { description: 'What is to be done; at most 100 characters, no personal data.' })
  titleZh!: string;

  @Field(() => String, { nullable: true, description: 'The same in English.' })
  titleEn?: string | null;

  @Field(() => DateTime, { description: 'The deadline; must lie ahead in campaign time.' })
  dueAt!: Date;

  @Field(() => ID, {
    nullable: true,
    description:
      'The unit that leads: an account with a grant to work there. It has 24 hours to sign for it.',
  })
  responsibleId?: string | null;

  @Field(() => [ID], { nullable: true, description: 'Units that assist, at most 20.' })
  assistingIds?: string[] | null;
}

/** Several acts name tasks by what was read of them. */
@InputType({ description: 'A task as you read it.' })
export class TaskVersionInput {
  @Field(() => ID, { description: 'Which task.' })
  taskId!: string;

  @Field(() => Int, { description: 'The version you read; if it has changed since: VERSION_CONFLICT.' })
  expectedVersion!: number;
}

@Under('task.read')
@ObjectType('TasksPayload', { description: 'Tasks changed in one transaction.' })
export class TasksPayload extends Payload {
  @Field(() => [TaskType], {
    description: 'The tasks after the change, in the order in which they were named.',
  })
  tasks!: TaskType[];
}

@Under('task.read')
@ObjectType('TaskPayload', { description: 'A changed task.' })
export class TaskPayload extends Payload {
  @Field(() => TaskType, { description: 'The task after the change.' })
  task!: TaskType;
}

/** A copy: a second change of the task in the same request meets the same entity, and has a history of its own. */
export const taskPayload = ({ mark, answer }: Written<TaskType>): TaskPayload => ({ mark, task: answer });
