import { Field, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { wordEnum } from '../http/enums.js';
import { DateTime } from '../http/scalars.js';
import type { TaskStatus } from './task.entity.js';
import { TaskStatusEnum } from './task.type.js';
import { TIMELINE_KINDS, type TimelineKind } from './timeline.queries.js';

export const TimelineKindEnum = wordEnum('TimelineKind', 'What happened to a task.', TIMELINE_KINDS, {
  CREATED: 'It was given.',
  MOVED: 'Its status changed.',
  DEADLINE_CHANGED: 'Its deadline changed.',
  ASSIGNED: 'Somebody was named to answer for it.',
  RECEIVED: 'They signed for it.',
  ASSISTING_NAMED: 'A unit assists from now on.',
  ASSISTING_ENDED: 'A unit assists no more.',
  PROGRESSED: 'Progress was reported.',
  EXTENSION_REQUESTED: 'More time was asked for.',
  EXTENSION_DECIDED: 'The request was decided, or lapsed.',
  CLOCK_SUSPENDED: 'Its clock was stopped.',
  CLOCK_RESUMED: 'Its clock runs again.',
});

@Under('task.read')
@ObjectType('TimelineEntry', { description: 'One thing that happened to a task.' })
export class TimelineEntryType {
  byId!: string | null;
  accountId!: string | null;

  @Field(() => TimelineKindEnum, { description: 'What.' })
  kind!: TimelineKind;

  @Field(() => DateTime, { description: 'When, campaign time.' })
  at!: Date;

  @Field(() => String, { nullable: true, description: 'The note or reason that was given.' })
  text!: string | null;

  @Field(() => TaskStatusEnum, { nullable: true, description: 'The status after a move.' })
  status!: TaskStatus | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'The new deadline, the one asked for, or until when a receipt is due; campaign time.',
  })
  dueAt!: Date | null;

  @Field(() => Int, { nullable: true, description: 'The progress reported, per cent.' })
  percent!: number | null;
}
