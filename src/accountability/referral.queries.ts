import type { EntityManager } from '@mikro-orm/postgresql';
import { demandScopes, isInScopes, may, scopesFor, signedIn } from '../auth/may.js';
import { scopeOf } from '../auth/scope.js';
import { isOneOf } from '../db/filter.js';
import { scoped, tables } from '../db/orm.js';
import { type Order, type Page, type PageArgs, readPage } from '../db/page.js';
import { isId } from '../db/write.js';
import { notFound } from '../errors.js';
import type { Context } from '../http/context.js';
import { demandRegion } from '../regions/region.queries.js';
import type {
  Referral,
  ReferralNote,
  ReferralNoteSchema,
  ReferralSchema,
  ReferralStatus,
} from './referral.entity.js';

const db = (em: EntityManager) => tables<typeof ReferralSchema | typeof ReferralNoteSchema>(em);

const NEWEST_FIRST: Order<Referral> = { list: 'referrals', columns: ['id'], direction: 'desc' };

/** Those that the viewer may know of: what was referred to it, and what it has referred itself. */
function referrals(em: EntityManager, { asker, now }: Context) {
  const viewer = signedIn(asker);
  const scopes = scopesFor(viewer, 'discipline.read', now);
  return db(em)
    .selectFrom('referral')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('referredById', '=', viewer.accountId),
        ...scopes.map(({ from, to }) => eb.and([eb('regionCode', '>=', from), eb('regionCode', '<', to)])),
      ]),
    );
}

/** Referrals in a region, newest first. @throws FORBIDDEN · NOT_FOUND · INVALID_PAGE_SIZE · INVALID_CURSOR */
export async function referralsWithin(
  context: Context,
  within: string,
  status: ReferralStatus[] | null,
  args: PageArgs,
): Promise<Page<Referral>> {
  await demandRegion(context, 'discipline.refer', within);
  const scope = scopeOf(within);
  const inside = (em: EntityManager) =>
    referrals(em, context)
      .where('regionCode', '>=', scope.from)
      .where('regionCode', '<', scope.to)
      .where((eb) => isOneOf(eb, { status }));
  const page = await scoped(context.em, [scope], (em) => readPage(inside(em), NEWEST_FIRST, args, context));
  const count = async (em: EntityManager) => (await inside(em).execute()).length;
  return { ...page, count: () => scoped(context.em, [scope], count) };
}

/** One referral that the viewer may know of. @throws FORBIDDEN · NOT_FOUND, the same whether absent or not the viewer's */
export async function getReferral(context: Context, id: string): Promise<Referral> {
  const scopes = demandScopes(context.asker, 'discipline.refer', context.now);
  const find = (em: EntityManager) => referrals(em, context).where('id', '=', id).executeTakeFirst();
  const referral = isId(id) ? await scoped(context.em, scopes, find) : undefined;
  if (!referral || !isInScopes(referral.regionCode, scopes)) throw notFound('referral');
  return referral as Referral;
}

/** The case notes, oldest first; null for whoever only referred it. */
export async function notesOf(
  context: Context,
  { id, regionCode }: Pick<Referral, 'id' | 'regionCode'>,
): Promise<ReferralNote[] | null> {
  if (!may(signedIn(context.asker), 'discipline.read', regionCode, context.now)) return null;
  const rows = await scoped(context.em, [scopeOf(regionCode)], (em) =>
    db(em)
      .selectFrom('referral_note')
      .selectAll()
      .where('regionCode', '=', regionCode)
      .where('referralId', '=', id)
      .orderBy('id')
      .execute(),
  );
  return rows as ReferralNote[];
}
