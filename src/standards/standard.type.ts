import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { DurationUnitEnum } from '../calendars/calendar.type.js';
import { wordEnum } from '../http/enums.js';
import { ChangeInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { CalendarDate, RegionCode } from '../http/scalars.js';
import { MEASURE_CODES, type MeasureCode, STANDARD_TARGETS, type StandardTarget } from './measure.rules.js';
import {
  COMPARATORS,
  type Comparator,
  ITEM_KINDS,
  type ItemKind,
  type NoticeUnit,
  STANDARD_STATUSES,
  type StandardStatus,
  type Threshold,
} from './standard.entity.js';

export const ItemKindEnum = wordEnum('StandardItemKind', 'How much an item weighs.', ITEM_KINDS, {
  VETO: 'Not met: nothing else counts.',
  REQUIRED: 'Must be met.',
  REFERENCE: 'Looked at, does not decide.',
});
export const ComparatorEnum = wordEnum(
  'Comparator',
  'How a value is held against a threshold; never rounded first.',
  COMPARATORS,
  {
    LT: 'Less than it.',
    LE: 'At most it.',
    GE: 'At least it.',
    GT: 'More than it.',
    HOLDS: 'It is so.',
  },
);
export const StandardStatusEnum = wordEnum(
  'StandardStatus',
  'Whether a standard judges.',
  STANDARD_STATUSES,
  {
    DRAFT: 'Loaded: it can be tried, and judges nobody.',
    ADOPTED: 'In force within its dates; never changed any more, only superseded by a later edition.',
  },
);
export const MeasureEnum = wordEnum('Measure', 'What is measured in a village.', MEASURE_CODES, {
  POVERTY_INCIDENCE:
    'Persons of registered households that are not lifted, about to exit or relapsed, per rural person. From the register.',
  HARDENED_ROADS: 'Hardened roads to the village.',
  BUS_SERVICE: 'Whether a bus serves it.',
  NATURAL_VILLAGES_WITH_ROAD: 'Natural villages with a hardened road, per natural village of that size.',
  SAFE_WATER_HOUSEHOLDS: 'Households that pass the test of safe water, per household.',
  POWERED_HOUSEHOLDS: 'Households with power, per household.',
  BROADBAND: 'Whether it is connected.',
  RADIO_TV_HOUSEHOLDS: 'Households with radio and television, per household.',
  CLINICS: 'Standardised clinics.',
  VILLAGE_DOCTORS: 'Qualified doctors.',
  CULTURE_CENTRES: 'Comprehensive cultural centres or squares.',
  STABLE_COLLECTIVE_INCOME: 'Whether the collective has a stable source of income.',
  LEADING_INDUSTRIES: 'Leading industries.',
  UNSAFE_DWELLINGS: 'Registered households in a dwelling graded C or D. From the register.',
  DROPOUTS: 'Members of registered households who dropped out of compulsory education. From the register.',
  INSURED_PERSONS:
    'Members of registered households in the basic medical insurance, per member. From the register.',
  SAFETY_NET_COVERAGE: 'Persons covered by the safety net, per person who is eligible.',
  VILLAGE_PLATFORM: 'Whether organisation and service platform work.',
  HOUSEHOLD_NET_INCOME:
    'Net income of a household in the latest year that is recorded, per poverty line of that year times members. From the register.',
  HOUSEHOLD_SAFE_WATER: 'Whether the water of a household passes the test of safety. From the register.',
  HOUSEHOLD_UNSAFE_DWELLING: '1 for a dwelling graded C or D, else 0. From the register.',
  HOUSEHOLD_DROPOUTS: 'Members who dropped out of compulsory education. From the register.',
  HOUSEHOLD_INSURED: 'Members in the basic medical insurance, per member. From the register.',
  COUNTY_COMPOSITE_INCIDENCE:
    'Remaining, estimated omitted and estimated wrongly exited poor persons, per rural person. From the evaluation.',
  COUNTY_WRONG_EXITS: 'Wrongly exited persons of a sample, per exited person in it. From the evaluation.',
  COUNTY_OMISSIONS: 'Omitted persons of a sample, per unregistered person in it. From the evaluation.',
  COUNTY_APPROVAL: 'Approving households of a sample, per household surveyed. From the evaluation.',
});
export const StandardTargetEnum = wordEnum('StandardTarget', 'What a standard is for.', STANDARD_TARGETS);

@Under('SIGNED_IN')
@ObjectType('StandardItem', { description: 'One item of an exit standard.' })
export class StandardItemType {
  @Field(() => ID, { description: 'Identity of the item.' })
  id!: string;

  @Field(() => String, { description: 'Code within its standard, such as V01.' })
  code!: string;

  nameZh!: string;
  nameEn!: string;
  bureauZh!: string;
  bureauEn!: string;
  threshold!: Threshold;

  @Field(() => ItemKindEnum, { description: 'How much it weighs.' })
  kind!: ItemKind;

  @Field(() => Boolean, { description: 'True when it binds only where conditions allow.' })
  whereApplicable!: boolean;

  @Field(() => MeasureEnum, { description: 'What it measures.' })
  measure!: MeasureCode;

  @Field(() => Int, { nullable: true, description: 'Points for meeting it, in a standard by points.' })
  points?: number | null;

  @Field(() => [String], { description: 'Kinds of evidence that are asked for.' })
  evidence!: string[];

  @Field(() => ComparatorEnum, { description: 'How the value is held against the threshold.' })
  comparator!: Comparator;

  @Field(() => String, { description: 'Unit of value and threshold.' })
  unit!: string;

  @Field(() => String, { description: 'Where the item was found.' })
  basis!: string;

  @Field(() => Boolean, { description: 'True while the threshold is not confirmed for this province.' })
  toBeConfirmed!: boolean;
}

@Under('SIGNED_IN')
@ObjectType('ExitStandard', {
  description: 'A versioned document: what a target must reach to leave the list.',
})
export class ExitStandardType {
  @Field(() => ID, { description: 'Identity of the document.' })
  id!: string;

  @Field(() => String, { description: 'Its code.' })
  code!: string;

  @Field(() => Int, { description: 'Which edition of its code, from 1.' })
  edition!: number;

  @Field(() => StandardStatusEnum, { description: 'Whether it judges.' })
  status!: StandardStatus;

  @Field(() => Int, {
    nullable: true,
    description: 'The points that are enough; null where every required item must be met.',
  })
  passPoints?: number | null;

  @Field(() => Int, { description: 'How long its public notice stands.' })
  noticeAmount!: number;

  @Field(() => DurationUnitEnum, { description: 'Of what: calendar or working days.' })
  noticeUnit!: NoticeUnit;

  @Field(() => String, {
    nullable: true,
    description:
      'SHA-256 of the file it was read from, in hexadecimal; null for one from before there were files.',
  })
  fileHash?: string | null;

  @Field(() => Int, { description: 'Version for expectedVersion.' })
  version!: number;

  @Field(() => StandardTargetEnum, { description: 'What it is for.' })
  targetLevel!: StandardTarget;

  @Field(() => Int, { description: 'The year it is for.' })
  year!: number;

  @Field(() => RegionCode, { description: 'Whose standard it is.' })
  jurisdictionCode!: string;

  nameZh!: string;
  nameEn!: string;

  @Field(() => String, { description: 'Where it comes from.' })
  source!: string;

  @Field(() => CalendarDate, { description: 'First day on which it holds.' })
  effectiveFrom!: string;

  @Field(() => CalendarDate, {
    nullable: true,
    description: 'Last day on which it holds; null: until replaced.',
  })
  effectiveTo?: string | null;
}

@InputType({ description: 'Puts a draft into force.' })
export class AdoptStandardInput extends ChangeInput {
  @Field(() => ID, { description: 'Which draft.' })
  standardId!: string;
}

@Under('SIGNED_IN')
@ObjectType('ExitStandardPayload', { description: 'An adopted standard.' })
export class ExitStandardPayload extends Payload {
  @Field(() => ExitStandardType, { description: 'The standard after the change.' })
  standard!: ExitStandardType;
}
