import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { LogDays } from '../../src/events/days.js';
import { START } from '../../src/events/position.js';
import { Tail } from '../../src/events/tail.js';
import { freshDatabase } from '../helpers/database.js';
import { until } from '../helpers/scratch.js';
import { bareOrm, QUIET, state } from './facts.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let orm: MikroORM;
let tail: Tail;
let owner: pg.Client;
let runtime: pg.Client;

beforeEach(async () => {
  database = await freshDatabase();
  owner = new pg.Client(database.ownerUrl);
  runtime = new pg.Client(database.runtimeUrl);
  await Promise.all([owner.connect(), runtime.connect()]);
  orm = await bareOrm(database.runtimeUrl);
  // A follower that a migration announced; nobody runs it here, and what it has not read is kept.
  await owner.query('delete from follower');
  tail = new Tail({ connectionString: database.runtimeUrl, log: QUIET });
  await tail.start();
});

afterEach(async () => {
  await tail.stop();
  await orm.close();
  await Promise.all([owner.end(), runtime.end()]);
  await database.drop();
});

/** The database's calendar so many days on, and everything in it done long enough ago to be relied on. */
async function daysLater(days: number): Promise<void> {
  await owner.query(
    `create or replace function log_today() returns date language sql volatile as
     $$ select (clock_timestamp() at time zone 'Asia/Shanghai')::date + ${days} $$`,
  );
  await turn();
  await owner.query(`update log_day set made_at = '-infinity'`);
  await turn();
  await owner.query(`update log_day set entered_at = '-infinity' where entered_at is not null`);
}

const one = async (client: pg.Client, statement: string, values: unknown[] = []) => {
  const { rows } = await client.query({ text: statement, values, rowMode: 'array' });
  return rows[0]?.[0];
};
const turn = () => one(runtime, 'select log_turn_day()::text');
const forget = () => one(runtime, 'select log_forget_day(7)::text');
const count = (what: string) => one(owner, `select count(*)::int from ${what}`);
/** Which days there are facts of, the present one being 0. */
const daysOf = async (): Promise<number[]> =>
  (
    await owner.query(`select (id >> 32) - (log_today() - date '1970-01-01') as day from event order by id`)
  ).rows.map(({ day }) => Number(day));
const told = async (): Promise<string[]> => (await tail.after(START)).facts.map(({ subject: { id } }) => id);

/** Somebody who has stated a fact and has not committed it. */
async function unfinished(): Promise<pg.Client> {
  const slow = new pg.Client(database.runtimeUrl);
  await slow.connect();
  await slow.query('begin');
  await slow.query(
    `insert into event (kind, audience, region_code, subject_type, subject_id, happened_at, params)
     values ('TASK_ASSIGNED', 'REGION', '341225206205', 'TASK', 'slow', now(), '{}')`,
  );
  return slow;
}

test('the next day is there ahead, and entered when it has come, but not in the minute in which it was made', async () => {
  const { rows } = await owner.query(
    'select day - log_today() as day, entered_at is not null as is_entered from log_day order by day',
  );
  expect(rows).toEqual([
    { day: -1, is_entered: true },
    { day: 0, is_entered: true },
    { day: 1, is_entered: false },
  ]);
  expect(await turn()).toBeNull();
  await state(orm, 'today');
  expect(await daysOf()).toEqual([0]);
  await owner.query(
    `create or replace function log_today() returns date language sql volatile as
     $$ select (clock_timestamp() at time zone 'Asia/Shanghai')::date + 5 $$`,
  );
  await owner.query(`update log_day set made_at = '-infinity'`);
  // Nobody turned it for days: ids of the last one go on, until the present one has been there for a minute.
  await state(orm, 'in between');
  expect(await turn()).not.toBeNull();
  expect(await turn()).toBeNull();
  await state(orm, 'still in between');
  await owner.query(`update log_day set made_at = '-infinity'`);
  expect(await turn()).not.toBeNull();
  await state(orm, 'then');
  expect(await daysOf()).toEqual([-5, -5, -4, 0]);
  await tail.now();
  expect(await told()).toEqual(['today', 'in between', 'still in between', 'then']);
});

test('what was begun on an earlier day and committed today is told, however many days lie between', async () => {
  const slow = await unfinished();
  for (const days of [1, 2, 3]) {
    await daysLater(days);
    await state(orm, `day ${days}`);
    await tail.now();
  }
  await slow.query('commit');
  await state(orm, 'last');
  await tail.now();
  await slow.end();
  expect(await told()).toEqual(['day 1', 'day 2', 'day 3', 'slow', 'last']);
  expect(await daysOf()).toEqual([-3, -2, -1, 0, 0]);
});

