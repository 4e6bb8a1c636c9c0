/**
 * The contract's words that the generators draw from. The rooms own the same words with their rules; the demo keeps
 * its own lists because it is made, and tested, without a database.
 */
/** How a registered household is classed. */
export const HOUSEHOLD_CATEGORIES = [
  'GENERAL',
  'SUBSISTENCE_ALLOWANCE',
  'SUBSISTENCE_ALLOWANCE_POOR',
  'FIVE_GUARANTEE',
] as const;
/** One of `HOUSEHOLD_CATEGORIES`. */
export type HouseholdCategory = (typeof HOUSEHOLD_CATEGORIES)[number];

/** How far a household is on its way out of poverty. */
export const HOUSEHOLD_STATUSES = [
  'CANDIDATE',
  'NOT_LIFTED',
  'PRE_EXIT',
  'LIFTED_WITH_POLICY',
  'LIFTED_WITHOUT_POLICY',
  'RELAPSED',
  'CANCELLED',
] as const;
/** One of `HOUSEHOLD_STATUSES`. */
export type HouseholdStatus = (typeof HOUSEHOLD_STATUSES)[number];

/** Main causes of poverty, in the order of the register's form. */
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
/** One of `POVERTY_CAUSES`. */
export type PovertyCause = (typeof POVERTY_CAUSES)[number];

/** Who a member is to the head. */
export const RELATIONS = [
  'HEAD',
  'SPOUSE',
  'CHILD',
  'CHILD_IN_LAW',
  'GRANDCHILD',
  'PARENT',
  'OTHER',
] as const;
/** One of `RELATIONS`. */
export type Relation = (typeof RELATIONS)[number];

/** Health of a member, as the register puts it. */
export const HEALTHS = ['HEALTHY', 'CHRONIC', 'SERIOUS', 'DISABLED'] as const;
/** One of `HEALTHS`. */
export type Health = (typeof HEALTHS)[number];

/** Capacity of a member to work. */
export const LABOURS = ['ORDINARY', 'SKILLED', 'LOST', 'NONE'] as const;
/** One of `LABOURS`. */
export type Labour = (typeof LABOURS)[number];

/** How far a village task is. */
export const TASK_STATUSES = [
  'NOT_STARTED',
  'IN_PROGRESS',
  'BLOCKED',
  'SELF_DECLARED_MET',
  'TOWNSHIP_CONFIRMED',
  'COUNTY_CONFIRMED',
  'PROVINCE_PASSED',
  'RETURNED',
  'REOPENED',
  'CANCELLED',
] as const;
/** One of `TASK_STATUSES`. */
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** What a project builds. */
export const PROJECT_KINDS = [
  'WATER_NETWORK',
  'ROAD_NETWORK',
  'POWER_NETWORK',
  'INDUSTRY_BASE',
  'EMPLOYMENT_WORKSHOP',
  'SOLAR_STATION',
  'OTHER',
] as const;
/** One of `PROJECT_KINDS`. */
export type ProjectKind = (typeof PROJECT_KINDS)[number];

/** Stages of all kinds of project; each kind uses its own. */
export const PROJECT_STAGES = [
  'PROPOSED',
  'APPROVED',
  'UNDER_CONSTRUCTION',
  'COMPLETED',
  'ACCEPTED',
  'PLANNED',
  'LAND_TRANSFER',
  'BUILDING',
  'OPERATING',
  'SELECTED',
  'PREPARING',
  'PRODUCING',
  'SUSPENDED',
  'CLOSED',
] as const;
/** One of `PROJECT_STAGES`. */
export type ProjectStage = (typeof PROJECT_STAGES)[number];

/** Why somebody comes to look. */
export const INSPECTION_KINDS = [
  'SUPERVISION',
  'PATROL',
  'UNANNOUNCED_VISIT',
  'CROSS_INSPECTION',
  'THIRD_PARTY_EVALUATION',
  'PROVINCIAL_VERIFICATION',
  'SITE_VISIT',
] as const;
/** One of `INSPECTION_KINDS`. */
export type InspectionKind = (typeof INSPECTION_KINDS)[number];

/** How far an inspection is. */
export const INSPECTION_STATUSES = [
  'PLANNED',
  'ASSIGNED',
  'IN_FIELD',
  'SUBMITTED',
  'REVIEWED',
  'FINDINGS_ISSUED',
  'CLOSED',
  'CANCELLED',
] as const;
/** One of `INSPECTION_STATUSES`. */
export type InspectionStatus = (typeof INSPECTION_STATUSES)[number];

/** A name in both languages of the house. */
export interface Bilingual {
  zh: string;
  en: string;
}
