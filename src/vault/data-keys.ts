import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type pg from 'pg';
import { EXIT_CONFIG, StartError } from '../errors.js';
import type { Secrets } from '../secrets.js';
import { unwrapKey, wrapKey } from './cipher.js';
import { familyOf, type SealedColumn, sealedColumns } from './columns.js';

/** The keys that data keys are wrapped with: the installation's own, and the next one while it is being changed. */
export type WrappingKeys = Pick<Secrets, 'personalDataKey' | 'nextPersonalDataKey'>;

/** A data key as it is stored: wrapped. */
export interface DataKey {
  readonly id: number;
  /** The family of tables whose columns it seals, or INDEX. */
  readonly purpose: string;
  readonly algorithm: string;
  readonly wrapped: Buffer;
  /** When it sealed its last value; it goes on opening what a backup or a late writer brings. */
  readonly retiredAt: Date | null;
}

/** The purpose of the key behind every blind index. */
export const INDEX = 'index';

const ALGORITHMS = { columns: 'AES-256-GCM', index: 'HMAC-SHA-256' } as const;

/** What asks the database; a connection or a pool. */
export type Database = Pick<pg.Client, 'query'>;

/** Every data key, the oldest first. */
export async function readDataKeys(db: Database): Promise<DataKey[]> {
  const { rows } = await db.query<DataKey>(
    `select id, purpose, algorithm, wrapped, retired_at as "retiredAt" from data_key order by id`,
  );
  return rows;
}

const secretKeys = ({ personalDataKey, nextPersonalDataKey }: WrappingKeys): KeyObject[] =>
  [personalDataKey, nextPersonalDataKey]
    .filter((key) => key !== undefined)
    .map((key) => createSecretKey(Buffer.from(key, 'base64url')));

/** So that nobody can pass one wrapped key off as another. */
const aboutKey = ({ id, purpose, algorithm }: Omit<DataKey, 'wrapped' | 'retiredAt'>): string =>
  JSON.stringify(['data_key', id, purpose, algorithm]);

/** @throws StartError when neither key of the secrets is the one it was wrapped with */
export function unwrapDataKey(row: DataKey, keys: WrappingKeys): Buffer {
  for (const kek of secretKeys(keys)) {
    const key = unwrapKey(kek, aboutKey(row), row.wrapped);
    if (key) return key;
  }
  throw new StartError(
    `SECRETS_FILE is not the one this database was set up with: its personalDataKey does not open data key ${row.id}.`,
    EXIT_CONFIG,
  );
}

/** Wraps a data key anew with the one key given. */
export const wrapAnew = (row: DataKey, keys: WrappingKeys, next: string): Buffer =>
  wrapKey(createSecretKey(Buffer.from(next, 'base64url')), aboutKey(row), unwrapDataKey(row, keys));

/** A new data key. The caller holds a lock under which no other is made. @returns its id */
export async function addDataKey(db: Database, purpose: string, keys: WrappingKeys): Promise<number> {
  const { rows } = await db.query<{ id: number }>('select coalesce(max(id), 0) + 1 as id from data_key');
  const id = rows[0]?.id ?? 1;
  const algorithm = purpose === INDEX ? ALGORITHMS.index : ALGORITHMS.columns;
  // Always the installation's present key: the next one may still be thrown away.
  const kek = createSecretKey(Buffer.from(keys.personalDataKey, 'base64url'));
  const wrapped = wrapKey(kek, aboutKey({ id, purpose, algorithm }), randomBytes(32));
  await db.query('insert into data_key (id, purpose, algorithm, wrapped) values ($1, $2, $3, $4)', [
    id,
    purpose,
    algorithm,
    wrapped,
  ]);
  return id;
}

/**
 * At every start: each data key opens with the secrets, and there is one for every purpose. The caller holds the lock
 * of the preparation.
 * @throws StartError with other secrets, or when the keys of what is sealed are gone
 */
export async function ensureDataKeys(db: Database, keys: WrappingKeys): Promise<void> {
  const there = await readDataKeys(db);
  for (const row of there) unwrapDataKey(row, keys);
  const columns = await sealedColumns(db);
  for (const purpose of new Set([INDEX, ...columns.map(({ table }) => familyOf(table))])) {
    if (there.some((row) => row.purpose === purpose)) continue;
    const sealed = columns.filter(({ table }) => purpose === INDEX || familyOf(table) === purpose);
    if (await holdsAny(db, sealed)) {
      throw new StartError(
        `The data key for ${purpose} is missing from this database while values are sealed with it: restore data_key from a backup.`,
        EXIT_CONFIG,
      );
    }
    await addDataKey(db, purpose, keys);
  }
}

async function holdsAny(db: Database, columns: readonly SealedColumn[]): Promise<boolean> {
  for (const { table, column } of columns) {
    const { rows } = await db.query(`select from ${table} where ${column} is not null limit 1`);
    if (rows.length > 0) return true;
  }
  return false;
}
