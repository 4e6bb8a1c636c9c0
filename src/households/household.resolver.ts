import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
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
import { getRegion } from '../regions/region.queries.js';
import { RegionType } from '../regions/region.type.js';
import { type Kept, recordIncome, registerHousehold, updateHousehold } from './household.actions.js';
import type { Health } from './household.entity.js';
import { getHousehold, householdsWithin, incomesOf, membersOf } from './household.queries.js';
import { perCapitaNetIncomeFen } from './household.rules.js';
import {
  Fen,
  HouseholdConnection,
  HouseholdFilter,
  HouseholdIncomeType,
  HouseholdPayload,
  HouseholdType,
  RecordIncomeInput,
  RegisterHouseholdInput,
  UpdateHouseholdInput,
} from './household.type.js';
import { headOf, shownBankAccount, shownIdNumber, shownName, shownPhone } from './member.queries.js';
import { HealthEnum, HouseholdMemberType } from './member.type.js';
import { openHealth } from './sealed.rules.js';

const ID_NUMBER_SHOWN =
  'the first and last four characters, of somebody under 14 (campaign day) the first four; the rest are asterisks.';

@ArgsType()
class HouseholdsArgs extends WithinArgsType {
  @Field(() => HouseholdFilter, { nullable: true, description: 'Which of them.' })
  filter?: HouseholdFilter | null;
}

const payload = async (context: Context, { mark, answer }: Written<Kept>): Promise<HouseholdPayload> => ({
  mark,
  household: { ...(await getHousehold(context, answer.id)), ...answer },
});

@Resolver(() => HouseholdType)
export class HouseholdResolver {
  @Under('household.read')
  @Query(() => HouseholdConnection, {
    description: 'Households in a region. Errors: FORBIDDEN, INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async households(
    @Args(() => HouseholdsArgs) { within, filter, ...page }: HouseholdsArgs,
    @Ctx() context: Context,
  ) {
    return connect(HouseholdConnection, await householdsWithin(context, within, filter ?? {}, page));
  }

  @Under('household.read')
  @Query(() => HouseholdType, {
    description: 'One household. Errors: FORBIDDEN, NOT_FOUND (absent or out of scope).',
  })
  household(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<HouseholdType> {
    return getHousehold(context, id);
  }

  @Under('household.write')
  @Mutation(() => HouseholdPayload, {
    description:
      'Puts a household on the register as a candidate. Errors: FORBIDDEN, NOT_FOUND, INVALID_REGION_CODE, BAD_USER_INPUT, INVALID_TEXT, INVALID_ID_NUMBER, INVALID_PHONE, INVALID_BANK_ACCOUNT, INVALID_DATE, DUPLICATE_PERSON.',
  })
  async registerHousehold(
    @Arg('input', () => RegisterHouseholdInput) input: RegisterHouseholdInput,
    @Ctx() context: Context,
  ) {
    return payload(context, await registerHousehold(context, input));
  }

  @Under('household.write')
  @Mutation(() => HouseholdPayload, {
    description:
      'Changes a household. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, BAD_USER_INPUT, INVALID_TEXT, INVALID_ID_NUMBER, INVALID_PHONE, INVALID_BANK_ACCOUNT, INVALID_DATE, DUPLICATE_PERSON.',
  })
  async updateHousehold(
    @Arg('input', () => UpdateHouseholdInput) input: UpdateHouseholdInput,
    @Ctx() context: Context,
  ) {
    return payload(context, await updateHousehold(context, input));
  }

  @Under('household.write')
  @Mutation(() => HouseholdPayload, {
    description:
      'Records the income of a year. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, INVALID_AMOUNT, INVALID_DATE.',
  })
  async recordIncome(
    @Arg('input', () => RecordIncomeInput) input: RecordIncomeInput,
    @Ctx() context: Context,
  ) {
    return payload(context, await recordIncome(context, input));
  }

  @FieldResolver(() => RegionType, { description: 'The village it is registered in.' })
  region(@Root() household: HouseholdType, @Ctx() context: Context): Promise<RegionType> {
    return getRegion(context, household.regionCode);
  }

  @FieldResolver(() => String, {
    description: 'Name of the head; of one under 14 the first character and an asterisk.',
  })
  async headName(@Root() household: HouseholdType, @Ctx() context: Context): Promise<string> {
    return shownName(context, await headOf(context, household.id));
  }

  @FieldResolver(() => String, { description: `Of the head\u2019s ID number ${ID_NUMBER_SHOWN}` })
  async idNumberMasked(@Root() household: HouseholdType, @Ctx() context: Context): Promise<string> {
    return shownIdNumber(context, await headOf(context, household.id));
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Four asterisks and the last four digits of the bank account; null where none is known.',
  })
  bankAccountMasked(@Root() household: HouseholdType, @Ctx() context: Context): Promise<string | null> {
    return shownBankAccount(context, household);
  }

  @FieldResolver(() => [HouseholdMemberType], { description: 'Its members, in the order of the register.' })
  members(@Root() household: HouseholdType, @Ctx() context: Context): Promise<HouseholdMemberType[]> {
    return membersOf(context, household.id);
  }

  @FieldResolver(() => [HouseholdIncomeType], { description: 'Its yearly incomes, oldest first.' })
  incomes(@Root() household: HouseholdType, @Ctx() context: Context): Promise<HouseholdIncomeType[]> {
    return incomesOf(context, household.id);
  }
}

/** What is sealed is opened here, and only where it is asked for. */
@Resolver(() => HouseholdMemberType)
export class HouseholdMemberResolver {
  @FieldResolver(() => String, {
    description: 'Name; of somebody under 14 (campaign day) the first character and an asterisk.',
  })
  name(@Root() member: HouseholdMemberType, @Ctx() context: Context): Promise<string> {
    return shownName(context, member);
  }

  @FieldResolver(() => String, { description: `Of the ID number ${ID_NUMBER_SHOWN}` })
  idNumberMasked(@Root() member: HouseholdMemberType, @Ctx() context: Context): Promise<string> {
    return shownIdNumber(context, member);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'First three and last four digits of the telephone number; null where none is known.',
  })
  phoneMasked(@Root() member: HouseholdMemberType, @Ctx() context: Context): Promise<string | null> {
    return shownPhone(context, member);
  }

  @FieldResolver(() => HealthEnum, { description: 'State of health.' })
  health(@Root() member: HouseholdMemberType, @Ctx() { vault }: Context): Promise<Health> {
    return openHealth(vault, member);
  }
}

@Resolver(() => HouseholdIncomeType)
export class HouseholdIncomeResolver {
  @FieldResolver(() => Fen, {
    description: 'Net income divided by members, in fen, rounded down; thresholds are compared with the net.',
  })
  perCapitaNetIncomeFen(@Root() income: HouseholdIncomeType): number {
    return perCapitaNetIncomeFen(income);
  }
}