test('a tick looks at the days that may hold something of it, and at no other', async () => {
  for (const days of [1, 2, 3]) {
    await daysLater(days);
    await state(orm, `day ${days}`);
    await tail.now();
  }
  // Another database of the same server may have a transaction that is older than the day.
  await until('the last tick knows of no transaction that is older than the day', async () => {
    await state(orm, 'before');
    await tail.now();
    return one(
      owner,
      `select pg_snapshot_xmin(snap) >= (select max(entered_xid) from log_day) from tick order by id desc limit 1`,
    );
  });
  // A lock that only a look at that day would wait for.
  const parts = await owner.query(`select part from log_day where day < log_today() - 1`);
  await owner.query('begin');
  for (const { part } of parts.rows) await owner.query(`lock table ${part} in access exclusive mode`);
  await state(orm, 'today');
  await tail.now();
  const page = await tail.after({ tick: tail.head.tick - 1n, id: null });
  await owner.query('rollback');
  expect(parts.rows).toHaveLength(3);
  expect(page.facts.map(({ subject: { id } }) => id)).toEqual(['today']);
});

test('an old day goes whole, with its ticks, and with what they told of later days', async () => {
  await state(orm, 'first');
  await tail.now();
  const slow = await unfinished();
  await daysLater(1);
  // The tick that tells of the slow one tells of this one, too.
  await state(orm, 'beside it');
  await slow.query('commit');
  await slow.end();
  await tail.now();
  await state(orm, 'kept');
  const kept = await tail.now();
  await daysLater(9);
  const days = await count('log_day');
  expect([await forget(), await forget(), await forget()]).toEqual([
    expect.any(String),
    expect.any(String),
    null,
  ]);
  expect(await count('log_day')).toBe(days - 2);
  expect(await count('event')).toBe(1);
  expect(await count('tick')).toBe(1);
  expect(await count("pg_inherits where inhparent = 'event'::regclass")).toBe(days - 2);
  const again = new Tail({ connectionString: database.runtimeUrl, log: QUIET });
  await again.start();
  const before = await again.after({ tick: kept.tick - 2n, id: null });
  const from = await again.after({ tick: kept.tick - 1n, id: null });
  await again.stop();
  expect(before.reset).toBe('EXPIRED');
  expect(from.facts.map(({ subject: { id } }) => id)).toEqual(['kept']);
});

test('a day stays while somebody may need it', async () => {
  await state(orm, 'first');
  const told = await tail.now();
  await daysLater(9);
  await state(orm, 'later');
  await tail.now();
  const stays = async () => {
    await forget();
    expect([await forget(), await count('event')]).toEqual([null, 2]);
  };
  await expect(runtime.query('select log_forget_day(6)')).rejects.toThrow('at least 7 days');

  // Somebody reads the log for as long as a backup takes; nobody waits behind him.
  await owner.query('begin; lock table event in access share mode');
  await expect(forget()).rejects.toThrow(/lock timeout/);
  await owner.query('rollback');

  // A follower has not read it.
  await owner.query(`insert into follower (name, tick) values ('slow', $1)`, [String(told.tick - 1n)]);
  await stays();
  await owner.query('delete from follower');

  // It was told of only yesterday.
  await owner.query(`update tick set at = at + interval '8 days' where id = $1`, [String(told.tick)]);
  await stays();
  await owner.query(`update tick set at = at - interval '8 days' where id = $1`, [String(told.tick)]);

  // It holds what no tick has told yet.
  await owner.query('select pg_advisory_lock(7166370001)');
  await owner.query(
    `insert into event (id, kind, audience, region_code, subject_type, subject_id, happened_at, params) overriding system value
     select first_id + 9, 'TASK_ASSIGNED', 'REGION', '341225206205', 'TASK', 'untold', now(), '{}' from log_day order by day limit 1`,
  );
  await forget();
  expect([await forget(), await count('event')]).toEqual([null, 3]);
  await owner.query('select pg_advisory_unlock(7166370001)');
  await tail.now();
  await owner.query(`update tick set at = at - interval '1 day'`);
  await state(orm, 'the head');
  await tail.now();
  expect(await forget()).not.toBeNull();
});

test('a node turns the days by itself', async () => {
  await state(orm, 'first');
  await tail.now();
  await daysLater(9);
  await state(orm, 'later');
  await tail.now();
  const days = new LogDays({ orm, log: QUIET, keepDays: 7 });
  days.start();
  await until('only the present is left', async () => (await count('event')) === 1);
  await days.stop();
});
