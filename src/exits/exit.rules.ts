import type { Role } from '../auth/viewer.js';
import type { StandardTarget } from '../standards/measure.rules.js';

// How a household, a village and a county leave the list: one table of steps each. Who does a step, and what must be so
// before it may be done.

export const EXIT_STATUSES = [
  'REVIEWED',
  'VERIFIED',
  'AGREED',
  'PLANNED',
  'SELF_CHECK_PASSED',
  'TOWNSHIP_VERIFIED',
  'COUNTY_VERIFIED',
  'APPLIED',
  'CITY_REVIEWED',
  'PROVINCE_VERIFIED',
  'IN_PUBLICITY',
  'TOWNSHIP_REVIEWED',
  'COUNTY_APPROVED',
  'EXITED',
  'RETURNED',
  'REVOKED',
] as const;
export type ExitStatus = (typeof EXIT_STATUSES)[number];

/** Nothing follows of itself. */
export const ENDED_STATUSES: readonly ExitStatus[] = ['EXITED', 'RETURNED', 'REVOKED'];

/** What must hold: the standard of the target, its public notice, or both. */
export const GATES = ['STANDARD', 'NOTICE'] as const;
export type Gate = (typeof GATES)[number];

export interface Step {
  readonly to: ExitStatus;
  readonly by: Role;
  readonly gates: readonly Gate[];
}

interface Course {
  readonly first: { readonly status: ExitStatus; readonly by: Role };
  readonly steps: Partial<Record<ExitStatus, Step>>;
  /** Takes back what was reached. */
  readonly revokes: readonly Role[];
}

const step = (to: ExitStatus, by: Role, ...gates: Gate[]): Step => ({ to, by, gates });

export const COURSES: Readonly<Record<StandardTarget, Course>> = {
  // Review by the villagers, verification, the household's signature, notice in the village, township, county, mark.
  HOUSEHOLD: {
    first: { status: 'REVIEWED', by: 'VILLAGE_TEAM' },
    steps: {
      REVIEWED: step('VERIFIED', 'VILLAGE_TEAM', 'STANDARD'),
      VERIFIED: step('AGREED', 'VILLAGE_TEAM'),
      AGREED: step('IN_PUBLICITY', 'VILLAGE_TEAM'),
      IN_PUBLICITY: step('TOWNSHIP_REVIEWED', 'TOWNSHIP_OFFICE', 'NOTICE'),
      TOWNSHIP_REVIEWED: step('COUNTY_APPROVED', 'COUNTY_OFFICE', 'NOTICE'),
      COUNTY_APPROVED: step('EXITED', 'COUNTY_OFFICE', 'STANDARD', 'NOTICE'),
    },
    revokes: ['COUNTY_OFFICE'],
  },
  VILLAGE: {
    first: { status: 'PLANNED', by: 'VILLAGE_TEAM' },
    steps: {
      PLANNED: step('SELF_CHECK_PASSED', 'VILLAGE_TEAM', 'STANDARD'),
      SELF_CHECK_PASSED: step('TOWNSHIP_VERIFIED', 'TOWNSHIP_OFFICE', 'STANDARD'),
      TOWNSHIP_VERIFIED: step('COUNTY_VERIFIED', 'COUNTY_OFFICE', 'STANDARD'),
      COUNTY_VERIFIED: step('IN_PUBLICITY', 'COUNTY_OFFICE'),
      IN_PUBLICITY: step('EXITED', 'COUNTY_OFFICE', 'STANDARD', 'NOTICE'),
    },
    revokes: ['SUPERVISION_OFFICE'],
  },
  // The province's words are recorded by the city's office, to which they come.
  COUNTY: {
    first: { status: 'APPLIED', by: 'COUNTY_OFFICE' },
    steps: {
      APPLIED: step('CITY_REVIEWED', 'SUPERVISION_OFFICE'),
      CITY_REVIEWED: step('PROVINCE_VERIFIED', 'SUPERVISION_OFFICE', 'STANDARD'),
      PROVINCE_VERIFIED: step('IN_PUBLICITY', 'SUPERVISION_OFFICE'),
      IN_PUBLICITY: step('EXITED', 'SUPERVISION_OFFICE', 'STANDARD', 'NOTICE'),
    },
    revokes: ['SUPERVISION_OFFICE'],
  },
};

/**
 * Moves by which somebody vouches for another's work: no person makes two different ones in one case. A county's own are
 * told by the one office of the city, so there the notice and the province stand between.
 */
const VOUCHING: readonly ExitStatus[] = [
  'VERIFIED',
  'SELF_CHECK_PASSED',
  'TOWNSHIP_VERIFIED',
  'TOWNSHIP_REVIEWED',
  'COUNTY_VERIFIED',
  'COUNTY_APPROVED',
];

interface Earlier {
  readonly toStatus: ExitStatus;
  readonly byId: string;
}

interface Case {
  readonly kind: StandardTarget;
  readonly status: ExitStatus;
}

/** Where a person with these roles may move a case; into publicity a notice takes it, and nothing else. */
export function allowedExitMoves(
  { kind, status }: Case,
  roles: ReadonlySet<Role>,
  personId: string,
  earlier: readonly Earlier[],
): ExitStatus[] {
  const { steps, revokes } = COURSES[kind];
  if (status === 'EXITED') return revokes.some((role) => roles.has(role)) ? ['REVOKED'] : [];
  const next = steps[status];
  if (!next || !roles.has(next.by)) return [];
  const hasVouched = earlier.some(
    ({ byId, toStatus }) => byId === personId && VOUCHING.includes(toStatus) && toStatus !== next.to,
  );
  const isBarred = next.to === 'IN_PUBLICITY' || (VOUCHING.includes(next.to) && hasVouched);
  return isBarred ? ['RETURNED'] : [next.to, 'RETURNED'];
}

/** The role in which a move is made. */
export function roleOf({ kind, status }: Case, to: ExitStatus, roles: ReadonlySet<Role>): Role {
  const { steps, revokes } = COURSES[kind];
  const role = to === 'REVOKED' ? revokes.find((each) => roles.has(each)) : steps[status]?.by;
  if (!role) throw new Error(`nobody moves a ${kind} from ${status} to ${to}`);
  return role;
}

/** What must hold for a move; to send work back or to revoke it, nothing. */
export const gatesOf = ({ kind, status }: Case, to: ExitStatus): readonly Gate[] => {
  const next = COURSES[kind].steps[status];
  return next?.to === to ? next.gates : [];
};
