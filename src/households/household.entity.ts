// Who lives in a village and is registered as poor: the household, its members and its yearly income. Personal data:
// the three tables have forced row-level security, so every read and write happens inside a scope (db/orm.ts).
import { defineEntity, type Opt, p } from '@mikro-orm/postgresql';

export const HOUSEHOLD_CATEGORIES = [
  'GENERAL',
  'SUBSISTENCE_ALLOWANCE',
  'SUBSISTENCE_ALLOWANCE_POOR',
  'FIVE_GUARANTEE',
] as const;
export type HouseholdCategory = (typeof HOUSEHOLD_CATEGORIES)[number];

export const HOUSEHOLD_STATUSES = [
  'CANDIDATE',
  'NOT_LIFTED',
  'PRE_EXIT',
  'LIFTED_WITH_POLICY',
  'LIFTED_WITHOUT_POLICY',
  'RELAPSED',
  'CANCELLED',
] as const;
export type HouseholdStatus = (typeof HOUSEHOLD_STATUSES)[number];

/** What "lifted" counts: out of poverty, with or without further support. */
export const LIFTED_STATUSES: readonly HouseholdStatus[] = ['LIFTED_WITH_POLICY', 'LIFTED_WITHOUT_POLICY'];

export const isLifted = (status: string): boolean => (LIFTED_STATUSES as readonly string[]).includes(status);

export const POVERTY_CAUSES = [
  'ILLNESS',
  'DISABILITY',
  'SCHOOLING',
  'DISASTER',
  'LACK_OF_LAND',
  'LACK_OF_WATER',
  'LACK_OF_SKILLS',
  'LACK_OF_LABOUR',
  'LACK_OF_FUNDS',
  'POOR_TRANSPORT',
  'LACK_OF_MOTIVATION',
  'OTHER',
] as const;
export type PovertyCause = (typeof POVERTY_CAUSES)[number];

export const MEMBER_RELATIONS = [
  'HEAD',
  'SPOUSE',
  'CHILD',
  'CHILD_IN_LAW',
  'GRANDCHILD',
  'PARENT',
  'OTHER',
] as const;
export type MemberRelation = (typeof MEMBER_RELATIONS)[number];

export const HEALTHS = ['HEALTHY', 'CHRONIC', 'SERIOUS', 'DISABLED'] as const;
export type Health = (typeof HEALTHS)[number];

export const LABOURS = ['ORDINARY', 'SKILLED', 'LOST', 'NONE'] as const;
export type Labour = (typeof LABOURS)[number];

/** The grades of a dwelling's safety: A and B are safe, C is dangerous in parts, D as a whole. */
export const HOUSING_GRADES = ['A', 'B', 'C', 'D'] as const;
export type HousingGrade = (typeof HOUSING_GRADES)[number];

/** Taught at home and unable to study are no dropouts. */
export const SCHOOLINGS = ['NOT_OF_AGE', 'IN_SCHOOL', 'TAUGHT_AT_HOME', 'UNFIT', 'DROPPED_OUT'] as const;
export type Schooling = (typeof SCHOOLINGS)[number];

/** Where a household may go from each status; anything may be cancelled (wrongly included, died out) once. */
const MOVES: Record<HouseholdStatus, readonly HouseholdStatus[]> = {
  CANDIDATE: ['NOT_LIFTED', 'CANCELLED'],
  NOT_LIFTED: ['PRE_EXIT', 'CANCELLED'],
  PRE_EXIT: ['NOT_LIFTED', 'LIFTED_WITH_POLICY', 'CANCELLED'],
  LIFTED_WITH_POLICY: ['LIFTED_WITHOUT_POLICY', 'RELAPSED', 'CANCELLED'],
  LIFTED_WITHOUT_POLICY: ['RELAPSED', 'CANCELLED'],
  RELAPSED: ['PRE_EXIT', 'CANCELLED'],
  CANCELLED: [],
};

/** The statuses that may follow. */
export const movesOf = (status: HouseholdStatus): readonly HouseholdStatus[] => MOVES[status];

