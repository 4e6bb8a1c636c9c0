import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Fact } from '../../src/events/facts.js';
import { sumDeltas } from '../../src/indicators/fold.js';
import { daysOf } from '../../src/indicators/stretch.js';
import { READ } from '../../src/indicators/trend.queries.js';
import { MET_STATUSES } from '../../src/tasks/task.entity.js';
import { findingIn, state } from '../feed/facts.js';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { TREND, WALL_OVERVIEW } from './documents.js';
import { factsUntil } from './replay.js';
import { Writes } from './writes.js';

const CITY = '341200000000';
const COUNTY = '341225000000';
const VILLAGE = '341225206205';

let house: House;
let office: Client;
beforeEach(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
});
afterEach(() => house.close());

interface Day {
  day: string;
  tasksMet: number | null;
  tasksOverdue: number | null;
  villagesMet: number | null;
  alertsOpen: number | null;
  householdsLifted: number | null;
}

const trend = async (region: string, days?: number): Promise<Day[]> =>
  (await office.data(TREND, { region, days })).trend;
const last = (days: readonly Day[], back = 0): Day | undefined => days.at(-1 - back);

/** Today, as the overview has it. */
async function today(region: string) {
  const { overview } = await office.data(WALL_OVERVIEW, { region });
  return {
    tasksMet: overview.tasks.met,
    tasksOverdue: overview.tasks.overdue,
    villagesMet: overview.villages.met,
    alertsOpen: overview.alerts.open,
    householdsLifted: overview.households.lifted,
  };
}

async function cancelOne(): Promise<void> {
  const [task] = await house.sql(
    `select id, version from task where region_code = $1 and status = 'IN_PROGRESS' and due_at > '2016-12-20' limit 1`,
    [VILLAGE],
  );
  const input = { taskId: task.id, to: 'CANCELLED', expectedVersion: task.version };
  await office.data(operation('change-task-status'), { input });
}

test('fourteen days unless told otherwise, oldest first; the demo brings what its tasks have behind them', async () => {
  const days = await trend(CITY);
  expect(days.map(({ day }) => day)).toEqual(
    Array.from({ length: 14 }, (_, n) => new Date(Date.UTC(2016, 10, 25 + n)).toISOString().slice(0, 10)),
  );
  const before = days.slice(0, -1);
  const met = before.map(({ tasksMet }) => tasksMet ?? -1);
  expect(met).toEqual([...met].sort((a, b) => a - b));
  expect(met[0]).toBeGreaterThan(0);
  expect(met[0]).toBeLessThan(met.at(-1) ?? 0);
  // Nobody has told what alerts there were, nor when households were lifted.
  expect(before.every(({ alertsOpen }) => alertsOpen === null)).toBe(true);
  expect(before.every(({ householdsLifted }) => householdsLifted === null)).toBe(true);
  // Nothing happens to the demo's tasks between the last midnight and the start.
  const { tasksMet, tasksOverdue, villagesMet } = await today(CITY);
  expect(last(days, 1)).toMatchObject({ day: '2016-12-07', tasksMet, tasksOverdue, villagesMet });
  expect(tasksOverdue).toBeGreaterThan(0);
});

test('what the demo brings is what its tasks say of the end of each day', async () => {
  const days = await trend(COUNTY);
  const rows = await house.sql(
    `with day as (select generate_series('2016-11-24'::date, '2016-12-07', '1 day')::date as day),
     stood as (
       select day, due_at, (day + 1)::timestamp at time zone 'Asia/Shanghai' as ends, (
         select to_status from task_move where task_id = task.id
           and at < (day + 1)::timestamp at time zone 'Asia/Shanghai' order by at desc limit 1) as status
       from day cross join task where region_code like '341225%')
     select day::text, count(*) filter (where status in ('COUNTY_CONFIRMED', 'PROVINCE_PASSED'))::int as "tasksMet",
       count(*) filter (where due_at < ends
         and coalesce(status, '') not in ('COUNTY_CONFIRMED', 'PROVINCE_PASSED', 'CANCELLED'))::int as "tasksOverdue"
     from stood group by day order by day`,
  );
  expect(days.slice(0, -1)).toMatchObject(rows.slice(1));
  const [first] = await trend(COUNTY, 15);
  expect(first).toMatchObject(rows[0]);
  expect((await trend(COUNTY, 16))[0]).toEqual({
    day: '2016-11-23',
    tasksMet: null,
    tasksOverdue: null,
    villagesMet: null,
    alertsOpen: null,
    householdsLifted: null,
  });
});

