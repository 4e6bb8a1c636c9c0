import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { pino } from 'pino';
import { withDatabase, withUser } from '../../src/db/address.js';
import { prepareDatabase } from '../../src/db/prepare.js';
import { openLog } from '../../src/log.js';
import { type FreshDatabase, freshDatabase, testRun } from '../helpers/database.js';

const log = openLog('silent');
const { adminUrl, prefix, secrets } = testRun();

async function as<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client
    .query<Row>(sql)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}

describe('a database that is not there yet', () => {
  let database: string;
  const prepare = (more = {}) => prepareDatabase({ ownerUrl: adminUrl, database, secrets, log, ...more });

  beforeEach(() => {
    database = `${prefix}_p${randomBytes(4).toString('hex')}`;
  });

  test('is made, migrated, and served by a role of its own; a second time changes nothing', async () => {
    const { runtimeUrl } = await prepare();
    expect(await as(runtimeUrl, 'select current_user as who, current_database() as where')).toEqual([
      { who: `${database}_node`, where: database },
    ]);
    const applied = 'select name, executed_at from mikro_orm_migrations order by id';
    const before = await as(withDatabase(adminUrl, database), applied);
    expect(before.length).toBeGreaterThan(0);
    expect(await prepare()).toEqual({ runtimeUrl });
    expect(await as(withDatabase(adminUrl, database), applied)).toEqual(before);
  });

  test('several nodes may prepare it at once', async () => {
    const all = await Promise.all([1, 2, 3, 4].map(() => prepare()));
    expect(new Set(all.map(({ runtimeUrl }) => runtimeUrl)).size).toBe(1);
  });

  test('two databases of one server may be prepared at once', async () => {
    const other = `${database}_other`;
    await Promise.all([prepare(), prepare({ database: other })]);
    expect(await as(withDatabase(adminUrl, other), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('other secrets are refused, and change no password', async () => {
    const { runtimeUrl } = await prepare();
    await expect(
      prepare({ secrets: { databaseRuntimePassword: 'of another installation' } }),
    ).rejects.toMatchObject({
      exitCode: 78,
      message: expect.stringContaining('SECRETS_FILE'),
    });
    expect(await as(runtimeUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('a node role that someone made mightier is refused', async () => {
    await prepare();
    await as(adminUrl, `alter role ${database}_node bypassrls`);
    await expect(prepare()).rejects.toMatchObject({
      exitCode: 78,
      message: expect.stringContaining('NOBYPASSRLS'),
    });
  });
});

describe('a database of somebody else (DATABASE_URL)', () => {
  const owner = `${prefix}_owner`;
  let database: string;
  let ownerUrl: string;

  beforeEach(async () => {
    database = `${prefix}_q${randomBytes(4).toString('hex')}`;
    await as(
      adminUrl,
      `do $$ begin create role ${owner} login password 'own'; exception when duplicate_object then end $$`,
    );
    await as(adminUrl, `create database ${database} owner ${owner}`);
    ownerUrl = withUser(withDatabase(adminUrl, database), owner, 'own');
  });

  test('an owner who may not make roles is told what to give', async () => {
    await as(adminUrl, `alter role ${owner} nocreaterole`);
    await expect(prepareDatabase({ ownerUrl, secrets, log })).rejects.toMatchObject({
      exitCode: 78,
      message: expect.stringMatching(/DATABASE_URL.*CREATEROLE/),
    });
  });

  test('an owner who is no superuser is enough, when he may make roles and grant the group', async () => {
    await as(adminUrl, `alter role ${owner} createrole`);
    await as(adminUrl, `grant duban_runtime to ${owner} with admin option, inherit false, set false`);
    const { runtimeUrl } = await prepareDatabase({
      ownerUrl: `${ownerUrl}?application_name=kept`,
      secrets,
      log,
    });
    expect(new URL(runtimeUrl).searchParams.get('application_name')).toBe('kept');
    expect(await as(runtimeUrl, `select current_setting('application_name') as name`)).toEqual([
      { name: 'kept' },
    ]);
  });

  test('a server with known holes is warned of, but for the embedded one, which no operator can mend', async () => {
    const { postgresql } = JSON.parse(readFileSync('security/floors.json', 'utf8'));
    const [server] = await as<{ number: number }>(
      adminUrl,
      `select current_setting('server_version_num')::int as number`,
    );
    const warned: string[] = [];
    const listening = pino({ level: 'warn' }, { write: (line: string) => void warned.push(line) });
    await as(adminUrl, `alter role ${owner} createrole`);
    await as(adminUrl, `grant duban_runtime to ${owner} with admin option, inherit false, set false`);
    await prepareDatabase({ ownerUrl, secrets, log: listening });
    expect(warned.filter((line) => line.includes('18.6'))).toHaveLength(
      (server?.number ?? 0) < postgresql.floor ? 1 : 0,
    );
    await prepareDatabase({ ownerUrl: adminUrl, database, secrets, log: listening });
    expect(warned.filter((line) => line.includes('18.6')).length).toBeLessThanOrEqual(1);
  });

  test.each([
    ['a wrong password', () => withUser(ownerUrl, owner, 'wrong'), 78],
    ['a database that is not there', () => withDatabase(ownerUrl, `${database}_not`), 78],
    ['a server that is not there', () => 'postgresql://u:p@127.0.0.1:1/duban', 1],
  ])('%s stops the start in one line', async (_, url, exitCode) => {
    const failed = prepareDatabase({ ownerUrl: url(), secrets, log });
    await expect(failed).rejects.toMatchObject({ name: 'StartError', exitCode });
    await expect(failed).rejects.toThrow(/^The database of DATABASE_URL cannot be reached: [^\n]+\.$/);
  });
});

describe('the runtime role', () => {
  let db: FreshDatabase;
  beforeAll(async () => {
    db = await freshDatabase();
  });
  afterAll(() => db.drop());

  test('owns nothing and has no attribute beyond signing in', async () => {
    const owned = await as(
      db.runtimeUrl,
      'select count(*)::int as n from pg_class where relowner = current_user::regrole',
    );
    expect(owned).toEqual([{ n: 0 }]);
    const [role] = await as(
      db.runtimeUrl,
      `select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication,
         (select array_agg(roleid::regrole::text) from pg_auth_members where member = r.oid) as member_of
       from pg_roles r where rolname = current_user`,
    );
    expect(role).toEqual({
      rolsuper: false,
      rolbypassrls: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolreplication: false,
      member_of: ['duban_runtime'],
    });
  });

  test.each([
    ['create table', 'create table mine (id int)'],
    ['create a schema', 'create schema mine'],
    ['create a role', 'create role mine'],
    ['drop a table', 'drop table event'],
    ['read what was migrated', 'select * from mikro_orm_migrations'],
    ['become the owner', 'set role duban_owner'],
  ])('cannot %s', async (_, sql) => {
    await expect(as(db.runtimeUrl, sql)).rejects.toMatchObject({
      code: expect.stringMatching(/^42501$|^22023$/),
    });
  });
});

describe('addresses', () => {
  test('keep host, port and every setting', () => {
    const url = 'postgresql://own:p%40ss@db.example:5433/duban?sslmode=verify-full&sslrootcert=%2Fca.pem';
    expect(withUser(url, 'node', 'a/b@c')).toBe(
      'postgresql://node:a%2Fb%40c@db.example:5433/duban?sslmode=verify-full&sslrootcert=%2Fca.pem',
    );
    expect(withDatabase(url, 'other')).toBe(
      'postgresql://own:p%40ss@db.example:5433/other?sslmode=verify-full&sslrootcert=%2Fca.pem',
    );
  });

  test('of a socket carry the user as a setting', () => {
    expect(withUser('postgresql:///duban?host=/run/postgresql&user=own', 'node', 'p')).toBe(
      'postgresql:///duban?host=%2Frun%2Fpostgresql&user=node&password=p',
    );
  });
});
