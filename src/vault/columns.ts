import type { Database } from './transaction.js';

/** An encrypted column. What a table's columns are called says how they are treated: see {@link sealedColumns}. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
}

/**
 * Every encrypted column of the database, found by its name: `X_sealed` holds the encrypted value, `X_index` its
 * blind index where it has one, and `X_plain` what an older version had left readable. Read from the catalogue, so
 * that no list can forget one and leave it out of a rotation.
 */
export async function sealedColumns(db: Database): Promise<SealedColumn[]> {
  const { rows } = await db.query<SealedColumn>(
    `select relname as table, attname as column from pg_attribute join pg_class on pg_class.oid = attrelid
     where relnamespace = 'public'::regnamespace and relkind = 'r' and not attisdropped
       and atttypid = 'bytea'::regtype and attname like '%\\_sealed' order by 1, 2`,
  );
  return rows;
}

/** Tables whose names begin alike are one family and share a data key: household, household_member. */
export const familyOf = (table: string): string => table.split('_', 1)[0] as string;
