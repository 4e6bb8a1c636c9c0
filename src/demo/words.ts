/**
 * The contract's words that the generators draw from. The rooms own the same words with their rules; the demo keeps
 * its own lists because it is made, and tested, without a database.
 */
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

export const RELATIONS = [
  'HEAD',
  'SPOUSE',
  'CHILD',
  'CHILD_IN_LAW',
  'GRANDCHILD',
  'PARENT',
  'OTHER',
] as const;
export type Relation = (typeof RELATIONS)[number];

export const HEALTHS = ['HEALTHY', 'CHRONIC', 'SERIOUS', 'DISABLED'] as const;
export type Health = (typeof HEALTHS)[number];

export const LABOURS = ['ORDINARY', 'SKILLED', 'LOST', 'NONE'] as const;
export type Labour = (typeof LABOURS)[number];

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
export type TaskStatus = (typeof TASK_STATUSES)[number];

export const PROJECT_KINDS = [
  'WATER_NETWORK',
  'ROAD_NETWORK',
  'POWER_NETWORK',
  'INDUSTRY_BASE',
  'EMPLOYMENT_WORKSHOP',
  'SOLAR_STATION',
  'OTHER',
] as const;
export type ProjectKind = (typeof PROJECT_KINDS)[number];

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
export type ProjectStage = (typeof PROJECT_STAGES)[number];

export const INSPECTION_KINDS = [
  'SUPERVISION',
  'PATROL',
  'UNANNOUNCED_VISIT',
  'CROSS_INSPECTION',
  'THIRD_PARTY_EVALUATION',
  'PROVINCIAL_VERIFICATION',
  'SITE_VISIT',
] as const;
export type InspectionKind = (typeof INSPECTION_KINDS)[number];

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
export type InspectionStatus = (typeof INSPECTION_STATUSES)[number];

export type Role =
  | 'LEADER'
  | 'SUPERVISION_OFFICE'
  | 'COUNTY_OFFICE'
  | 'TOWNSHIP_OFFICE'
  | 'VILLAGE_TEAM'
  | 'INSPECTOR'
  | 'AUDITOR'
  | 'ADMIN'
  | 'SCREEN';

/** A name in both languages of the house. */
export interface Bilingual {
  zh: string;
  en: string;
}
