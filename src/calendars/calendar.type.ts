import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { wordEnum } from '../http/enums.js';
import { ChangeInput } from '../http/inputs.js';
import { CalendarDate, RegionCode } from '../http/scalars.js';
import { SPECIAL_KINDS, type SpecialKind } from './calendar.entity.js';
import { SKIP_REASONS } from './clock.rules.js';
import { DAY_REASONS, DURATION_UNITS, type DurationUnit } from './working-time.rules.js';

export const SpecialDayKindEnum = wordEnum(
  'SpecialDayKind',
  'What a document makes of a day.',
  SPECIAL_KINDS,
  {
    HOLIDAY: 'Free by the State Council\u2019s or the city\u2019s arrangement.',
    MAKE_UP_WORKDAY: 'A Saturday or Sunday that is worked for a holiday.',
    LOCAL_HOLIDAY: 'Free in this city or county only.',
    LOCAL_WORKDAY: 'Worked in this city or county only.',
  },
);

export const DayReasonEnum = wordEnum('DayReason', 'Why a day is worked or free.', DAY_REASONS, {
  ORDINARY: 'Monday to Friday, and no document says otherwise.',
  WEEKEND: 'Saturday or Sunday, and no document says otherwise.',
  HOLIDAY: 'Free by the State Council\u2019s or the city\u2019s arrangement.',
  MAKE_UP_WORKDAY: 'A Saturday or Sunday that is worked for a holiday.',
  LOCAL_HOLIDAY: 'Free in this city or county only.',
  LOCAL_WORKDAY: 'Worked in this city or county only.',
});

export const SkipReasonEnum = wordEnum('SkipReason', 'Why a day counts for nothing.', SKIP_REASONS, {
  WEEKEND: 'Saturday or Sunday.',
  HOLIDAY: 'A holiday.',
  LOCAL_HOLIDAY: 'A holiday of this city or county.',
  FIRST_DAY: 'The day on which a duration in days begins.',
  AFTER_HOURS: 'Office hours were over when the duration began.',
  STOPPED: 'The clock stood.',
});

export const DurationUnitEnum = wordEnum('DurationUnit', 'What a duration is counted in.', DURATION_UNITS, {
  CALENDAR_DAYS: 'Calendar days in Asia/Shanghai, to the end of the last.',
  WORKING_DAYS: 'Days that are worked by the calendar of the place, to the end of the last.',
  WORKING_HOURS: 'Hours in which offices of the place are open.',
  HOURS: 'Hours by day and night alike.',
});

@Under('WITH_PARENT')
@ObjectType('Duration', { description: 'A length of time.' })
export class DurationType {
  @Field(() => Int, { description: 'How many.' })
  amount!: number;

  @Field(() => DurationUnitEnum, { description: 'Of what.' })
  unit!: DurationUnit;
}

@Under('WITH_PARENT')
@ObjectType('IssuingDocument', { description: 'What ordered a day.' })
export class IssuingDocumentType {
  @Field(() => String, { description: 'Its title.' })
  title!: string;

  @Field(() => String, { description: 'Its number.' })
  number!: string;

  @Field(() => CalendarDate, { description: 'When it was issued.' })
  issuedOn!: string;

  @Field(() => Boolean, {
    description: 'False while nobody has held the number against the document itself.',
  })
  confirmed!: boolean;
}

@Under('WITH_PARENT')
@ObjectType('OfficeHours', { description: 'A stretch of every worked day; half-open.' })
export class OfficeHoursType {
  @Field(() => Int, { description: 'Minutes after midnight in Asia/Shanghai.' })
  from!: number;

  @Field(() => Int, { description: 'Minutes after midnight; no longer in it.' })
  to!: number;
}

@Under('WITH_PARENT')
@ObjectType('SpecialDay', { description: 'A day that a document ordered.' })
export class SpecialDayType {
  @Field(() => CalendarDate, { description: 'Which day.' })
  day!: string;

  @Field(() => SpecialDayKindEnum, { description: 'What the document makes of it.' })
  kind!: SpecialKind;

  @Field(() => String, { description: 'The holiday, or the one that it makes up for.' })
  name!: string;

  @Field(() => RegionCode, {
    description: 'Whose order it is: a city\u2019s or county\u2019s code; 000000000000 is the nation.',
  })
  jurisdiction!: string;

  @Field(() => IssuingDocumentType, { description: 'What ordered it.' })
  document!: IssuingDocumentType;
}

@Under('SIGNED_IN')
@ObjectType('Calendar', {
  description:
    'Which days of a year are worked in a place: a county\u2019s orders over its city\u2019s over the nation\u2019s.',
})
export class CalendarType {
  @Field(() => RegionCode, { description: 'Where.' })
  regionCode!: string;

  @Field(() => Int, { description: 'Which year.' })
  year!: number;

  @Field(() => [OfficeHoursType], { description: 'When offices are open on a worked day.' })
  officeHours!: readonly OfficeHoursType[];

  @Field(() => [SpecialDayType], {
    description: 'Every day that is not what the week makes of it, in order.',
  })
  days!: readonly SpecialDayType[];

  @Field(() => Int, {
    description: 'Version of the region\u2019s own table for expectedVersion; 0 while it has none.',
  })
  version!: number;
}

@InputType({ description: 'The document that orders the days; without one nothing is changed.' })
export class IssuingDocumentInput {
  @Field(() => String, { description: 'Its title, at most 200 characters.' })
  title!: string;

  @Field(() => String, { description: 'Its number, at most 60 characters.' })
  number!: string;

  @Field(() => CalendarDate, { description: 'When it was issued; not in the future.' })
  issuedOn!: string;
}

@InputType({ description: 'A day that the document orders.' })
export class OrderedDayInput {
  @Field(() => CalendarDate, { description: 'Which day; of the year of the change.' })
  date!: string;

  @Field(() => SpecialDayKindEnum, {
    nullable: true,
    description:
      'What it is to be; left out: no longer special by this region\u2019s order. A county orders local days only.',
  })
  kind?: SpecialKind | null;

  @Field(() => String, {
    nullable: true,
    description: 'The holiday, at most 60 characters; needed with a kind.',
  })
  name?: string | null;
}

@InputType({ description: 'A stretch of every worked day.' })
export class OfficeHoursInput {
  @Field(() => Int, { description: 'Minutes after midnight in Asia/Shanghai.' })
  from!: number;

  @Field(() => Int, { description: 'Minutes after midnight, later than `from`, at most 1440.' })
  to!: number;
}

@InputType({ description: 'A change of the calendar of a city or county for one year, as it would be made.' })
export class CalendarChangeInput {
  @Field(() => RegionCode, { description: 'The city or county.' })
  regionCode!: string;

  @Field(() => Int, { description: 'Which year; not one that is over.' })
  year!: number;

  @Field(() => IssuingDocumentInput, { description: 'What orders the change.' })
  document!: IssuingDocumentInput;

  @Field(() => [OrderedDayInput], { description: 'The days that change; others stay as they are.' })
  days!: OrderedDayInput[];

  @Field(() => [OfficeHoursInput], {
    nullable: true,
    description: '1 to 4 stretches, in order; left out: as they are.',
  })
  officeHours?: OfficeHoursInput[] | null;
}

@InputType({ description: 'Changes the calendar of a city or county for one year, or publishes it.' })
export class ChangeCalendarInput extends ChangeInput {
  @Field(() => CalendarChangeInput, { description: 'What changes; see previewCalendarChange.' })
  change!: CalendarChangeInput;
}