test('today is what the overview says, and a day stays as it ended', async () => {
  for (const region of [CITY, COUNTY, VILLAGE])
    expect(last(await trend(region))).toMatchObject(await today(region));
  await cancelOne();
  house.moveClock('2016-12-08T23:59:59+08:00');
  await house.settled();
  const ended = await today(CITY);
  expect(last(await trend(CITY))).toEqual({ day: '2016-12-08', ...ended });
  house.moveClock('2016-12-11T08:00:00+08:00');
  // Nothing has been told of the new day: it stands as the last one ended.
  expect(last(await trend(CITY, 1))).toMatchObject({ day: '2016-12-11' });
  await house.settled();
  const now = await today(CITY);
  expect(now.tasksOverdue).toBeGreaterThan(ended.tasksOverdue);
  expect((await trend(CITY, 4)).map(({ day, tasksOverdue }) => [day, tasksOverdue])).toEqual([
    ['2016-12-08', ended.tasksOverdue],
    ['2016-12-09', ended.tasksOverdue],
    ['2016-12-10', ended.tasksOverdue],
    ['2016-12-11', now.tasksOverdue],
  ]);
  expect(last(await trend(CITY))).toMatchObject(now);
});

/** A village of which the log says nothing. */
async function quietVillage(): Promise<string> {
  const [{ code }] = await house.sql(
    `select code from region where level = 'VILLAGE' and not exists (
       select from counter where region_code = region.code) order by code limit 1`,
  );
  return code;
}

test('a region where nothing ever happened has zeros since counting began, and is unknown before', async () => {
  const code = await quietVillage();
  const zeros = { tasksMet: 0, tasksOverdue: 0, villagesMet: 0, alertsOpen: 0, householdsLifted: 0 };
  const unknown = {
    tasksMet: null,
    tasksOverdue: null,
    villagesMet: null,
    alertsOpen: null,
    householdsLifted: null,
  };
  expect(await trend(code, 2)).toEqual([
    { day: '2016-12-07', ...unknown },
    { day: '2016-12-08', ...zeros },
  ]);
});

test('each day has the plan of its own year', async () => {
  house.moveClock('2017-01-01T08:00:00+08:00');
  await house.settled();
  const [old, young] = await trend(CITY, 2);
  expect(old?.householdsLifted).toBeGreaterThan(0);
  expect(young).toMatchObject({ day: '2017-01-01', householdsLifted: 0 });
});

test.each([0, 93, -1])('%s days are refused', async (days) => {
  const refusal = await office.refusal(TREND, { region: CITY, days });
  expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field: 'days', limit: 92 });
});

/** An alert that is told now and happened when the clock stands so. */
const raisedIn = (code: string, severity: 'WARNING' | 'CRITICAL'): Fact => ({
  ...findingIn(code),
  kind: 'ALERT_RAISED',
  params: { rule: 'FINDING_ISSUED', title: { zh: '' }, severity, about: { type: 'FINDING', id: code } },
});

test('what is told late counts on the day that is being counted, and changes no day that has ended', async () => {
  const code = await quietVillage();
  house.moveClock('2016-12-09T00:00:01+08:00');
  await state(house, raisedIn(code, 'CRITICAL'));
  house.moveClock('2016-12-08T23:59:59+08:00');
  await state(house, raisedIn(code, 'WARNING'));
  await state(house, raisedIn(code, 'WARNING'));
  await house.settled();
  // The clock has gone back, as that of another node may be behind: today is what is known now.
  expect(last(await trend(code))).toMatchObject({ day: '2016-12-08', alertsOpen: 3 });
  house.moveClock('2016-12-09T09:00:00+08:00');
  expect((await trend(code, 2)).map(({ alertsOpen }) => alertsOpen)).toEqual([0, 3]);
});

