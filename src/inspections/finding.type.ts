import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Severity } from '../events/facts.js';
import { connectionOf } from '../http/connection.js';
import { wordEnum } from '../http/enums.js';
import { ChangeInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { CalendarDate, DateTime, RegionCode } from '../http/scalars.js';
import { SeverityEnum } from '../http/subject.type.js';
import { FINDING_STATUSES, type Finding, type FindingStatus } from './finding.entity.js';

export const FindingStatusEnum = wordEnum('FindingStatus', 'Whether a finding stands.', FINDING_STATUSES, {
  OPEN: 'To be put right.',
  CLOSED: 'Put right, as the supervision office has confirmed.',
});

@Under('inspection.read')
@ObjectType('Finding', { description: 'What an inspection found wrong in one village.' })
export class FindingType
  implements Pick<Finding, 'id' | 'inspectionId' | 'regionCode' | 'severity' | 'status' | 'version'>
{
  @Field(() => ID, { description: 'Identity of the finding.' })
  id!: string;

  @Field(() => SeverityEnum, { description: 'How grave.' })
  severity!: Severity;

  @Field(() => FindingStatusEnum, { description: 'Whether it stands.' })
  status!: FindingStatus;

  @Field(() => CalendarDate, { nullable: true, description: 'Day by which it is to be put right.' })
  dueOn?: string | null;

  @Field(() => DateTime, { description: 'When it was issued, campaign time.' })
  issuedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was closed, campaign time.' })
  closedAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'What the closer saw.' })
  closingNote?: string | null;

  @Field(() => Int, { description: 'Version for expectedVersion.' })
  version!: number;

  titleZh!: string;
  titleEn?: string | null;
  inspectionId!: string;
  regionCode!: string;
  issuedById?: string | null;
  closedById?: string | null;
}

export const FindingConnection = connectionOf('Finding', FindingType, 'inspection.read', 'Findings by id.');

@InputType({ description: 'Reports what an inspection found; expectedVersion is the inspection\u2019s.' })
export class IssueFindingInput extends ChangeInput {
  @Field(() => ID, { description: 'Which inspection; it is in the field, submitted or reviewed.' })
  inspectionId!: string;

  @Field(() => RegionCode, { description: 'In which of its villages.' })
  regionCode!: string;

  @Field(() => String, {
    description: 'What is wrong, in Chinese; at most 100 characters, no personal data.',
  })
  titleZh!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The same in English; at most 100 characters, no personal data.',
  })
  titleEn?: string | null;

  @Field(() => SeverityEnum, { description: 'How grave.' })
  severity!: Severity;

  @Field(() => CalendarDate, {
    nullable: true,
    description: 'Day by which it is to be put right; must not be past.',
  })
  dueOn?: string | null;
}

@InputType({ description: 'Confirms that a finding was put right; never by the person who issued it.' })
export class CloseFindingInput extends ChangeInput {
  @Field(() => ID, { description: 'Which finding.' })
  findingId!: string;

  @Field(() => String, { description: 'What you saw; at most 500 characters, no personal data.' })
  note!: string;
}

@Under('inspection.read')
@ObjectType('FindingPayload', { description: 'A changed finding.' })
export class FindingPayload extends Payload {
  @Field(() => FindingType, { description: 'The finding after the change.' })
  finding!: FindingType;
}
