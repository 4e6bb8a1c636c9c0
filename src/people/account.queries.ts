import type { EntityManager } from '@mikro-orm/postgresql';
import { may, signedIn } from '../auth/may.js';
import { scopeOf } from '../auth/scope.js';
import type { TokenMint } from '../auth/token.js';
import type { Viewer } from '../auth/viewer.js';
import { tables } from '../db/orm.js';
import { type Order, type PageArgs, readPage } from '../db/page.js';
import { Refusal } from '../errors.js';
import type { Context } from '../http/context.js';
import { demandRegion } from '../regions/region.queries.js';
import type { AccountSchema, RoleGrant, RoleGrantSchema, SessionSchema } from './account.entity.js';

const people = (em: EntityManager) =>
  tables<typeof AccountSchema | typeof RoleGrantSchema | typeof SessionSchema>(em);

/** The account behind an id as everybody may see it: officials' display names, no personal data. */
export interface AccountRow {
  id: string;
  name: string;
}

async function accountsById(em: EntityManager, ids: readonly string[]): Promise<Map<string, AccountRow>> {
  const rows = await people(em).selectFrom('account').select(['id', 'name']).where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row]));
}

export const findAccount = (context: Context, id: string): Promise<AccountRow | null> =>
  context.loaders.load(findAccount, id, (ids: readonly string[]) => accountsById(context.em, ids));

/** Every grant of the account that is not revoked, whether in force or not. */
export const grantsOf = (em: EntityManager, accountId: string): Promise<RoleGrant[]> =>
  people(em)
    .selectFrom('role_grant')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('revokedAt', 'is', null)
    .orderBy('id')
    .execute() as Promise<RoleGrant[]>;

/** The account of a session with the rights of this moment. @throws SESSION_REVOKED */
export async function getViewer(
  em: EntityManager,
  { accountId, sessionId }: Pick<Viewer, 'accountId' | 'sessionId'>,
): Promise<Viewer> {
  const account = await people(em)
    .selectFrom('session')
    .innerJoin('account', 'account.id', 'session.accountId')
    .select('account.name')
    .where('session.id', '=', sessionId)
    .where('session.accountId', '=', accountId)
    .where('session.endedAt', 'is', null)
    .where('account.disabledAt', 'is', null)
    .executeTakeFirst();
  if (!account) throw new Refusal('SESSION_REVOKED', 'This session has ended. Sign in again.');
  return { accountId, sessionId, name: account.name, grants: await grantsOf(em, accountId) };
}

/**
 * Who an access token proves. The token holds no rights: they are read afresh, so a revoked grant or an ended session
 * is felt at the next request.
 * @throws TOKEN_EXPIRED · UNAUTHENTICATED · SESSION_REVOKED
 */
export async function recognise(
  em: EntityManager,
  mint: TokenMint,
  accessToken: string,
  realNow: Date,
): Promise<{ viewer: Viewer; expiresAt: Date }> {
  const proof = await mint.check(accessToken, realNow);
  return { viewer: await getViewer(em, proof), expiresAt: proof.expiresAt };
}

/** The asking account. @throws UNAUTHENTICATED */
export const readViewer = (context: Context): Viewer => signedIn(context.asker);

const GRANTS_BY_ID: Order<RoleGrant> = { list: 'grants', columns: ['id'], direction: 'asc' };

/**
 * Every grant in a region, revoked ones included. Those of an inspection tell where it goes, so only who may know of an
 * unannounced one sees them.
 * @throws FORBIDDEN · NOT_FOUND (no such region)
 */
export async function grantsWithin(context: Context, within: string, args: PageArgs) {
  const viewer = await demandRegion(context, 'account.read', within);
  const scope = scopeOf(within);
  const mayKnow = may(viewer, 'inspection.readUnannounced', within, context.now);
  const query = people(context.em)
    .selectFrom('role_grant')
    .selectAll()
    .where('regionCode', '>=', scope.from)
    .where('regionCode', '<', scope.to)
    .$if(!mayKnow, (all) => all.where('inspectionId', 'is', null));
  return readPage(query, GRANTS_BY_ID, args, context.sealer);
}
