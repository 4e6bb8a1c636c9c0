import type pg from 'pg';
import type { Log } from '../log.js';
import { ensureDataKeys, readDataKeys, type WrappingKeys } from './data-keys.js';
import { untilUnseen } from './quiet.js';
import { everywhere } from './transaction.js';
import { Vault } from './vault.js';

/** Rows per transaction. */
const BATCH = 200;

/** What a table of an older version holds readable. */
interface PlainTable {
  readonly table: string;
  /** Columns without their ending: `id_number`. */
  readonly names: string[];
  /** Those of them that are found by equality. */
  readonly indexed: string[];
}

/**
 * Makes the data keys of a new database; in one of an older version, also puts every readable value under seal. To be
 * called at every start, under the lock of the preparation: a start that was cut off is gone on with by the next.
 * @throws StartError when the data keys do not open with these secrets
 */
export async function prepareVault(client: pg.Client, secrets: WrappingKeys, log: Log): Promise<void> {
  await ensureDataKeys(client, secrets);
  const tables = await plainTables(client);
  if (tables.length === 0) return;
  const vault = new Vault({ read: () => readDataKeys(client), secrets: () => secrets, log });
  await vault.refresh();
  for (const table of tables) await sealTable(client, table, vault, log);
}

async function plainTables(client: pg.Client): Promise<PlainTable[]> {
  const { rows } = await client.query<PlainTable>(
    `select relname as table, array_agg(name order by name) as names, coalesce(array_agg(name order by name) filter (where exists (
         select from pg_attribute i where i.attrelid = p.attrelid and i.attname = name || '_index')), '{}') as indexed
     from (select attrelid, left(attname, -6)::text as name from pg_attribute
           where attname like '%\\_plain' and not attisdropped) p
     join pg_class on pg_class.oid = attrelid where relnamespace = 'public'::regnamespace and relkind = 'r'
     group by relname, attrelid`,
  );
  return rows;
}

async function sealTable(client: pg.Client, plain: PlainTable, vault: Vault, log: Log): Promise<void> {
  const { table } = plain;
  let after = '00000000-0000-0000-0000-000000000000';
  let sealed = 0;
  for (;;) {
    const batch = await everywhere(client, () => sealBatch(client, plain, after, vault));
    if (!batch) break;
    if (sealed === 0) log.info({ table }, 'what an older version had left readable is being encrypted');
    after = batch.last;
    sealed += batch.rows;
  }
  const { rowCount } = await everywhere(client, () => client.query(`select from ${table} limit 1`));
  // A new database has never had anything to forget.
  if (rowCount) await forget(client, plain, log);
  await finish(client, plain);
  if (sealed > 0) log.info({ table, rows: sealed }, 'it is encrypted, and its readable columns are gone');
}

/**
 * An update leaves the old row, with the plain text in it, until something overwrites it; so does the planner's sample
 * of the column. Rewritten while the columns are still there, because they say that this is not done yet.
 */
async function forget(client: pg.Client, { table }: PlainTable, log: Log): Promise<void> {
  await untilUnseen(client, log);
  await client.query(`vacuum full ${table}`);
  await client.query(`analyze ${table}`);
  await untilUnseen(client, log);
  await client.query('vacuum full pg_catalog.pg_statistic');
  // Its fingerprints of bodies with ID numbers in them were emptied by the same migration.
  await client.query('vacuum full idempotency');
}

/** Nothing readable is left: the columns that said so go. */
async function finish(client: pg.Client, { table, names, indexed }: PlainTable): Promise<void> {
  const changes = [
    ...names.map((name) => `drop column ${name}_plain`),
    // What was readable was never missing.
    ...names.map((name) => `alter column ${name}_sealed set not null`),
    ...indexed.map((name) => `alter column ${name}_index set not null`),
  ];
  await client.query(`alter table ${table} ${changes.join(', ')}`);
}

type PlainRow = { id: string } & Record<string, string | null>;

/** The next rows after `after`, sealed; null when there are no more. */
async function sealBatch(
  client: pg.Client,
  { table, names, indexed }: PlainTable,
  after: string,
  vault: Vault,
): Promise<{ last: string; rows: number } | null> {
  const plain = names.map((name) => `${name}_plain`);
  const { rows } = await client.query<PlainRow>(
    `select id, ${plain.join(', ')} from ${table}
     where id > $1 and num_nonnulls(${plain.join(', ')}) > 0 order by id limit ${BATCH}`,
    [after],
  );
  const last = rows.at(-1)?.id;
  if (last === undefined) return null;
  const column = (name: string, make: (row: PlainRow, text: string) => Buffer) => ({
    name,
    values: rows.map((row) => make(row, row[`${name.replace(/_[a-z]+$/, '')}_plain`] ?? '')),
  });
  const columns = [
    ...names.map((name) =>
      column(`${name}_sealed`, ({ id }, text) =>
        vault.seal({ table, column: `${name}_sealed`, rowId: id }, text),
      ),
    ),
    ...indexed.map((name) => column(`${name}_index`, (_, text) => vault.index(`${table}.${name}`, text))),
  ];
  await client.query(
    `update ${table} set ${[
      ...columns.map(({ name }) => `${name} = given.${name}`),
      ...plain.map((name) => `${name} = null`),
    ].join(', ')}
     from unnest($1::uuid[], ${columns.map((_, at) => `$${at + 2}::bytea[]`).join(', ')})
       as given (id, ${columns.map(({ name }) => name).join(', ')})
     where ${table}.id = given.id`,
    [rows.map(({ id }) => id), ...columns.map(({ values }) => values)],
  );
  return { last, rows: rows.length };
}
