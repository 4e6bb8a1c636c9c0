import { scopeOf } from '../auth/scope.js';
import { tables } from '../db/orm.js';
import { type Order, type PageArgs, readPage } from '../db/page.js';
import type { Context } from '../http/context.js';
import { demandRegion } from '../regions/region.queries.js';
import type { MeasureCode } from './measure.rules.js';
import type { Measurement, MeasurementSchema } from './measurement.entity.js';

/** Which measurements of a region; a field that is left out asks nothing. */
export interface MeasurementFilter {
  measure?: MeasureCode | null;
  isConfirmed?: boolean | null;
}

const NEWEST_FIRST: Order<Measurement> = { list: 'measurements', columns: ['id'], direction: 'desc' };

/** What was measured in a region, what was recorded last first. @throws FORBIDDEN · INVALID_PAGE_SIZE · INVALID_CURSOR */
export async function measurementsWithin(
  context: Context,
  within: string,
  { measure, isConfirmed }: MeasurementFilter,
  page: PageArgs,
) {
  await demandRegion(context, 'measurement.read', within);
  const { from, to } = scopeOf(within);
  let query = tables<typeof MeasurementSchema>(context.em)
    .selectFrom('measurement')
    .selectAll()
    .where('regionCode', '>=', from)
    .where('regionCode', '<', to);
  if (measure) query = query.where('measure', '=', measure);
  if (typeof isConfirmed === 'boolean')
    query = query.where('confirmedAt', isConfirmed ? 'is not' : 'is', null);
  return readPage(query, NEWEST_FIRST, page, context);
}
