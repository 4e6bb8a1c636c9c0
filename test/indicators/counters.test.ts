import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DAILY_MEASURES } from '../../src/indicators/counter.entity.js';
import { countersDiffer } from '../../src/indicators/recount.js';
import { scheduleOf } from '../../src/tasks/task.entity.js';
import { type House, openHouse } from '../helpers/house.js';
import { Writes } from './writes.js';

let house: House;

beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

const differences = () => countersDiffer(house.node.orm.em.fork(), house.clock.now());

/** Where the schedule last stated in the log is not the one that follows from the clock. */
async function untrue(): Promise<string[]> {
  const rows = await house.sql(`
    select distinct on (task.id) task.id, task.status, task.due_at as due, coalesce(params ->> 'to', params ->> 'schedule') as stated
    from task join event on event.subject_id = task.id::text
    where event.kind in ('TASK_CREATED', 'TASK_SCHEDULE_CHANGED') order by task.id, event.id desc`);
  const now = house.clock.now();
  expect(rows.length).toBeGreaterThan(3000);
  return rows
    .filter(({ status, due, stated }) => scheduleOf(status, due, now) !== stated)
    .map(({ id, status, due, stated }) => `${id} ${status} ${due.toISOString()} ${stated}`);
}

/** Where the last day kept of a number is not the number. */
const wrongDays = () =>
  house.sql(
    `select region_code, measure, key, counter.value, last.value as day from counter
     left join lateral (
       select value from counter_day kept where (kept.region_code, kept.measure, kept.key)
         = (counter.region_code, counter.measure, counter.key) order by day desc limit 1) last on true
     where measure = any ($1) and last.value is distinct from counter.value`,
    [DAILY_MEASURES],
  );

test('the kept numbers of the demo are what counting gives, and a wrong one is found', async () => {
  expect(await differences()).toEqual([]);
  expect(await wrongDays()).toEqual([]);
  await house.sql(`update counter set value = value + 1 where region_code = '341225000000' and measure = 'task.status'
    and key = 'IN_PROGRESS'`);
  expect(await differences()).toEqual([
    expect.objectContaining({ regionCode: '341225000000', measure: 'task.status', key: 'IN_PROGRESS' }),
  ]);
});

test.each([
  ['village.benchmark', 'PLANNED'],
  ['household.plan', '2016:LIFTED'],
  ['project.stage', 'ROAD_NETWORK:ACCEPTED'],
])('a wrong %s is found', async (measure, key) => {
  await house.sql(
    `update counter set value = value + 1 where region_code = '341200000000' and measure = $1 and key = $2`,
    [measure, key],
  );
  expect(await differences()).toEqual([
    expect.objectContaining({ regionCode: '341200000000', measure, key }),
  ]);
});

test.each(['item.schedule', 'item.met', 'item.cancelled'])('a wrong %s is found', async (measure) => {
  await house.sql(
    `update counter set value = value + 1 where (region_code, measure, key) = (
       select region_code, measure, key from counter where measure = $1 order by 1, 2, 3 limit 1)`,
    [measure],
  );
  expect(await differences()).toEqual([expect.objectContaining({ measure })]);
});

test.each(['one', 'two'])(
  'numbers and schedules stay true whatever people and time do (%s)',
  async (seed) => {
    const writes = await new Writes(house, seed).open();
    for (let round = 0; round < 6; round++) {
      // Time passes in the middle of the writes, too: moves and scans meet in every order.
      for (let n = 0; n < 8; n++) await writes.one();
      writes.passTime();
      await Promise.all(Array.from({ length: 6 }, () => writes.one()));
      await house.settled();
      expect(await differences()).toEqual([]);
      expect(await untrue()).toEqual([]);
      expect(await wrongDays()).toEqual([]);
    }
  },
  120_000,
);
