import { v7 as newId } from 'uuid';
import { beyondOwn, grantsToGive, isInScopes, isPlaceFor, scopesFor } from '../auth/may.js';
import type { Role } from '../auth/viewer.js';
import { inScopes, isId, lockRow, type Transaction, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import type { Fact } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { getRegion } from '../regions/region.queries.js';
import { Account, RoleGrant } from './account.entity.js';

export interface GrantRole {
  accountId: string;
  role: Role;
  regionCode: string;
  validFrom?: Date | null;
  validTo?: Date | null;
  idempotencyKey?: string | null;
}

/**
 * Gives an account a role in a region for a time.
 * @throws FORBIDDEN (with the field that is beyond your own grant) · NOT_FOUND (account, or region outside your own) ·
 *   INVALID_REGION_CODE (no place for the role) · INVALID_DATE
 */
export const grantRole = (context: Context, input: GrantRole) =>
  write(context, { act: 'grant.write', operation: 'grantRole', input }, async (tx) => {
    // Who hands out rights must not hand them to himself: an administrator sees no personal data.
    if (input.accountId === tx.viewer.accountId)
      throw new Refusal('FORBIDDEN', 'Nobody grants a role to himself; ask another administrator.');
    const region = await getRegion(tx, input.regionCode);
    if (!isInScopes(region.code, tx.scopes)) throw notFound('region');
    const account =
      isId(input.accountId) && (await tx.em.findOne(Account, { id: input.accountId, disabledAt: null }));
    if (!account) throw notFound('account');
    // The room in which it hangs is open to everybody.
    if (account.kind === 'DEVICE' && input.role !== 'SCREEN')
      throw new Refusal('FORBIDDEN', 'A device may hold the role SCREEN and no other.');
    const given = { ...input, validFrom: input.validFrom ?? tx.now, validTo: input.validTo ?? null };
    demandOwn(tx, given);
    const grant = openGrant(tx, given);
    return { answer: grant, facts: [grantFact(grant, region.name, 'GRANTED')] };
  });

/** @throws INVALID_REGION_CODE · FORBIDDEN */
function demandOwn(
  { viewer, now }: Transaction,
  given: Pick<RoleGrant, 'role' | 'regionCode' | 'validFrom' | 'validTo'>,
): void {
  if (!isPlaceFor(given.role, given.regionCode)) {
    const why = `The role ${given.role} is not held in a region of this level.`;
    throw new Refusal('INVALID_REGION_CODE', why, { field: 'regionCode' });
  }
  const field = beyondOwn(viewer, given, now);
  if (field === null) return;
  throw new Refusal('FORBIDDEN', `Nobody gives more than his own grant covers: its ${BEYOND[field]}.`, {
    field,
  });
}

const BEYOND = { role: 'level', validFrom: 'beginning', validTo: 'end' } as const;

/** Writes one grant inside a running transaction; the inspections room gives its inspectors theirs this way. */
export function openGrant(
  tx: Transaction,
  given: Pick<RoleGrant, 'accountId' | 'role' | 'regionCode' | 'validFrom'> &
    Partial<Pick<RoleGrant, 'validTo' | 'inspectionId'>>,
): RoleGrant {
  if (given.validTo && given.validTo <= given.validFrom) {
    throw new Refusal('INVALID_DATE', 'A grant must end after it begins.', { field: 'validTo' });
  }
  return tx.em.create(RoleGrant, {
    id: newId(),
    accountId: given.accountId,
    role: given.role,
    regionCode: given.regionCode,
    validFrom: given.validFrom,
    validTo: given.validTo ?? null,
    revokedAt: null,
    grantedById: tx.viewer.accountId,
    inspectionId: given.inspectionId ?? null,
    version: 1,
  });
}

export interface RevokeGrant {
  grantId: string;
  expectedVersion: number;
  idempotencyKey?: string | null;
}

/**
 * Ends a grant now, of a role that the viewer could give there. Its time does not matter: whoever stands in for a week
 * must be able to shut out an account for good.
 * @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT
 */
export const revokeGrant = (context: Context, input: RevokeGrant) =>
  write(context, { act: 'grant.write', operation: 'revokeGrant', input }, async (tx) => {
    const wanted = { id: input.grantId, expectedVersion: input.expectedVersion };
    await demandTold(tx, input.grantId);
    const grant = await lockRow(tx, RoleGrant, 'grant', wanted);
    if (grant.revokedAt) throw notFound('grant');
    if (grantsToGive(tx.viewer, grant.role, grant.regionCode, tx.now).length === 0)
      throw new Refusal('FORBIDDEN', `The role ${grant.role} is ended from a higher level.`, {
        field: 'grantId',
      });
    grant.revokedAt = tx.now;
    const region = await getRegion(tx, grant.regionCode);
    return { answer: grant, facts: [grantFact(grant, region.name, 'REVOKED')] };
  });

/** A grant of an inspection tells where it goes: who may not see it in the list does not find it here either. */
async function demandTold({ em, viewer, now }: Transaction, id: string): Promise<void> {
  const told = scopesFor(viewer, 'inspection.readUnannounced', now);
  const visit = {
    id,
    inspectionId: { $ne: null },
    ...(told.length > 0 && { $not: { $or: inScopes(told) } }),
  };
  if (isId(id) && (await em.count(RoleGrant, visit)) > 0) throw notFound('grant');
}

/** What open sockets need to hear: this account's rights are others now. */
export const grantFact = (grant: RoleGrant, regionName: string, change: 'GRANTED' | 'REVOKED'): Fact => ({
  kind: 'GRANT_CHANGED',
  region: { code: grant.regionCode, name: regionName },
  subject: { type: 'GRANT', id: grant.id },
  severity: null,
  audience: 'HOUSE',
  params: { accountId: grant.accountId, change },
});
