import { Field, ID, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { SEVERITIES, SUBJECT_TYPES, type SubjectType } from '../events/facts.js';
import { wordEnum } from './enums.js';

export const SubjectTypeEnum = wordEnum(
  'SubjectType',
  'What kind of thing an event or an alert is about.',
  SUBJECT_TYPES,
);

export const SeverityEnum = wordEnum(
  'Severity',
  'How grave, in rising order. A level, not a colour.',
  SEVERITIES,
  {
    NOTICE: '30 and 15 days before a deadline, and the like.',
    WARNING: '7 and 3 days before a deadline, returned or reopened work.',
    CRITICAL: '1 day before a deadline and later.',
  },
);

@Under('WITH_PARENT')
@ObjectType('Subject', { description: 'The thing an event or an alert is about.' })
export class AboutType {
  @Field(() => SubjectTypeEnum, { description: 'Its kind.' })
  type!: SubjectType;

  @Field(() => ID, { description: 'Its identity.' })
  id!: string;
}
