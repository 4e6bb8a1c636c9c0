import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { connectionOf } from '../http/connection.js';
import { wordEnum } from '../http/enums.js';
import { ChangeInput, CreateInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { CalendarDate, DateTime, RegionCode } from '../http/scalars.js';
import {
  ADJUSTMENT_STATUSES,
  type AdjustmentStatus,
  PLAN_STATUSES,
  type PlanStatus,
  type TargetAdjustment,
} from './target.entity.js';

export const PlanStatusEnum = wordEnum('PlanStatus', 'Whether a plan may still be drafted.', PLAN_STATUSES, {
  DRAFT: 'It may be drafted anew until the day on which it is locked.',
  LOCKED: 'Changed only by an adjustment with a reason and another person\u2019s approval.',
});

export const AdjustmentStatusEnum = wordEnum(
  'AdjustmentStatus',
  'How far a request has come.',
  ADJUSTMENT_STATUSES,
  {
    REQUESTED: 'Somebody else has to decide.',
    APPROVED: 'It is part of the plan.',
    REFUSED: 'The plan stays as it was.',
  },
);

@Under('target.read')
@ObjectType('TargetLine', { description: 'What the plan asks of a county, and what has come of it.' })
export class TargetLineType {
  @Field(() => Int, { description: 'Villages that are to leave the list.' })
  villages!: number;

  @Field(() => Int, { description: 'Of them, those that have left it.' })
  exitedVillages!: number;

  @Field(() => Int, { description: 'Persons who are to be lifted out.' })
  persons!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'Persons of households that were planned for the year and are lifted out; null where you may not see households.',
  })
  liftedPersons?: number | null;

  @Field(() => Int, { nullable: true, description: 'Villages when the plan was locked; null before.' })
  lockedVillages?: number | null;

  @Field(() => Int, { nullable: true, description: 'Persons when the plan was locked; null before.' })
  lockedPersons?: number | null;

  regionCode!: string;
  planId!: string;
}

@Under('target.read')
@ObjectType('Targets', { description: 'The plan of a city for one year, or a county\u2019s part of it.' })
export class TargetsType {
  @Field(() => Int, { description: 'Its year; a city has one plan for each.' })
  year!: number;

  @Field(() => PlanStatusEnum, { description: 'Whether it may still be drafted.' })
  status!: PlanStatus;

  @Field(() => CalendarDate, { description: 'From the start of this day in Asia/Shanghai it is locked.' })
  lockOn!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it was locked, campaign time.' })
  lockedAt?: Date | null;

  @Field(() => [TargetLineType], { description: 'County by county, by code.' })
  lines!: readonly TargetLineType[];

  @Field(() => Int, { description: 'Version for expectedVersion; 0: nobody has drafted one.' })
  version!: number;

  regionCode!: string;
}

@Under('target.read')
@ObjectType('TargetAdjustment', { description: 'A change of a county\u2019s part of a locked plan.' })
export class TargetAdjustmentType implements Pick<TargetAdjustment, 'reason' | 'status' | 'requestedAt'> {
  @Field(() => ID, { description: 'Identity of the request.' })
  id!: string;

  @Field(() => Int, { nullable: true, description: 'What the persons are to be; null: as they are.' })
  persons?: number | null;

  @Field(() => [RegionCode], { description: 'Villages that are to be in it.' })
  addVillages!: string[];

  @Field(() => [RegionCode], { description: 'Villages that are to be in it no longer.' })
  removeVillages!: string[];

  @Field(() => String, { description: 'Why.' })
  reason!: string;

  @Field(() => AdjustmentStatusEnum, { description: 'How far it has come.' })
  status!: AdjustmentStatus;

  @Field(() => DateTime, { description: 'When it was asked for, campaign time.' })
  requestedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was decided, campaign time.' })
  decidedAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'What who decided wrote.' })
  note?: string | null;

  @Field(() => Int, { description: 'Version for expectedVersion.' })
  version!: number;

  regionCode!: string;
  requestedById!: string;
  decidedById?: string | null;
}

export const TargetAdjustmentConnection = connectionOf(
  'TargetAdjustment',
  TargetAdjustmentType,
  'target.read',
  'Requests, oldest first.',
);

@InputType({ description: 'What is asked of a county.' })
export class TargetLineInput {
  @Field(() => RegionCode, { description: 'The county.' })
  regionCode!: string;

  @Field(() => Int, { description: 'Persons to be lifted out, 0 to 10,000,000.' })
  persons!: number;

  @Field(() => [RegionCode], { description: 'Poor villages of it that are to leave the list.' })
  villages!: string[];
}

@InputType({ description: 'The whole plan of a city for a year; it replaces the draft before it.' })
export class DraftTargetsInput extends ChangeInput {
  @Field(() => RegionCode, { description: 'The city.' })
  regionCode!: string;

  @Field(() => Int, { description: 'This year or one of the next ten.' })
  year!: number;

  @Field(() => CalendarDate, {
    description: 'The day from which it is locked: a later day, within the year.',
  })
  lockOn!: string;

  @Field(() => [TargetLineInput], { description: '1 to 100 counties, each once.' })
  lines!: TargetLineInput[];
}

@InputType({ description: 'Asks for a change of a county\u2019s part of a locked plan.' })
export class RequestAdjustmentInput extends CreateInput {
  @Field(() => RegionCode, { description: 'The county.' })
  regionCode!: string;

  @Field(() => Int, { description: 'The plan\u2019s year.' })
  year!: number;

  @Field(() => Int, { nullable: true, description: 'What the persons are to be.' })
  persons?: number | null;

  @Field(() => [RegionCode], { nullable: true, description: 'Villages to put in.' })
  addVillages?: string[] | null;

  @Field(() => [RegionCode], {
    nullable: true,
    description: 'Villages to take out; none whose exit has begun.',
  })
  removeVillages?: string[] | null;

  @Field(() => String, { description: 'Why; at most 500 characters, no personal data.' })
  reason!: string;
}

@InputType({ description: 'Decides what somebody else has asked for.' })
export class DecideAdjustmentInput extends ChangeInput {
  @Field(() => ID, { description: 'Which request.' })
  adjustmentId!: string;

  @Field(() => Boolean, { description: 'True: it becomes part of the plan.' })
  approve!: boolean;

  @Field(() => String, { nullable: true, description: 'At most 500 characters, no personal data.' })
  note?: string | null;
}

@Under('target.read')
@ObjectType('TargetsPayload', { description: 'A drafted plan.' })
export class TargetsPayload extends Payload {
  @Field(() => TargetsType, { description: 'The plan as it is now.' })
  targets!: TargetsType;
}

@Under('target.read')
@ObjectType('TargetAdjustmentPayload', { description: 'A request as it is now.' })
export class TargetAdjustmentPayload extends Payload {
  @Field(() => TargetAdjustmentType, { description: 'The request.' })
  adjustment!: TargetAdjustmentType;
}