test('what not everybody may know of moves no day', async () => {
  const before = await trend(VILLAGE);
  const finding: Fact = {
    ...findingIn(VILLAGE, { audience: 'UNANNOUNCED' }),
    kind: 'FINDING_ISSUED',
    params: { title: { zh: '' }, inspectionId: VILLAGE },
  };
  await state(house, finding);
  await house.settled();
  const [{ concealed }] = await house.sql(
    `select count(*)::int as concealed from alert where region_code = $1 and audience = 'UNANNOUNCED'`,
    [VILLAGE],
  );
  expect(concealed).toBeGreaterThan(0);
  expect(await trend(VILLAGE)).toEqual(before);
});

/** The tasks that were met and overdue at the end of each day, as the log tells it from its start. */
async function replayed(region: string): Promise<Map<string, Partial<Day>>> {
  const facts = await factsUntil(house, await house.node.tail.now());
  const moving = facts.map((fact) => ({ at: fact.happenedAt, fact, regionCode: '', deltas: [] }));
  const sums = new Map<string, number>();
  const days = new Map<string, Partial<Day>>();
  for (const { day, changes } of daysOf(moving, null)) {
    const stretch = (changes as typeof moving).map(({ fact }) => fact);
    for (const { regionCode, measure, key, by } of sumDeltas(stretch)) {
      if (regionCode === region) sums.set(`${measure} ${key}`, (sums.get(`${measure} ${key}`) ?? 0) + by);
    }
    const of = (name: string) => sums.get(name) ?? 0;
    const tasksMet = MET_STATUSES.reduce((sum, status) => sum + of(`task.status ${status}`), 0);
    days.set(day, { tasksMet, tasksOverdue: of('task.schedule OVERDUE') });
  }
  return days;
}

test('whatever people and time do, each day is what the log says of its end', async () => {
  const writes = await new Writes(house, 'days').open();
  for (let round = 0; round < 8; round++) {
    for (let n = 0; n < 4; n++) await writes.one();
    writes.passTime();
    await Promise.all(Array.from({ length: 4 }, () => writes.one()));
  }
  await house.settled();
  for (const region of [CITY, COUNTY]) {
    const said = await replayed(region);
    expect(said.size).toBeGreaterThan(4);
    const kept = new Map((await trend(region, 92)).map((day) => [day.day, day]));
    for (const [day, numbers] of said) expect(kept.get(day)).toMatchObject({ day, ...numbers });
    expect(last(await trend(region))).toMatchObject(await today(region));
  }
}, 60_000);

interface PlanNode {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  Plans?: PlanNode[];
}
const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

test('with years of days kept, each is found by the primary key', async () => {
  await house.sql(
    `insert into counter_day (region_code, measure, key, day, value)
     select region_code, measure, key, day, value from counter
     cross join generate_series('2015-01-01'::date, '2016-11-23', '1 day') day
     where measure in ('task.status', 'task.schedule') and region_code like '341225%'`,
  );
  await house.sql('vacuum analyze counter_day');
  const parts = JSON.stringify([{ name: 'tasksMet', measure: 'task.status', key: 'COUNTY_CONFIRMED' }]);
  const [row] = await house.sql(`explain (format json) ${READ}`, [CITY, 92, '2016-12-08', parts]);
  const [{ Plan: plan }] = row['QUERY PLAN'];
  const reads = nodesOf(plan).filter((node) => node['Relation Name'] === 'counter_day');
  expect(reads.map((node) => `${node['Node Type']} ${node['Index Name']}`)).toEqual([
    'Index Scan counter_day_pkey',
  ]);
}, 60_000);
