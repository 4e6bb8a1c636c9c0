import type { EntityManager } from '@mikro-orm/postgresql';
import { demandScopes, isInScopes } from '../auth/may.js';
import { scopeOf } from '../auth/scope.js';
import { calendarFor } from '../calendars/calendar.queries.js';
import type { Course } from '../calendars/clock.rules.js';
import { tables } from '../db/orm.js';
import { type Order, type PageArgs, readPage } from '../db/page.js';
import { isId } from '../db/write.js';
import { notFound } from '../errors.js';
import type { Context } from '../http/context.js';
import { demandRegion } from '../regions/region.queries.js';
import type { Exit, ExitSchema } from './exit.entity.js';
import type { Objection, ObjectionSchema, PublicNotice, PublicNoticeSchema } from './notice.entity.js';
import { courseOfNotice, isOver } from './notice.rules.js';

const db = (em: EntityManager) =>
  tables<typeof PublicNoticeSchema | typeof ObjectionSchema | typeof ExitSchema>(em);

const NEWEST_FIRST: Order<PublicNotice> = { list: 'publicNotices', columns: ['id'], direction: 'desc' };

/** Notices in a region, newest first. @throws FORBIDDEN · INVALID_PAGE_SIZE · INVALID_CURSOR */
export async function noticesWithin(context: Context, within: string, page: PageArgs) {
  await demandRegion(context, 'exit.read', within);
  const { from, to } = scopeOf(within);
  const query = db(context.em)
    .selectFrom('public_notice')
    .selectAll()
    .where('regionCode', '>=', from)
    .where('regionCode', '<', to);
  return readPage(query, NEWEST_FIRST, page, context);
}

/** @throws FORBIDDEN · NOT_FOUND, the same whether absent or out of scope */
export async function getNotice(context: Context, id: string): Promise<PublicNotice> {
  const scopes = demandScopes(context.asker, 'exit.read', context.now);
  const row = isId(id) ? await findNotice(context, id) : null;
  if (!row || !isInScopes(row.regionCode, scopes)) throw notFound('notice');
  return row;
}

async function noticesById(em: EntityManager, ids: readonly string[]): Promise<Map<string, PublicNotice>> {
  const rows = await db(em).selectFrom('public_notice').selectAll().where('id', 'in', ids).execute();
  return new Map((rows as PublicNotice[]).map((notice) => [notice.id, notice]));
}

/** The notice of a case. */
export const findNotice = ({ em, loaders }: Context, id: string): Promise<PublicNotice | null> =>
  loaders.load(findNotice, id, (ids: readonly string[]) => noticesById(em, ids));

async function objectionsByNotice(
  em: EntityManager,
  ids: readonly string[],
): Promise<Map<string, Objection[]>> {
  const rows = await db(em)
    .selectFrom('objection')
    .selectAll()
    .where('noticeId', 'in', ids)
    .orderBy('at')
    .orderBy('id')
    .execute();
  return Map.groupBy(rows as Objection[], ({ noticeId }) => noticeId);
}

/** Everything that was said against a notice, oldest first. */
export const objectionsOf = async ({ em, loaders }: Context, id: string): Promise<Objection[]> =>
  (await loaders.load(objectionsOf, id, (ids: readonly string[]) => objectionsByNotice(em, ids))) ?? [];

async function casesByNotice(em: EntityManager, ids: readonly string[]): Promise<Map<string, Exit[]>> {
  const rows = await db(em)
    .selectFrom('exit')
    .selectAll()
    .where('noticeId', 'in', ids)
    .orderBy('id')
    .execute();
  return Map.groupBy(rows as Exit[], ({ noticeId }) => noticeId ?? '');
}

/** The list that hangs. */
export const casesOf = async ({ em, loaders }: Context, id: string): Promise<Exit[]> =>
  (await loaders.load(casesOf, id, (ids: readonly string[]) => casesByNotice(em, ids))) ?? [];

/** How its time runs. @throws CALENDAR_MISSING */
export async function timeOf(
  context: Context,
  notice: PublicNotice,
): Promise<{ course: Course; isOver: boolean }> {
  const objections = await objectionsOf(context, notice.id);
  const course = courseOfNotice(await calendarFor(context.em, notice.regionCode), notice, objections);
  return { course, isOver: isOver(course, objections, context.now) };
}
