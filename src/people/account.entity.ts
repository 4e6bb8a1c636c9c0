// Who signs in, or answers for a task: an account, what it may do where and when, and its open sessions.
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { AccountKind, Role } from '../auth/viewer.js';

export const AccountSchema = defineEntity({
  name: 'Account',
  tableName: 'account',
  properties: {
    id: p.uuid().primary(),
    username: p.text(),
    name: p.text(),
    /** argon2id; null for an account that is responsible for tasks but never signs in. */
    passwordHash: p.text().nullable().hidden(),
    kind: p.text().$type<AccountKind>(),
    /** Where it belongs: the administrators of this region, or of one around it, look after it. */
    regionCode: p.text().fieldName('home_region_code'),
    /** An administrator has handed the password over: it is good for nothing but being changed. */
    mustChangePassword: p.boolean(),
    /** Of a device: the code that pairs it, once, until then. */
    pairingHash: p.text().nullable().hidden(),
    pairingUntil: p.datetime().nullable(),
    disabledAt: p.datetime().nullable(),
    createdAt: p.datetime(),
    /** When an administrator last changed it, in real time. */
    changedAt: p.datetime().nullable(),
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
    /** Goes into every refresh token of the session (auth/refresh.ts). */
    nonce: p.text().hidden(),
    /** How often it has been refreshed: the count that the newest refresh token carries. */
    generation: p.integer(),
    createdAt: p.datetime(),
    refreshedAt: p.datetime(),
    expiresAt: p.datetime(),
    endedAt: p.datetime().nullable(),
    /** Where it was begun. */
    address: p.text(),
    device: p.text().nullable(),
    /** Of a device: the hash of the secret that its browser keeps, without which nothing is refreshed. */
    deviceHash: p.text().nullable().hidden(),
    secondFactorUntil: p.datetime().nullable(),
  },
});
export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);

export const SecondFactorSchema = defineEntity({
  name: 'SecondFactor',
  tableName: 'second_factor',
  properties: {
    /** The account's. */
    id: p.uuid().primary(),
    /** What the app and the house share; null until it is confirmed for the first time. */
    secretSealed: p.blob().nullable(),
    confirmedAt: p.datetime().nullable(),
    /** The next one, until it is confirmed. */
    pendingSealed: p.blob().nullable(),
    pendingAt: p.datetime().nullable(),
    /** The step of the code that was used last: no code is good twice. */
    lastStep: p.bigint('number'),
    recoveryHashes: p.array(),
  },
});
export class SecondFactor extends SecondFactorSchema.class {}
SecondFactorSchema.setClass(SecondFactor);
