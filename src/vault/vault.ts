import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import pg from 'pg';
import { Refusal } from '../errors.js';
import type { Log } from '../log.js';
import { keyIdOf, openBlob, sealBlob } from './cipher.js';
import { familyOf } from './columns.js';
import { type DataKey, INDEX, readDataKeys, unwrapDataKey, type WrappingKeys } from './data-keys.js';

/** Where a value lies. What is sealed for one place opens in no other. */
export interface Place {
  readonly table: string;
  /** As in the database, such as `health_sealed`. */
  readonly column: string;
  readonly rowId: string;
}

interface Key {
  readonly purpose: string;
  readonly key: KeyObject;
}

/** What a vault is opened with. */
export interface VaultOptions {
  /** Reads the stored data keys. */
  readonly read: () => Promise<DataKey[]>;
  /** Asked again for every data key that is new, because the key that wraps them may have been changed since. */
  readonly secrets: () => WrappingKeys;
  readonly log: Log;
}

/**
 * Encrypts what must not lie readable in the database, and finds it again by equality. Knows every data key of the
 * installation, those that were made after it was opened included.
 */
export class Vault {
  private readonly keys = new Map<number, Key>();
  private newest: ReadonlyMap<string, number> = new Map();
  private indexKey: KeyObject | undefined;
  private reading: Promise<void> | null = null;

  constructor(private readonly options: VaultOptions) {}

  /** Reads the data keys anew: what is sealed from now on is sealed with the newest. */
  refresh(): Promise<void> {
    // Of many readers that meet an unknown key at once, one asks.
    this.reading ??= this.read().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  /** The value as it may be stored in that place and nowhere else. Twice the same never looks alike. */
  seal(place: Place, plain: string): Buffer {
    const id = this.newest.get(familyOf(place.table));
    const key = id === undefined ? undefined : this.keys.get(id);
    if (id === undefined || !key) throw new Error(`there is no data key for ${place.table}`);
    return sealBlob(key.key, id, aboutPlace(place), plain);
  }

  /**
   * What was sealed in that place.
   * @throws DATA_INTEGRITY_ERROR when it was changed, or moved there from another place
   */
  async open(place: Place, blob: Buffer): Promise<string> {
    const id = keyIdOf(blob);
    // Sealed a moment ago by another node, which knew of a new key first.
    if (id !== null && !this.keys.has(id)) await this.refresh();
    const key = id === null ? undefined : this.keys.get(id);
    const isOurs = key?.purpose === familyOf(place.table);
    const plain = isOurs ? openBlob(key.key, aboutPlace(place), blob) : null;
    if (plain !== null) return plain;
    this.options.log.error({ ...place, keyId: id }, 'a stored value does not open: it was changed or moved');
    throw new Refusal(
      'DATA_INTEGRITY_ERROR',
      'A stored value does not open. Tell the operators the requestId.',
    );
  }

  /**
   * What stands for a value where equality is asked: the same for the same value and purpose, and nothing without the
   * key. In full length, because it is unique where the value is. Of few possible values (health) none may be made.
   */
  index(purpose: string, normalised: string): Buffer {
    if (!this.indexKey) throw new Error('there is no key for blind indexes');
    return createHmac('sha256', this.indexKey)
      .update(JSON.stringify([purpose, normalised]))
      .digest();
  }

  private async read(): Promise<void> {
    const rows = await this.options.read();
    // Known ones are kept as they are: a node goes on with them while its secrets are out of reach or have changed.
    const fresh = rows.filter(({ id }) => !this.keys.has(id));
    const secrets = fresh.length > 0 ? this.options.secrets() : null;
    for (const row of fresh) {
      const key = createSecretKey(unwrapDataKey(row, secrets as WrappingKeys));
      this.keys.set(row.id, { purpose: row.purpose, key });
    }
    const inUse = rows.filter(({ retiredAt }) => retiredAt === null);
    this.newest = new Map(inUse.map(({ purpose, id }) => [purpose, id]));
    this.indexKey = this.keys.get(this.newest.get(INDEX) ?? 0)?.key;
  }
}

const aboutPlace = ({ table, column, rowId }: Place): string => `${table}|${column}|${rowId}`;

/**
 * A vault on a prepared database.
 * @throws StartError when its data keys do not open with these secrets
 */
export async function openVault(url: string, secrets: VaultOptions['secrets'], log: Log): Promise<Vault> {
  // A connection of its own each time, which is rare: a transaction that meets a new key may hold the pool's last one.
  const read = async () => {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    client.on('error', () => undefined);
    await client.connect();
    return readDataKeys(client).finally(() => client.end());
  };
  const vault = new Vault({ read, secrets, log });
  await vault.refresh();
  return vault;
}
