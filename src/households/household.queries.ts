import type { EntityManager } from '@mikro-orm/postgresql';
import type { Expression, ExpressionBuilder, Kysely, SqlBool } from 'kysely';
import { demandScopes, isInScopes } from '../auth/may.js';
import { levelOf, prefixOf, scopeOf } from '../auth/scope.js';
import { isOneOf } from '../db/filter.js';
import { scoped, tables } from '../db/orm.js';
import { type Order, type Page, type PageArgs, readPage } from '../db/page.js';
import { isId } from '../db/write.js';
import { notFound } from '../errors.js';
import type { Context } from '../http/context.js';
import { demandRegion } from '../regions/region.queries.js';
import type {
  Household,
  HouseholdIncome,
  HouseholdIncomeSchema,
  HouseholdMember,
  HouseholdMemberSchema,
  HouseholdSchema,
  HouseholdStatus,
} from './household.entity.js';

export type HouseholdRow = Omit<Household, 'touch'>;
/** A member as stored: what is sealed is opened for who asks for it, value by value. */
export type MemberRow = HouseholdMember;

const BY_ID: Order<HouseholdRow> = { list: 'households', columns: ['id'], direction: 'asc' };

const db = (em: EntityManager) =>
  tables<typeof HouseholdSchema | typeof HouseholdMemberSchema | typeof HouseholdIncomeSchema>(em);

type Builder =
  ReturnType<typeof db> extends Kysely<infer Tables>
    ? ExpressionBuilder<Tables, 'household' & keyof Tables>
    : never;

/** Which households of a region; a field that is left out asks nothing, an empty list matches nothing. */
export interface HouseholdFilter {
  status?: HouseholdStatus[] | null;
  plannedExitYear?: number[] | null;
}

/** A county has an index by id of its own: too large to be sorted for a page, too small to be sifted out of everything. */
function isWithin(eb: Builder, within: string): Expression<SqlBool> {
  if (levelOf(within) === 'COUNTY') return eb('countyCode', '=', prefixOf(within));
  const { from, to } = scopeOf(within);
  return eb.and([eb('regionCode', '>=', from), eb('regionCode', '<', to)]);
}

/** Households in a region, by id. @throws FORBIDDEN · INVALID_PAGE_SIZE · INVALID_CURSOR */
export async function householdsWithin(
  context: Context,
  within: string,
  { status, plannedExitYear }: HouseholdFilter,
  args: PageArgs,
): Promise<Page<HouseholdRow>> {
  await demandRegion(context, 'household.read', within);
  const scope = scopeOf(within);
  const inside = (em: EntityManager) =>
    db(em)
      .selectFrom('household')
      .where((eb) => isWithin(eb, within))
      .where((eb) => isOneOf(eb, { status, plannedExitYear }));
  const page = await scoped(context.em, [scope], (em) =>
    readPage(inside(em).selectAll(), BY_ID, args, context),
  );
  // Not the page's own count: it is asked for later, when the transaction that held the scope is over.
  const count = async (em: EntityManager) => {
    const query = inside(em).select(({ fn }) => fn.countAll<string>().as('total'));
    return Number((await query.executeTakeFirstOrThrow()).total);
  };
  return { ...page, count: () => scoped(context.em, [scope], count) };
}

/** One household the viewer may see. @throws FORBIDDEN · NOT_FOUND, the same whether absent or out of scope */
export async function getHousehold(context: Context, id: string): Promise<HouseholdRow> {
  const scopes = demandScopes(context.asker, 'household.read', context.now);
  const find = (em: EntityManager) =>
    db(em).selectFrom('household').selectAll().where('id', '=', id).executeTakeFirst();
  const household = isId(id) ? await scoped(context.em, scopes, find) : undefined;
  if (!household || !isInScopes(household.regionCode, scopes)) throw notFound('household');
  return household;
}

/** The parts of many households in one statement, in a scope of its own: the list's transaction is over by then. */
async function partsOf<Part extends { householdId: string }>(
  context: Context,
  ids: readonly string[],
  find: (em: EntityManager, ids: readonly string[]) => Promise<Part[]>,
): Promise<Map<string, Part[]>> {
  const scopes = demandScopes(context.asker, 'household.read', context.now);
  const parts = await scoped(context.em, scopes, (em) => find(em, ids));
  return Map.groupBy(parts, ({ householdId }) => householdId);
}

const findMembers = (em: EntityManager, ids: readonly string[]): Promise<MemberRow[]> =>
  db(em)
    .selectFrom('household_member')
    .selectAll()
    .where('householdId', 'in', ids)
    .orderBy('householdId')
    .orderBy('position')
    .execute();

/** The members of a household, in the register's order. */
export const membersOf = async (context: Context, id: string): Promise<MemberRow[]> =>
  (await context.loaders.load(membersOf, id, (ids: readonly string[]) =>
    partsOf(context, ids, findMembers),
  )) ?? [];

const findIncomes = (em: EntityManager, ids: readonly string[]): Promise<HouseholdIncome[]> =>
  db(em)
    .selectFrom('household_income')
    .selectAll()
    .where('householdId', 'in', ids)
    .orderBy('householdId')
    .orderBy('year')
    .execute();

/** The yearly incomes of a household, oldest first. */
export const incomesOf = async (context: Context, id: string): Promise<HouseholdIncome[]> =>
  (await context.loaders.load(incomesOf, id, (ids: readonly string[]) =>
    partsOf(context, ids, findIncomes),
  )) ?? [];

/**
 * The next register number of a village: its code, a dash and the household's number in it. To be called in the
 * transaction that uses it. The lock makes a second registration in the same village wait for the first; without it
 * both would count to the same number, and one of them would fail for no fault of its caller.
 */
export async function nextRegisterNumber(em: EntityManager, regionCode: string): Promise<string> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`household of ${regionCode}`]);
  const [last] = await em.execute<{ number: number | null }[]>(
    `select max(split_part(register_number, '-', 2)::int) as number from household where region_code = ?`,
    [regionCode],
  );
  return `${regionCode}-${String((last?.number ?? 0) + 1).padStart(5, '0')}`;
}
