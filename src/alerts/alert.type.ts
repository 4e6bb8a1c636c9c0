import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Severity, SubjectType } from '../events/facts.js';
import { connectionOf } from '../http/connection.js';
import { wordEnum } from '../http/enums.js';
import { ChangeInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { DateTime } from '../http/scalars.js';
import { SeverityEnum } from '../http/subject.type.js';
import { ALERT_RULES, ALERT_STATUSES, type Alert, type AlertRule, type AlertStatus } from './alert.entity.js';

export const AlertRuleEnum = wordEnum('AlertRule', 'What raises an alert.', ALERT_RULES, {
  TASK_OVERDUE: 'A task is past its deadline; ends when it is closed or its deadline moves.',
  TASK_RETURNED: 'A task was sent back; ends when it is declared met again or closed.',
  TASK_REOPENED:
    'A task was found unmet after it was confirmed; ends when it is declared met again or closed.',
  FINDING_ISSUED: 'An inspection found something; ends when the finding is closed.',
  NOTICE_OBJECTION: 'An objection to a public notice waits for its answer; ends with it.',
  VILLAGE_LOST_STANDARD: 'A village that passed a standard no longer does; ends when it passes again.',
  CALENDAR_MISSING:
    'Nobody has published a working calendar that is due, from 1 November that of the next year; ends when the city does.',
});

export const AlertStatusEnum = wordEnum('AlertStatus', 'How far an alert has come.', ALERT_STATUSES, {
  OPEN: 'Nobody has taken it up.',
  ACKNOWLEDGED: 'Somebody has taken it up; its cause still holds.',
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

  @Field(() => DateTime, { description: 'When its cause began, campaign time.' })
  openedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was taken up, campaign time.' })
  acknowledgedAt?: Date | null;

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

@Under('alert.read')
@ObjectType('AlertPayload', { description: 'A changed alert.' })
export class AlertPayload extends Payload {
  @Field(() => AlertType, { description: 'The alert after the change.' })
  alert!: AlertType;
}
