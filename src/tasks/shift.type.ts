import { Field, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { CalendarType } from '../calendars/calendar.type.js';
import { Payload } from '../http/payload.js';
import { DateTime } from '../http/scalars.js';
import { TaskType } from './task.type.js';

@Under('task.read')
@ObjectType('DeadlineShift', { description: 'A deadline that a change of a calendar moves.' })
export class DeadlineShiftType {
  @Field(() => TaskType, { description: 'Of which task.' })
  task!: TaskType;

  @Field(() => DateTime, { description: 'The deadline before, campaign time.' })
  from!: Date;

  @Field(() => DateTime, { description: 'The deadline after, campaign time.' })
  to!: Date;
}

@Under('calendar.change')
@ObjectType('CalendarPreview', { description: 'What a change of a calendar would move.' })
export class CalendarPreviewType {
  @Field(() => Int, { description: 'How many deadlines.' })
  totalCount!: number;

  @Under('task.read')
  @Field(() => [DeadlineShiftType], { description: 'The first of them, by the deadline before.' })
  shifts!: DeadlineShiftType[];
}

@Under('calendar.change')
@ObjectType('ChangeCalendarPayload', { description: 'A changed calendar.' })
export class ChangeCalendarPayload extends Payload {
  @Field(() => CalendarType, { description: 'What holds in the place after the change.' })
  calendar!: CalendarType;

  @Field(() => Int, { description: 'How many deadlines were moved.' })
  moved!: number;
}
