import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { Refusal, StartError } from '../errors.js';
import type { Fact } from '../events/facts.js';
import type { Log } from '../log.js';
import { KEY_ID_IN_SQL, keyIdBytes, keyIdOf } from './cipher.js';
import { familyOf, sealedColumns } from './columns.js';
import { addDataKey, readDataKeys, type WrappingKeys } from './data-keys.js';
import { everywhere } from './transaction.js';
import { Vault } from './vault.js';

/** Of two rotations at once the second is refused; held by the connection, so a killed one lets it go. */
const ROTATION_LOCK = 7_219_340_120_002n;

/** Rows per transaction: a node that wants one of them waits for as long as this many take. */
const BATCH = 500;

/** Rows that others hold, or went on sealing with the key of before, are looked for this often, so far apart. */
const LOOKS = 50;
const LOOK_MS = 200;

/** What a rotation is run with. */
export interface RotationOptions {
  /** A connection of the owner that nobody else uses. */
  readonly client: pg.Client;
  readonly secrets: () => WrappingKeys;
  readonly log: Log;
  /** States a fact, so that every node reads the keys anew. */
  readonly state: (fact: Fact) => Promise<void>;
  /** Called after every transaction. */
  readonly onBatch?: (table: string, rows: number) => Promise<void> | void;
  readonly batch?: number;
}

/** What became of one family of tables. */
export interface Rotated {
  readonly family: string;
  /** The key that seals from now on. */
  readonly keyId: number;
  /** Values that were sealed anew by this call. */
  readonly sealed: number;
  /** Values that the new key has not sealed: damaged ones, or such as nodes went on sealing with an older key. */
  readonly left: number;
  /** The keys that are out of use now. */
  readonly retired: readonly number[];
}

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
}

/**
 * Gives every family of tables a new data key and seals its values with it, in small transactions, while nodes serve.
 * It may be cut off at any moment: the next call goes on with the key that is there already. An older key is retired
 * when it seals nothing any more, and goes on opening what a slow node or a backup still brings.
 * @throws StartError when another rotation is under way
 */
export async function rotate(options: RotationOptions): Promise<Rotated[]> {
  const { client } = options;
  const { rows } = await client.query('select pg_try_advisory_lock($1) as mine', [ROTATION_LOCK]);
  if (!rows[0]?.mine) throw new StartError('Another rotation of the keys is under way; wait for its end.', 1);
  try {
    const families = Map.groupBy(await sealedColumns(client), ({ table }) => familyOf(table));
    const done: Rotated[] = [];
    for (const [family, columns] of families) {
      const tables = [...Map.groupBy(columns, ({ table }) => table)].map(([name, of]) => ({
        name,
        columns: of.map(({ column }) => column),
      }));
      done.push(await rotateFamily(options, family, tables));
    }
    return done;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [ROTATION_LOCK]).catch(() => undefined);
  }
}

async function rotateFamily(options: RotationOptions, family: string, tables: Table[]): Promise<Rotated> {
  const { client, secrets, log, state } = options;
  const keyId = await newestKey(client, family, secrets());
  await state(keysChanged(keyId));
  const vault = new Vault({ read: () => readDataKeys(client), secrets, log });
  await vault.refresh();
  let sealed = 0;
  let left = 0;
  for (let look = 0; look < LOOKS; look += 1) {
    const before = sealed;
    for (const table of tables) sealed += await resealTable(options, table, keyId, vault);
    left = await countOlder(client, tables, keyId);
    if (left === 0) break;
    if (sealed === before) await pause(LOOK_MS);
  }
  const retired = left === 0 ? await retireOlder(client, family, keyId) : [];
  if (retired.length > 0) await state(keysChanged(keyId));
  return { family, keyId, sealed, left, retired };
}

/** The key that a rotation which was cut off had made, else a new one. */
async function newestKey(client: pg.Client, family: string, secrets: WrappingKeys): Promise<number> {
  const inUse = (await readDataKeys(client)).filter(
    ({ purpose, retiredAt }) => purpose === family && retiredAt === null,
  );
  const newest = inUse.at(-1);
  return newest && inUse.length > 1 ? newest.id : addDataKey(client, family, secrets);
}

