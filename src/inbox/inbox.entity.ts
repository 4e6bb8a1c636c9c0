// What one person is told. One notice for one matter in one district for as long as it has not been seen: what comes in
// the meantime becomes part of it, so that ten thousand breaches at once are a handful of notices for anybody.
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Audience, Severity, SubjectType } from '../events/facts.js';

export const InboxNoticeSchema = defineEntity({
  name: 'InboxNotice',
  tableName: 'inbox_notice',
  properties: {
    id: p.uuid().primary(),
    accountId: p.uuid(),
    /** Code of the rung or of the alert rule, or what else it is (inbox.rules.ts). */
    topic: p.text(),
    /** The step of the escalation that it came by; null: it is told to this person alone. */
    step: p.text().nullable(),
    /** What the receiver oversees is told district by district: the parts directly inside the region of the grant. */
    districtCode: p.text(),
    audience: p.text().$type<Audience>(),
    severity: p.text().$type<Severity>(),
    /** How many things it is about. */
    count: p.integer(),
    createdAt: p.datetime(),
    /** When the last of them came. */
    lastAt: p.datetime(),
    /** Not before then: what is not critical waits for the morning, or for working time. */
    deliverAt: p.datetime(),
    deliveredAt: p.datetime().nullable(),
    seenAt: p.datetime().nullable(),
    /** When the receiver had done something about the last of them. */
    actedAt: p.datetime().nullable(),
  },
});
export class InboxNotice extends InboxNoticeSchema.class {}
InboxNoticeSchema.setClass(InboxNotice);

export const InboxItemSchema = defineEntity({
  name: 'InboxItem',
  tableName: 'inbox_item',
  properties: {
    noticeId: p.uuid().primary(),
    subjectType: p.text().$type<SubjectType>().primary(),
    subjectId: p.uuid().primary(),
    /** What the alert is about that the item is about. */
    aboutId: p.uuid().nullable(),
    regionCode: p.text(),
    titleZh: p.text(),
    titleEn: p.text().nullable(),
    at: p.datetime(),
    actedAt: p.datetime().nullable(),
  },
});
export class InboxItem extends InboxItemSchema.class {}
InboxItemSchema.setClass(InboxItem);
