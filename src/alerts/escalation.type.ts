import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Role } from '../auth/viewer.js';
import type { Severity } from '../events/facts.js';
import { wordEnum } from '../http/enums.js';
import { ChangeInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { DateTime } from '../http/scalars.js';
import { SeverityEnum } from '../http/subject.type.js';
import { RoleEnum } from '../people/account.type.js';
import {
  QUIET_KINDS,
  type QuietKind,
  RUNG_TRIGGERS,
  type RungTrigger,
  STEP_ENDS,
  type StepEnd,
} from './escalation.entity.js';

export const RungTriggerEnum = wordEnum('RungTrigger', 'When a rung of a deadline comes.', RUNG_TRIGGERS, {
  DAY: 'At the start of a calendar day in Asia/Shanghai, so many days before or after the due day.',
  DUE: 'At the deadline itself.',
  BEHIND: 'When the work falls behind its plan.',
});

export const QuietKindEnum = wordEnum(
  'QuietKind',
  'When a notice waits before it is delivered.',
  QUIET_KINDS,
  {
    NEVER: 'It is delivered at once.',
    AT_NIGHT: 'From 22:00 to 07:00 in Asia/Shanghai it waits for the morning.',
    OUTSIDE_WORKING_TIME: 'It waits for the next working time where its receiver works.',
  },
);

export const StepEndEnum = wordEnum(
  'StepEnd',
  'What follows when a step is reached, besides that people are told.',
  STEP_ENDS,
  {
    NOTICE: 'Nothing.',
    INTERVIEW: 'The unit is called to an interview: the township of a village, else the place\u2019s own.',
    REFERRAL: 'It is reached by a referral to the discipline inspection alone, and never climbed to.',
  },
);

@Under('SIGNED_IN')
@ObjectType('EscalationStep', { description: 'Who is told together, from the owner up the chain.' })
export class EscalationStepType {
  @Field(() => String, { description: 'Its code: E0, E1 and so on.' })
  code!: string;

  @Field(() => [RoleEnum], {
    description: 'Whoever holds one of these roles in the place or in a region around it.',
  })
  roles!: Role[];

  @Field(() => Boolean, { description: 'And who answers for the task, or assists with it.' })
  toResponsible!: boolean;

  @Field(() => StepEndEnum, { description: 'What follows when it is reached.' })
  leadsTo!: StepEnd;

  nameZh!: string;
  nameEn!: string;
}

@Under('SIGNED_IN')
@ObjectType('EscalationRung', { description: 'A warning of every deadline.' })
export class EscalationRungType {
  @Field(() => String, { description: 'Its code, as in the log.' })
  code!: string;

  @Field(() => RungTriggerEnum, { description: 'When it comes.' })
  trigger!: RungTrigger;

  @Field(() => Int, { nullable: true, description: 'Days after the due day, negative before; for DAY only.' })
  days?: number | null;

  @Field(() => SeverityEnum, { description: 'How grave.' })
  severity!: Severity;

  @Field(() => String, { description: 'Code of the step that is told.' })
  step!: string;
}

@Under('SIGNED_IN')
@ObjectType('QuietHours', { description: 'When what is so grave waits.' })
export class QuietHoursType {
  @Field(() => SeverityEnum, { description: 'How grave; CRITICAL never waits.' })
  severity!: Severity;

  @Field(() => QuietKindEnum, { description: 'When it waits.' })
  waits!: QuietKind;
}

@Under('SIGNED_IN')
@ObjectType('Escalation', { description: 'Who is told of what, and when.' })
export class EscalationType {
  @Field(() => [EscalationStepType], { description: 'Lowest first.' })
  steps!: readonly EscalationStepType[];

  @Field(() => [EscalationRungType], { description: 'In the order in which they come.' })
  rungs!: readonly EscalationRungType[];

  @Field(() => [QuietHoursType], { description: 'By severity.' })
  quietHours!: readonly QuietHoursType[];

  @Field(() => DateTime, { nullable: true, description: 'When it was last changed, campaign time.' })
  changedAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was last changed.' })
  reason?: string | null;

  @Field(() => Int, { description: 'Version for expectedVersion.' })
  version!: number;
}

@InputType({ description: 'Whom a step tells from now on.' })
export class EscalationStepInput {
  @Field(() => String, { description: 'Which step.' })
  code!: string;

  @Field(() => [RoleEnum], { description: 'Its roles; empty: nobody by role.' })
  roles!: Role[];

  @Field(() => Boolean, { description: 'And who answers for the task, or assists with it.' })
  toResponsible!: boolean;

  @Field(() => StepEndEnum, {
    nullable: true,
    description: 'NOTICE or INTERVIEW; left out: as it is. The step of referrals is not changed.',
  })
  leadsTo?: StepEnd | null;
}

@InputType({ description: 'A rung of every deadline.' })
export class EscalationRungInput {
  @Field(() => String, { description: '1 to 12 capital letters and digits, a letter first.' })
  code!: string;

  @Field(() => RungTriggerEnum, { description: 'When it comes.' })
  trigger!: RungTrigger;

  @Field(() => Int, { nullable: true, description: 'For DAY: -366 to 366, not 0. Else left out.' })
  days?: number | null;

  @Field(() => SeverityEnum, { description: 'How grave.' })
  severity!: Severity;

  @Field(() => String, { description: 'Code of the step that is told.' })
  step!: string;
}

@InputType({ description: 'When what is so grave waits.' })
export class QuietHoursInput {
  @Field(() => SeverityEnum, { description: 'How grave.' })
  severity!: Severity;

  @Field(() => QuietKindEnum, { description: 'When it waits; CRITICAL: NEVER.' })
  waits!: QuietKind;
}

@InputType({ description: 'Changes who is told when; what is left out stays.' })
export class ChangeEscalationInput extends ChangeInput {
  @Field(() => [EscalationStepInput], { nullable: true, description: 'Steps that change.' })
  steps?: EscalationStepInput[] | null;

  @Field(() => [EscalationRungInput], {
    nullable: true,
    description:
      'All rungs from now on, 1 to 30. One that is new, or comes at another time, counts from now.',
  })
  rungs?: EscalationRungInput[] | null;

  @Field(() => [QuietHoursInput], { nullable: true, description: 'Severities that change.' })
  quietHours?: QuietHoursInput[] | null;

  @Field(() => String, { description: 'Why; at most 500 characters, no personal data.' })
  reason!: string;
}

@Under('SIGNED_IN')
@ObjectType('EscalationPayload', { description: 'A changed escalation.' })
export class EscalationPayload extends Payload {
  @Field(() => EscalationType, { description: 'All of it after the change.' })
  escalation!: EscalationType;
}
