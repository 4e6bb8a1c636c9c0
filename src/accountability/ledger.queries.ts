import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { demandScopes, grantsFor, signedIn } from '../auth/may.js';
import { prefixOf, type Scope, scopeOf } from '../auth/scope.js';
import { isOneOf } from '../db/filter.js';
import { tables } from '../db/orm.js';
import { type Order, type PageArgs, readPage } from '../db/page.js';
import { isId } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import { queryOf } from '../events/follow.js';
import type { Context } from '../http/context.js';
import type { LedgerSubjectType, Outcome } from '../ledger/acts.js';
import type { LedgerEntrySchema, LedgerSealSchema } from '../ledger/ledger.entity.js';
import { sizeOf, type Verification, verifyLedger } from '../ledger/verify.js';
import { demandRegion } from '../regions/region.queries.js';

/** Which entries; a field that is left out asks nothing, an empty list matches nothing. */
export interface LedgerFilter {
  act?: string[] | null;
  operation?: string[] | null;
  accountId?: string | null;
  subjectType?: LedgerSubjectType | null;
  subjectId?: string | null;
  outcome?: Outcome[] | null;
  from?: Date | null;
  to?: Date | null;
  hasPurpose?: boolean | null;
}

/** An entry with its place in the chain, once it has one. */
export interface EntryRow {
  id: string;
  at: Date;
}

const NEWEST_FIRST: Order<EntryRow> = { list: 'ledger', columns: ['at', 'id'], direction: 'desc' };

/** More than these at once would take longer than a request may; the command of the terminal has no bound. */
const MOST = 100_000;

/** A prefecture and above: what belongs to no region is theirs to see. */
const WHOLE_LENGTH = 4;

const entries = (em: EntityManager) =>
  tables<typeof LedgerEntrySchema | typeof LedgerSealSchema>(em)
    .selectFrom('ledger_entry')
    .leftJoin('ledger_seal', 'ledger_seal.entryId', 'ledger_entry.id')
    .selectAll('ledger_entry')
    .select([
      'ledger_entry.xid as mark',
      'ledger_seal.seq as seq',
      sql<string | null>`encode(ledger_seal.hash, 'hex')`.as('sealHash'),
      sql<string | null>`to_char(ledger_seal.day, 'YYYY-MM-DD')`.as('sealDay'),
    ]);

/** The regions whose entries the viewer may read, and whether also those of no region. @throws FORBIDDEN */
function readable(context: Context): { scopes: Scope[]; isWhole: boolean } {
  const scopes = demandScopes(context.asker, 'ledger.read', context.now);
  const grants = grantsFor(signedIn(context.asker), 'ledger.read', context.now);
  return { scopes, isWhole: grants.some(({ regionCode }) => prefixOf(regionCode).length <= WHOLE_LENGTH) };
}

type Entries = ReturnType<typeof entries>;

const inside = (query: Entries, scopes: readonly Scope[], isWhole: boolean): Entries =>
  query.where((eb) =>
    eb.or([
      ...scopes.map(({ from, to }) =>
        eb.and([eb('ledger_entry.regionCode', '>=', from), eb('ledger_entry.regionCode', '<', to)]),
      ),
      ...(isWhole ? [eb('ledger_entry.regionCode', 'is', null)] : []),
    ]),
  );

/**
 * Entries, newest first: of a region, or of everywhere that the viewer may.
 * @throws FORBIDDEN · NOT_FOUND (no such region) · INVALID_PAGE_SIZE · INVALID_CURSOR
 */
export async function ledgerWithin(
  context: Context,
  within: string | null,
  filter: LedgerFilter,
  page: PageArgs,
) {
  let { scopes, isWhole } = readable(context);
  if (within !== null) {
    await demandRegion(context, 'ledger.read', within);
    scopes = [scopeOf(within)];
    isWhole = false;
  }
  const query = filtered(inside(entries(context.em), scopes, isWhole), filter);
  return readPage(query, NEWEST_FIRST, page, context);
}

function filtered(query: Entries, filter: LedgerFilter): Entries {
  const { act, operation, outcome, accountId, subjectType, subjectId, from, to, hasPurpose } = filter;
  return query
    .where((eb) => isOneOf(eb, { act, operation, outcome }))
    .$if(typeof accountId === 'string', (all) =>
      // An id that cannot be one of ours has done nothing.
      isId(accountId ?? '') ? all.where('accountId', '=', accountId ?? '') : all.where(sql<boolean>`false`),
    )
    .$if(typeof subjectType === 'string', (all) => all.where('subjectType', '=', subjectType ?? ''))
    .$if(typeof subjectId === 'string', (all) => all.where('subjectId', '=', subjectId ?? ''))
    .$if(from instanceof Date, (all) => all.where('at', '>=', from as Date))
    .$if(to instanceof Date, (all) => all.where('at', '<', to as Date))
    .$if(hasPurpose === true, (all) => all.where('purpose', 'is not', null))
    .$if(hasPurpose === false, (all) => all.where('purpose', 'is', null));
}

/** One entry that the viewer may read. @throws NOT_FOUND, the same whether absent or out of scope */
export async function getLedgerEntry(context: Context, id: string): Promise<EntryRow> {
  const { scopes, isWhole } = readable(context);
  const entry = isId(id)
    ? await inside(entries(context.em), scopes, isWhole).where('ledger_entry.id', '=', id).executeTakeFirst()
    : null;
  if (!entry) throw notFound('ledger entry');
  return entry as EntryRow;
}

/**
 * Holds days of the ledger against their seals. Of the whole installation: a chain has no regions.
 * @throws FORBIDDEN · INVALID_DATE (the end before the beginning) · BAD_USER_INPUT (more than a request can do)
 */
export async function checkLedger(
  context: Context,
  from: string | null,
  to: string | null,
): Promise<Verification> {
  demandScopes(context.asker, 'ledger.read', context.now);
  if (from !== null && to !== null && to < from)
    throw new Refusal('INVALID_DATE', 'The last day must not lie before the first.', { field: 'to' });
  const ask = queryOf(context.em);
  const size = await sizeOf(ask, { from, to });
  if (size > MOST) {
    const sentence = `These days hold ${size} entries. Ask for fewer days, or use the command of the terminal.`;
    throw new Refusal('BAD_USER_INPUT', sentence, { field: 'from', limit: MOST });
  }
  const { publicKey, keepYears } = context.ledger;
  return verifyLedger(ask, { from, to, publicKeys: [publicKey], keepYears });
}
