import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/postgresql';
import { openOrm } from '../../src/db/orm.js';
import { entities } from '../../src/entities.js';
import { type FreshDatabase, freshDatabase } from '../helpers/database.js';

let database: FreshDatabase;
let orm: MikroORM;

beforeAll(async () => {
  database = await freshDatabase();
  orm = await openOrm(database.runtimeUrl, entities);
});
afterAll(async () => {
  await orm.close(true);
  await database.drop();
});

test('connections that the server cuts in a transaction do not use up the pool', async () => {
  // More than the pool holds: each that kept its place would be missing in the end.
  const cut = () =>
    orm.em.fork().transactional(async (em) => {
      await em.execute('select pg_terminate_backend(pg_backend_pid())');
    });
  const ends = await Promise.allSettled(Array.from({ length: 25 }, cut));
  expect(new Set(ends.map(({ status }) => status))).toEqual(new Set(['rejected']));
  const answers = await Promise.all(
    Array.from({ length: 25 }, () => orm.em.fork().transactional((em) => em.execute('select 1 as one'))),
  );
  expect(answers).toHaveLength(25);
});

test('a statement has its bounds', async () => {
  const [row] = await orm.em
    .fork()
    .execute<Record<string, string>[]>(
      `select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock`,
    );
  expect(row).toEqual({ statement: '8s', lock: '2s' });
});
