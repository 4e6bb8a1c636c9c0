import { GraphQLScalarType, Kind } from 'graphql';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { Refusal } from '../errors.js';
import { connectionOf } from '../http/connection.js';
import { wordEnum } from '../http/enums.js';
import { ChangeInput, CreateInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { DateTime, RegionCode } from '../http/scalars.js';
import {
  HOUSEHOLD_CATEGORIES,
  HOUSEHOLD_STATUSES,
  HOUSING_GRADES,
  type Household,
  type HouseholdCategory,
  type HouseholdIncome,
  type HouseholdStatus,
  type HousingGrade,
  POVERTY_CAUSES,
  type PovertyCause,
} from './household.entity.js';
import type { IncomeParts } from './household.rules.js';
import { HouseholdMemberInput } from './member.type.js';

function wholeFen(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new Refusal('INVALID_AMOUNT', 'An amount is whole fen as a number, such as 295200 for 2,952 yuan.');
}

/** GraphQL's Int ends at 21 million yuan. */
export const Fen = new GraphQLScalarType({
  name: 'Fen',
  description:
    'Money in whole fen (1/100 yuan): a JSON number, an integer within ±(2^53 − 1). Anything else: INVALID_AMOUNT.',
  serialize: wholeFen,
  parseValue: wholeFen,
  parseLiteral: (node) => wholeFen(node.kind === Kind.INT ? Number(node.value) : undefined),
});

export const HouseholdCategoryEnum = wordEnum(
  'HouseholdCategory',
  'What a household is entitled to.',
  HOUSEHOLD_CATEGORIES,
  {
    GENERAL: 'Poor, without an allowance.',
    SUBSISTENCE_ALLOWANCE: 'Receives the subsistence allowance.',
    SUBSISTENCE_ALLOWANCE_POOR: 'Receives the subsistence allowance and has somebody who can work.',
    FIVE_GUARANTEE: 'Without family or labour: food, clothing, housing, care and burial are guaranteed.',
  },
);

export const HouseholdStatusEnum = wordEnum(
  'HouseholdStatus',
  'Where a household stands on its way out of poverty.',
  HOUSEHOLD_STATUSES,
  {
    CANDIDATE: 'Proposed for the register.',
    NOT_LIFTED: 'Registered and poor.',
    PRE_EXIT: 'About to exit; still counts as poor.',
    LIFTED_WITH_POLICY: 'Out of poverty, still supported.',
    LIFTED_WITHOUT_POLICY: 'Out of poverty, no longer supported.',
    RELAPSED: 'Poor again.',
    CANCELLED: 'Off the register: wrongly included, or died out.',
  },
);

export const PovertyCauseEnum = wordEnum('PovertyCause', 'The main cause of poverty.', POVERTY_CAUSES, {
  ILLNESS: 'Illness.',
  DISABILITY: 'Disability.',
  SCHOOLING: 'The cost of schooling.',
  DISASTER: 'A disaster.',
  LACK_OF_LAND: 'Too little land.',
  LACK_OF_WATER: 'Too little water.',
  LACK_OF_SKILLS: 'No skills.',
  LACK_OF_LABOUR: 'Nobody who can work.',
  LACK_OF_FUNDS: 'No funds.',
  POOR_TRANSPORT: 'Bad roads.',
  LACK_OF_MOTIVATION: 'Too little initiative.',
  OTHER: 'Another cause.',
});

export const HousingGradeEnum = wordEnum('HousingGrade', 'How safe a dwelling is.', HOUSING_GRADES, {
  A: 'Safe.',
  B: 'Safe, parts need repair.',
  C: 'Dangerous in parts.',
  D: 'Dangerous as a whole.',
});

@Under('household.read')
@ObjectType('Household', { description: 'A household on the register of the poor. Personal data.' })
export class HouseholdType
  implements Omit<Household, 'touch' | 'plannedExitYear' | 'countyCode' | 'housingGrade' | 'safeWater'>
{
  @Field(() => ID, { description: 'Identity of the household.' })
  id!: string;

  @Field(() => String, { description: 'Village code, a dash and the number of the household in it.' })
  registerNumber!: string;

  @Field(() => HouseholdCategoryEnum, { description: 'What it is entitled to.' })
  category!: HouseholdCategory;

  @Field(() => HouseholdStatusEnum, { description: 'Where it stands on its way out of poverty.' })
  status!: HouseholdStatus;

  @Field(() => PovertyCauseEnum, { description: 'The main cause of its poverty.' })
  mainCause!: PovertyCause;

  @Field(() => Int, { description: 'Registered members, in persons.' })
  memberCount!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'The calendar year in which it is planned to exit; null when it is not planned yet.',
  })
  plannedExitYear?: number | null;

  @Field(() => HousingGradeEnum, {
    nullable: true,
    description: 'How safe its dwelling is; null while nobody has graded it.',
  })
  housingGrade?: HousingGrade | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether its water passes the test of safety; null while nobody has looked.',
  })
  safeWater?: boolean | null;

  @Field(() => DateTime, { description: 'When it was registered, campaign time.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When it, its members or incomes last changed, campaign time.' })
  updatedAt!: Date;

  @Field(() => Int, {
    description: 'Version for expectedVersion; changes of members and incomes count too.',
  })
  version!: number;

  headName!: string;
  bankAccountSealed!: Buffer | null | undefined;
  regionCode!: string;
}

