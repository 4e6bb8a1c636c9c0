import type { EntityManager } from '@mikro-orm/postgresql';
import { demandScopes, isInScopes, scopesFor, signedIn } from '../auth/may.js';
import { type Scope, scopeOf } from '../auth/scope.js';
import { scoped, tables } from '../db/orm.js';
import { type Order, type Page, type PageArgs, readPage } from '../db/page.js';
import { isId } from '../db/write.js';
import { notFound } from '../errors.js';
import type { Context } from '../http/context.js';
import { demandRegion } from '../regions/region.queries.js';
import type { HouseholdMemberSchema, HouseholdSchema } from './household.entity.js';
import type { Revealed } from './reveal.actions.js';
import type { RevealRequest, RevealRequestSchema, RevealStatus } from './reveal.entity.js';
import { openBankAccount, openIdNumber, openPhone } from './sealed.rules.js';

const db = (em: EntityManager) =>
  tables<typeof RevealRequestSchema | typeof HouseholdSchema | typeof HouseholdMemberSchema>(em);

/**
 * The value of a reveal that has been entered; null where none is recorded.
 * @throws FORBIDDEN · NOT_FOUND (gone, or no longer in scope) · DATA_INTEGRITY_ERROR
 */
export async function openRevealed(
  context: Context,
  { householdId, memberId, field }: Revealed,
): Promise<string | null> {
  const scopes = demandScopes(context.asker, 'household.reveal', context.now);
  return scoped(context.em, scopes, async (em) => {
    if (memberId === null) {
      const household = await db(em)
        .selectFrom('household')
        .select(['id', 'regionCode', 'bankAccountSealed'])
        .where('id', '=', householdId)
        .executeTakeFirst();
      if (!household || !isInScopes(household.regionCode, scopes)) throw notFound('household');
      return openBankAccount(context.vault, household);
    }
    const member = await db(em)
      .selectFrom('household_member')
      .selectAll()
      .where('id', '=', memberId)
      .where('householdId', '=', householdId)
      .executeTakeFirst();
    if (!member || !isInScopes(member.regionCode, scopes)) throw notFound('household member');
    if (field === 'NAME') return member.name;
    return field === 'PHONE' ? openPhone(context.vault, member) : openIdNumber(context.vault, member);
  });
}

/** Which requests; a field that is left out asks nothing, an empty list matches nothing. */
export interface RevealRequestFilter {
  status?: RevealStatus[] | null;
}

const NEWEST_FIRST: Order<RevealRequest> = { list: 'revealRequests', columns: ['id'], direction: 'desc' };

/** Requests that the viewer may know of: those to decide on, and the viewer's own. */
function requests(em: EntityManager, { accountId, scopes }: { accountId: string; scopes: readonly Scope[] }) {
  return db(em)
    .selectFrom('reveal_request')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('askedById', '=', accountId),
        ...scopes.map(({ from, to }) => eb.and([eb('regionCode', '>=', from), eb('regionCode', '<', to)])),
      ]),
    );
}

const audience = ({ asker, now }: Context) => {
  const viewer = signedIn(asker);
  return { accountId: viewer.accountId, scopes: scopesFor(viewer, 'household.approveReveal', now) };
};

/** Requests in a region, newest first. @throws FORBIDDEN · NOT_FOUND · INVALID_PAGE_SIZE · INVALID_CURSOR */
export async function revealRequestsWithin(
  context: Context,
  within: string,
  { status }: RevealRequestFilter,
  args: PageArgs,
): Promise<Page<RevealRequest>> {
  await demandRegion(context, 'household.read', within);
  const scope = scopeOf(within);
  const now = context.clock.real();
  const inside = (em: EntityManager) =>
    requests(em, audience(context))
      .where('regionCode', '>=', scope.from)
      .where('regionCode', '<', scope.to)
      .where((eb) =>
        status
          ? eb.or(
              status.map((word) => {
                if (word === 'EXPIRED')
                  return eb.and([
                    eb('expiresAt', '<=', now),
                    eb.or([eb('status', '=', 'REQUESTED'), eb('status', '=', 'APPROVED')]),
                  ]);
                const is = eb('status', '=', word);
                return word === 'REQUESTED' || word === 'APPROVED'
                  ? eb.and([is, eb('expiresAt', '>', now)])
                  : is;
              }),
            )
          : eb.and([]),
      );
  const page = await scoped(context.em, [scope], (em) => readPage(inside(em), NEWEST_FIRST, args, context));
  const count = async (em: EntityManager) => (await inside(em).execute()).length;
  return { ...page, count: () => scoped(context.em, [scope], count) };
}

/** One request that the viewer may know of. @throws FORBIDDEN · NOT_FOUND, the same whether absent or out of scope */
export async function getRevealRequest(context: Context, id: string): Promise<RevealRequest> {
  const scopes = demandScopes(context.asker, 'household.read', context.now);
  const find = (em: EntityManager) => requests(em, audience(context)).where('id', '=', id).executeTakeFirst();
  const request = isId(id) ? await scoped(context.em, scopes, find) : undefined;
  if (!request || !isInScopes(request.regionCode, scopes)) throw notFound('reveal request');
  return request;
}
