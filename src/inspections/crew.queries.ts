import type { EntityManager } from '@mikro-orm/postgresql';
import { type Act, rolesFor, signedIn } from '../auth/may.js';
import type { Role, Viewer } from '../auth/viewer.js';
import type { Loaders } from '../db/loaders.js';
import { tables } from '../db/orm.js';
import type { Context } from '../http/context.js';
import type { FindingSchema, FindingStatus } from './finding.entity.js';
import {
  allowedMoves,
  type Inspection,
  type InspectionInspectorSchema,
  type InspectionStatus,
  type InspectionVillageSchema,
  type Standing,
} from './inspection.entity.js';

/** Where an inspection goes, who carries it out, and how its findings stand. */
export interface Crew extends Standing {
  readonly villages: readonly string[];
  readonly inspectorIds: readonly string[];
}

interface Asking {
  em: EntityManager;
  loaders: Loaders;
}

const db = (em: EntityManager) =>
  tables<typeof InspectionVillageSchema | typeof InspectionInspectorSchema | typeof FindingSchema>(em);

async function villagesById(em: EntityManager, ids: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await db(em)
    .selectFrom('inspection_village')
    .selectAll()
    .where('inspectionId', 'in', ids)
    .orderBy('regionCode')
    .execute();
  return grouped(rows, ({ regionCode }) => regionCode);
}

/** Whether an account is an inspector of any visit, past ones included. */
export async function carriesOutVisits(em: EntityManager, accountId: string): Promise<boolean> {
  const query = db(em).selectFrom('inspection_inspector').select('inspectionId');
  return (await query.where('accountId', '=', accountId).limit(1).executeTakeFirst()) !== undefined;
}

async function inspectorsById(em: EntityManager, ids: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await db(em)
    .selectFrom('inspection_inspector')
    .selectAll()
    .where('inspectionId', 'in', ids)
    .orderBy('accountId')
    .execute();
  return grouped(rows, ({ accountId }) => accountId);
}

async function findingsById(
  em: EntityManager,
  ids: readonly string[],
): Promise<Map<string, FindingStatus[]>> {
  const rows = await db(em)
    .selectFrom('finding')
    .select(['inspectionId', 'status'])
    .where('inspectionId', 'in', ids)
    .execute();
  return grouped(rows, ({ status }) => status);
}

function grouped<Row extends { inspectionId: string }, Value>(
  rows: readonly Row[],
  pick: (row: Row) => Value,
): Map<string, Value[]> {
  const groups = Map.groupBy(rows, ({ inspectionId }) => inspectionId);
  return new Map([...groups].map(([id, own]) => [id, own.map(pick)]));
}

/** The codes of its villages, in order. */
export const villagesOf = async ({ em, loaders }: Asking, id: string): Promise<string[]> =>
  (await loaders.load(villagesOf, id, (ids: readonly string[]) => villagesById(em, ids))) ?? [];

/** The accounts that carry it out. */
export const inspectorsOf = async ({ em, loaders }: Asking, id: string): Promise<string[]> =>
  (await loaders.load(inspectorsOf, id, (ids: readonly string[]) => inspectorsById(em, ids))) ?? [];

const findingStatusesOf = async ({ em, loaders }: Asking, id: string): Promise<FindingStatus[]> =>
  (await loaders.load(findingStatusesOf, id, (ids: readonly string[]) => findingsById(em, ids))) ?? [];

/** All of it; a write hands in loaders of its own, to see what its transaction sees. */
export async function crewOf(asking: Asking, id: string): Promise<Crew> {
  const villages = await villagesOf(asking, id);
  const inspectorIds = await inspectorsOf(asking, id);
  const findings = await findingStatusesOf(asking, id);
  return {
    villages,
    inspectorIds,
    inspectors: inspectorIds.length,
    findings: findings.length,
    openFindings: findings.filter((status) => status === 'OPEN').length,
  };
}

/**
 * The roles in which somebody may act on an inspection: an office by its region, an inspector by being assigned to it
 * and holding a grant in force in one of its villages.
 */
export function rolesOn(
  { viewer, now }: { viewer: Viewer; now: Date },
  act: Act,
  { regionCode }: Pick<Inspection, 'regionCode'>,
  { villages, inspectorIds }: Pick<Crew, 'villages' | 'inspectorIds'>,
): Set<Role> {
  const roles = rolesFor(viewer, act, regionCode, now);
  roles.delete('INSPECTOR');
  const isThere = (village: string) => rolesFor(viewer, act, village, now).has('INSPECTOR');
  if (inspectorIds.includes(viewer.accountId) && villages.some(isThere)) roles.add('INSPECTOR');
  return roles;
}

/** The moves that the asking viewer may make now. */
export async function allowedTransitions(
  context: Context,
  inspection: Pick<Inspection, 'id' | 'regionCode' | 'status'>,
): Promise<InspectionStatus[]> {
  const viewer = signedIn(context.asker);
  const crew = await crewOf(context, inspection.id);
  const roles = rolesOn({ viewer, now: context.now }, 'inspection.changeStatus', inspection, crew);
  return allowedMoves(inspection.status, roles, crew);
}
