import type { EntityManager } from '@mikro-orm/postgresql';
import type { Expression, ExpressionBuilder, Kysely, SqlBool } from 'kysely';
import { demandScopes, scopesFor, signedIn } from '../auth/may.js';
import { type Scope, scopeOf } from '../auth/scope.js';
import type { Viewer } from '../auth/viewer.js';
import { shanghaiDay } from '../clock.js';
import { tables } from '../db/orm.js';
import { type Order, type PageArgs, readPage } from '../db/page.js';
import { isId } from '../db/write.js';
import { notFound } from '../errors.js';
import type { Context } from '../http/context.js';
import { demandRegion } from '../regions/region.queries.js';
import { tasksIn } from '../tasks/task.queries.js';
import { villagesOf } from './crew.queries.js';
import {
  type Inspection,
  type InspectionInspectorSchema,
  type InspectionMove,
  type InspectionMoveSchema,
  type InspectionSchema,
  type InspectionVillageSchema,
  WORK_STATUSES,
} from './inspection.entity.js';

export type InspectionRow = Omit<Inspection, 'title' | 'audience' | 'moveTo'>;

/** Who looks, when, and over which ranges of regions. */
export interface Sight {
  readonly viewer: Viewer;
  readonly scopes: readonly Scope[];
  readonly now: Date;
}

const BY_ID: Order<InspectionRow> = { list: 'inspections', columns: ['id'], direction: 'asc' };

const db = (em: EntityManager) =>
  tables<
    | typeof InspectionSchema
    | typeof InspectionVillageSchema
    | typeof InspectionInspectorSchema
    | typeof InspectionMoveSchema
  >(em);
type Builder =
  ReturnType<typeof db> extends Kysely<infer Tables>
    ? ExpressionBuilder<Tables, 'inspection' & keyof Tables>
    : never;

const liesIn = (eb: Builder, scopes: readonly Scope[]) =>
  eb.or(
    scopes.map(({ from, to }) =>
      eb.and([eb('inspection.regionCode', '>=', from), eb('inspection.regionCode', '<', to)]),
    ),
  );

const visits = (eb: Builder, scopes: readonly Scope[]) =>
  eb.exists(
    eb
      .selectFrom('inspection_village as v')
      .select('v.inspectionId')
      .whereRef('v.inspectionId', '=', 'inspection.id')
      .where(({ or, and, eb: village }) =>
        or(
          scopes.map(({ from, to }) =>
            and([village('v.regionCode', '>=', from), village('v.regionCode', '<', to)]),
          ),
        ),
      ),
  );

const isAssignedTo = (eb: Builder, accountId: string) =>
  eb.exists(
    eb
      .selectFrom('inspection_inspector as i')
      .select('i.inspectionId')
      .whereRef('i.inspectionId', '=', 'inspection.id')
      .where('i.accountId', '=', accountId),
  );

/**
 * The one condition under which an inspection exists for somebody: its region or one of its villages is in sight, and
 * while it is concealed they may know of unannounced ones there, or are to carry this one out.
 */
function isSeen(eb: Builder, { viewer, scopes, now }: Sight): Expression<SqlBool> {
  const confided = scopesFor(viewer, 'inspection.readUnannounced', now);
  return eb.and([
    eb.or([liesIn(eb, scopes), visits(eb, scopes)]),
    eb.or([eb('inspection.concealed', '=', false), liesIn(eb, confided), isAssignedTo(eb, viewer.accountId)]),
  ]);
}

/** Everything the viewer may read now. */
function sightOf({ asker, now }: Context): Sight {
  const viewer = signedIn(asker);
  return { viewer, scopes: scopesFor(viewer, 'inspection.read', now), now };
}

const inspections = (em: EntityManager, sight: Sight) =>
  db(em)
    .selectFrom('inspection')
    .selectAll('inspection')
    .where((eb) => isSeen(eb, sight));

/** Inspections that belong to a region or visit a village in it, by id. @throws FORBIDDEN · INVALID_PAGE_SIZE · INVALID_CURSOR */
export async function inspectionsWithin(context: Context, within: string, page: PageArgs) {
  const viewer = await demandRegion(context, 'inspection.read', within);
  const sight = { viewer, scopes: [scopeOf(within)], now: context.now };
  return readPage(inspections(context.em, sight), BY_ID, page, context);
}

/** Those of the given inspections that exist for the viewer, by id. */
export async function seenById(
  em: EntityManager,
  sight: Sight,
  ids: readonly string[],
): Promise<Map<string, InspectionRow>> {
  const rows = await inspections(em, sight).where('inspection.id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** The inspection, or null when it does not exist for the viewer. */
export async function findInspection(context: Context, id: string): Promise<InspectionRow | null> {
  demandScopes(context.asker, 'inspection.read', context.now);
  if (!isId(id)) return null;
  return context.loaders.load(findInspection, id, (ids: readonly string[]) =>
    seenById(context.em, sightOf(context), ids),
  );
}

/** One inspection the viewer may see. @throws NOT_FOUND, the same whether absent, out of scope or concealed */
export async function getInspection(context: Context, id: string): Promise<InspectionRow> {
  const inspection = await findInspection(context, id);
  if (!inspection) throw notFound('inspection');
  return inspection;
}

/** What the asking account is to inspect today (a calendar day in Asia/Shanghai); nothing once its grants have ended. */
export async function workListOf(context: Context): Promise<InspectionRow[]> {
  const sight = sightOf(context);
  const today = shanghaiDay(sight.now);
  return inspections(context.em, sight)
    .where((eb) => isAssignedTo(eb, sight.viewer.accountId))
    .where('inspection.status', 'in', WORK_STATUSES)
    .where('inspection.startsOn', '<=', today)
    .where('inspection.endsOn', '>=', today)
    .orderBy('inspection.startsOn')
    .orderBy('inspection.id')
    .execute();
}

async function movesById(em: EntityManager, ids: readonly string[]): Promise<Map<string, InspectionMove[]>> {
  const rows = await db(em)
    .selectFrom('inspection_move')
    .selectAll()
    .where('inspectionId', 'in', ids)
    .orderBy('at')
    .orderBy('id')
    .execute();
  return Map.groupBy(rows as InspectionMove[], (move) => move.inspectionId);
}

/** Every move of an inspection, oldest first. */
export const historyOf = async (context: Context, id: string): Promise<InspectionMove[]> =>
  (await context.loaders.load(historyOf, id, (ids: readonly string[]) => movesById(context.em, ids))) ?? [];

/** The tasks of its villages, as far as the viewer may read them, by deadline. @throws INVALID_PAGE_SIZE · INVALID_CURSOR */
export const tasksOf = async (context: Context, id: string, page: PageArgs) =>
  tasksIn(context, await villagesOf(context, id), page);
