import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import type { Sealer } from '../auth/seal.js';
import { Refusal } from '../errors.js';
import type { Position } from '../events/position.js';
import type { Tail } from '../events/tail.js';

export const MAX_PAGE = 100;

/**
 * How a list is ordered: the last column must be unique, so that a cursor names one place. No column may be null or
 * hold parts of a millisecond: a cursor could not say where such a row stands.
 */
export interface Order<Row> {
  /** What the list is, so that a cursor of one list is refused by another. */
  readonly list: string;
  readonly columns: readonly (keyof Row & string)[];
  readonly direction: 'asc' | 'desc';
}

export interface PageArgs {
  readonly first: number;
  readonly after?: string | null;
}

/** One page of a list, and how to count the whole of it if somebody asks. */
export interface Page<Row> {
  readonly edges: { cursor: string; node: Row }[];
  readonly pageInfo: { hasNextPage: boolean; endCursor: string | null };
  /** Where in the log it is true: what it shows, and nothing else, has happened up to there. */
  readonly position: Position;
  count(): Promise<number>;
}

/** What a page is read by. */
interface Reading {
  readonly sealer: Sealer;
  readonly tail: Pick<Tail, 'head'>;
}

/** What says where in the log a statement's rows are true, and how it is read. */
export interface Truth {
  readonly mark: RawBuilder<string>;
  readonly position: (mark: string, head: Position) => Position;
}

/** Rows are true at the moment in which they are read: what is visible then. */
const SNAPSHOT: Truth = {
  mark: sql<string>`pg_current_snapshot()::text`,
  position: (snapshot, head) => ({ ...head, seen: { snapshot, until: null } }),
};

/** @throws INVALID_PAGE_SIZE */
export function demandPageSize(first: number): void {
  if (first >= 1 && first <= MAX_PAGE) return;
  throw new Refusal('INVALID_PAGE_SIZE', `first must be from 1 to ${MAX_PAGE}.`, { limit: MAX_PAGE });
}

/**
 * Keyset paging: the cursor holds the sort columns of its row, so a page costs its own rows wherever it lies, and
 * rows that come or go in between never shift it.
 * @throws INVALID_PAGE_SIZE · INVALID_CURSOR
 */
export async function readPage<DB, TB extends keyof DB, Row extends object>(
  query: SelectQueryBuilder<DB, TB, Row>,
  order: Order<Row>,
  { first, after }: PageArgs,
  { sealer, tail }: Reading,
  truth = SNAPSHOT,
): Promise<Page<Row>> {
  demandPageSize(first);
  const columns = sql.join(order.columns.map((column) => sql.ref(column)));
  let page = query;
  if (after !== null && after !== undefined) {
    const place = sql.join(placeOf(after, order, sealer).map((value) => sql.val(value)));
    page = page.where(
      order.direction === 'asc'
        ? sql<boolean>`(${columns}) > (${place})`
        : sql<boolean>`(${columns}) < (${place})`,
    );
  }
  // Known before anything is read: whatever lies up to here is seen.
  const { head } = tail;
  const { rows, mark } = await readRows(page, order, first + 1, truth);
  const edges = rows.slice(0, first).map((node) => ({ cursor: cursorOf(node, order, sealer), node }));
  return {
    edges,
    pageInfo: { hasNextPage: rows.length > first, endCursor: edges.at(-1)?.cursor ?? null },
    position: truth.position(mark, head),
    count: async () => Number((await total(query, truth)).total),
  };
}

const MARK = 'truth';
type Marked = { readonly [MARK]: string };

/** The rows, and what the same statement says of where they are true; of no rows, what the one that counts them says. */
async function readRows<DB, TB extends keyof DB, Row extends object>(
  query: SelectQueryBuilder<DB, TB, Row>,
  order: Order<Row>,
  most: number,
  truth: Truth,
): Promise<{ rows: Row[]; mark: string }> {
  let ordered = query.select(truth.mark.as(MARK)) as SelectQueryBuilder<DB, TB, Row & Marked>;
  for (const column of order.columns) ordered = ordered.orderBy(sql.ref(column), order.direction);
  for (;;) {
    const rows = (await ordered.limit(most).execute()) as (Row & Marked)[];
    const [row] = rows;
    if (row) return { rows, mark: row[MARK] };
    const none = await total(query, truth);
    // Else the first came in between.
    if (none.total === '0') return { rows, mark: none[MARK] };
  }
}

const total = async <DB, TB extends keyof DB, Row>(query: SelectQueryBuilder<DB, TB, Row>, { mark }: Truth) =>
  (await query
    .clearSelect()
    .select([sql<string>`count(*)`.as('total'), mark.as(MARK)])
    .executeTakeFirstOrThrow()) as Marked & { total: string };

function cursorOf<Row extends object>(row: Row, order: Order<Row>, sealer: Sealer): string {
  return sealer.seal(order.list, JSON.stringify(order.columns.map((column) => row[column])));
}

function placeOf<Row>(cursor: string, order: Order<Row>, sealer: Sealer): unknown[] {
  const text = sealer.open(order.list, cursor);
  if (text === null) throw new Refusal('INVALID_CURSOR', 'This cursor does not belong to this list.');
  return JSON.parse(text) as unknown[];
}
