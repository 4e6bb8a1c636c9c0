import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { confidedScopes, demandScopes, isInScopes, mayKnow, signedIn } from '../auth/may.js';
import { scopeOf } from '../auth/scope.js';
import { isOneOf, isTold } from '../db/filter.js';
import { tables } from '../db/orm.js';
import { type Order, type PageArgs, readPage } from '../db/page.js';
import { isId } from '../db/write.js';
import { notFound } from '../errors.js';
import type { Severity } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { demandRegion } from '../regions/region.queries.js';
import type { Alert, AlertSchema, AlertStatus } from './alert.entity.js';
import type { AlertRule } from './rule.entity.js';

/** Which alerts of a region; a field that is left out asks nothing, an empty list matches nothing. */
export interface AlertFilter {
  status?: AlertStatus[] | null;
  severity?: Severity[] | null;
  rule?: AlertRule[] | null;
}

const NEWEST_FIRST: Order<Alert> = { list: 'alerts', columns: ['openedAt', 'id'], direction: 'desc' };

const alerts = (em: EntityManager) => tables<typeof AlertSchema>(em).selectFrom('alert').selectAll();

/** Alerts in a region, newest first. @throws FORBIDDEN · INVALID_PAGE_SIZE · INVALID_CURSOR */
export async function alertsWithin(context: Context, within: string, filter: AlertFilter, page: PageArgs) {
  await demandRegion(context, 'alert.read', within);
  const scope = scopeOf(within);
  const { status, severity, rule } = filter;
  const query = alerts(context.em)
    .where('regionCode', '>=', scope.from)
    .where('regionCode', '<', scope.to)
    .where((eb) => isTold(eb, confidedScopes(signedIn(context.asker), context.now), 'regionCode'))
    .where((eb) => isOneOf(eb, { status, severity, rule }));
  return readPage(query, NEWEST_FIRST, page, context);
}

/** What is open of the same rule directly inside the region of an alert; of any other alert, nothing. */
export function partsOf(context: Context, alert: PartsOf, page: PageArgs) {
  const query = alerts(context.em)
    .where((eb) => eb.lit(alert.subjectType === 'REGION'))
    .where('rule', '=', alert.rule)
    .where('status', '<>', 'RESOLVED')
    .where('audience', '=', alert.audience)
    .where(sql<boolean>`region_code in (select code from region where parent_code = ${alert.regionCode})`);
  return readPage(query, NEWEST_FIRST, page, context);
}
type PartsOf = Pick<Alert, 'rule' | 'regionCode' | 'subjectType' | 'audience'>;

/** One alert the viewer may see. @throws NOT_FOUND, the same whether absent or out of scope */
export async function getAlert(context: Context, id: string): Promise<Alert> {
  const scopes = demandScopes(context.asker, 'alert.read', context.now);
  const alert = isId(id) ? await alerts(context.em).where('id', '=', id).executeTakeFirst() : null;
  if (!alert || !isInScopes(alert.regionCode, scopes) || !mayBeTold(context, alert)) throw notFound('alert');
  return alert as Alert;
}

const mayBeTold = (
  { asker, now }: Context,
  { audience, regionCode }: Pick<Alert, 'audience' | 'regionCode'>,
) => mayKnow(signedIn(asker), audience, regionCode, now);
