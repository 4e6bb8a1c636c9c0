// Values shown in full: what a second person was asked and said. It says who is poor, so it is walled as the household.
import { defineEntity, p } from '@mikro-orm/postgresql';

/** What can be shown in full. The account is the household's, the others a member's. */
export const PERSONAL_FIELDS = ['ID_NUMBER', 'PHONE', 'BANK_ACCOUNT', 'NAME'] as const;
export type PersonalField = (typeof PERSONAL_FIELDS)[number];

/** As stored; a request whose time is over is read as EXPIRED. */
const STORED_STATUSES = ['REQUESTED', 'APPROVED', 'REFUSED', 'USED'] as const;
export const REVEAL_STATUSES = [...STORED_STATUSES, 'EXPIRED'] as const;
export type RevealStatus = (typeof REVEAL_STATUSES)[number];

export const RevealRequestSchema = defineEntity({
  name: 'RevealRequest',
  tableName: 'reveal_request',
  properties: {
    id: p.uuid().primary(),
    /** The household's, because row-level security looks at each row by itself. */
    regionCode: p.text(),
    householdId: p.uuid(),
    memberId: p.uuid().nullable(),
    field: p.text().$type<PersonalField>(),
    purpose: p.text(),
    status: p.text().$type<(typeof STORED_STATUSES)[number]>(),
    askedById: p.uuid(),
    /** Real time, as are all here. */
    askedAt: p.datetime(),
    decidedById: p.uuid().nullable(),
    decidedAt: p.datetime().nullable(),
    note: p.text().nullable(),
    expiresAt: p.datetime(),
    usedAt: p.datetime().nullable(),
    version: p.integer(),
  },
});
export class RevealRequest extends RevealRequestSchema.class {}
RevealRequestSchema.setClass(RevealRequest);

/** Room for one value shown in an hour or a day: free again when that is over. Written by SQL alone (quota.queries.ts). */
export const RevealSlotSchema = defineEntity({
  name: 'RevealSlot',
  tableName: 'reveal_slot',
  properties: {
    accountId: p.uuid().primary(),
    span: p.text().$type<'HOUR' | 'DAY'>().primary(),
    slot: p.integer().primary(),
    takenAt: p.datetime(),
  },
});
class RevealSlot extends RevealSlotSchema.class {}
RevealSlotSchema.setClass(RevealSlot);
