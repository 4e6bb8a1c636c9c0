// What is built or run to lift a place out of poverty: a pumping station, a base, a workshop. Each kind has its own
// way from the first stage to the last; the history says from where a suspended one goes on.
import { defineEntity, type Opt, p } from '@mikro-orm/postgresql';
import type { Named } from '../events/facts.js';

export const PROJECT_KINDS = [
  'WATER_NETWORK',
  'ROAD_NETWORK',
  'POWER_NETWORK',
  'INDUSTRY_BASE',
  'EMPLOYMENT_WORKSHOP',
  'SOLAR_STATION',
  'OTHER',
] as const;
export type ProjectKind = (typeof PROJECT_KINDS)[number];

export const PROJECT_STAGES = [
  'PROPOSED',
  'APPROVED',
  'UNDER_CONSTRUCTION',
  'COMPLETED',
  'ACCEPTED',
  'PLANNED',
  'LAND_TRANSFER',
  'BUILDING',
  'OPERATING',
  'SELECTED',
  'PREPARING',
  'PRODUCING',
  'SUSPENDED',
  'CLOSED',
] as const;
export type ProjectStage = (typeof PROJECT_STAGES)[number];

type Way = readonly [ProjectStage, ...ProjectStage[]];
const INFRASTRUCTURE: Way = ['PROPOSED', 'APPROVED', 'UNDER_CONSTRUCTION', 'COMPLETED', 'ACCEPTED'];

/** The stages of each kind, in order. A solar station and whatever has no name of its own are built like the networks. */
export const WAYS: Readonly<Record<ProjectKind, Way>> = {
  WATER_NETWORK: INFRASTRUCTURE,
  ROAD_NETWORK: INFRASTRUCTURE,
  POWER_NETWORK: INFRASTRUCTURE,
  INDUSTRY_BASE: ['PLANNED', 'LAND_TRANSFER', 'BUILDING', 'OPERATING'],
  EMPLOYMENT_WORKSHOP: ['SELECTED', 'PREPARING', 'PRODUCING'],
  SOLAR_STATION: INFRASTRUCTURE,
  OTHER: INFRASTRUCTURE,
};

/** Every stage that a project of the kind may take, in order. */
export const stagesOf = (kind: ProjectKind): ProjectStage[] => [...WAYS[kind], 'SUSPENDED', 'CLOSED'];

/** Where a project of the kind begins. */
export const firstStage = (kind: ProjectKind): ProjectStage => WAYS[kind][0];

/**
 * Where a project may go next: one step on along the way of its kind; suspended from any stage of it and back to that
 * stage; closed from anywhere, for good.
 */
export function nextStages(
  kind: ProjectKind,
  stage: ProjectStage,
  suspendedFrom: ProjectStage | null,
): ProjectStage[] {
  if (stage === 'CLOSED') return [];
  if (stage === 'SUSPENDED') return suspendedFrom ? [suspendedFrom, 'CLOSED'] : ['CLOSED'];
  const step = WAYS[kind][WAYS[kind].indexOf(stage) + 1];
  return step ? [step, 'SUSPENDED', 'CLOSED'] : ['SUSPENDED', 'CLOSED'];
}

/** The stage in which work stopped, by the last of the moves (oldest first) that suspended it. */
export const suspendedFrom = (
  moves: readonly { fromStage?: ProjectStage | null; toStage: ProjectStage }[],
): ProjectStage | null => moves.findLast((move) => move.toStage === 'SUSPENDED')?.fromStage ?? null;

export const ProjectSchema = defineEntity({
  name: 'Project',
  tableName: 'project',
  properties: {
    id: p.uuid().primary(),
    regionCode: p.text(),
    kind: p.text().$type<ProjectKind>(),
    nameZh: p.text(),
    nameEn: p.text().nullable(),
    stage: p.text().$type<ProjectStage>(),
    transferredMuHundredths: p.bigint('number').nullable(),
    plantedMuHundredths: p.bigint('number').nullable(),
    householdsLinked: p.integer().nullable(),
    createdAt: p.datetime(),
    version: p.integer().version(),
  },
});

export class Project extends ProjectSchema.class {
  get name(): Opt<Named> {
    return { zh: this.nameZh, ...(this.nameEn ? { en: this.nameEn } : {}) };
  }
}
ProjectSchema.setClass(Project);

export const ProjectMoveSchema = defineEntity({
  name: 'ProjectMove',
  tableName: 'project_move',
  properties: {
    id: p.uuid().primary(),
    projectId: p.uuid(),
    fromStage: p.text().$type<ProjectStage>().nullable(),
    toStage: p.text().$type<ProjectStage>(),
    at: p.datetime(),
    byId: p.uuid().nullable(),
    note: p.text().nullable(),
  },
});
export class ProjectMove extends ProjectMoveSchema.class {}
ProjectMoveSchema.setClass(ProjectMove);
