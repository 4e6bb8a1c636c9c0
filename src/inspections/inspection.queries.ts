import type { EntityManager } from '@mikro-orm/postgresql';
import type { Expression, ExpressionBuilder, Kysely, SqlBool } from 'kysely';
import { demandScopes, demandWithin, isInScopes, rolesFor, scopesFor, signedIn } from '../auth/may.js';
import { type Scope, scopeOf } from '../auth/scope.js';
import type { Role, Viewer } from '../auth/viewer.js';
import { shanghaiDay } from '../clock.js';
import { tables } from '../db/orm.js';
import { type Order, type PageArgs, readPage } from '../db/page.js';
import { isId } from '../db/write.js';
import { notFound } from '../errors.js';
import type { Context } from '../http/context.js';
import type { TaskSchema } from '../tasks/task.entity.js';
import type { TaskRow } from '../tasks/task.queries.js';
import type { FindingSchema } from './finding.entity.js';
import {
  allowedMoves,
  type Inspection,
  type InspectionInspectorSchema,
  type InspectionMove,
  type InspectionMoveSchema,
  type InspectionSchema,
  type InspectionStatus,
  type InspectionVillageSchema,
  type Standing,
  WORK_STATUSES,
} from './inspection.entity.js';

export type InspectionRow = Omit<Inspection, 'title' | 'audience' | 'moveTo'>;

const BY_ID: Order<InspectionRow> = { list: 'inspections', columns: ['id'], direction: 'asc' };
const TASKS_BY_DEADLINE: Order<TaskRow> = {
  list: 'inspection.tasks',
  columns: ['dueAt', 'id'],
  direction: 'asc',
};

const db = (em: EntityManager) =>
  tables<
    | typeof InspectionSchema
    | typeof InspectionVillageSchema
    | typeof InspectionInspectorSchema
    | typeof InspectionMoveSchema
    | typeof FindingSchema
    | typeof TaskSchema
  >(em);
type Tables = ReturnType<typeof db> extends Kysely<infer All> ? All : never;
type Builder = ExpressionBuilder<Tables, 'inspection'>;

/** Who looks, with which ranges of regions in reach. */
export interface Sight {
  readonly viewer: Viewer;
  readonly scopes: readonly Scope[];
  readonly now: Date;
}

const inRanges = <TB extends keyof Tables, Column extends 'inspection.regionCode' | 'inspection_village.regionCode'>(
  eb: ExpressionBuilder<Tables, TB>,
  column: Column,
  scopes: readonly Scope[],
) => scopes;
