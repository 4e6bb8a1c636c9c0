import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { SubjectType } from '../events/facts.js';
import { connectionOf } from '../http/connection.js';
import { wordEnum } from '../http/enums.js';
import { ChangeInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { DateTime } from '../http/scalars.js';
import { INTERVIEW_STATUSES, type Interview, type InterviewStatus } from './interview.entity.js';

export const InterviewStatusEnum = wordEnum(
  'InterviewStatus',
  'How far an interview is.',
  INTERVIEW_STATUSES,
  {
    CALLED: 'A step of the ladder has called for it; what comes meanwhile becomes part of it.',
    APPOINTED: 'Its time is set, and the unit is told.',
    HELD: 'It was held; what was said and demanded is on record.',
    WAIVED: 'It need not be held; why is on record.',
  },
);

export const InterviewOutcomeEnum = wordEnum(
  'InterviewOutcome',
  'How an interview ends.',
  ['HELD', 'WAIVED'],
  {
    HELD: 'It was held.',
    WAIVED: 'It need not be held.',
  },
);

@Under('interview.read')
@ObjectType('InterviewCause', { description: 'One thing for which a unit is interviewed.' })
export class InterviewCauseType {
  @Field(() => String, { description: 'Code of the rung (O7) or alert rule by which it came.' })
  topic!: string;

  @Field(() => DateTime, { description: 'When it came last, campaign time.' })
  at!: Date;

  subjectType!: SubjectType;
  subjectId!: string;
  regionCode!: string;
  titleZh!: string;
  titleEn?: string | null;
}

export const InterviewCauseConnection = connectionOf(
  'InterviewCause',
  InterviewCauseType,
  'interview.read',
  'What an interview is about.',
);

@Under('interview.read')
@ObjectType('Interview', {
  description:
    'An admonitory interview (约谈) with the head of a unit: the township for its villages, else the township or county itself. One is open for a unit at a time.',
})
export class InterviewType implements Pick<Interview, 'id' | 'status' | 'calledAt' | 'version'> {
  @Field(() => ID, { description: 'Identity of the interview.' })
  id!: string;

  @Field(() => InterviewStatusEnum, { description: 'How far it is.' })
  status!: InterviewStatus;

  @Field(() => DateTime, { description: 'When it was called for, campaign time.' })
  calledAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'For when it is appointed, campaign time.' })
  appointedFor?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was held, campaign time.' })
  heldAt?: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'What was said and demanded; of a waived one, why. Null while it is open.',
  })
  record?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the record was made, campaign time.' })
  closedAt?: Date | null;

  @Field(() => Int, { description: 'Version for expectedVersion.' })
  version!: number;

  regionCode!: string;
  appointedById?: string | null;
  closedById?: string | null;
}

export const InterviewConnection = connectionOf(
  'Interview',
  InterviewType,
  'interview.read',
  'Interviews, newest first.',
);

@InputType({ description: 'Says when an interview is held.' })
export class AppointInterviewInput extends ChangeInput {
  @Field(() => ID, { description: 'Which interview.' })
  interviewId!: string;

  @Field(() => DateTime, { description: 'When, campaign time; not past.' })
  at!: Date;
}

@InputType({ description: 'Puts on record how an interview ended.' })
export class CloseInterviewInput extends ChangeInput {
  @Field(() => ID, { description: 'Which interview.' })
  interviewId!: string;

  @Field(() => InterviewOutcomeEnum, { description: 'Held, or waived.' })
  outcome!: 'HELD' | 'WAIVED';

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was held, campaign time; left out: now. Not for one that is waived.',
  })
  heldAt?: Date | null;

  @Field(() => String, {
    description:
      'What was said and demanded, or why it is waived; at most 2,000 characters, no personal data.',
  })
  record!: string;
}

@Under('interview.read')
@ObjectType('InterviewPayload', { description: 'A changed interview.' })
export class InterviewPayload extends Payload {
  @Field(() => InterviewType, { description: 'The interview after the change.' })
  interview!: InterviewType;
}
