import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { connectionOf } from '../http/connection.js';
import { wordEnum } from '../http/enums.js';
import { ChangeInput, CreateInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { CalendarDate, DateTime, RegionCode } from '../http/scalars.js';
import {
  INSPECTION_KINDS,
  INSPECTION_STATUSES,
  type Inspection,
  type InspectionKind,
  type InspectionMove,
  type InspectionStatus,
} from './inspection.entity.js';

export const InspectionKindEnum = wordEnum('InspectionKind', 'How a place is inspected.', INSPECTION_KINDS, {
  SUPERVISION: 'Drives the work on.',
  PATROL: 'Goes after outstanding problems.',
  UNANNOUNCED_VISIT: 'Unknown to the inspected side until it is in the field.',
  CROSS_INSPECTION: 'One place inspects another.',
  THIRD_PARTY_EVALUATION: 'By an institution outside the administration.',
  PROVINCIAL_VERIFICATION: 'The province verifies what the county confirmed.',
  SITE_VISIT: 'A meeting that goes to see the places.',
});

export const InspectionStatusEnum = wordEnum(
  'InspectionStatus',
  'How far an inspection has come.',
  INSPECTION_STATUSES,
  {
    PLANNED: 'Places and days are set.',
    ASSIGNED: 'Its inspectors have their grants.',
    IN_FIELD: 'The team is there; an unannounced one is known from here on.',
    SUBMITTED: 'The team has reported.',
    REVIEWED: 'The office has gone through the report.',
    FINDINGS_ISSUED: 'The findings are with the inspected side.',
    CLOSED: 'Nothing was found, or every finding is closed.',
    CANCELLED: 'Called off; an unannounced one that never was in the field stays unknown.',
  },
);

@Under('inspection.read')
@ObjectType('Inspection', { description: 'Inspectors who look at villages on certain days.' })
export class InspectionType
  implements
    Pick<
      Inspection,
      'id' | 'regionCode' | 'kind' | 'status' | 'startsOn' | 'endsOn' | 'createdAt' | 'version'
    >
{
  @Field(() => ID, { description: 'Identity of the inspection.' })
  id!: string;

  @Field(() => InspectionKindEnum, { description: 'How the places are inspected.' })
  kind!: InspectionKind;

  @Field(() => InspectionStatusEnum, { description: 'How far it has come.' })
  status!: InspectionStatus;

  @Field(() => CalendarDate, { description: 'First day in the field.' })
  startsOn!: string;

  @Field(() => CalendarDate, {
    description: 'Last day in the field; the inspectors\u2019 grants end with it.',
  })
  endsOn!: string;

  @Field(() => DateTime, { description: 'When it was planned, campaign time.' })
  createdAt!: Date;

  @Field(() => Int, { description: 'Version for expectedVersion.' })
  version!: number;

  titleZh!: string;
  titleEn?: string | null;
  regionCode!: string;
}

@Under('inspection.read')
@ObjectType('InspectionMove', { description: 'One move in the history of an inspection.' })
export class InspectionMoveType implements Pick<InspectionMove, 'at'> {
  fromStatus?: InspectionStatus | null;
  toStatus!: InspectionStatus;
  byId?: string | null;

  @Field(() => DateTime, { description: 'When, campaign time.' })
  at!: Date;

  @Field(() => String, { nullable: true, description: 'What the mover wrote.' })
  note?: string | null;

  @Field(() => InspectionStatusEnum, { nullable: true, description: 'Status before; null for the first.' })
  from(): InspectionStatus | null {
    return this.fromStatus ?? null;
  }

  @Field(() => InspectionStatusEnum, { description: 'Status after.' })
  to(): InspectionStatus {
    return this.toStatus;
  }
}

export const InspectionConnection = connectionOf(
  'Inspection',
  InspectionType,
  'inspection.read',
  'Inspections by id.',
);

@InputType({ description: 'Plans an inspection.' })
export class CreateInspectionInput extends CreateInput {
  @Field(() => InspectionKindEnum, { description: 'How the places are inspected.' })
  kind!: InspectionKind;

  @Field(() => String, { description: 'Its title in Chinese; at most 100 characters.' })
  titleZh!: string;

  @Field(() => String, { nullable: true, description: 'Its title in English; at most 100 characters.' })
  titleEn?: string | null;

  @Field(() => [RegionCode], { description: 'Its villages, 1 to 100, inside your own region.' })
  villages!: string[];

  @Field(() => [ID], {
    nullable: true,
    description: 'Accounts of its inspectors, at most 20; they receive their grants when it is ASSIGNED.',
  })
  inspectorIds?: string[] | null;

  @Field(() => CalendarDate, { description: 'First day in the field.' })
  startsOn!: string;

  @Field(() => CalendarDate, { description: 'Last day in the field; not before the first, not past.' })
  endsOn!: string;
}

@InputType({ description: 'Adds inspectors to an inspection that has not left the field.' })
export class AssignInspectorsInput extends ChangeInput {
  @Field(() => ID, { description: 'Which inspection.' })
  inspectionId!: string;

  @Field(() => [ID], { description: 'Accounts to add; at most 20 in all. Who is on it already stays.' })
  inspectorIds!: string[];
}

@InputType({ description: 'Moves an inspection.' })
export class ChangeInspectionStatusInput extends ChangeInput {
  @Field(() => ID, { description: 'Which inspection.' })
  inspectionId!: string;

  @Field(() => InspectionStatusEnum, { description: 'Where to; see Inspection.allowedTransitions.' })
  to!: InspectionStatus;

  @Field(() => String, { nullable: true, description: 'Why; at most 500 characters, no personal data.' })
  note?: string | null;
}

@Under('inspection.read')
@ObjectType('InspectionPayload', { description: 'A changed inspection.' })
export class InspectionPayload extends Payload {
  @Field(() => InspectionType, { description: 'The inspection after the change.' })
  inspection!: InspectionType;
}
