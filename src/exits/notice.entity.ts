// A public notice (公示): a list that hangs where everybody can see it, for a time that the law sets, and what was said
// against it. The time stands still while an objection waits for its answer.
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { StandardTarget } from '../standards/measure.rules.js';
import type { NoticeUnit } from '../standards/standard.entity.js';

export const PublicNoticeSchema = defineEntity({
  name: 'PublicNotice',
  tableName: 'public_notice',
  properties: {
    id: p.uuid().primary(),
    /** Where it hangs, and whose calendar counts. */
    regionCode: p.text(),
    kind: p.text().$type<StandardTarget>(),
    place: p.text(),
    amount: p.integer(),
    unit: p.text().$type<NoticeUnit>(),
    postedAt: p.datetime(),
    postedById: p.uuid(),
    version: p.integer().version(),
  },
});
export class PublicNotice extends PublicNoticeSchema.class {}
PublicNoticeSchema.setClass(PublicNotice);

export const ObjectionSchema = defineEntity({
  name: 'Objection',
  tableName: 'objection',
  properties: {
    id: p.uuid().primary(),
    noticeId: p.uuid(),
    /** Against which of the cases on the list. */
    exitId: p.uuid(),
    regionCode: p.text(),
    text: p.text(),
    at: p.datetime(),
    recordedById: p.uuid(),
    answeredAt: p.datetime().nullable(),
    answeredById: p.uuid().nullable(),
    upheld: p.boolean().nullable(),
    answer: p.text().nullable(),
    version: p.integer().version(),
  },
});
export class Objection extends ObjectionSchema.class {}
ObjectionSchema.setClass(Objection);
