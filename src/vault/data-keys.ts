import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { EXIT_CONFIG, StartError } from '../errors.js';
import type { Secrets } from '../secrets.js';
import { unwrapKey, wrapKey } from './cipher.js';
import { familyOf, type SealedColumn, sealedColumns } from './columns.js';
import { type Database, everywhere, inTransaction } from './transaction.js';

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

/** Every data key, the oldest first. */
export async function readDataKeys(db: Database): Promise<DataKey[]> {
  const { rows } = await db.query<DataKey>(
    `select id, purpose, algorithm, wrapped, retired_at as "retiredAt" from data_key order by id`,
  );
  return rows;
}

/** Readers go on; whoever adds or wraps keys waits. */
const LOCK = 'lock table data_key in share row exclusive mode';

const secretKey = (text: string): KeyObject => createSecretKey(Buffer.from(text, 'base64url'));

/** So that nobody can pass one wrapped key off as another. */
const aboutKey = ({ id, purpose, algorithm }: Omit<DataKey, 'wrapped' | 'retiredAt'>): string =>
  JSON.stringify(['data_key', id, purpose, algorithm]);

/** @throws StartError when neither key of the secrets is the one it was wrapped with */
export const unwrapDataKey = (row: DataKey, keys: WrappingKeys): Buffer => unwrap(row, keys).key;

function unwrap(row: DataKey, { personalDataKey, nextPersonalDataKey }: WrappingKeys) {
  for (const text of [personalDataKey, nextPersonalDataKey]) {
    if (text === undefined) continue;
    const kek = secretKey(text);
    const key = unwrapKey(kek, aboutKey(row), row.wrapped);
    if (key) return { key, kek };
  }
  throw new StartError(
    `SECRETS_FILE is not the one this database was set up with: its personalDataKey does not open data key ${row.id}.`,
    EXIT_CONFIG,
  );
}

/**
 * A new data key. It is wrapped with the key that wraps the others: while the key of the installation is being
 * changed, that is the next one as soon as theirs are. The lock keeps out whoever changes it in this moment.
 * @returns its id
 */
export const addDataKey = (db: Database, purpose: string, keys: WrappingKeys): Promise<number> =>
  inTransaction(db, async () => {
    await db.query(LOCK);
    const last = (await readDataKeys(db)).at(-1);
    const { kek } = last ? unwrap(last, keys) : { kek: secretKey(keys.personalDataKey) };
    const id = (last?.id ?? 0) + 1;
    const algorithm = purpose === INDEX ? ALGORITHMS.index : ALGORITHMS.columns;
    const wrapped = wrapKey(kek, aboutKey({ id, purpose, algorithm }), randomBytes(32));
    await db.query('insert into data_key (id, purpose, algorithm, wrapped) values ($1, $2, $3, $4)', [
      id,
      purpose,
      algorithm,
      wrapped,
    ]);
    return id;
  });

/**
 * Wraps every data key with the next key of the secrets, all or none of them; what it wraps already is no different.
 * The values stay as they are: they are sealed with the data keys.
 * @returns how many there are
 */
export const rewrapDataKeys = (db: Database, keys: Required<WrappingKeys>): Promise<number> =>
  inTransaction(db, async () => {
    await db.query(LOCK);
    const rows = await readDataKeys(db);
    const next = secretKey(keys.nextPersonalDataKey);
    for (const row of rows) {
      const wrapped = wrapKey(next, aboutKey(row), unwrap(row, keys).key);
      await db.query('update data_key set wrapped = $2 where id = $1', [row.id, wrapped]);
    }
    return rows.length;
  });

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

const holdsAny = (db: Database, columns: readonly SealedColumn[]): Promise<boolean> =>
  everywhere(db, async () => {
    for (const { table, column } of columns) {
      const { rows } = await db.query(`select from ${table} where ${column} is not null limit 1`);
      if (rows.length > 0) return true;
    }
    return false;
  });
