import { LockMode } from '@mikro-orm/postgresql';
import { type Act, isInScopes } from '../auth/may.js';
import { scopeOf } from '../auth/scope.js';
import type { Role } from '../auth/viewer.js';
import { isId, lockRow, type Transaction, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import type { Fact } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { Account, RoleGrant } from '../people/account.entity.js';
import { grantFact, openGrant } from '../people/grant.actions.js';
import { getRegion } from '../regions/region.queries.js';
import { type Crew, crewOf, rolesOn } from './crew.queries.js';
import {
  fieldDays,
  Inspection,
  InspectionInspector,
  InspectionVillage,
  STAFFED_STATUSES,
  WORK_STATUSES,
} from './inspection.entity.js';
import { seenById } from './inspection.queries.js';

const MAX_VILLAGES = 100;
const MAX_INSPECTORS = 20;

/** An inspection held for a change, who goes where, and the roles in which the viewer acts on it. */
export interface Locked {
  readonly inspection: Inspection;
  readonly crew: Crew;
  readonly roles: ReadonlySet<Role>;
}

/**
 * The inspection to change. An inspector's grants are for villages and its own region lies above them, so it is looked
 * up as a reader would see it and then locked by its own region. What was seen stays seen until then: villages never
 * change, inspectors are never taken off, and what is no longer concealed never is again.
 * @throws NOT_FOUND (absent, out of scope or concealed) · VERSION_CONFLICT · FORBIDDEN (seen, but not theirs to change)
 */
export async function lockInspection(
  tx: Transaction,
  act: Act,
  wanted: { inspectionId: string; expectedVersion: number },
): Promise<Locked> {
  const { inspectionId: id, expectedVersion } = wanted;
  const seen = isId(id) ? (await seenById(tx.em, tx, [id])).get(id) : undefined;
  if (!seen) throw notFound('inspection');
  const within = { ...tx, scopes: [scopeOf(seen.regionCode)] };
  const inspection = await lockRow(within, Inspection, 'inspection', { id, expectedVersion });
  const crew = await crewOf(tx, id);
  const roles = rolesOn(tx, act, inspection, crew);
  if (roles.size === 0)
    throw new Refusal('FORBIDDEN', 'You may see this inspection; changing it is for others.');
  return { inspection, crew, roles };
}

export interface AssignInspectors {
  inspectionId: string;
  inspectorIds: string[];
  expectedVersion: number;
  idempotencyKey?: string | null;
}

/**
 * Adds inspectors; once it is assigned they receive their grants at once. Who is on it already stays.
 * @throws FORBIDDEN · NOT_FOUND (inspection or account) · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (left the field) · BAD_USER_INPUT
 */
export const assignInspectors = (context: Context, input: AssignInspectors) =>
  write(context, { act: 'inspection.assign', operation: 'assignInspectors', input }, async (tx) => {
    const { inspection, crew } = await lockInspection(tx, 'inspection.assign', input);
    if (!STAFFED_STATUSES.includes(inspection.status)) {
      const why = `This inspection is ${inspection.status}; inspectors are assigned before it leaves the field.`;
      throw new Refusal('TRANSITION_NOT_ALLOWED', why, { allowed: [] });
    }
    demandCount(
      [...new Set([...crew.inspectorIds, ...input.inspectorIds])],
      'inspectorIds',
      1,
      MAX_INSPECTORS,
    );
    const asked = await demandInspectors(tx, input.inspectorIds);
    const added = asked.filter((id) => !crew.inspectorIds.includes(id));
    writeCrew(tx, inspection.id, { villages: [], inspectorIds: added });
    // Who carries it out is part of the inspection, though its row holds nothing of it: the version must move by hand.
    await tx.em.nativeUpdate(Inspection, { id: inspection.id }, { version: inspection.version + 1 });
    await tx.em.refresh(inspection);
    const isOn = WORK_STATUSES.includes(inspection.status);
    const facts = isOn ? await openGrants(tx, inspection, { ...crew, inspectorIds: added }) : [];
    return { answer: inspection, facts };
  });

/** @throws NOT_FOUND (unknown, or outside the viewer's own region) · INVALID_REGION_CODE (not a village) · BAD_USER_INPUT (none, too many) */
export async function demandVillages(tx: Transaction, given: readonly string[]): Promise<string[]> {
  const codes = [...new Set(given)].sort();
  demandCount(codes, 'villages', 1, MAX_VILLAGES);
  const regions = await Promise.all(codes.map((code) => getRegion(tx, code)));
  for (const { code, level } of regions) {
    if (!isInScopes(code, tx.scopes)) throw notFound('region');
    if (level !== 'VILLAGE')
      throw new Refusal('INVALID_REGION_CODE', `${code} is not a village.`, { field: 'villages' });
  }
  return codes;
}

/** @throws NOT_FOUND (unknown or disabled account) · BAD_USER_INPUT (too many) */
export async function demandInspectors(tx: Transaction, given: readonly string[]): Promise<string[]> {
  const ids = [...new Set(given)];
  demandCount(ids, 'inspectorIds', 0, MAX_INSPECTORS);
  const known = ids.every(isId) ? await tx.em.count(Account, { id: { $in: ids }, disabledAt: null }) : -1;
  if (known !== ids.length) throw notFound('account');
  return ids;
}

function demandCount(given: readonly string[], field: string, least: number, most: number): void {
  if (given.length >= least && given.length <= most) return;
  const sentence = `${field} takes from ${least} to ${most} entries.`;
  throw new Refusal('BAD_USER_INPUT', sentence, { field, limit: most });
}

/** Writes who goes where; the inspection's own row must be in the database. */
export function writeCrew(
  tx: Transaction,
  inspectionId: string,
  { villages, inspectorIds }: Pick<Crew, 'villages' | 'inspectorIds'>,
): void {
  for (const regionCode of villages) tx.em.create(InspectionVillage, { inspectionId, regionCode });
  for (const accountId of inspectorIds) tx.em.create(InspectionInspector, { inspectionId, accountId });
}

/** Lets the inspectors see its villages on its days, and says so. */
export async function openGrants(
  tx: Transaction,
  inspection: Inspection,
  { villages, inspectorIds }: Pick<Crew, 'villages' | 'inspectorIds'>,
): Promise<Fact[]> {
  const regions = await Promise.all(villages.map((code) => getRegion(tx, code)));
  const days = fieldDays(inspection);
  return inspectorIds.flatMap((accountId) =>
    regions.map(({ code, name }) => {
      const given = { accountId, role: 'INSPECTOR', regionCode: code, inspectionId: inspection.id } as const;
      return grantFact(openGrant(tx, { ...given, ...days }), name, 'GRANTED');
    }),
  );
}

/** Ends those of its grants that have not run out by themselves, and says so. */
export async function endGrants(tx: Transaction, inspectionId: string): Promise<Fact[]> {
  const open = { inspectionId, revokedAt: null, validTo: { $gt: tx.now } };
  // Locked in one order, for an administrator may be revoking one of them.
  const grants = await tx.em.find(RoleGrant, open, {
    lockMode: LockMode.PESSIMISTIC_WRITE,
    orderBy: { id: 'asc' },
  });
  return Promise.all(
    grants.map(async (grant) => {
      grant.revokedAt = tx.now;
      const { name } = await getRegion(tx, grant.regionCode);
      return grantFact(grant, name, 'REVOKED');
    }),
  );
}
