import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { connectionOf } from '../http/connection.js';
import { wordEnum } from '../http/enums.js';
import { ChangeInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { DateTime } from '../http/scalars.js';
import { EXTENSION_STATUSES, type ExtensionStatus } from './extension.entity.js';

export const ExtensionStatusEnum = wordEnum(
  'ExtensionStatus',
  'What has become of a request for more time.',
  EXTENSION_STATUSES,
  {
    REQUESTED: 'It waits to be decided.',
    APPROVED: 'The deadline was moved.',
    REFUSED: 'The deadline stands.',
    LAPSED: 'The task was closed before anybody decided.',
  },
);

@Under('task.read')
@ObjectType('TaskExtension', { description: 'A request for more time.' })
export class TaskExtensionType {
  taskId!: string;
  requestedById!: string;
  decidedById?: string | null;

  @Field(() => ID, { description: 'Identity of the request.' })
  id!: string;

  @Field(() => ExtensionStatusEnum, { description: 'What has become of it.' })
  status!: ExtensionStatus;

  @Field(() => DateTime, { description: 'The deadline when it was asked, campaign time.' })
  fromDueAt!: Date;

  @Field(() => DateTime, { description: 'The deadline that was asked for, campaign time.' })
  newDueAt!: Date;

  @Field(() => String, { description: 'Why more time is needed, as the asker wrote it.' })
  reason!: string;

  @Field(() => DateTime, { description: 'When it was asked, campaign time.' })
  requestedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was decided or lapsed, campaign time.' })
  decidedAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'What the decider wrote.' })
  note?: string | null;

  @Field(() => Int, { description: 'Version for expectedVersion.' })
  version!: number;
}

export const TaskExtensionConnection = connectionOf(
  'TaskExtension',
  TaskExtensionType,
  'task.read',
  'Requests for more time, oldest first.',
);

@InputType({ description: 'Asks for more time for an open task.' })
export class RequestExtensionInput extends ChangeInput {
  @Field(() => ID, { description: 'Which task.' })
  taskId!: string;

  @Field(() => DateTime, {
    description: 'The deadline asked for: later than the one that stands, and ahead.',
  })
  newDueAt!: Date;

  @Field(() => String, { description: 'Why; at most 500 characters, no personal data.' })
  reason!: string;
}

@InputType({ description: 'Decides another\u2019s request for more time.' })
export class DecideExtensionInput extends ChangeInput {
  @Field(() => ID, { description: 'Which request.' })
  extensionId!: string;

  @Field(() => Boolean, { description: 'True moves the deadline.' })
  approve!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Why; at most 500 characters, no personal data. A no must give it.',
  })
  note?: string | null;
}

@Under('task.read')
@ObjectType('TaskExtensionPayload', { description: 'A request for more time, asked or decided.' })
export class TaskExtensionPayload extends Payload {
  @Field(() => TaskExtensionType, { description: 'The request after the change.' })
  extension!: TaskExtensionType;
}
