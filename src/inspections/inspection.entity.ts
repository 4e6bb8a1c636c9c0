// Who goes to look, where and on which days: an inspection of villages by inspectors, who see those villages on those
// days only. An unannounced one is concealed from the inspected side until it is in the field.
import { defineEntity, type Opt, p } from '@mikro-orm/postgresql';
import { isInside, pathOf } from '../auth/scope.js';
import type { Role } from '../auth/viewer.js';
import { startOfShanghaiDay } from '../clock.js';
import type { Audience, Named } from '../events/facts.js';

export const INSPECTION_KINDS = [
  'SUPERVISION',
  'PATROL',
  'UNANNOUNCED_VISIT',
  'CROSS_INSPECTION',
  'THIRD_PARTY_EVALUATION',
  'PROVINCIAL_VERIFICATION',
  'SITE_VISIT',
] as const;
export type InspectionKind = (typeof INSPECTION_KINDS)[number];

export const INSPECTION_STATUSES = [
  'PLANNED',
  'ASSIGNED',
  'IN_FIELD',
  'SUBMITTED',
  'REVIEWED',
  'FINDINGS_ISSUED',
  'CLOSED',
  'CANCELLED',
] as const;
export type InspectionStatus = (typeof INSPECTION_STATUSES)[number];

/** Inspectors have work on these; outside them their grants are not yet given, or revoked, or of no use. */
export const WORK_STATUSES: readonly InspectionStatus[] = ['ASSIGNED', 'IN_FIELD'];
/** Inspectors may still be added. */
export const STAFFED_STATUSES: readonly InspectionStatus[] = ['PLANNED', ...WORK_STATUSES];
/** The team is or was there and the report is not yet settled: something may have been found. */
export const IN_REVIEW_STATUSES: readonly InspectionStatus[] = ['IN_FIELD', 'SUBMITTED', 'REVIEWED'];
/** Nothing comes after. */
export const ENDED_STATUSES: readonly InspectionStatus[] = ['CLOSED', 'CANCELLED'];

/** What some moves look at besides the status. */
export interface Standing {
  readonly inspectors: number;
  readonly findings: number;
  readonly openFindings: number;
}

interface Move {
  readonly by: readonly Role[];
  /** Holds before the move can be made; `advice` tells the refused what to do instead. */
  readonly needs?: { readonly advice: string; isMet(standing: Standing): boolean };
}
const OFFICE: Move = { by: ['SUPERVISION_OFFICE'] };
const FIELD: Move = { by: ['SUPERVISION_OFFICE', 'INSPECTOR'] };

/** Who may move an inspection from where to where. */
const MOVES: Readonly<Record<InspectionStatus, Partial<Record<InspectionStatus, Move>>>> = {
  PLANNED: {
    ASSIGNED: {
      ...OFFICE,
      needs: { advice: 'Assign inspectors first.', isMet: ({ inspectors }) => inspectors > 0 },
    },
    CANCELLED: OFFICE,
  },
  ASSIGNED: { IN_FIELD: FIELD, CANCELLED: OFFICE },
  IN_FIELD: { SUBMITTED: FIELD, CANCELLED: OFFICE },
  SUBMITTED: { REVIEWED: OFFICE },
  REVIEWED: {
    FINDINGS_ISSUED: {
      ...OFFICE,
      needs: { advice: 'Nothing was found: close it.', isMet: ({ findings }) => findings > 0 },
    },
    CLOSED: {
      ...OFFICE,
      needs: { advice: 'It has findings: issue them first.', isMet: ({ findings }) => findings === 0 },
    },
  },
  FINDINGS_ISSUED: {
    CLOSED: {
      ...OFFICE,
      needs: { advice: 'Close every finding first.', isMet: ({ openFindings }) => openFindings === 0 },
    },
  },
  CLOSED: {},
  CANCELLED: {},
};

/** The moves that a person with these roles may make now. */
export const allowedMoves = (
  status: InspectionStatus,
  roles: ReadonlySet<Role>,
  standing: Standing,
): InspectionStatus[] =>
  INSPECTION_STATUSES.filter((to) => {
    const move = MOVES[status][to];
    return move?.by.some((role) => roles.has(role)) && (move.needs?.isMet(standing) ?? true);
  });

/** What stands in the way of a move that the status itself would allow. */
export function adviceOn(from: InspectionStatus, to: InspectionStatus, standing: Standing): string | null {
  const needs = MOVES[from][to]?.needs;
  return needs && !needs.isMet(standing) ? needs.advice : null;
}

/** The smallest region that contains all of them. */
export function commonRegion(codes: readonly string[]): string {
  const common = pathOf(codes[0] ?? '').findLast((region) => codes.every((code) => isInside(code, region)));
  if (common === undefined) throw new RangeError('The villages have no region in common.');
  return common;
}

const DAY_MS = 86_400_000;

/** The inspectors' grants hold from the first instant of the first day to the last of the last, in Asia/Shanghai. */
export const fieldDays = ({ startsOn, endsOn }: { startsOn: string; endsOn: string }) => ({
  validFrom: startOfShanghaiDay(startsOn),
  validTo: new Date(startOfShanghaiDay(endsOn).getTime() + DAY_MS),
});

export const InspectionSchema = defineEntity({
  name: 'Inspection',
  tableName: 'inspection',
  properties: {
    id: p.uuid().primary(),
    /** The smallest region that contains all its villages. */
    regionCode: p.text(),
    kind: p.text().$type<InspectionKind>(),
    titleZh: p.text(),
    titleEn: p.text().nullable(),
    status: p.text().$type<InspectionStatus>(),
    /** The inspected side must not know of it. */
    concealed: p.boolean(),
    startsOn: p.date(),
    endsOn: p.date(),
    createdAt: p.datetime(),
    version: p.integer().version(),
  },
});

export class Inspection extends InspectionSchema.class {
  get title(): Opt<Named> {
    return { zh: this.titleZh, ...(this.titleEn ? { en: this.titleEn } : {}) };
  }

  /** Who may be told of what happens to it now. */
  get audience(): Opt<Audience> {
    return this.concealed ? 'UNANNOUNCED' : 'REGION';
  }

  /** A team that stands in the village is no secret any more; one called off before stays one for good. */
  moveTo(to: InspectionStatus): void {
    this.status = to;
    if (to === 'IN_FIELD') this.concealed = false;
  }
}
InspectionSchema.setClass(Inspection);

export const InspectionVillageSchema = defineEntity({
  name: 'InspectionVillage',
  tableName: 'inspection_village',
  properties: { inspectionId: p.uuid().primary(), regionCode: p.text().primary() },
});
export class InspectionVillage extends InspectionVillageSchema.class {}
InspectionVillageSchema.setClass(InspectionVillage);

export const InspectionInspectorSchema = defineEntity({
  name: 'InspectionInspector',
  tableName: 'inspection_inspector',
  properties: { inspectionId: p.uuid().primary(), accountId: p.uuid().primary() },
});
export class InspectionInspector extends InspectionInspectorSchema.class {}
InspectionInspectorSchema.setClass(InspectionInspector);

export const InspectionMoveSchema = defineEntity({
  name: 'InspectionMove',
  tableName: 'inspection_move',
  properties: {
    id: p.uuid().primary(),
    inspectionId: p.uuid(),
    fromStatus: p.text().$type<InspectionStatus>().nullable(),
    toStatus: p.text().$type<InspectionStatus>(),
    at: p.datetime(),
    byId: p.uuid().nullable(),
    note: p.text().nullable(),
  },
});
export class InspectionMove extends InspectionMoveSchema.class {}
InspectionMoveSchema.setClass(InspectionMove);
