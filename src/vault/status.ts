import { KEY_ID_IN_SQL } from './cipher.js';
import { sealedColumns } from './columns.js';
import { type DataKey, readDataKeys } from './data-keys.js';
import { type Database, everywhere } from './transaction.js';

/** A data key, and how many values of the database are sealed with it. */
export interface KeyUse extends DataKey {
  readonly values: number;
}

/** Every data key with what it is still needed for; for the key of the blind indexes always 0, they do not name it. */
export async function keyUses(db: Database): Promise<KeyUse[]> {
  const keys = await readDataKeys(db);
  const values = new Map<number, number>();
  await everywhere(db, async () => {
    for (const { table, column } of await sealedColumns(db)) {
      const { rows } = await db.query<{ key: Buffer; n: string }>(
        `select substring(${column} from ${KEY_ID_IN_SQL.from} for ${KEY_ID_IN_SQL.length}) as key, count(*) as n
         from ${table} where ${column} is not null group by 1`,
      );
      for (const { key, n } of rows) {
        const id = key.length === KEY_ID_IN_SQL.length ? key.readUInt32BE() : 0;
        values.set(id, (values.get(id) ?? 0) + Number(n));
      }
    }
  });
  return keys.map((key) => ({ ...key, values: values.get(key.id) ?? 0 }));
}
