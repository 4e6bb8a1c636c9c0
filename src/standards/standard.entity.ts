// What a village must reach to leave the list: versioned documents with their items, as data and never as code,
// because every province and year had its own.
import { defineEntity, p } from '@mikro-orm/postgresql';
import { Refusal } from '../errors.js';
import type { MeasureCode, StandardTarget } from './measure.rules.js';

export const ITEM_KINDS = ['VETO', 'REQUIRED', 'REFERENCE'] as const;
export type ItemKind = (typeof ITEM_KINDS)[number];

/** How a value is held against the threshold; HOLDS asks whether something is so. */
export const COMPARATORS = ['LT', 'LE', 'GE', 'GT', 'HOLDS'] as const;
export type Comparator = (typeof COMPARATORS)[number];

/** A draft is tried before it is adopted; what is adopted is never changed, only superseded by a later edition. */
export const STANDARD_STATUSES = ['DRAFT', 'ADOPTED'] as const;
export type StandardStatus = (typeof STANDARD_STATUSES)[number];

/** What the time of a public notice may be counted in; the law's own is calendar days. */
export const NOTICE_UNITS = ['CALENDAR_DAYS', 'WORKING_DAYS'] as const;
export type NoticeUnit = (typeof NOTICE_UNITS)[number];
/** Where the rulebook does not say it. */
export const DEFAULT_NOTICE = { amount: 7, unit: 'CALENDAR_DAYS' } as const;

/** A threshold is kept as it stands in the source: a rate as numerator and denominator, a count, or words. */
export type Threshold = { numerator: number; denominator: number } | { count: number } | { text: string };

export const ExitStandardSchema = defineEntity({
  name: 'ExitStandard',
  tableName: 'exit_standard',
  properties: {
    id: p.uuid().primary(),
    code: p.text(),
    edition: p.integer(),
    status: p.text().$type<StandardStatus>(),
    /** The points that are enough; null where every required item must be met. */
    passPoints: p.integer().nullable(),
    /** How long its public notice stands. */
    noticeAmount: p.integer().default(DEFAULT_NOTICE.amount),
    noticeUnit: p.text().$type<NoticeUnit>().default(DEFAULT_NOTICE.unit),
    /** SHA-256 of the file it was read from; null for one from before there were files. */
    fileHash: p.text().nullable(),
    adoptedById: p.uuid().nullable(),
    adoptedAt: p.datetime().nullable(),
    targetLevel: p.text().$type<StandardTarget>(),
    year: p.integer(),
    jurisdictionCode: p.text(),
    nameZh: p.text(),
    nameEn: p.text(),
    source: p.text(),
    effectiveFrom: p.date(),
    effectiveTo: p.date().nullable(),
    version: p.integer().version(),
  },
});
export class ExitStandard extends ExitStandardSchema.class {}
ExitStandardSchema.setClass(ExitStandard);

/** @throws BAD_USER_INPUT for one that villages are not held against */
export function demandVillageStandard({ targetLevel }: Pick<ExitStandard, 'targetLevel'>): void {
  if (targetLevel === 'VILLAGE') return;
  const why = `Villages are held against a standard for villages; this one is for a ${targetLevel}.`;
  throw new Refusal('BAD_USER_INPUT', why, { field: 'standardId' });
}

export const StandardItemSchema = defineEntity({
  name: 'StandardItem',
  tableName: 'standard_item',
  properties: {
    id: p.uuid().primary(),
    standardId: p.uuid(),
    code: p.text(),
    position: p.integer(),
    nameZh: p.text(),
    nameEn: p.text(),
    kind: p.text().$type<ItemKind>(),
    measure: p.text().$type<MeasureCode>(),
    points: p.integer().nullable(),
    evidence: p.array(),
    whereApplicable: p.boolean(),
    comparator: p.text().$type<Comparator>(),
    threshold: p.json<Threshold>(),
    unit: p.text(),
    basis: p.text(),
    toBeConfirmed: p.boolean(),
    bureauZh: p.text(),
    bureauEn: p.text(),
  },
});
export class StandardItem extends StandardItemSchema.class {}
StandardItemSchema.setClass(StandardItem);
