import { type SelectQueryBuilder, sql } from 'kysely';
import type { Sealer } from '../auth/seal.js';
import { Refusal } from '../errors.js';

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
  count(): Promise<number>;
}

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
  sealer: Sealer,
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
  for (const column of order.columns) page = page.orderBy(sql.ref(column), order.direction);
  const rows = (await page.limit(first + 1).execute()) as Row[];
  const edges = rows.slice(0, first).map((node) => ({ cursor: cursorOf(node, order, sealer), node }));
  return {
    edges,
    pageInfo: { hasNextPage: rows.length > first, endCursor: edges.at(-1)?.cursor ?? null },
    count: async () => {
      const total = await query
        .clearSelect()
        .select(sql<string>`count(*)`.as('total'))
        .executeTakeFirstOrThrow();
      return Number((total as { total: string }).total);
    },
  };
}

function cursorOf<Row extends object>(row: Row, order: Order<Row>, sealer: Sealer): string {
  return sealer.seal(order.list, JSON.stringify(order.columns.map((column) => row[column])));
}

function placeOf<Row>(cursor: string, order: Order<Row>, sealer: Sealer): unknown[] {
  const text = sealer.open(order.list, cursor);
  if (text === null) throw new Refusal('INVALID_CURSOR', 'This cursor does not belong to this list.');
  return JSON.parse(text) as unknown[];
}
