import type { EntityManager } from '@mikro-orm/postgresql';
import { demandScopes, isInScopes } from '../auth/may.js';
import { tables } from '../db/orm.js';
import { type Order, type PageArgs, readPage } from '../db/page.js';
import { isId } from '../db/write.js';
import { notFound } from '../errors.js';
import type { Context } from '../http/context.js';
import type { Finding, FindingSchema } from './finding.entity.js';
import { findInspection } from './inspection.queries.js';

export type FindingRow = Omit<Finding, 'title'>;

const BY_ID: Order<FindingRow> = { list: 'findings', columns: ['id'], direction: 'asc' };

const findings = (em: EntityManager) => tables<typeof FindingSchema>(em).selectFrom('finding').selectAll();

/**
 * What an inspection found, by id; of it the viewer sees what lies in its own regions: a village does not read the
 * findings of its neighbours. The inspection itself must have been seen.
 * @throws INVALID_PAGE_SIZE · INVALID_CURSOR
 */
export function findingsOf(context: Context, inspectionId: string, page: PageArgs) {
  const scopes = demandScopes(context.asker, 'inspection.read', context.now);
  const query = findings(context.em)
    .where('inspectionId', '=', inspectionId)
    .where((eb) =>
      eb.or(scopes.map(({ from, to }) => eb.and([eb('regionCode', '>=', from), eb('regionCode', '<', to)]))),
    );
  return readPage(query, BY_ID, page, context);
}

async function findingsById(em: EntityManager, ids: readonly string[]): Promise<Map<string, FindingRow>> {
  const rows = await findings(em).where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** One finding the viewer may see. @throws NOT_FOUND, the same whether absent, out of scope or concealed */
export async function getFinding(context: Context, id: string): Promise<FindingRow> {
  const scopes = demandScopes(context.asker, 'inspection.read', context.now);
  const finding = isId(id)
    ? await context.loaders.load(getFinding, id, (ids: readonly string[]) => findingsById(context.em, ids))
    : null;
  if (!finding || !isInScopes(finding.regionCode, scopes)) throw notFound('finding');
  if (!(await findInspection(context, finding.inspectionId))) throw notFound('finding');
  return finding;
}
