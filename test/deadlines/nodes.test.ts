import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/postgresql';
import { openOrm } from '../../src/db/orm.js';
import { DeadlineClock } from '../../src/deadlines/deadline-clock.js';
import { entities } from '../../src/entities.js';
import { openLog } from '../../src/log.js';
import { type House, openHouse, operation } from '../helpers/house.js';
import { until } from '../helpers/scratch.js';
import { stated } from './stated.js';

const NODES = 3;

let house: House;
let orms: MikroORM[];

beforeAll(async () => {
  house = await openHouse();
  orms = await Promise.all(Array.from({ length: NODES }, () => openOrm(house.database.runtimeUrl, entities)));
});
afterAll(async () => {
  await Promise.all(orms.map((orm) => orm.close(true)));
  await house.close();
});

const openNodes = () =>
  orms.map(
    (orm) => new DeadlineClock({ orm, clock: house.clock, tail: house.node.tail, log: openLog('fatal') }),
  );

test('several nodes at once state everything once, and each change starts where the last one ended', async () => {
  const nodes = openNodes();
  const settled = [];
  for (const instant of ['2016-12-16T00:00:00', '2016-12-28T12:00:00', '2017-01-01T00:00:00']) {
    house.moveClock(`${instant}+08:00`);
    settled.push(await Promise.all(nodes.map((node) => node.scanNow())));
  }
  await house.settled();
  // Otherwise they did not meet, and nothing is shown.
  expect(settled.flat().filter((count) => count > 0).length).toBeGreaterThan(3);
  const [{ warnings, rungs, missing }] = await house.sql(`
    select count(*) as warnings, count(distinct (subject_id, params ->> 'rung')) as rungs,
      (select count(*) from task where status not in ('COUNTY_CONFIRMED', 'PROVINCE_PASSED', 'CANCELLED')
         and due_at = '2016-12-31T23:59:59+08:00'
         and not exists (select from event where kind = 'DEADLINE_WARNING' and subject_id = task.id::text
           and params ->> 'rung' = 'O1')) as missing
    from event where kind = 'DEADLINE_WARNING'`);
  expect(Number(warnings)).toBeGreaterThan(1000);
  expect(rungs).toBe(warnings);
  expect(missing).toBe('0');
  const broken = await house.sql(`
    select subject_id from (
      select subject_id, params ->> 'from' as starts,
        lag(coalesce(params ->> 'to', params ->> 'schedule')) over (partition by subject_id order by tick.id, event.id) as ended,
        kind
      from tick cross join lateral unnest(ids) as member (event_id) join event on event.id = event_id
      where kind in ('TASK_CREATED', 'TASK_SCHEDULE_CHANGED')) as changes
    where kind = 'TASK_SCHEDULE_CHANGED' and starts is distinct from ended`);
  expect(broken).toEqual([]);
});

/** Sessions that wait for a lock with such a statement. */
const waiting = async (statement: string) => {
  // Inside a transaction the server goes on showing what it showed first.
  await house.sql('select pg_stat_clear_snapshot()');
  const [{ count }] = await house.sql(
    `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ~ $1`,
    [statement],
  );
  return Number(count);
};

test('a task cannot be closed between the look at it and what is said of it', async () => {
  const [node] = openNodes();
  const office = await house.signIn('city.office');
  const [task] = await house.sql(
    'select id, version from task join deadline on task_id = id where next_at is not null order by next_at limit 1',
  );
  await house.sql('begin');
  await house.sql('lock table deadline_warning in share mode');
  house.moveClock('2017-01-04T00:00:00+08:00');
  const scan = node?.scanNow();
  await until(
    'a scan has looked and is held up',
    async () => (await waiting('insert into deadline_warning')) > 0,
  );
  let isClosed = false;
  const input = { taskId: task.id, to: 'CANCELLED', expectedVersion: task.version };
  const closing = office.data(operation('change-task-status'), { input }).then(() => {
    isClosed = true;
  });
  await until('the move came through or waits', async () => isClosed || (await waiting('for update')) > 0);
  await house.sql('commit');
  await Promise.all([scan, closing]);
  await house.settled();
  const log = await stated(
    house,
    task.id,
    'TASK_STATUS_CHANGED',
    'TASK_SCHEDULE_CHANGED',
    'DEADLINE_WARNING',
  );
  const from = log.findIndex(({ kind }) => kind === 'TASK_STATUS_CHANGED');
  expect(log.slice(0, from).some(({ kind }) => kind === 'DEADLINE_WARNING')).toBe(true);
  expect(log.slice(from).map(({ kind, params }) => `${kind} ${params.to}`)).toEqual([
    'TASK_STATUS_CHANGED CANCELLED',
    'TASK_SCHEDULE_CHANGED CLOSED',
  ]);
});

test('a scan that finds nothing due states nothing', async () => {
  const [node] = openNodes();
  const before = await house.sql('select count(*) from event');
  expect(await node?.scanNow()).toBe(0);
  expect(await house.sql('select count(*) from event')).toEqual(before);
});
