/** The roles of the house. What each may do stands on one page: may.ts. */
export const ROLES = [
  'LEADER',
  'SUPERVISION_OFFICE',
  'COUNTY_OFFICE',
  'TOWNSHIP_OFFICE',
  'VILLAGE_TEAM',
  'INSPECTOR',
  'DISCIPLINE_INSPECTOR',
  'AUDITOR',
  'ADMIN',
  'SCREEN',
] as const;
export type Role = (typeof ROLES)[number];

/** A role in a region for a time, in campaign time. A person may hold several. */
export interface Grant {
  readonly id: string;
  readonly role: Role;
  readonly regionCode: string;
  readonly validFrom: Date;
  /** The first instant at which it no longer holds; absent when it has no end. */
  readonly validTo?: Date | null;
}

/** What an account is: a person (an office, a team), or the browser of a wall screen. */
export const ACCOUNT_KINDS = ['PERSON', 'DEVICE'] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

/** The second factor of the asking session. */
export interface SecondFactor {
  /** The account has one. */
  readonly enrolled: boolean;
  /** Until when this session counts as having shown it (real time); null when it has not. */
  readonly validUntil: Date | null;
}

/** Who asks: an account that proved itself, with every grant it holds, in force or not. */
export interface Viewer {
  readonly accountId: string;
  readonly sessionId: string;
  readonly name: string;
  readonly grants: readonly Grant[];
  /** Left out: a person. */
  readonly kind?: AccountKind;
  /** The password was handed over by an administrator: until it is changed nothing else is answered. */
  readonly mustChangePassword?: boolean;
  /** Left out: none. */
  readonly secondFactor?: SecondFactor;
}
