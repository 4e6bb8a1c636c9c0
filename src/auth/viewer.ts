/** The roles of the house. What each may do stands on one page: may.ts. */
export const ROLES = [
  'LEADER',
  'SUPERVISION_OFFICE',
  'COUNTY_OFFICE',
  'TOWNSHIP_OFFICE',
  'VILLAGE_TEAM',
  'INSPECTOR',
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

/** Who asks: an account that proved itself, with every grant it holds, in force or not. */
export interface Viewer {
  readonly accountId: string;
  readonly sessionId: string;
  readonly name: string;
  readonly grants: readonly Grant[];
}