/** Those that somebody may set by hand: out of poverty leads an exit with its steps and its notice, and nothing else. */
export const allowedStatuses = (status: HouseholdStatus): readonly HouseholdStatus[] =>
  MOVES[status].filter((to) => to !== 'LIFTED_WITH_POLICY');

export const HouseholdSchema = defineEntity({
  name: 'Household',
  tableName: 'household',
  properties: {
    id: p.uuid().primary(),
    regionCode: p.text(),
    /** The six digits of its county, made by the database: what a county's list, ordered by id, is walked by. */
    countyCode: p
      .text()
      .generated(() => '(left(region_code, 6)) stored')
      .$type<Opt<string>>(),
    registerNumber: p.text(),
    headName: p.text(),
    category: p.text().$type<HouseholdCategory>(),
    status: p.text().$type<HouseholdStatus>(),
    mainCause: p.text().$type<PovertyCause>(),
    memberCount: p.integer(),
    /** The year in which it is to exit; null when it is not planned yet. */
    plannedExitYear: p.integer().nullable(),
    /** Null while nobody has graded the dwelling. */
    housingGrade: p.text().$type<HousingGrade>().nullable(),
    /** Whether its water passes the test of safety; null while nobody has looked. */
    safeWater: p.boolean().nullable(),
    /** Where its allowances are paid to; sealed, as what is sealed of the member. */
    bankAccountSealed: p.blob().$type<Buffer>().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
    /** Counted by `touch`, not by the ORM, which sees no change of the row when only members or incomes change. */
    version: p.integer(),
  },
});

export class Household extends HouseholdSchema.class {
  /** Members and incomes are parts of the household: a change of them makes a new version of it. */
  touch(now: Date): void {
    this.updatedAt = now;
    this.version += 1;
  }
}
HouseholdSchema.setClass(Household);

export const HouseholdMemberSchema = defineEntity({
  name: 'HouseholdMember',
  tableName: 'household_member',
  properties: {
    id: p.uuid().primary(),
    householdId: p.uuid(),
    /** The household's, repeated because row-level security looks at each row by itself. */
    regionCode: p.text(),
    /** The order in which the register lists them, from 1. */
    position: p.integer(),
    name: p.text(),
    relation: p.text().$type<MemberRelation>(),
    /** What is sealed is written and read by the functions of sealed.rules.ts only. */
    idNumberSealed: p.blob().$type<Buffer>(),
    /** What finds an ID number; unique in the whole installation, also across scopes. */
    idNumberIndex: p.blob().$type<Buffer>(),
    birthYear: p.integer(),
    /** Sealed, and without an index for ever: of four possible values one would tell which is which. */
    healthSealed: p.blob().$type<Buffer>(),
    phoneSealed: p.blob().$type<Buffer>().nullable(),
    labour: p.text().$type<Labour>(),
    /** In the basic medical insurance of the year; null while nobody has recorded it, as the next. */
    insured: p.boolean().nullable(),
    schooling: p.text().$type<Schooling>().nullable(),
  },
});
export class HouseholdMember extends HouseholdMemberSchema.class {}
HouseholdMemberSchema.setClass(HouseholdMember);

export const HouseholdIncomeSchema = defineEntity({
  name: 'HouseholdIncome',
  tableName: 'household_income',
  properties: {
    id: p.uuid().primary(),
    householdId: p.uuid(),
    /** The household's, as on the member. */
    regionCode: p.text(),
    year: p.integer(),
    wageFen: p.bigint('number'),
    operatingFen: p.bigint('number'),
    propertyFen: p.bigint('number'),
    transferFen: p.bigint('number'),
    operatingCostFen: p.bigint('number'),
    netIncomeFen: p.bigint('number'),
    /** Registered members when it was recorded: the denominator of the per-capita income. */
    members: p.integer(),
    recordedAt: p.datetime(),
  },
});
export class HouseholdIncome extends HouseholdIncomeSchema.class {}
HouseholdIncomeSchema.setClass(HouseholdIncome);
