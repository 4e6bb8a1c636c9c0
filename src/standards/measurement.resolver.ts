import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Written } from '../db/write.js';
import { WithinArgsType } from '../http/args.js';
import { connect } from '../http/connection.js';
import type { Context } from '../http/context.js';
import { findAccount } from '../people/account.queries.js';
import { AccountType } from '../people/account.type.js';
import { getRegion } from '../regions/region.queries.js';
import { RegionType } from '../regions/region.type.js';
import type { MeasureCode } from './measure.rules.js';
import { confirmMeasurement, recordMeasurement } from './measurement.actions.js';
import { measurementsWithin } from './measurement.queries.js';
import {
  ConfirmMeasurementInput,
  MeasurementConnection,
  MeasurementPayload,
  MeasurementType,
  RecordMeasurementInput,
} from './measurement.type.js';
import { MeasureEnum } from './standard.type.js';

@ArgsType()
class MeasurementsArgs extends WithinArgsType {
  @Field(() => MeasureEnum, { nullable: true, description: 'Of this measure only.' })
  measure?: MeasureCode | null;

  @Field(() => Boolean, { nullable: true, description: 'Only those that are confirmed, or are not.' })
  isConfirmed?: boolean | null;
}

const payload = ({ mark, answer }: Written<MeasurementType>): MeasurementPayload => ({
  mark,
  measurement: answer,
});

@Resolver(() => MeasurementType)
export class MeasurementResolver {
  @Under('measurement.read')
  @Query(() => MeasurementConnection, {
    description:
      'What was measured in a region. Errors: FORBIDDEN, NOT_FOUND (no such region), INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async measurements(
    @Args(() => MeasurementsArgs) { within, measure, isConfirmed, ...page }: MeasurementsArgs,
    @Ctx() context: Context,
  ) {
    return connect(
      MeasurementConnection,
      await measurementsWithin(context, within, { measure, isConfirmed }, page),
    );
  }

  @Under('measurement.record')
  @Mutation(() => MeasurementPayload, {
    description:
      'Records what was measured in a village; it meets an item once another office has confirmed it. Errors: FORBIDDEN, NOT_FOUND, INVALID_REGION_CODE, INVALID_DATE, INVALID_AMOUNT, INVALID_TEXT, BAD_USER_INPUT.',
  })
  async recordMeasurement(
    @Arg('input', () => RecordMeasurementInput) input: RecordMeasurementInput,
    @Ctx() context: Context,
  ) {
    return payload(await recordMeasurement(context, input));
  }

  @Under('measurement.confirm')
  @Mutation(() => MeasurementPayload, {
    description:
      'Confirms what another has measured. Errors: FORBIDDEN (your own), NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED.',
  })
  async confirmMeasurement(
    @Arg('input', () => ConfirmMeasurementInput) input: ConfirmMeasurementInput,
    @Ctx() context: Context,
  ) {
    return payload(await confirmMeasurement(context, input));
  }

  @FieldResolver(() => RegionType, { description: 'Where.' })
  region(@Root() measurement: MeasurementType, @Ctx() context: Context): Promise<RegionType> {
    return getRegion(context, measurement.regionCode);
  }

  @FieldResolver(() => AccountType, { nullable: true, description: 'Who recorded it.' })
  async recordedBy(
    @Root() { recordedById }: MeasurementType,
    @Ctx() context: Context,
  ): Promise<AccountType | null> {
    return recordedById ? findAccount(context, recordedById) : null;
  }

  @FieldResolver(() => AccountType, { nullable: true, description: 'Who confirmed it.' })
  async confirmedBy(
    @Root() { confirmedById }: MeasurementType,
    @Ctx() context: Context,
  ): Promise<AccountType | null> {
    return confirmedById ? findAccount(context, confirmedById) : null;
  }
}
