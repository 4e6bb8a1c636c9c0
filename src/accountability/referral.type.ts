import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { connectionOf } from '../http/connection.js';
import { wordEnum } from '../http/enums.js';
import { ChangeInput, CreateInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { DateTime, RegionCode } from '../http/scalars.js';
import {
  REFERRAL_MATTERS,
  REFERRAL_OUTCOMES,
  REFERRAL_STATUSES,
  REFERRAL_SUBJECTS,
  type Referral,
  type ReferralMatter,
  type ReferralNote,
  type ReferralOutcome,
  type ReferralStatus,
  type ReferralSubject,
} from './referral.entity.js';

export const ReferralMatterEnum = wordEnum('ReferralMatter', 'What is referred.', REFERRAL_MATTERS, {
  FALSIFICATION: 'Numbers, verdicts or signatures that were made up (弄虚作假).',
  FUNDS: 'Money withheld, diverted or taken.',
  DUTY: 'Duty neglected.',
  OTHER: 'Another matter of discipline.',
});

export const ReferralStatusEnum = wordEnum('ReferralStatus', 'How far a referral is.', REFERRAL_STATUSES, {
  REFERRED: 'Waits for the discipline inspection.',
  UNDER_REVIEW: 'Is looked into.',
  CLOSED: 'What came of it is said.',
});

export const ReferralOutcomeEnum = wordEnum('ReferralOutcome', 'What came of it.', REFERRAL_OUTCOMES, {
  SUBSTANTIATED: 'It is as was said.',
  UNSUBSTANTIATED: 'It is not, or cannot be shown.',
  NOT_COMPETENT: 'It is for another body, and was passed on.',
});

export const ReferralSubjectEnum = wordEnum(
  'ReferralSubjectType',
  'What may be referred besides a place as such.',
  REFERRAL_SUBJECTS,
);

@Under('discipline.refer')
@ObjectType('ReferralNote', { description: 'A note of the discipline inspection on a case.' })
export class ReferralNoteType implements Pick<ReferralNote, 'at' | 'note'> {
  @Field(() => DateTime, { description: 'When, campaign time.' })
  at!: Date;

  @Field(() => String, { description: 'What was done or found.' })
  note!: string;

  byId!: string;
}

@Under('discipline.refer')
@ObjectType('Referral', {
  description:
    'A matter of discipline. Only discipline inspectors of its region and whoever referred it know that there is one.',
})
export class ReferralType implements Pick<Referral, 'id' | 'matter' | 'statement' | 'status' | 'version'> {
  @Field(() => ID, { description: 'Identity of the referral.' })
  id!: string;

  @Field(() => ReferralMatterEnum, { description: 'What kind of matter.' })
  matter!: ReferralMatter;

  @Field(() => String, { description: 'What the referrer has seen.' })
  statement!: string;

  @Field(() => ReferralStatusEnum, { description: 'How far it is.' })
  status!: ReferralStatus;

  @Field(() => DateTime, { description: 'When it was referred, campaign time.' })
  referredAt!: Date;

  @Field(() => ReferralOutcomeEnum, { nullable: true, description: 'What came of it; null until then.' })
  outcome?: ReferralOutcome | null;

  @Field(() => String, { nullable: true, description: 'The conclusion in words; null until then.' })
  conclusion?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was closed, campaign time.' })
  closedAt?: Date | null;

  @Field(() => Int, { description: 'Version for expectedVersion.' })
  version!: number;

  regionCode!: string;
  subjectType?: ReferralSubject | null;
  subjectId?: string | null;
  referredById!: string;
  closedById?: string | null;
}

export const ReferralConnection = connectionOf(
  'Referral',
  ReferralType,
  'discipline.refer',
  'Referrals, newest first.',
);

@InputType({ description: 'A thing that the matter is about.' })
export class ReferralSubjectInput {
  @Field(() => ReferralSubjectEnum, { description: 'Its kind.' })
  type!: ReferralSubject;

  @Field(() => ID, { description: 'Its identity; you may see it, and it lies in the region.' })
  id!: string;
}

@InputType({ description: 'Refers a matter of discipline.' })
export class ReferMatterInput extends CreateInput {
  @Field(() => RegionCode, { description: 'Where it is.' })
  regionCode!: string;

  @Field(() => ReferralMatterEnum, { description: 'What kind of matter.' })
  matter!: ReferralMatter;

  @Field(() => String, { description: 'What you have seen; at most 2,000 characters, no personal data.' })
  statement!: string;

  @Field(() => ReferralSubjectInput, { nullable: true, description: 'The thing that it is about.' })
  subject?: ReferralSubjectInput | null;
}

@InputType({ description: 'Puts a note into a case.' })
export class NoteReferralInput extends ChangeInput {
  @Field(() => ID, { description: 'Which referral.' })
  referralId!: string;

  @Field(() => String, { description: 'What was done or found; at most 2,000 characters, no personal data.' })
  note!: string;
}

@InputType({ description: 'Says what came of a referral; never by who referred it.' })
export class CloseReferralInput extends ChangeInput {
  @Field(() => ID, { description: 'Which referral.' })
  referralId!: string;

  @Field(() => ReferralOutcomeEnum, { description: 'What came of it.' })
  outcome!: ReferralOutcome;

  @Field(() => String, { description: 'In words; at most 2,000 characters, no personal data.' })
  conclusion!: string;
}

@Under('discipline.refer')
@ObjectType('ReferralPayload', { description: 'A changed referral.' })
export class ReferralPayload extends Payload {
  @Field(() => ReferralType, { description: 'The referral after the change.' })
  referral!: ReferralType;
}