/** What makes every node read the data keys anew. */
const keysChanged = (keyId: number): Fact => ({
  kind: 'KEYS_CHANGED',
  region: null,
  subject: { type: 'DATA_KEY', id: String(keyId) },
  severity: null,
  audience: 'HOUSE',
  params: {},
});

const keyIdIn = (column: string): string =>
  `substring(${column} from ${KEY_ID_IN_SQL.from} for ${KEY_ID_IN_SQL.length})`;

/** True in SQL for a row that another key than `$1` has a part in. */
const isOlder = (columns: readonly string[]): string =>
  `(${columns.map((column) => `${keyIdIn(column)} <> $1`).join(' or ')})`;

/** Walks the table once by id. @returns how many values were sealed anew */
async function resealTable(
  options: RotationOptions,
  table: Table,
  keyId: number,
  vault: Vault,
): Promise<number> {
  let after = '00000000-0000-0000-0000-000000000000';
  let sealed = 0;
  for (;;) {
    const batch = await everywhere(options.client, () =>
      resealBatch(options, table, { keyId, vault, after }),
    );
    if (!batch) return sealed;
    after = batch.last;
    sealed += batch.sealed;
    await options.onBatch?.(table.name, batch.rows);
  }
}

type SealedRow = { id: string } & Record<string, Buffer | null>;

async function resealBatch(
  { client, batch = BATCH }: RotationOptions,
  { name, columns }: Table,
  { keyId, vault, after }: { keyId: number; vault: Vault; after: string },
): Promise<{ last: string; rows: number; sealed: number } | null> {
  // Locked, so that nothing written meanwhile is overwritten; and never waiting for a lock, so that no node's
  // transaction is ever caught between us and another. What somebody holds now is taken by the next walk.
  const { rows } = await client.query<SealedRow>(
    `select id, ${columns.join(', ')} from ${name} where id > $2 and ${isOlder(columns)}
     order by id limit $3 for no key update skip locked`,
    [keyIdBytes(keyId), after, batch],
  );
  const last = rows.at(-1)?.id;
  if (last === undefined) return null;
  const anew = await Promise.all(
    columns.map((column) => Promise.all(rows.map((row) => resealed(name, column, row, { keyId, vault })))),
  );
  await client.query(
    `update ${name} set ${columns.map((column) => `${column} = coalesce(given.${column}, ${name}.${column})`).join(', ')}
     from unnest($1::uuid[], ${columns.map((_, at) => `$${at + 2}::bytea[]`).join(', ')})
       as given (id, ${columns.join(', ')})
     where ${name}.id = given.id`,
    [rows.map(({ id }) => id), ...anew],
  );
  return { last, rows: rows.length, sealed: anew.flat().filter((value) => value !== null).length };
}

/** null leaves the value as it is: it is under the new key already, or does not open, and then nobody may cover it up. */
async function resealed(
  table: string,
  column: string,
  row: SealedRow,
  { keyId, vault }: { keyId: number; vault: Vault },
): Promise<Buffer | null> {
  const blob = row[column] as Buffer | null;
  if (!blob || keyIdOf(blob) === keyId) return null;
  const place = { table, column, rowId: row.id };
  try {
    return vault.seal(place, await vault.open(place, blob));
  } catch (fault) {
    if (fault instanceof Refusal && fault.code === 'DATA_INTEGRITY_ERROR') return null;
    throw fault;
  }
}

async function countOlder(client: pg.Client, tables: readonly Table[], keyId: number): Promise<number> {
  return everywhere(client, async () => {
    let total = 0;
    for (const { name, columns } of tables) {
      const each = columns.map((column) => `count(*) filter (where ${keyIdIn(column)} <> $1)`).join(' + ');
      const { rows } = await client.query<{ n: string }>(`select ${each} as n from ${name}`, [
        keyIdBytes(keyId),
      ]);
      total += Number(rows[0]?.n);
    }
    return total;
  });
}

async function retireOlder(client: pg.Client, family: string, keyId: number): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `update data_key set retired_at = clock_timestamp()
     where purpose = $1 and id < $2 and retired_at is null returning id`,
    [family, keyId],
  );
  return rows.map(({ id }) => id);
}
