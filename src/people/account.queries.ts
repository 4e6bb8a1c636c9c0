import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { demandScopes, identified, may } from '../auth/may.js';
import { scopeOf } from '../auth/scope.js';
import type { TokenMint } from '../auth/token.js';
import type { AccountKind, Role, Viewer } from '../auth/viewer.js';
import { tables } from '../db/orm.js';
import { type Order, type PageArgs, readPage } from '../db/page.js';
import { notFound, Refusal } from '../errors.js';
import { queryOf } from '../events/follow.js';
import type { Context } from '../http/context.js';
import { demandRegion } from '../regions/region.queries.js';
import type {
  AccountSchema,
  RoleGrant,
  RoleGrantSchema,
  SecondFactorSchema,
  SessionSchema,
} from './account.entity.js';

type PeopleSchema =
  | typeof AccountSchema
  | typeof RoleGrantSchema
  | typeof SessionSchema
  | typeof SecondFactorSchema;
const people = (em: EntityManager) => tables<PeopleSchema>(em);

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

/** One statement, and no more of a row than is kept: it is asked with every request, and held by every socket. */
const VIEWER = `
select account.name, account.kind, account.must_change_password as "mustChangePassword",
  (extract(epoch from session.second_factor_until) * 1000)::bigint::text as "factorUntilMs",
  second_factor.confirmed_at is not null as "isEnrolled",
  (select coalesce(json_agg(json_build_array(grants.id, role, region_code, (extract(epoch from valid_from) * 1000)::bigint,
    (extract(epoch from valid_to) * 1000)::bigint, version) order by grants.id), '[]')
    from role_grant grants where grants.account_id = account.id and revoked_at is null)::text as grants
from session join account on account.id = session.account_id left join second_factor on second_factor.id = account.id
where session.id = $1 and account.id = $2 and session.ended_at is null and account.disabled_at is null`;

interface ViewerRow {
  name: string;
  kind: AccountKind;
  mustChangePassword: boolean;
  factorUntilMs: string | null;
  isEnrolled: boolean;
  grants: string;
}
type GrantRow = [
  id: string,
  role: Role,
  regionCode: string,
  fromMs: number,
  toMs: number | null,
  version: number,
];

/** The account of a session with the rights of this moment. @throws SESSION_REVOKED */
export async function getViewer(
  em: EntityManager,
  { accountId, sessionId }: Pick<Viewer, 'accountId' | 'sessionId'>,
): Promise<Viewer> {
  const [row] = (await queryOf(em)(VIEWER, [sessionId, accountId])) as ViewerRow[];
  if (!row) throw new Refusal('SESSION_REVOKED', 'This session has ended. Sign in again.');
  const { name, kind, mustChangePassword, factorUntilMs, isEnrolled } = row;
  const grants = (JSON.parse(row.grants) as GrantRow[]).map(
    ([id, role, regionCode, fromMs, toMs, version]) => ({
      id,
      role,
      regionCode,
      validFrom: new Date(fromMs),
      validTo: toMs === null ? null : new Date(toMs),
      version,
    }),
  );
  return {
    accountId,
    sessionId,
    name,
    kind,
    mustChangePassword,
    secondFactor: {
      enrolled: isEnrolled,
      validUntil: factorUntilMs === null ? null : new Date(Number(factorUntilMs)),
    },
    grants: kind === 'DEVICE' ? grants.filter(({ role }) => role === 'SCREEN') : grants,
  };
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

/** The asking account, also one that must change its password first. @throws UNAUTHENTICATED */
export const readViewer = (context: Context): Viewer => identified(context.asker);

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
  return readPage(query, GRANTS_BY_ID, args, context);
}

/** An account as those see it who look after it. */
export interface ManagedAccount extends AccountRow {
  username: string;
  kind: AccountKind;
  regionCode: string;
  mustChangePassword: boolean;
  hasSecondFactor: boolean;
  createdAt: Date;
  disabledAt: Date | null;
  version: number;
}

export interface AccountFilter {
  within?: string | null;
  kind?: AccountKind | null;
  disabled?: boolean | null;
  username?: string | null;
}

const ACCOUNTS_BY_ID: Order<ManagedAccount> = { list: 'accounts', columns: ['id'], direction: 'asc' };

const managed = (em: EntityManager) =>
  people(em)
    .selectFrom('account')
    .select(['id', 'username', 'name', 'kind', 'regionCode', 'mustChangePassword', 'createdAt', 'disabledAt'])
    .select(['version', sql<boolean>`exists (${ENROLLED})`.as('hasSecondFactor')]);
const ENROLLED = sql`select from second_factor where second_factor.id = account.id and confirmed_at is not null`;

/** The accounts of one's own regions. @throws FORBIDDEN · NOT_FOUND (no such region) */
export async function listAccounts(context: Context, filter: AccountFilter, args: PageArgs) {
  const { within, kind, disabled, username } = filter;
  if (within) await demandRegion(context, 'account.read', within);
  const scopes = within ? [scopeOf(within)] : demandScopes(context.asker, 'account.read', context.now);
  const query = managed(context.em)
    .where((eb) =>
      eb.or(scopes.map(({ from, to }) => eb.and([eb('regionCode', '>=', from), eb('regionCode', '<', to)]))),
    )
    .$if(Boolean(kind), (all) => all.where('kind', '=', kind as AccountKind))
    .$if(typeof disabled === 'boolean', (all) => all.where('disabledAt', disabled ? 'is not' : 'is', null))
    .$if(Boolean(username), (all) => all.where('username', '=', username as string));
  return readPage(query, ACCOUNTS_BY_ID, args, context);
}

/** One account that was just changed. */
export async function getManaged({ em }: Context, id: string): Promise<ManagedAccount> {
  const account = await managed(em).where('id', '=', id).executeTakeFirst();
  if (!account) throw notFound('account');
  return account as ManagedAccount;
}

export interface OpenSession {
  id: string;
  createdAt: Date;
  refreshedAt: Date;
  address: string;
  device: string | null;
}

/** The sessions of an account that have not ended, newest first. */
export const openSessionsOf = ({ em, clock }: Context, accountId: string): Promise<OpenSession[]> =>
  people(em)
    .selectFrom('session')
    .select(['id', 'createdAt', 'refreshedAt', 'address', 'device'])
    .where('accountId', '=', accountId)
    .where('endedAt', 'is', null)
    .where('expiresAt', '>', clock.real())
    .orderBy('id', 'desc')
    .limit(MAX_SESSIONS)
    .execute();

const MAX_SESSIONS = 100;
