// What a village must reach to leave the list: versioned documents with their items, as data and never as code,
// because every province and year had its own.
import { defineEntity, p } from '@mikro-orm/postgresql';

export const ITEM_KINDS = ['VETO', 'REQUIRED', 'REFERENCE'] as const;
export type ItemKind = (typeof ITEM_KINDS)[number];

export const STANDARD_TARGETS = ['HOUSEHOLD', 'VILLAGE', 'COUNTY'] as const;
export type StandardTarget = (typeof STANDARD_TARGETS)[number];

/** A threshold is kept as it stands in the source: a rate as numerator and denominator, a count, or words. */
export type Threshold = { numerator: number; denominator: number } | { count: number } | { text: string };

export const ExitStandardSchema = defineEntity({
  name: 'ExitStandard',
  tableName: 'exit_standard',
  properties: {
    id: p.uuid().primary(),
    code: p.text(),
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
    whereApplicable: p.boolean(),
    comparator: p.text(),
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
