import { afterEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { DEMO_CLOCK } from '../../src/config.js';
import { type DemoOptions, loadDemo } from '../../src/demo/load.js';
import { openLog } from '../../src/log.js';
import { openVault } from '../../src/vault/vault.js';
import { type FreshDatabase, freshDatabase } from '../helpers/database.js';

/** More than one chunk of them. */
const HOUSEHOLDS = 2100;

const databases: FreshDatabase[] = [];
const owners: pg.Client[] = [];

afterEach(async () => {
  await Promise.all(owners.splice(0).map((owner) => owner.end()));
  await Promise.all(databases.splice(0).map((database) => database.drop()));
});

/** An empty database, a way to load it, and the eyes of its owner. */
async function empty() {
  const database = await freshDatabase();
  databases.push(database);
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  owners.push(owner);
  const log = openLog('silent');
  const vault = await openVault(database.runtimeUrl, () => database.secrets, log);
  const load = (more: Partial<DemoOptions> = {}) =>
    loadDemo({
      ownerUrl: database.ownerUrl,
      vault,
      households: HOUSEHOLDS,
      password: 'demo-password',
      start: new Date(DEMO_CLOCK),
      log,
      ...more,
    });
  const sql = async (text: string) => (await owner.query(text)).rows;
  return { load, sql };
}
type Sql = Awaited<ReturnType<typeof empty>>['sql'];

/** Columns that no two loads share: hashes with salt, what is encrypted, and what the database itself counts and stamps. */
const OWN = [
  'password_hash',
  'id_number_sealed',
  'id_number_index',
  'health_sealed',
  'phone_sealed',
  'bank_account_sealed',
  'xid',
  'id',
  'recorded_at',
];
const COUNTED = 3;

/** Rows and hash of every table of the house. */
async function everything(sql: Sql): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const tables = await sql(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
       and not relispartition and relname not in ('mikro_orm_migrations', 'demo_stage', 'tick', 'log_day', 'log_epoch', 'follower', 'data_key') order by 1`,
  );
  for (const { name } of tables) {
    const own = name === 'event' ? OWN : OWN.slice(0, -COUNTED);
    const order = name === 'event' ? 'id' : 'row';
    const [{ seen }] = await sql(
      `select count(*) || ' ' || coalesce(md5(string_agg(row, chr(10) order by ${order})), '') as seen
       from (select (to_jsonb(t) - '{${own.join(',')}}'::text[])::text as row, to_jsonb(t) -> 'id' as id
             from ${name} t) rows`,
    );
    found[name] = seen;
  }
  return found;
}

test('same seed, same city; and one that was cut off twice is the same when it is whole', async () => {
  const whole = await empty();
  expect(await whole.load()).toBe('LOADED');
  const expected = await everything(whole.sql);
  expect(expected).toMatchObject({ household: expect.stringMatching(/^2100 /) });
  expect(expected.task).toMatch(/^3042 /);
  expect(expected.region).toMatch(/^2156 /);

  const cut = await empty();
  // In the middle of a stage, after rows of it were written: once among the tasks, once in the second chunk.
  await cut.sql(`create function cut() returns trigger language plpgsql as $$ begin raise 'cut off'; end $$`);
  await cut.sql('create trigger cut before insert on task_move execute function cut()');
  await expect(cut.load()).rejects.toThrow('cut off');
  expect(await cut.sql('select name from demo_stage order by done_at')).toEqual([
    { name: 'places' },
    { name: 'people' },
  ]);
  await cut.sql('drop trigger cut on task_move');
  await cut.sql(`create function late() returns trigger language plpgsql as $$
    begin if (select count(*) from household) > 2000 then raise 'cut off'; end if; return null; end $$`);
  await cut.sql('create trigger late after insert on household_income execute function late()');
  await expect(cut.load()).rejects.toThrow('cut off');
  expect(await cut.sql('select count(*)::int as count from household')).toEqual([{ count: 2000 }]);
  await cut.sql('drop trigger late on household_income');
  expect(await cut.load()).toBe('LOADED');
  expect(await everything(cut.sql)).toEqual(expected);
  expect(await cut.load()).toBe('PRESENT');
  expect(await everything(cut.sql)).toEqual(expected);
}, 60_000);

test('a load that was begun is finished as it was begun', async () => {
  const { load, sql } = await empty();
  const ending = new AbortController();
  const going = load({ households: 10, signal: ending.signal });
  ending.abort();
  await expect(going).rejects.toMatchObject({ name: 'AbortError' });
  expect(await sql('select from region')).toEqual([]);
  await sql(`create function cut() returns trigger language plpgsql as $$ begin raise 'cut off'; end $$`);
  await sql('create trigger cut before insert on project execute function cut()');
  await expect(load({ households: 10 })).rejects.toThrow('cut off');
  await sql('drop trigger cut on project');
  expect(await load({ households: 500, start: new Date('2018-01-01T00:00:00Z') })).toBe('LOADED');
  expect(await sql('select count(*)::int as count from household')).toEqual([{ count: 10 }]);
  const [{ years }] = await sql(
    `select array_agg(distinct extract(year from happened_at)::int) as years from event`,
  );
  expect(years).toEqual([2016]);
});

test('several nodes load it together, once', async () => {
  const { load, sql } = await empty();
  await Promise.all([load({ households: 10 }), load({ households: 10 }), load({ households: 10 })]);
  const [counts] = await sql(
    `select (select count(*)::int from task) as tasks, (select count(*)::int from household) as households,
       (select count(*)::int from event where kind = 'TASK_CREATED') as told`,
  );
  expect(counts).toEqual({ tasks: 3042, households: 10, told: 3042 });
});

test('no households are a city too', async () => {
  const { load, sql } = await empty();
  expect(await load({ households: 0 })).toBe('LOADED');
  expect(await sql('select from household')).toEqual([]);
  expect(await load({ households: 50 })).toBe('PRESENT');
  expect(await sql('select from household')).toEqual([]);
});

test('regions of somebody else are left alone', async () => {
  const { load, sql } = await empty();
  await sql(`insert into region (code, name, level) values ('110000000000', '北京市', 'PROVINCE')`);
  const before = await everything(sql);
  expect(await load()).toBe('REFUSED');
  expect(await everything(sql)).toEqual(before);
});

test('another start shifts every date by as much', async () => {
  const [meeting, today] = await Promise.all(
    [DEMO_CLOCK, '2026-11-23T09:00:00+08:00'].map(async (start) => {
      const { load, sql } = await empty();
      await load({ households: 10, start: new Date(start) });
      return sql(`select due_at - '${start}' as left, created_at - '${start}' as age, status
        from task join standard_item item on item.id = standard_item_id order by region_code, item.code`);
    }),
  );
  expect(today).toEqual(meeting);
});
