import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Audience, Severity, SubjectType } from '../events/facts.js';
import { connectionOf } from '../http/connection.js';
import { wordEnum } from '../http/enums.js';
import { ChangeInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { DateTime } from '../http/scalars.js';
import { SeverityEnum } from '../http/subject.type.js';
import { ALERT_STATUSES, type Alert, type AlertStatus } from './alert.entity.js';
import type { AlertRule } from './rule.entity.js';
import { AlertRuleEnum } from './rule.type.js';

export const AlertStatusEnum = wordEnum('AlertStatus', 'How far an alert has come.', ALERT_STATUSES, {
  OPEN: 'Nobody has taken it up, or whoever had let the time pass.',
  ACKNOWLEDGED: 'Somebody has taken it up, or found that it asks for nothing; its cause still holds.',
  RESOLVED: 'Its cause has ended.',
});

@Under('alert.read')
@ObjectType('Alert', { description: 'Something that a leader must see, for as long as its cause holds.' })
export class AlertType
  implements Pick<Alert, 'id' | 'rule' | 'severity' | 'status' | 'openedAt' | 'version' | 'regionCode'>
{
  @Field(() => ID, { description: 'Identity of the alert.' })
  id!: string;

  @Field(() => AlertRuleEnum, { description: 'What raised it; at most one is open per rule and subject.' })
  rule!: AlertRule;

  @Field(() => SeverityEnum, { description: 'How grave: overdue is critical, a finding as it was issued.' })
  severity!: Severity;

  @Field(() => AlertStatusEnum, { description: 'How far it has come.' })
  status!: AlertStatus;

  @Field(() => Int, { description: 'The how manieth of its rule and subject.' })
  episode!: number;

  @Field(() => Int, {
    description: 'How often its cause ended and began again while it was held open for its least time.',
  })
  relapses!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'Of the alert of a region (subject of type REGION): in how many of its direct parts the rule holds. Null for any other.',
  })
  members?: number | null;

  @Field(() => DateTime, { description: 'When its cause began, campaign time.' })
  openedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was taken up, campaign time.' })
  acknowledgedAt?: Date | null;

  @Field(() => Boolean, { description: 'Whoever took it up found that it asks for nothing.' })
  dismissed!: boolean;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When it is open again if its cause still holds then, campaign time; null unless it was taken up.',
  })
  lapsesAt?: Date | null;

  @Field(() => Int, { description: 'How often somebody took it up and let the time pass.' })
  lapses!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Its cause has ended, and it is held open until then; null otherwise.',
  })
  resolvesAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When its cause ended, campaign time.' })
  resolvedAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'What the one who took it up wrote.' })
  acknowledgeNote?: string | null;

  @Field(() => Int, { description: 'Version for expectedVersion.' })
  version!: number;

  regionCode!: string;
  subjectType!: SubjectType;
  subjectId!: string;
  titleZh!: string;
  titleEn?: string | null;
  audience!: Audience;
  acknowledgedById?: string | null;
}

export const AlertConnection = connectionOf('Alert', AlertType, 'alert.read', 'Alerts, newest first.');

@InputType({ description: 'Which alerts. A field left out asks nothing; an empty list matches nothing.' })
export class AlertFilter {
  @Field(() => [AlertStatusEnum], { nullable: true, description: 'In one of these statuses.' })
  status?: AlertStatus[] | null;

  @Field(() => [SeverityEnum], { nullable: true, description: 'Of one of these severities.' })
  severity?: Severity[] | null;

  @Field(() => [AlertRuleEnum], { nullable: true, description: 'Raised by one of these rules.' })
  rule?: AlertRule[] | null;
}

@InputType({ description: 'Takes up an open alert.' })
export class AcknowledgeAlertInput extends ChangeInput {
  @Field(() => ID, { description: 'Which alert.' })
  alertId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What will be done; at most 500 characters, no personal data.',
  })
  note?: string | null;
}

@InputType({ description: 'Says that an open alert asks for nothing.' })
export class DismissAlertInput extends ChangeInput {
  @Field(() => ID, { description: 'Which alert.' })
  alertId!: string;

  @Field(() => String, { description: 'Why; at most 500 characters, no personal data.' })
  reason!: string;
}

@Under('alert.read')
@ObjectType('AlertPayload', { description: 'A changed alert.' })
export class AlertPayload extends Payload {
  @Field(() => AlertType, { description: 'The alert after the change.' })
  alert!: AlertType;
}
