import { expect } from '@jest/globals';
import pg from 'pg';
import { openLog } from '../../src/log.js';
import { addDataKey, ensureDataKeys } from '../../src/vault/data-keys.js';
import { openVault, type Vault } from '../../src/vault/vault.js';
import { type FreshDatabase, freshDatabase } from '../helpers/database.js';

export const log = openLog('silent');

/** A refusal of a value that does not open. */
export const DAMAGED = expect.objectContaining({ code: 'DATA_INTEGRITY_ERROR' });

/** A prepared database with one more family of encrypted columns, and the eyes of its owner. */
export class Probe {
  private constructor(
    readonly database: FreshDatabase,
    readonly owner: pg.Client,
  ) {}

  static async open(): Promise<Probe> {
    const database = await freshDatabase();
    const owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    await owner.query('create table probe (id uuid primary key, note_sealed bytea, word_sealed bytea)');
    await owner.query('create table probe_part (id uuid primary key, note_sealed bytea)');
    await owner.query('grant select, insert, update on probe, probe_part to duban_runtime');
    await ensureDataKeys(owner, database.secrets);
    return new Probe(database, owner);
  }

  /** As a node opens its own. */
  vault(): Promise<Vault> {
    return openVault(this.database.runtimeUrl, () => this.database.secrets, log);
  }

  addKey(): Promise<number> {
    return addDataKey(this.owner, 'probe', this.database.secrets);
  }

  // biome-ignore lint/suspicious/noExplicitAny: rows of many shapes
  async sql(text: string, values: unknown[] = []): Promise<any[]> {
    return (await this.owner.query(text, values)).rows;
  }

  async close(): Promise<void> {
    await this.owner.end();
    await this.database.drop();
  }
}
