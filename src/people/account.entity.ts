// Who signs in, or answers for a task: an account, what it may do where and when, and its open sessions.
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Role } from '../auth/viewer.js';

export const AccountSchema = defineEntity({
  name: 'Account',
  tableName: 'account',
  properties: {
    id: p.uuid().primary(),
    username: p.text(),
    name: p.text(),
    /** argon2id; null for an account that is responsible for tasks but never signs in. */
    passwordHash: p.text().nullable().hidden(),
    disabledAt: p.datetime().nullable(),
    createdAt: p.datetime(),
    version: p.integer().version(),
  },
});
export class Account extends AccountSchema.class {}
AccountSchema.setClass(Account);

export const RoleGrantSchema = defineEntity({
  name: 'RoleGrant',
  tableName: 'role_grant',
  properties: {
    id: p.uuid().primary(),
    accountId: p.uuid(),
    role: p.text().$type<Role>(),
    regionCode: p.text(),
    validFrom: p.datetime(),
    validTo: p.datetime().nullable(),
    revokedAt: p.datetime().nullable(),
    grantedById: p.uuid().nullable(),
    /** Set on the grants an inspection gives its inspectors. */
    inspectionId: p.uuid().nullable(),
    version: p.integer().version(),
  },
});
export class RoleGrant extends RoleGrantSchema.class {}
RoleGrantSchema.setClass(RoleGrant);

export const SessionSchema = defineEntity({
  name: 'Session',
  tableName: 'session',
  properties: {
    id: p.uuid().primary(),
    accountId: p.uuid(),
    refreshHash: p.text(),
    createdAt: p.datetime(),
    refreshedAt: p.datetime(),
    expiresAt: p.datetime(),
    endedAt: p.datetime().nullable(),
  },
});
export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);
