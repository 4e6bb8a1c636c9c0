import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { batch } from '../../migrations/Migration20261123000100_log.js';
import { FACTS, PLACES_AFTER } from '../../src/events/read.js';
import { freshDatabase } from '../helpers/database.js';

const MANY = 100_000;
let database: Awaited<ReturnType<typeof freshDatabase>>;
let owner: pg.Client;
let runtime: pg.Client;

beforeAll(async () => {
  database = await freshDatabase();
  owner = new pg.Client(database.ownerUrl);
  await owner.connect();
  runtime = new pg.Client(database.runtimeUrl);
  await runtime.connect();
  // The worst that was met: statistics that know only one huge transaction, and then the daily trickle.
  await insert(MANY);
  await runtime.query('select feed_tick()');
  await owner.query('vacuum analyze event');
  for (let n = 0; n < 20; n++) {
    await insert(2);
    await runtime.query('select feed_tick()');
  }
});

afterAll(async () => {
  await owner.end();
  await runtime.end();
  await database.drop();
});

const insert = (count: number) =>
  runtime.query(
    `insert into event (kind, audience, region_code, subject_type, subject_id, happened_at, params)
     select 'TASK_ASSIGNED', 'REGION', '341225206205', 'TASK', n::text, now(), '{}' from generate_series(1, $1) n`,
    [count],
  );

/** The plan that a cached statement would settle on, whatever its parameters. */
async function genericPlan(types: string, values: string, text: string): Promise<string> {
  await owner.query(`prepare asked (${types}) as ${text}`);
  const { rows } = await owner.query(`explain execute asked (${values})`);
  await owner.query('deallocate asked');
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

test('a tick reads its batch from the index, not from the log', async () => {
  await owner.query('begin');
  await owner.query('set local plan_cache_mode = force_generic_plan');
  // As the function itself is pinned; the next test sees that it is.
  await owner.query('set local enable_seqscan = off');
  const plan = await genericPlan(
    'pg_snapshot, pg_snapshot, bigint',
    `pg_current_snapshot(), pg_current_snapshot(), 0`,
    batch('$1', '$2', '$3'),
  );
  await owner.query('rollback');
  expect(plan).not.toMatch(/Seq Scan/);
  const { rows } = await owner.query('select part from log_day where day = log_today()');
  expect(plan.match(new RegExp(`${rows[0].part}_xid`, 'g'))).toHaveLength(2);
});

test('the function is pinned to it, and answers in the blocks of a trickle', async () => {
  const { rows } = await owner.query(`select proconfig from pg_proc where proname = 'feed_tick'`);
  expect(rows[0].proconfig).toContain('enable_seqscan=off');
  // The first call of a connection reads the catalogue, too.
  await insert(2);
  await owner.query('select feed_tick()');
  await insert(2);
  const seen = await owner.query(
    `select sum(pg_relation_size(relid)) / 8192 as pages from pg_partition_tree('event')`,
  );
  await owner.query('begin');
  const { rows: plan } = await owner.query(
    'explain (analyze, buffers, format json) select * from feed_tick()',
  );
  await owner.query('commit');
  const [{ Plan }] = plan[0]['QUERY PLAN'];
  expect(Plan['Shared Hit Blocks'] + Plan['Shared Read Blocks']).toBeLessThan(Number(seen.rows[0].pages) / 2);
});

test('a page is read by primary keys, wherever it lies', async () => {
  await owner.query('begin');
  await owner.query('set local plan_cache_mode = force_generic_plan');
  const places = await genericPlan('bigint, bigint, integer', '1, 50000, 500', PLACES_AFTER);
  expect(places).not.toMatch(/event/);
  expect(places).toMatch(/Index Scan using tick_pkey on tick/);
  await owner.query('rollback');
});

test('facts are read by their ids, in the days in which these lie', async () => {
  const { rows } = await owner.query(
    'select array_agg(id) as ids from (select id from event order by id desc limit 500) e',
  );
  const [{ ids }] = rows;
  const { rows: plan } = await owner.query(`explain ${FACTS}`, [ids, ids.at(-1), ids[0]]);
  const text = plan.map((row) => row['QUERY PLAN']).join('\n');
  expect(text).not.toMatch(/Seq Scan on event/);
  expect(text.match(/Index Scan using event_\d+_pkey/g)).toHaveLength(1);
});

test('numbers are drawn one at a time, and the runtime role cannot choose, change or forget', async () => {
  const { rows } = await owner.query(
    `select seqcache from pg_sequence where seqrelid = pg_get_serial_sequence('event', 'id')::regclass`,
  );
  expect(rows).toEqual([{ seqcache: '1' }]);
  const forbidden = [
    'delete from event',
    `update event set kind = ''`,
    `insert into event (xid) values ('1')`,
    `insert into tick (id, snap, ids) values (0, pg_current_snapshot(), '{}')`,
    'delete from tick',
    'delete from follower',
    'delete from log_day',
    'select log_make_day(log_today())',
    'select * from event_before',
    `update log_epoch set epoch = ''`,
    'select log_seam()',
  ];
  for (const statement of forbidden)
    await expect(runtime.query(statement)).rejects.toThrow(/permission denied/);
});

test('a tick refuses a transaction that has written, or that has a frozen snapshot', async () => {
  await runtime.query('begin');
  await runtime.query('select pg_current_xact_id()');
  await expect(runtime.query('select feed_tick()')).rejects.toThrow(/first write/);
  await runtime.query('rollback');
  await runtime.query('begin isolation level repeatable read');
  await expect(runtime.query('select feed_tick()')).rejects.toThrow(/read committed/);
  await runtime.query('rollback');
});

test('an idle log writes nothing', async () => {
  await runtime.query('select feed_tick()');
  const before = await owner.query('select pg_current_wal_insert_lsn() as at, count(*) from tick');
  const { rows } = await runtime.query('select facts from feed_tick()');
  const after = await owner.query('select pg_current_wal_insert_lsn() as at, count(*) from tick');
  expect(rows).toEqual([{ facts: 0 }]);
  expect(after.rows[0].count).toEqual(before.rows[0].count);
});
