// A matter of discipline, referred to the discipline inspection. Nobody else knows that there is one, but whoever
// referred it; behind the second wall, for it speaks ill of people in so many words.
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { FactOf } from '../events/facts.js';

export const REFERRAL_MATTERS = ['FALSIFICATION', 'FUNDS', 'DUTY', 'OTHER'] as const;
export type ReferralMatter = (typeof REFERRAL_MATTERS)[number];

export const REFERRAL_STATUSES = ['REFERRED', 'UNDER_REVIEW', 'CLOSED'] as const;
export type ReferralStatus = (typeof REFERRAL_STATUSES)[number];

export const REFERRAL_OUTCOMES = ['SUBSTANTIATED', 'UNSUBSTANTIATED', 'NOT_COMPETENT'] as const;
export type ReferralOutcome = (typeof REFERRAL_OUTCOMES)[number];

/** What may be referred besides a place as such. */
export const REFERRAL_SUBJECTS = ['TASK', 'ALERT', 'INSPECTION', 'FINDING', 'PROJECT', 'EXIT'] as const;
export type ReferralSubject = (typeof REFERRAL_SUBJECTS)[number];

export const ReferralSchema = defineEntity({
  name: 'Referral',
  tableName: 'referral',
  properties: {
    id: p.uuid().primary(),
    regionCode: p.text(),
    matter: p.text().$type<ReferralMatter>(),
    statement: p.text(),
    subjectType: p.text().$type<ReferralSubject>().nullable(),
    subjectId: p.uuid().nullable(),
    status: p.text().$type<ReferralStatus>(),
    referredAt: p.datetime(),
    referredById: p.uuid(),
    outcome: p.text().$type<ReferralOutcome>().nullable(),
    conclusion: p.text().nullable(),
    closedAt: p.datetime().nullable(),
    closedById: p.uuid().nullable(),
    version: p.integer().version(),
  },
});
export class Referral extends ReferralSchema.class {}
ReferralSchema.setClass(Referral);

export const ReferralNoteSchema = defineEntity({
  name: 'ReferralNote',
  tableName: 'referral_note',
  properties: {
    id: p.uuid().primary(),
    /** That of the referral, for the wall. */
    regionCode: p.text(),
    referralId: p.uuid(),
    at: p.datetime(),
    byId: p.uuid(),
    note: p.text(),
  },
});
export class ReferralNote extends ReferralNoteSchema.class {}
ReferralNoteSchema.setClass(ReferralNote);

/** For the discipline inspectors of the region, and nobody else. */
export const referralFact = (
  { id, matter, status }: Pick<Referral, 'id' | 'matter' | 'status'>,
  { code, name }: { code: string; name: string },
  from: ReferralStatus | null,
): FactOf<'REFERRAL_CHANGED'> => ({
  kind: 'REFERRAL_CHANGED',
  region: { code, name },
  subject: { type: 'REFERRAL', id },
  severity: from === null ? 'CRITICAL' : null,
  audience: 'DISCIPLINE',
  params: { matter, from, to: status },
});
