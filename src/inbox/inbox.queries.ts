import type { EntityManager } from '@mikro-orm/postgresql';
import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import { confidedScopes, scopesFor, signedIn } from '../auth/may.js';
import type { Scope } from '../auth/scope.js';
import { isTold } from '../db/filter.js';
import { tables } from '../db/orm.js';
import { type Order, type PageArgs, readPage } from '../db/page.js';
import { isId } from '../db/write.js';
import { notFound } from '../errors.js';
import type { Context } from '../http/context.js';
import type { InboxItem, InboxItemSchema, InboxNotice, InboxNoticeSchema } from './inbox.entity.js';

type Tables = typeof InboxNoticeSchema | typeof InboxItemSchema;
/** Whose inbox, and at which moment of campaign time. */
type Asking = Pick<Context, 'em' | 'asker' | 'now'>;

const db = (em: EntityManager) => tables<Tables>(em);
type Builder =
  ReturnType<typeof db> extends Kysely<infer Known>
    ? ExpressionBuilder<Known, 'inbox_notice' & keyof Known>
    : never;

/** Which of a person's notices; a field that is left out asks nothing. */
export interface InboxFilter {
  seen?: boolean | null;
  acted?: boolean | null;
}

const NEWEST_FIRST: Order<InboxNotice> = {
  list: 'inbox',
  columns: ['deliverAt', 'id'],
  direction: 'desc',
};
const IN_ORDER: Order<InboxItem> = { list: 'inboxItems', columns: ['subjectId'], direction: 'asc' };

/**
 * The viewer's own, as far as it has been delivered by now, where the viewer may still read; of an inspection only
 * whoever is still sent.
 */
function mine(eb: Builder, { asker, now }: Asking) {
  const viewer = signedIn(asker);
  const inside = (scopes: readonly Scope[]) =>
    eb.or(
      scopes.map(({ from, to }) => eb.and([eb('districtCode', '>=', from), eb('districtCode', '<', to)])),
    );
  const isCrew = sql<boolean>`exists (select from inbox_item join inspection_inspector as crew
    on crew.inspection_id = inbox_item.subject_id and crew.account_id = ${viewer.accountId}::uuid
    where inbox_item.notice_id = inbox_notice.id)`;
  const isOverseen = eb.and([
    inside(scopesFor(viewer, 'alert.read', now)),
    isTold(eb, confidedScopes(viewer, now), 'districtCode'),
  ]);
  return eb.and([
    eb('accountId', '=', viewer.accountId),
    eb('deliverAt', '<=', now),
    eb.or([
      eb.and([eb('topic', '=', 'INSPECTION'), isCrew]),
      eb.and([eb('topic', '<>', 'INSPECTION'), isOverseen]),
    ]),
  ]);
}

const isSet = (eb: Builder, column: 'seenAt' | 'actedAt', wanted: boolean | null | undefined) =>
  wanted === null || wanted === undefined ? eb.lit(true) : eb(column, wanted ? 'is not' : 'is', null);

/** What the viewer was told, newest first. @throws UNAUTHENTICATED · INVALID_PAGE_SIZE · INVALID_CURSOR */
export async function readInbox(context: Context, { seen, acted }: InboxFilter, page: PageArgs) {
  const query = db(context.em)
    .selectFrom('inbox_notice')
    .selectAll()
    .where((eb) => mine(eb, context))
    .where((eb) => eb.and([isSet(eb, 'seenAt', seen), isSet(eb, 'actedAt', acted)]));
  return readPage(query, NEWEST_FIRST, page, context);
}

/** The number on the phone's icon, and how much of it is critical. */
export interface InboxCount {
  readonly unseen: number;
  readonly critical: number;
}

/** @throws UNAUTHENTICATED */
export async function countInbox(context: Asking): Promise<InboxCount> {
  const row = await db(context.em)
    .selectFrom('inbox_notice')
    .select(({ fn }) => [
      fn.countAll<string>().as('unseen'),
      sql<string>`count(*) filter (where severity = 'CRITICAL')`.as('critical'),
    ])
    .where((eb) => mine(eb, context))
    .where('seenAt', 'is', null)
    .executeTakeFirstOrThrow();
  return { unseen: Number(row.unseen), critical: Number(row.critical) };
}

/** Those of the ids that are the viewer's own, and delivered. @throws UNAUTHENTICATED */
export async function ownNotices(context: Context, given: readonly string[]): Promise<InboxNotice[]> {
  signedIn(context.asker);
  const ids = given.filter(isId);
  if (ids.length === 0) return [];
  const rows = await db(context.em)
    .selectFrom('inbox_notice')
    .selectAll()
    .where('id', 'in', ids)
    .where((eb) => mine(eb, context))
    .execute();
  return rows as InboxNotice[];
}

/** @throws UNAUTHENTICATED · NOT_FOUND (not one's own, or not delivered yet) */
export async function getNotice(context: Context, id: string): Promise<InboxNotice> {
  const [notice] = await ownNotices(context, [id]);
  if (!notice) throw notFound('notice');
  return notice;
}

/** What a notice is about. */
export function itemsOf(context: Context, noticeId: string, page: PageArgs) {
  const query = db(context.em).selectFrom('inbox_item').selectAll().where('noticeId', '=', noticeId);
  return readPage(query, IN_ORDER, page, context);
}

/** When the next of the viewer's notices is delivered; null while none waits. */
export async function nextDelivery({ em, asker, now }: Asking): Promise<Date | null> {
  const row = await db(em)
    .selectFrom('inbox_notice')
    .select('deliverAt')
    .where('accountId', '=', signedIn(asker).accountId)
    .where('deliverAt', '>', now)
    .orderBy('deliverAt')
    .limit(1)
    .executeTakeFirst();
  return row?.deliverAt ?? null;
}
