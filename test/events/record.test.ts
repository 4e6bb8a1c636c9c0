import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { defineEntity, MikroORM, p } from '@mikro-orm/postgresql';
import pg from 'pg';
import { record } from '../../src/events/record.js';
import { freshDatabase } from '../helpers/database.js';
import { ABOUT, factOf } from './facts.js';

const Thing = defineEntity({
  name: 'Thing',
  tableName: 'thing',
  properties: { id: p.integer().primary(), name: p.string() },
});

let database: Awaited<ReturnType<typeof freshDatabase>>;
let owner: pg.Client;
let orm: MikroORM;

beforeAll(async () => {
  database = await freshDatabase();
  owner = new pg.Client(database.ownerUrl);
  await owner.connect();
  await owner.query(`create table thing (id integer primary key, name text not null, changed_at timestamptz);
    create function stamp() returns trigger language plpgsql as
      $$ begin new.changed_at := clock_timestamp(); return new; end $$;
    create trigger stamp before insert or update on thing for each row execute function stamp();
    grant select, insert, update on thing to duban_runtime`);
  orm = await MikroORM.init({ clientUrl: database.runtimeUrl, entities: [Thing] });
});

afterAll(async () => {
  await orm.close();
  await owner.end();
  await database.drop();
});

test('the rows a fact speaks of are written, and so locked, before the fact is numbered', async () => {
  const mark = await orm.em.fork().transactional((em) => {
    em.create(Thing, { id: 1, name: 'one' });
    return record(em, [factOf('1')], ABOUT);
  });
  const { rows } = await owner.query(
    `select event.xid::text as mark, thing.xmin::text as writer, changed_at < recorded_at as ordered
     from event, thing where subject_id = '1' and thing.id = 1`,
  );
  expect(rows).toEqual([{ mark, writer: mark, ordered: true }]);
});

test('a fact outside a transaction is refused, one in a rolled back transaction never was', async () => {
  await expect(record(orm.em.fork(), [factOf('2')], ABOUT)).rejects.toThrow(/transaction/);
  const rolledBack = orm.em.fork().transactional(async (em) => {
    await record(em, [factOf('3')], ABOUT);
    throw new Error('on purpose');
  });
  await expect(rolledBack).rejects.toThrow('on purpose');
  const { rows } = await owner.query(`select * from event where subject_id in ('2', '3')`);
  expect(rows).toEqual([]);
});

test('a transaction that states nothing, or states twice, has one mark', async () => {
  const marks = await orm.em
    .fork()
    .transactional(async (em) => [
      await record(em, [], ABOUT),
      await record(em, [factOf('4')], ABOUT),
      await record(em, [factOf('5')], ABOUT),
    ]);
  expect(new Set(marks).size).toBe(1);
  const { rows } = await owner.query(
    `select distinct xid::text as mark from event where subject_id in ('4', '5')`,
  );
  expect(rows).toEqual([{ mark: marks[0] }]);
});
