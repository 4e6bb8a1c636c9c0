// What an inspection found wrong in one village: open until the office has seen it put right.
import { defineEntity, type Opt, p } from '@mikro-orm/postgresql';
import type { Named, Severity } from '../events/facts.js';

export const FINDING_STATUSES = ['OPEN', 'CLOSED'] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

export const FindingSchema = defineEntity({
  name: 'Finding',
  tableName: 'finding',
  properties: {
    id: p.uuid().primary(),
    inspectionId: p.uuid(),
    /** One of the inspection's villages. */
    regionCode: p.text(),
    titleZh: p.text(),
    titleEn: p.text().nullable(),
    severity: p.text().$type<Severity>(),
    status: p.text().$type<FindingStatus>(),
    dueOn: p.date().nullable(),
    issuedAt: p.datetime(),
    issuedById: p.uuid().nullable(),
    closedAt: p.datetime().nullable(),
    closedById: p.uuid().nullable(),
    closingNote: p.text().nullable(),
    /** When the log was told that its last day had passed. */
    overdueAt: p.datetime().nullable(),
    version: p.integer().version(),
  },
});

export class Finding extends FindingSchema.class {
  get title(): Opt<Named> {
    return { zh: this.titleZh, ...(this.titleEn ? { en: this.titleEn } : {}) };
  }
}
FindingSchema.setClass(Finding);
