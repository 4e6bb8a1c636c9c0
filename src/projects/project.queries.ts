import type { EntityManager } from '@mikro-orm/postgresql';
import { demandScopes, isInScopes, rolesFor, signedIn } from '../auth/may.js';
import { scopeOf } from '../auth/scope.js';
import { isOneOf } from '../db/filter.js';
import { tables } from '../db/orm.js';
import { type Order, type PageArgs, readPage } from '../db/page.js';
import { isId } from '../db/write.js';
import { notFound } from '../errors.js';
import type { Context } from '../http/context.js';
import { demandRegion } from '../regions/region.queries.js';
import {
  nextStages,
  type Project,
  type ProjectKind,
  type ProjectMove,
  type ProjectMoveSchema,
  type ProjectSchema,
  type ProjectStage,
  suspendedFrom,
} from './project.entity.js';

export type ProjectRow = Omit<Project, 'name'>;

/** Which projects of a region; a field that is left out asks nothing, an empty list matches nothing. */
export interface ProjectFilter {
  kind?: ProjectKind[] | null;
  stage?: ProjectStage[] | null;
}

const BY_ID: Order<ProjectRow> = { list: 'projects', columns: ['id'], direction: 'asc' };

const db = (em: EntityManager) => tables<typeof ProjectSchema | typeof ProjectMoveSchema>(em);

/** Projects in a region, by id. @throws FORBIDDEN · INVALID_PAGE_SIZE · INVALID_CURSOR */
export async function projectsWithin(
  context: Context,
  within: string,
  { kind, stage }: ProjectFilter,
  page: PageArgs,
) {
  await demandRegion(context, 'project.read', within);
  const scope = scopeOf(within);
  const query = db(context.em)
    .selectFrom('project')
    .selectAll()
    .where('regionCode', '>=', scope.from)
    .where('regionCode', '<', scope.to)
    .where((eb) => isOneOf(eb, { kind, stage }));
  return readPage(query, BY_ID, page, context);
}

async function projectsById(em: EntityManager, ids: readonly string[]): Promise<Map<string, ProjectRow>> {
  const rows = await db(em).selectFrom('project').selectAll().where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** One project the viewer may see. @throws NOT_FOUND, the same whether absent or out of scope */
export async function getProject(context: Context, id: string): Promise<ProjectRow> {
  const scopes = demandScopes(context.asker, 'project.read', context.now);
  const project = isId(id)
    ? await context.loaders.load(getProject, id, (ids: readonly string[]) => projectsById(context.em, ids))
    : null;
  if (!project || !isInScopes(project.regionCode, scopes)) throw notFound('project');
  return project;
}

async function movesByProject(
  em: EntityManager,
  ids: readonly string[],
): Promise<Map<string, ProjectMove[]>> {
  const rows = await db(em)
    .selectFrom('project_move')
    .selectAll()
    .where('projectId', 'in', ids)
    .orderBy('at')
    .orderBy('id')
    .execute();
  return Map.groupBy(rows as ProjectMove[], (move) => move.projectId);
}

/** Every move of a project, oldest first. */
export const historyOf = async (context: Context, projectId: string): Promise<ProjectMove[]> =>
  (await context.loaders.load(historyOf, projectId, (ids: readonly string[]) =>
    movesByProject(context.em, ids),
  )) ?? [];

/** The stages to which the asking viewer may move it now. */
export async function allowedStages(
  context: Context,
  project: Pick<ProjectRow, 'id' | 'regionCode' | 'kind' | 'stage'>,
): Promise<ProjectStage[]> {
  const viewer = signedIn(context.asker);
  const roles = rolesFor(viewer, 'project.changeStage', project.regionCode, context.now);
  if (roles.size === 0) return [];
  return nextStages(project.kind, project.stage, suspendedFrom(await historyOf(context, project.id)));
}
