import type { EntityManager } from '@mikro-orm/postgresql';
import { confidedScopes, demandScopes, isInScopes, mayKnow, signedIn } from '../auth/may.js';
import { scopeOf } from '../auth/scope.js';
import { isOneOf, isTold } from '../db/filter.js';
import { tables } from '../db/orm.js';
import { type Order, type PageArgs, readPage } from '../db/page.js';
import { isId } from '../db/write.js';
import { notFound } from '../errors.js';
import type { Context } from '../http/context.js';
import { demandRegion } from '../regions/region.queries.js';
import type {
  Interview,
  InterviewCause,
  InterviewCauseSchema,
  InterviewSchema,
  InterviewStatus,
} from './interview.entity.js';

type Tables = typeof InterviewSchema | typeof InterviewCauseSchema;
const db = (em: EntityManager) => tables<Tables>(em);

const NEWEST_FIRST: Order<Interview> = { list: 'interviews', columns: ['calledAt', 'id'], direction: 'desc' };
const BY_SUBJECT: Order<InterviewCause> = {
  list: 'interviewCauses',
  columns: ['subjectId', 'topic'],
  direction: 'asc',
};

/** Interviews of the units in a region, newest first. @throws FORBIDDEN · NOT_FOUND · INVALID_PAGE_SIZE · INVALID_CURSOR */
export async function interviewsWithin(
  context: Context,
  within: string,
  status: InterviewStatus[] | null,
  page: PageArgs,
) {
  const viewer = await demandRegion(context, 'interview.read', within);
  const { from, to } = scopeOf(within);
  const query = db(context.em)
    .selectFrom('interview')
    .selectAll()
    .where('regionCode', '>=', from)
    .where('regionCode', '<', to)
    .where((eb) => isTold(eb, confidedScopes(viewer, context.now), 'regionCode'))
    .where((eb) => isOneOf(eb, { status }));
  return readPage(query, NEWEST_FIRST, page, context);
}

/** One interview the viewer may know of. @throws FORBIDDEN · NOT_FOUND, the same whether absent or out of scope */
export async function getInterview(context: Context, id: string): Promise<Interview> {
  const scopes = demandScopes(context.asker, 'interview.read', context.now);
  const row = isId(id)
    ? await db(context.em).selectFrom('interview').selectAll().where('id', '=', id).executeTakeFirst()
    : null;
  if (!row || !isInScopes(row.regionCode, scopes)) throw notFound('interview');
  if (!mayKnow(signedIn(context.asker), row.audience, row.regionCode, context.now))
    throw notFound('interview');
  return row as Interview;
}

/** What an interview is about. */
export function causesOf(context: Context, interviewId: string, page: PageArgs) {
  const query = db(context.em)
    .selectFrom('interview_cause')
    .selectAll()
    .where('interviewId', '=', interviewId);
  return readPage(query, BY_SUBJECT, page, context);
}
