import { demandScopes, isInScopes } from '../auth/may.js';
import { scopeOf } from '../auth/scope.js';
import { shanghaiDay } from '../clock.js';
import { scoped, tables } from '../db/orm.js';
import { demandPageSize, type Order, type PageArgs, readPage } from '../db/page.js';
import { isId } from '../db/write.js';
import { notFound } from '../errors.js';
import type { Context } from '../http/context.js';
import { demandRegion } from '../regions/region.queries.js';
import { demandVillageStandard } from './standard.entity.js';
import { getStandard } from './standard.queries.js';
import type { Verdict, VerdictItem, VerdictItemSchema, VerdictSchema } from './verdict.entity.js';
import { type Reckoned, reckonAgain, type Tried, tryVerdicts } from './verdict.queries.js';

const db = (context: Context) => tables<typeof VerdictSchema | typeof VerdictItemSchema>(context.em);

export interface VerdictFilter {
  standardId: string;
  met?: boolean | null;
}

const BY_PLACE: Order<Verdict> = { list: 'verdicts', columns: ['regionCode'], direction: 'asc' };
const NEWEST_FIRST: Order<Verdict> = { list: 'verdictHistory', columns: ['id'], direction: 'desc' };

/** The latest verdicts of a standard. @throws FORBIDDEN · NOT_FOUND · INVALID_PAGE_SIZE · INVALID_CURSOR */
export async function verdictsWithin(
  context: Context,
  within: string,
  filter: VerdictFilter,
  page: PageArgs,
) {
  await demandRegion(context, 'verdict.read', within);
  const { id } = await getStandard(context.em, filter.standardId);
  const { from, to } = scopeOf(within);
  let query = db(context)
    .selectFrom('verdict')
    .selectAll()
    .where('standardId', '=', id)
    .where('regionCode', '>=', from)
    .where('regionCode', '<', to)
    .where('supersededAt', 'is', null);
  if (typeof filter.met === 'boolean') query = query.where('met', '=', filter.met);
  return readPage(query, BY_PLACE, page, context);
}

/** Every verdict there was of a village, newest first. @throws FORBIDDEN · INVALID_PAGE_SIZE · INVALID_CURSOR */
export async function verdictHistory(context: Context, region: string, page: PageArgs) {
  await demandRegion(context, 'verdict.read', region);
  const query = db(context).selectFrom('verdict').selectAll().where('regionCode', '=', region);
  return readPage(query, NEWEST_FIRST, page, context);
}

/** @throws FORBIDDEN · NOT_FOUND, the same whether absent or out of scope */
export async function getVerdict(context: Context, id: string): Promise<Verdict> {
  const scopes = demandScopes(context.asker, 'verdict.read', context.now);
  const row = isId(id)
    ? await db(context).selectFrom('verdict').selectAll().where('id', '=', id).executeTakeFirst()
    : null;
  if (!row || !isInScopes(row.regionCode, scopes)) throw notFound('verdict');
  return row as Verdict;
}

async function itemsByVerdict(context: Context, ids: readonly string[]): Promise<Map<string, VerdictItem[]>> {
  const rows = await db(context)
    .selectFrom('verdict_item')
    .selectAll()
    .where('verdictId', 'in', ids)
    .orderBy('position')
    .execute();
  return Map.groupBy(rows as VerdictItem[], ({ verdictId }) => verdictId);
}

/** What the latest verdict says item by item; of a superseded one only its outcome is kept. */
export const itemsOfVerdict = async (context: Context, id: string): Promise<VerdictItem[]> =>
  (await context.loaders.load(itemsOfVerdict, id, (ids: readonly string[]) =>
    itemsByVerdict(context, ids),
  )) ?? [];

export interface Verified extends Reckoned {
  readonly isSame: boolean;
}

/** Reckons a verdict again from what it kept, and compares byte by byte. @throws FORBIDDEN · NOT_FOUND */
export async function verifyVerdict(context: Context, id: string): Promise<Verified> {
  const verdict = await getVerdict(context, id);
  const again = await reckonAgain(context.em, verdict);
  const isSame =
    again?.inputs === verdict.inputs &&
    again.outcome === verdict.outcome &&
    again.inputsHash === verdict.inputsHash &&
    again.outcomeHash === verdict.outcomeHash;
  return { ...(again ?? verdict), isSame };
}

export interface Trial {
  readonly villages: number;
  readonly met: number;
  readonly listed: readonly Tried[];
}

interface Try {
  readonly within: string;
  readonly standardId: string;
  readonly met?: boolean | null;
  readonly first: number;
  readonly after?: string | null;
}

/**
 * Who would pass and who would not, by a draft or any other standard, from what is known now; writes nothing.
 * @throws FORBIDDEN · NOT_FOUND (region or standard) · BAD_USER_INPUT (not for villages) · INVALID_PAGE_SIZE
 */
export async function tryStandard(
  context: Context,
  { within, standardId, met, first, after }: Try,
): Promise<Trial> {
  await demandRegion(context, 'verdict.give', within);
  demandPageSize(first);
  const standard = await getStandard(context.em, standardId);
  demandVillageStandard(standard);
  const scope = scopeOf(within);
  const run = { scope, standardId: standard.id, today: shanghaiDay(context.now) };
  const tried = await scoped(context.em, [scope], (em) => tryVerdicts(em, run));
  const isListed = (each: Tried) =>
    (typeof met !== 'boolean' || each.met === met) && (!after || each.regionCode > after);
  return {
    villages: tried.length,
    met: tried.filter((each) => each.met).length,
    listed: tried.filter(isListed).slice(0, first),
  };
}
