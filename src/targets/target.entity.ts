// The year's plan: which villages leave the list and how many persons are lifted out, county by county. Drafted, locked
// on a day, and from then on changed only by an adjustment with a reason and another's yes.
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { FactOf } from '../events/facts.js';

export const PLAN_STATUSES = ['DRAFT', 'LOCKED'] as const;
export type PlanStatus = (typeof PLAN_STATUSES)[number];

export const TargetPlanSchema = defineEntity({
  name: 'TargetPlan',
  tableName: 'target_plan',
  properties: {
    id: p.uuid().primary(),
    /** The city. */
    regionCode: p.text(),
    year: p.integer(),
    /** YYYY-MM-DD; from the start of this day in Asia/Shanghai it is locked. */
    lockOn: p.text(),
    /** When the log was told so. */
    lockedAt: p.datetime().nullable(),
    draftedAt: p.datetime(),
    draftedById: p.uuid(),
    version: p.integer().version(),
  },
});
export class TargetPlan extends TargetPlanSchema.class {}
TargetPlanSchema.setClass(TargetPlan);

export const TargetLineSchema = defineEntity({
  name: 'TargetLine',
  tableName: 'target_line',
  properties: {
    planId: p.uuid().primary(),
    /** The county. */
    regionCode: p.text().primary(),
    persons: p.integer(),
    /** As it was locked; null until then. */
    lockedPersons: p.integer().nullable(),
    lockedVillages: p.integer().nullable(),
  },
});
export class TargetLine extends TargetLineSchema.class {}
TargetLineSchema.setClass(TargetLine);

export const TargetVillageSchema = defineEntity({
  name: 'TargetVillage',
  tableName: 'target_village',
  properties: { planId: p.uuid().primary(), regionCode: p.text().primary() },
});
export class TargetVillage extends TargetVillageSchema.class {}
TargetVillageSchema.setClass(TargetVillage);

export const ADJUSTMENT_STATUSES = ['REQUESTED', 'APPROVED', 'REFUSED'] as const;
export type AdjustmentStatus = (typeof ADJUSTMENT_STATUSES)[number];

export const TargetAdjustmentSchema = defineEntity({
  name: 'TargetAdjustment',
  tableName: 'target_adjustment',
  properties: {
    id: p.uuid().primary(),
    planId: p.uuid(),
    /** The county. */
    regionCode: p.text(),
    /** What the county's persons are to be; null: as they are. */
    persons: p.integer().nullable(),
    addVillages: p.array(),
    removeVillages: p.array(),
    reason: p.text(),
    status: p.text().$type<AdjustmentStatus>(),
    requestedAt: p.datetime(),
    requestedById: p.uuid(),
    decidedAt: p.datetime().nullable(),
    decidedById: p.uuid().nullable(),
    note: p.text().nullable(),
    version: p.integer().version(),
  },
});
export class TargetAdjustment extends TargetAdjustmentSchema.class {}
TargetAdjustmentSchema.setClass(TargetAdjustment);

/** Locked by its day, whether or not the house has got round to saying so. */
export const isLocked = (
  { lockOn, lockedAt }: Pick<TargetPlan, 'lockOn' | 'lockedAt'>,
  today: string,
): boolean => lockedAt !== null || lockOn <= today;

/** What a plan says of a place, or somebody has asked for it; `id`: of the plan, or of the request. */
export const targetsFact = (
  { id, year }: Pick<TargetPlan, 'id' | 'year'>,
  { code, name }: { code: string; name: string },
  params: Omit<FactOf<'TARGETS_CHANGED'>['params'], 'year'>,
): FactOf<'TARGETS_CHANGED'> => ({
  kind: 'TARGETS_CHANGED',
  region: { code, name },
  subject: { type: 'TARGET', id },
  severity: null,
  audience: 'REGION',
  params: { year, ...params },
});
