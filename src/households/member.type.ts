import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { wordEnum } from '../http/enums.js';
import {
  HEALTHS,
  type Health,
  LABOURS,
  type Labour,
  MEMBER_RELATIONS,
  type MemberRelation,
  SCHOOLINGS,
  type Schooling,
} from './household.entity.js';
import type { MemberRow } from './household.queries.js';
import type { GivenMember } from './household.rules.js';

export const MemberRelationEnum = wordEnum('MemberRelation', 'Relation to the head.', MEMBER_RELATIONS, {
  HEAD: 'The head of the household.',
  SPOUSE: 'Wife or husband.',
  CHILD: 'Son or daughter.',
  CHILD_IN_LAW: 'Daughter-in-law or son-in-law.',
  GRANDCHILD: 'Grandchild.',
  PARENT: 'Parent, parent-in-law or grandparent.',
  OTHER: 'Another relation.',
});

export const HealthEnum = wordEnum('Health', 'State of health in the register.', HEALTHS, {
  HEALTHY: 'Healthy.',
  CHRONIC: 'Chronically ill.',
  SERIOUS: 'Seriously ill.',
  DISABLED: 'Disabled.',
});

export const LabourEnum = wordEnum('Labour', 'Capacity for work in the register.', LABOURS, {
  ORDINARY: 'Can work.',
  SKILLED: 'Can do skilled work.',
  LOST: 'Can no longer work.',
  NONE: 'Not of working age, or never could work.',
});

export const SchoolingEnum = wordEnum(
  'Schooling',
  'How somebody stands to compulsory education.',
  SCHOOLINGS,
  {
    NOT_OF_AGE: 'Younger than 6 or older than 15.',
    IN_SCHOOL: 'Goes to school.',
    TAUGHT_AT_HOME: 'Taught at home; no dropout.',
    UNFIT: 'Cannot study for reasons of health; no dropout.',
    DROPPED_OUT: 'Of school age, and not taught.',
  },
);

@Under('household.read')
@ObjectType('HouseholdMember', { description: 'A registered member of a household. Personal data.' })
export class HouseholdMemberType
  implements
    Omit<MemberRow, 'householdId' | 'regionCode' | 'position' | 'idNumberIndex' | 'insured' | 'schooling'>
{
  @Field(() => ID, { description: 'Identity of the member.' })
  id!: string;

  @Field(() => MemberRelationEnum, { description: 'Relation to the head.' })
  relation!: MemberRelation;

  @Field(() => Int, { description: 'Year of birth.' })
  birthYear!: number;

  @Field(() => LabourEnum, { description: 'Capacity for work.' })
  labour!: Labour;

  @Field(() => Boolean, {
    nullable: true,
    description: 'In the basic medical insurance of the year; null while nobody has recorded it.',
  })
  insured?: boolean | null;

  @Field(() => SchoolingEnum, {
    nullable: true,
    description: 'How they stand to compulsory education; null while nobody has recorded it.',
  })
  schooling?: Schooling | null;

  name!: string;
  idNumberSealed!: Buffer;
  healthSealed!: Buffer;
  phoneSealed!: Buffer | null | undefined;
}

@InputType({ description: 'One member of a household as it will be.' })
export class HouseholdMemberInput implements GivenMember {
  @Field(() => ID, {
    nullable: true,
    description: 'Who is already a member of this household; left out for a new one. Unknown: NOT_FOUND.',
  })
  id?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Name, at most 60 letters of one script, with · between parts. Else INVALID_TEXT. ' +
      'Only a member given by id may leave it out, and keeps it.',
  })
  name?: string | null;

  @Field(() => MemberRelationEnum, { description: 'Relation to the head.' })
  relation!: MemberRelation;

  @Field(() => String, {
    nullable: true,
    description:
      'ID number, 18 characters by GB 11643, else INVALID_ID_NUMBER; registered already: DUPLICATE_PERSON. ' +
      'Only a member given by id may leave it out, and keeps it.',
  })
  idNumber?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Telephone number of the mainland: 11 digits of a mobile, or area code and number; blanks, dashes and +86 ' +
      'allowed. Else INVALID_PHONE. Left out, it stays; an empty text removes it.',
  })
  phone?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Year of birth, from 1800, else INVALID_DATE. Left out: as recorded, or as in the ID number.',
  })
  birthYear?: number | null;

  @Field(() => HealthEnum, { description: 'State of health.' })
  health!: Health;

  @Field(() => LabourEnum, { description: 'Capacity for work.' })
  labour!: Labour;
  @Field(() => Boolean, {
    nullable: true,
    description: 'In the basic medical insurance of the year. Left out, it stays.',
  })
  insured?: boolean | null;

  @Field(() => SchoolingEnum, {
    nullable: true,
    description: 'How they stand to compulsory education. Left out, it stays.',
  })
  schooling?: Schooling | null;
}
