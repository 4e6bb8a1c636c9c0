import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { prepareDatabase } from '../../src/db/prepare.js';
import type { HouseholdMember } from '../../src/households/household.entity.js';
import { idNumberIndex, openHealth, openIdNumber } from '../../src/households/sealed.rules.js';
import { type FreshDatabase, freshDatabase } from '../helpers/database.js';
import { until } from '../helpers/scratch.js';
import { vaultOf } from '../households/sealed.js';
import { log } from './probe.js';

let database: FreshDatabase;
let owner: pg.Client;

interface Person {
  id: string;
  id_number: string;
  health: string;
}

beforeEach(async () => {
  database = await freshDatabase({ template: 'demo' });
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterEach(async () => {
  await owner.end();
  await database.drop();
});

/** The members as the version before had them: readable, and found by a unique index. @returns what it knew of them */
async function makeOld(): Promise<Person[]> {
  const vault = await vaultOf(database);
  const { rows } = await owner.query<HouseholdMember>(
    `select id, id_number_sealed as "idNumberSealed", health_sealed as "healthSealed" from household_member order by id`,
  );
  const people = await Promise.all(
    rows.map(async (row) => ({
      id: row.id,
      id_number: await openIdNumber(vault, row),
      health: await openHealth(vault, row),
    })),
  );
  await owner.query(`delete from mikro_orm_migrations where name = 'Migration20261125000200_sealed'`);
  await owner.query('drop table data_key');
  await owner.query('alter table household drop column bank_account_sealed');
  await owner.query(`alter table household_member drop column id_number_sealed, drop column id_number_index,
    drop column health_sealed, drop column phone_sealed, add column id_number text, add column health text`);
  await owner.query(
    `update household_member m set id_number = given.id_number, health = given.health
     from jsonb_to_recordset($1::jsonb) as given (id uuid, id_number text, health text) where given.id = m.id`,
    [JSON.stringify(people)],
  );
  await owner.query(`alter table household_member alter column id_number set not null,
    alter column health set not null, add unique (id_number), add check (health in ('HEALTHY', 'CHRONIC', 'SERIOUS', 'DISABLED'))`);
  await owner.query(
    `insert into idempotency (account_id, key, operation, fingerprint) values (gen_random_uuid(), 'k', 'registerHousehold', 'a plain hash')`,
  );
  await owner.query('analyze household_member');
  await owner.query('checkpoint');
  return people;
}

/** How far a start that was cut off has come. */
async function halves(): Promise<{ plain: number; sealed: number }> {
  const { rows } = await owner.query(
    'select count(id_number_plain)::int as plain, count(id_number_sealed)::int as sealed from household_member',
  );
  return rows[0];
}

const start = () => prepareDatabase({ ownerUrl: database.ownerUrl, secrets: database.secrets, log });

/** Everything that the files of these tables and indexes hold, and what the planner remembers of them. */
async function bytesOnDisk(): Promise<Buffer> {
  await owner.query('checkpoint');
  const { rows } = await owner.query<{ bytes: Buffer }>(
    `select pg_read_binary_file(pg_relation_filepath(oid::regclass)) as bytes from pg_class
     where oid in ('pg_statistic'::regclass, 'idempotency'::regclass) or relname like 'household_member%' and relkind in ('r', 'i')`,
  );
  return Buffer.concat(rows.map(({ bytes }) => bytes));
}

async function demandSealed(people: readonly Person[]): Promise<void> {
  const vault = await vaultOf(database);
  const { rows } = await owner.query<HouseholdMember>(
    `select id, id_number_sealed as "idNumberSealed", id_number_index as "idNumberIndex",
       health_sealed as "healthSealed" from household_member order by id`,
  );
  const opened = await Promise.all(
    rows.map(async (row) => ({
      id: row.id,
      id_number: await openIdNumber(vault, row),
      health: await openHealth(vault, row),
      isFound: row.idNumberIndex.equals(idNumberIndex(vault, await openIdNumber(vault, row))),
    })),
  );
  expect(opened).toEqual(people.map((person) => ({ ...person, isFound: true })));
  const { rows: columns } = await owner.query(
    `select attname as name, attnotnull as required from pg_attribute
     where attrelid = 'household_member'::regclass and attname ~ '_(plain|sealed|index)$' order by 1`,
  );
  expect(columns).toEqual([
    { name: 'health_sealed', required: true },
    { name: 'id_number_index', required: true },
    { name: 'id_number_sealed', required: true },
    { name: 'phone_sealed', required: false },
  ]);
}

test('what an older version had left readable is sealed, and not left behind in any file of the table', async () => {
  const people = await makeOld();
  const before = await bytesOnDisk();
  expect(people.filter(({ id_number }) => !before.includes(id_number))).toEqual([]);
  await start();
  await demandSealed(people);
  const after = await bytesOnDisk();
  expect(people.filter(({ id_number }) => after.includes(id_number))).toEqual([]);
  const gone = ['CHRONIC', 'SERIOUS', 'DISABLED', 'a plain hash'];
  expect(gone.filter((word) => !before.includes(word))).toEqual([]);
  expect(gone.filter((word) => after.includes(word))).toEqual([]);
}, 60_000);

test('cut off half-way, at the end of it or before the columns are gone, the next start goes on', async () => {
  const people = await makeOld();
  await owner.query(`create function cut() returns trigger language plpgsql as $$ begin
    if (select count(*) from household_member where id_number_sealed is not null) > 250 then raise 'cut off'; end if;
    return null; end $$`);
  await owner.query('create trigger cut after update on household_member execute function cut()');
  await expect(start()).rejects.toThrow('cut off');
  await owner.query('drop trigger cut on household_member');
  expect(await halves()).toEqual({ plain: people.length - 200, sealed: 200 });
  // Whoever holds the table keeps the rewriting from its end: sealed, but not yet forgotten.
  const reader = new pg.Client({ connectionString: database.ownerUrl });
  await reader.connect();
  await reader.query('begin');
  await reader.query('select from household_member limit 1');
  await owner.query(`alter database ${database.name} set lock_timeout = '300ms'`);
  await expect(start()).rejects.toThrow('lock timeout');
  await owner.query(`alter database ${database.name} reset lock_timeout`);
  await reader.query('commit');
  await reader.end();
  expect(await halves()).toEqual({ plain: 0, sealed: people.length });
  await start();
  await demandSealed(people);
  const after = await bytesOnDisk();
  expect(people.filter(({ id_number }) => after.includes(id_number))).toEqual([]);
}, 60_000);

test('whoever still sees the old rows is waited for, or they would stay readable on disk', async () => {
  const people = await makeOld();
  const watcher = new pg.Client({ connectionString: database.ownerUrl });
  await watcher.connect();
  // A snapshot that holds no lock on the table, as a backup's or a statistics run's.
  await watcher.query('begin isolation level repeatable read');
  await watcher.query('select 1');
  const going = start();
  await until('everything is sealed', () =>
    halves().then(
      ({ sealed }) => sealed === people.length,
      () => false, // the columns are not there yet
    ),
  );
  expect(await Promise.race([going.then(() => 'over'), halves().then(() => 'waiting')])).toBe('waiting');
  await watcher.query('commit');
  await watcher.end();
  await going;
  await demandSealed(people);
  const after = await bytesOnDisk();
  expect(people.filter(({ id_number }) => after.includes(id_number))).toEqual([]);
}, 60_000);

test('nodes that start together on an old database wait for each other, and none for ever', async () => {
  const people = await makeOld();
  await Promise.all([start(), start(), start()]);
  await demandSealed(people);
  const after = await bytesOnDisk();
  expect(people.filter(({ id_number }) => after.includes(id_number))).toEqual([]);
}, 60_000);
