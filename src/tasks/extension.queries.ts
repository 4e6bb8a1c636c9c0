import { scopeOf } from '../auth/scope.js';
import { isOneOf } from '../db/filter.js';
import { tables } from '../db/orm.js';
import { type Order, type PageArgs, readPage } from '../db/page.js';
import type { Context } from '../http/context.js';
import { demandRegion } from '../regions/region.queries.js';
import type { ExtensionStatus, TaskExtension, TaskExtensionSchema } from './extension.entity.js';

const OLDEST_FIRST: Order<TaskExtension> = { list: 'extensions', columns: ['id'], direction: 'asc' };

/** Requests for more time in a region. @throws FORBIDDEN · NOT_FOUND (no such region) · INVALID_PAGE_SIZE · INVALID_CURSOR */
export async function extensionsWithin(
  context: Context,
  within: string,
  status: ExtensionStatus[] | null,
  page: PageArgs,
) {
  await demandRegion(context, 'task.read', within);
  const { from, to } = scopeOf(within);
  const query = tables<typeof TaskExtensionSchema>(context.em)
    .selectFrom('task_extension')
    .selectAll()
    .where('regionCode', '>=', from)
    .where('regionCode', '<', to)
    .where((eb) => isOneOf(eb, { status }));
  return readPage(query, OLDEST_FIRST, page, context);
}
