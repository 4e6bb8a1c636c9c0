import type pg from 'pg';

/** One connection of the owner. */
export type Database = Pick<pg.Client, 'query'>;

/** One transaction of the owner. */
export async function inTransaction<T>(db: Database, work: () => Promise<T>): Promise<T> {
  await db.query('begin');
  try {
    const result = await work();
    await db.query('commit');
    return result;
  } catch (fault) {
    await db.query('rollback').catch(() => undefined);
    throw fault;
  }
}

/** One in which row-level security, which holds for the owner too, shows every region. */
export const everywhere = <T>(db: Database, work: () => Promise<T>): Promise<T> =>
  inTransaction(db, async () => {
    await db.query(`select set_config('duban.scope', '{[0,:)}', true)`);
    return work();
  });
