import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { connectionOf } from '../http/connection.js';
import { ChangeInput, CreateInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { CalendarDate, DateTime, RegionCode } from '../http/scalars.js';
import type { MeasureCode } from './measure.rules.js';
import { MeasureEnum } from './standard.type.js';

@Under('measurement.read')
@ObjectType('Measurement', { description: 'What somebody has measured in a village.' })
export class MeasurementType {
  regionCode!: string;
  recordedById?: string | null;
  confirmedById?: string | null;

  @Field(() => ID, { description: 'Identity of the measurement.' })
  id!: string;

  @Field(() => MeasureEnum, { description: 'What was measured.' })
  measure!: MeasureCode;

  @Field(() => Int, {
    nullable: true,
    description: 'The part, the count, or 1 for yes and 0 for no; null: conditions do not allow it.',
  })
  numerator?: number | null;

  @Field(() => Int, { nullable: true, description: 'The whole; 1 for what is no share.' })
  denominator?: number | null;

  @Field(() => CalendarDate, { description: 'On which day.' })
  measuredOn!: string;

  @Field(() => String, { description: 'Where it comes from, as it was written.' })
  source!: string;

  @Field(() => [String], { description: 'Kinds of evidence there are.' })
  evidence!: string[];

  @Field(() => DateTime, { description: 'When it was recorded, campaign time.' })
  recordedAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When another office confirmed it, campaign time; until then it meets nothing.',
  })
  confirmedAt?: Date | null;

  @Field(() => Int, { description: 'Version for expectedVersion.' })
  version!: number;
}

export const MeasurementConnection = connectionOf(
  'Measurement',
  MeasurementType,
  'measurement.read',
  'Measurements, what was recorded last first.',
);

@InputType({ description: 'Records what was measured in a village.' })
export class RecordMeasurementInput extends CreateInput {
  @Field(() => RegionCode, { description: 'A village inside your own region.' })
  regionCode!: string;

  @Field(() => MeasureEnum, { description: 'What; nothing that the register answers.' })
  measure!: MeasureCode;

  @Field(() => Int, {
    nullable: true,
    description: 'The part, the count, or 1 for yes and 0 for no; left out: conditions do not allow it.',
  })
  numerator?: number | null;

  @Field(() => Int, { nullable: true, description: 'The whole, for a share.' })
  denominator?: number | null;

  @Field(() => CalendarDate, { description: 'On which day; not in the future.' })
  measuredOn!: string;

  @Field(() => String, { description: 'Where it comes from; at most 200 characters, no personal data.' })
  source!: string;

  @Field(() => [String], { description: 'Kinds of evidence there are, at most 10, such as PHOTO.' })
  evidence!: string[];
}

@InputType({ description: 'Confirms what another has measured.' })
export class ConfirmMeasurementInput extends ChangeInput {
  @Field(() => ID, { description: 'Which measurement.' })
  measurementId!: string;
}

@Under('measurement.read')
@ObjectType('MeasurementPayload', { description: 'A recorded or confirmed measurement.' })
export class MeasurementPayload extends Payload {
  @Field(() => MeasurementType, { description: 'The measurement after the change.' })
  measurement!: MeasurementType;
}
