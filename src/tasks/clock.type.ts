import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import {
  DayReasonEnum,
  DurationType,
  DurationUnitEnum,
  IssuingDocumentType,
  SkipReasonEnum,
} from '../calendars/calendar.type.js';
import type { SkipReason } from '../calendars/clock.rules.js';
import type { DayReason, DurationUnit } from '../calendars/working-time.rules.js';
import { ChangeInput } from '../http/inputs.js';
import { CalendarDate, DateTime, RegionCode } from '../http/scalars.js';

@Under('task.read')
@ObjectType('TaskSuspension', { description: 'A time in which the clock of a task stood.' })
export class TaskSuspensionType {
  fromAt!: Date;
  toAt?: Date | null;
  byId!: string;
  resumedById?: string | null;

  @Field(() => String, { description: 'Why it was stopped.' })
  reason!: string;

  @Field(() => String, { nullable: true, description: 'Why it was started again.' })
  resumeReason?: string | null;

  @Field(() => DateTime, { description: 'Since when, campaign time.' })
  from(): Date {
    return this.fromAt;
  }

  @Field(() => DateTime, { nullable: true, description: 'Until when, campaign time; null while it stands.' })
  to(): Date | null {
    return this.toAt ?? null;
  }
}

@Under('task.read')
@ObjectType('CountedSpan', { description: 'A stretch that counts towards a deadline.' })
export class CountedSpanType {
  @Field(() => CalendarDate, { description: 'On which day.' })
  date!: string;

  @Field(() => DateTime, { description: 'From, campaign time.' })
  from!: Date;

  @Field(() => DateTime, { description: 'To, campaign time.' })
  to!: Date;

  @Field(() => Int, { description: 'Minutes for a duration in hours, 1 for one in days.' })
  counts!: number;

  @Field(() => DayReasonEnum, {
    nullable: true,
    description: 'Why the day is worked; null where every day counts.',
  })
  reason!: DayReason | null;

  @Field(() => String, { nullable: true, description: 'The holiday that a make-up workday makes up for.' })
  name!: string | null;

  @Field(() => IssuingDocumentType, { nullable: true, description: 'What ordered the day.' })
  document!: IssuingDocumentType | null;
}

@Under('task.read')
@ObjectType('SkippedDay', { description: 'A day that counts for nothing.' })
export class SkippedDayType {
  @Field(() => CalendarDate, { description: 'Which day.' })
  date!: string;

  @Field(() => SkipReasonEnum, { description: 'Why.' })
  reason!: SkipReason;

  @Field(() => String, { nullable: true, description: 'The holiday.' })
  name!: string | null;

  @Field(() => IssuingDocumentType, { nullable: true, description: 'What ordered the day.' })
  document!: IssuingDocumentType | null;
}

@Under('task.read')
@ObjectType('DeadlineExplanation', { description: 'How the deadline of a task comes about, day by day.' })
export class DeadlineExplanationType {
  @Field(() => DateTime, {
    nullable: true,
    description: 'The deadline, campaign time; null while its clock stands.',
  })
  dueAt!: Date | null;

  @Field(() => DurationType, {
    nullable: true,
    description: 'The duration; null for a date, which never moves by itself.',
  })
  duration!: DurationType | null;

  @Field(() => DateTime, { nullable: true, description: 'When the duration began, campaign time.' })
  startedAt!: Date | null;

  @Field(() => RegionCode, { nullable: true, description: 'Whose calendar counts.' })
  calendarRegion!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How much there is: minutes or days, as the spans count.',
  })
  budget!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'What the spans come to: all of the budget, unless the clock stands.',
  })
  counted!: number | null;

  @Field(() => [CountedSpanType], { description: 'Every stretch that counts, in order.' })
  spans!: CountedSpanType[];

  @Field(() => [SkippedDayType], { description: 'Every day between that counts for nothing, in order.' })
  skipped!: SkippedDayType[];
}

@InputType({ description: 'Makes the deadline of an open task a duration.' })
export class SetTaskDurationInput extends ChangeInput {
  @Field(() => ID, { description: 'Which task.' })
  taskId!: string;

  @Field(() => Int, { description: 'How many; at most two years.' })
  amount!: number;

  @Field(() => DurationUnitEnum, { description: 'Of what.' })
  unit!: DurationUnit;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it began, campaign time, not before the task; left out: now.',
  })
  startsAt?: Date | null;

  @Field(() => String, { description: 'Why; at most 500 characters, no personal data.' })
  reason!: string;
}

@InputType({ description: 'Stops the clock of a task, or starts it again.' })
export class StopTaskClockInput extends ChangeInput {
  @Field(() => ID, { description: 'Which task.' })
  taskId!: string;

  @Field(() => String, { description: 'Why; at most 500 characters, no personal data.' })
  reason!: string;
}
