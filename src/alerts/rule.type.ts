import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Severity } from '../events/facts.js';
import { wordEnum } from '../http/enums.js';
import { ChangeInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { DateTime } from '../http/scalars.js';
import { SeverityEnum } from '../http/subject.type.js';
import { ALERT_RULES, type AlertRule, type AlertRuleRow } from './rule.entity.js';

export const AlertRuleEnum = wordEnum('AlertRule', 'What raises an alert.', ALERT_RULES, {
  TASK_OVERDUE: 'A task is past its deadline; ends when it is closed or its deadline moves.',
  TASK_RETURNED: 'A task was sent back; ends when it is declared met again or closed.',
  TASK_REOPENED:
    'A task was found unmet after it was confirmed; ends when it is declared met again or closed.',
  RECEIPT_NOT_SIGNED:
    'Nobody signed for a task in time; ends when somebody does, or it is given to somebody else.',
  FINDING_ISSUED: 'An inspection found something; ends when the finding is closed.',
  RECTIFICATION_OVERDUE: 'A finding was not put right by its last day; ends when it is closed.',
  NOTICE_OBJECTION: 'An objection to a public notice waits for its answer; ends with it.',
  VILLAGE_LOST_STANDARD:
    'A village that passed a standard no longer does; ends when it passes again. Its level: items not met.',
  LIFTED_UNSAFE_HOUSING:
    'Households of a village that were lifted out live in dwellings of grade C or D. Its level: how many; looked at once a day, like the four that follow. For who may read households.',
  LIFTED_UNSAFE_WATER: 'The same without safe water.',
  LIFTED_DROPOUT: 'The same with a dropout.',
  LIFTED_NOT_INSURED: 'The same with somebody who is not insured.',
  INCOME_BELOW_LINE: 'The same with the last income a head below the line of its year.',
  INCIDENCE_ABOVE_LIMIT:
    'The poverty incidence of a village that has left the list is too high again. Its level: hundredths of a percent. For who may read households.',
  RATE_NEAR_LIMIT:
    'The same while it is still below the level at which INCIDENCE_ABOVE_LIMIT begins. For who may read households.',
  PUBLICITY_ENDING:
    'A public notice ends within a day, or is over and its cases wait for the next step. Its level: cases of the place; looked at once a day, like the three that follow.',
  EXIT_STANDARD_NOT_MET:
    'A village that is on its way off the list no longer passes the standard of its case.',
  VILLAGE_ALL_MET: 'A poor village passes a standard and has not begun to leave the list.',
  RECTIFICATION_DUE: 'Findings of a village are to be put right within three days. Its level: how many.',
  WORKSHOP_STALLED: 'A workshop stands still; ends when it goes on, or is closed.',
  CALENDAR_MISSING:
    'Nobody has published a working calendar that is due, from 1 November that of the next year; ends when the city does.',
});

const ENTER = 'Begins at this level, in the unit of the rule. What either is or is not has level 1 or 0.';
const LEAVE = 'Ends below this level, which is no higher than `enterAt`; what wavers between raises nothing.';
const HOLD = 'Minutes for which an alert stays open at least, unless its subject is over.';
const LAPSE =
  'Working hours, where it is, after which an acknowledgement lapses and the alert is open again.';
const ROLL_UP = 'From so many parts of a region with an open alert on, the region has one of its own.';
const ROLL_DOWN = 'Below so many parts that one ends.';

@Under('SIGNED_IN')
@ObjectType('AlertRuleSetting', { description: 'What a rule raises, when it ends, and who is told.' })
export class AlertRuleType implements Pick<AlertRuleRow, 'isActive' | 'enterAt' | 'leaveAt' | 'version'> {
  @Field(() => AlertRuleEnum, { description: 'Which rule.' })
  rule!: AlertRule;

  @Field(() => SeverityEnum, { nullable: true, description: 'How grave; null: as its cause was issued.' })
  severity?: Severity | null;

  @Field(() => String, {
    nullable: true,
    description: 'Code of the step that is told; null: the rungs of the deadline tell it.',
  })
  step?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Code of the step that is told of every further episode.',
  })
  againStep?: string | null;

  @Field(() => Boolean, { description: 'False: it raises nothing more.' })
  isActive!: boolean;

  @Field(() => Int, { description: ENTER })
  enterAt!: number;

  @Field(() => Int, { description: LEAVE })
  leaveAt!: number;

  @Field(() => Int, { description: HOLD })
  holdMinutes!: number;

  @Field(() => Int, { description: LAPSE })
  lapseHours!: number;

  @Field(() => Int, { nullable: true, description: `${ROLL_UP} Null: never.` })
  rollUpEnter?: number | null;

  @Field(() => Int, { nullable: true, description: ROLL_DOWN })
  rollUpLeave?: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was last changed, campaign time.' })
  changedAt?: Date | null;

  @Field(() => Int, { description: 'Version for expectedVersion.' })
  version!: number;
}

@InputType({ description: 'All of what a rule is from now on; what is left out is null.' })
export class ChangeAlertRuleInput extends ChangeInput {
  @Field(() => AlertRuleEnum, { description: 'Which rule.' })
  rule!: AlertRule;

  @Field(() => SeverityEnum, { nullable: true, description: 'How grave; null: as its cause was issued.' })
  severity?: Severity | null;

  @Field(() => String, {
    nullable: true,
    description: 'Code of the step that is told; null: nobody by this rule.',
  })
  step?: string | null;

  @Field(() => String, { nullable: true, description: 'Code of the step for every further episode.' })
  againStep?: string | null;

  @Field(() => Boolean, { description: 'False: it raises nothing more.' })
  isActive!: boolean;

  @Field(() => Int, { description: ENTER })
  enterAt!: number;

  @Field(() => Int, { description: LEAVE })
  leaveAt!: number;

  @Field(() => Int, { description: `${HOLD} At most 43,200.` })
  holdMinutes!: number;

  @Field(() => Int, { description: `${LAPSE} At most 400.` })
  lapseHours!: number;

  @Field(() => Int, { nullable: true, description: `${ROLL_UP} From 2 on; null: never.` })
  rollUpEnter?: number | null;

  @Field(() => Int, { nullable: true, description: ROLL_DOWN })
  rollUpLeave?: number | null;

  @Field(() => String, { description: 'Why; at most 500 characters, no personal data.' })
  reason!: string;
}

@Under('SIGNED_IN')
@ObjectType('AlertRulePayload', { description: 'A changed rule.' })
export class AlertRulePayload extends Payload {
  @Field(() => AlertRuleType, { description: 'The rule after the change.' })
  rule!: AlertRuleType;
}
