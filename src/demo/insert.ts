import type { EntityManager } from '@mikro-orm/postgresql';

/** Rows per statement: large enough to be fast, small enough to stay one modest parameter. */
const CHUNK = 2000;

/** Inserts plain rows, keyed by column name, into a table of ours; columns left out take their defaults. */
export async function insertRows(em: EntityManager, table: string, rows: readonly object[]): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first).join(', ');
  for (let from = 0; from < rows.length; from += CHUNK) {
    await em.execute(
      `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, ?::jsonb)`,
      [JSON.stringify(rows.slice(from, from + CHUNK))],
    );
  }
}