@Under('household.read')
@ObjectType('HouseholdIncome', { description: 'The income of a household in one year. Personal data.' })
export class HouseholdIncomeType implements Omit<HouseholdIncome, 'id' | 'householdId' | 'regionCode'> {
  @Field(() => Int, { description: 'Calendar year.' })
  year!: number;

  @Field(() => Fen, { description: 'From wages, in fen.' })
  wageFen!: number;

  @Field(() => Fen, { description: 'From production and operating, in fen, before its cost.' })
  operatingFen!: number;

  @Field(() => Fen, { description: 'From property, in fen.' })
  propertyFen!: number;

  @Field(() => Fen, { description: 'From allowances, pensions and other transfers, in fen.' })
  transferFen!: number;

  @Field(() => Fen, { description: 'Cost of production and operating, in fen.' })
  operatingCostFen!: number;

  @Field(() => Fen, { description: 'Wage + operating + property + transfer − operating cost, in fen.' })
  netIncomeFen!: number;

  @Field(() => Int, { description: 'Registered members when it was recorded, in persons.' })
  members!: number;

  @Field(() => DateTime, { description: 'When it was recorded, campaign time.' })
  recordedAt!: Date;
}

export const HouseholdConnection = connectionOf(
  'Household',
  HouseholdType,
  'household.read',
  'Households by id.',
);

@InputType({
  description: 'Which households. A field left out asks nothing; an empty list matches nothing.',
})
export class HouseholdFilter {
  @Field(() => [HouseholdStatusEnum], { nullable: true, description: 'In one of these statuses.' })
  status?: HouseholdStatus[] | null;

  @Field(() => [Int], { nullable: true, description: 'Planned to exit in one of these calendar years.' })
  plannedExitYear?: number[] | null;
}

const ACCOUNT =
  '12 to 19 digits, blanks and dashes allowed, of a card with the right check digit. Else INVALID_BANK_ACCOUNT.';

@InputType({ description: 'Puts a household on the register as a candidate.' })
export class RegisterHouseholdInput extends CreateInput {
  @Field(() => RegionCode, {
    description: 'A village inside your own region, else NOT_FOUND; no village: INVALID_REGION_CODE.',
  })
  regionCode!: string;

  @Field(() => HouseholdCategoryEnum, { description: 'What it is entitled to.' })
  category!: HouseholdCategory;

  @Field(() => PovertyCauseEnum, { description: 'The main cause of its poverty.' })
  mainCause!: PovertyCause;

  @Field(() => HousingGradeEnum, { nullable: true, description: 'How safe its dwelling is.' })
  housingGrade?: HousingGrade | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether its water passes the test of safety.' })
  safeWater?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: `Where its allowances are paid to: ${ACCOUNT}`,
  })
  bankAccount?: string | null;

  @Field(() => [HouseholdMemberInput], { description: '1 to 30 members, exactly one HEAD.' })
  members!: HouseholdMemberInput[];
}

@InputType({ description: 'Changes what is given; what is left out stays.' })
export class UpdateHouseholdInput extends ChangeInput {
  @Field(() => ID, { description: 'Which household.' })
  householdId!: string;

  @Field(() => HouseholdCategoryEnum, { nullable: true, description: 'What it is entitled to.' })
  category?: HouseholdCategory | null;

  @Field(() => HouseholdStatusEnum, {
    nullable: true,
    description:
      'Where to; a move that its status does not allow: TRANSITION_NOT_ALLOWED. Out of poverty leads an exit alone (openHouseholdExit).',
  })
  status?: HouseholdStatus | null;

  @Field(() => PovertyCauseEnum, { nullable: true, description: 'The main cause of its poverty.' })
  mainCause?: PovertyCause | null;

  @Field(() => HousingGradeEnum, { nullable: true, description: 'How safe its dwelling is.' })
  housingGrade?: HousingGrade | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether its water passes the test of safety.' })
  safeWater?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: `Where its allowances are paid to: ${ACCOUNT} Left out, it stays; an empty text removes it.`,
  })
  bankAccount?: string | null;

  @Field(() => [HouseholdMemberInput], {
    nullable: true,
    description: 'All members as they will be, 1 to 30, exactly one HEAD; who is not named is removed.',
  })
  members?: HouseholdMemberInput[] | null;
}

const AMOUNT = 'in fen, 0 to 10^12. Else INVALID_AMOUNT.';

@InputType({ description: 'Records the income of a year, or replaces what was recorded for it.' })
export class RecordIncomeInput extends ChangeInput implements IncomeParts {
  @Field(() => ID, { description: 'Which household.' })
  householdId!: string;

  @Field(() => Int, { description: 'Calendar year, 2000 to this one. Else INVALID_DATE.' })
  year!: number;

  @Field(() => Fen, { description: `From wages, ${AMOUNT}` })
  wageFen!: number;

  @Field(() => Fen, { description: `From production and operating before its cost, ${AMOUNT}` })
  operatingFen!: number;

  @Field(() => Fen, { description: `From property, ${AMOUNT}` })
  propertyFen!: number;

  @Field(() => Fen, { description: `From transfers, ${AMOUNT}` })
  transferFen!: number;

  @Field(() => Fen, { description: `Cost of production and operating, ${AMOUNT}` })
  operatingCostFen!: number;
}

@Under('household.read')
@ObjectType('HouseholdPayload', {
  description:
    'A changed household. A retry under the same idempotencyKey gets mark, version, category, status and cause as first answered, and names, members and incomes as they are now: those are kept nowhere else.',
})
export class HouseholdPayload extends Payload {
  @Field(() => HouseholdType, { description: 'The household after the change.' })
  household!: HouseholdType;
}
