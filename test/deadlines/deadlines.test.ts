import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { CHANGE_DEADLINE, quietTask, type Row, stated } from './stated.js';

let house: House;
let office: Client;

beforeEach(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
});
afterEach(() => house.close());

async function standAt(instant: string): Promise<void> {
  house.moveClock(instant);
  await house.settled();
}

const warnings = async (task: Row) =>
  (await stated(house, task.id, 'DEADLINE_WARNING')).map(({ severity, params }) => [
    params.rung,
    params.daysLeft,
    severity,
    params.deadlineVersion,
  ]);

const schedules = async (task: Row) =>
  (await stated(house, task.id, 'TASK_SCHEDULE_CHANGED')).map(({ params }) => `${params.from} ${params.to}`);

const moveDeadline = (task: Row, dueAt: string) =>
  office.data(CHANGE_DEADLINE, {
    input: { taskId: task.id, dueAt, reason: '雨季顺延', expectedVersion: task.version },
  });

const cancel = (task: Row) =>
  office.data(operation('change-task-status'), {
    input: { taskId: task.id, to: 'CANCELLED', expectedVersion: task.version },
  });

test('day by day every rung that is left comes once, and the schedule changes with them', async () => {
  const task = await quietTask(house);
  for (let day = 9; day <= 40; day++) {
    const date = new Date(Date.UTC(2016, 11, day)).toISOString().slice(0, 10);
    await standAt(`${date}T00:00:00+08:00`);
    if (day === 31) await standAt('2016-12-31T23:59:59+08:00');
  }
  expect(await warnings(task)).toEqual([
    ['D15', 15, 'NOTICE', 1],
    ['D7', 7, 'WARNING', 1],
    ['D3', 3, 'WARNING', 1],
    ['D1', 1, 'CRITICAL', 1],
    ['DUE', 0, 'CRITICAL', 1],
    ['O1', -1, 'CRITICAL', 1],
    ['O3', -3, 'CRITICAL', 1],
    ['O7', -7, 'CRITICAL', 1],
  ]);
  expect(await schedules(task)).toEqual(['ON_TRACK DUE_SOON', 'DUE_SOON OVERDUE']);
  const [{ doubled, early }] = await house.sql(`select
    count(*) - count(distinct (subject_id, params ->> 'rung', params ->> 'deadlineVersion')) as doubled,
    count(*) filter (where (params ->> 'rung') like 'O%' and happened_at < (params ->> 'dueAt')::timestamptz) as early
    from event where kind = 'DEADLINE_WARNING'`);
  expect({ doubled, early }).toEqual({ doubled: '0', early: '0' });
}, 60_000);

test('due at the last second of a day and overdue with the next are both said, also by one scan', async () => {
  const task = await quietTask(house);
  await standAt('2016-12-31T23:00:00+08:00');
  await standAt('2017-01-01T00:10:00+08:00');
  expect((await warnings(task)).slice(-2)).toEqual([
    ['DUE', 0, 'CRITICAL', 1],
    ['O1', -1, 'CRITICAL', 1],
  ]);
});

test('after downtime one warning comes, with the true lateness, and the missed ones never', async () => {
  const task = await quietTask(house);
  await standAt('2016-12-29T10:00:00+08:00');
  expect(await warnings(task)).toEqual([['D3', 2, 'WARNING', 1]]);
  await standAt('2017-01-09T10:00:00+08:00');
  expect(await warnings(task)).toEqual([
    ['D3', 2, 'WARNING', 1],
    ['O7', -9, 'CRITICAL', 1],
  ]);
  expect(await schedules(task)).toEqual(['ON_TRACK DUE_SOON', 'DUE_SOON OVERDUE']);
});

test('a task that is not started falls behind 15 days before, a blocked one at once', async () => {
  const idle = await quietTask(house, 'NOT_STARTED');
  await standAt('2016-12-15T23:59:59+08:00');
  expect(await schedules(idle)).toEqual([]);
  await standAt('2016-12-16T00:00:00+08:00');
  expect(await schedules(idle)).toEqual(['ON_TRACK BEHIND']);
  const village = await house.signIn('hesheng.village');
  const { tasks } = await village.data(operation('tasks'), {
    within: '341225206205',
    filter: { status: ['IN_PROGRESS'], schedule: ['ON_TRACK'] },
    first: 1,
  });
  const task = tasks.edges[0].node;
  await village.data(operation('change-task-status'), {
    input: { taskId: task.id, to: 'BLOCKED', expectedVersion: task.version },
  });
  await house.settled();
  expect(await schedules(task)).toEqual(['ON_TRACK BEHIND']);
});

test('a moved deadline warns anew, from the day on which it was set', async () => {
  const task = await quietTask(house);
  await standAt('2017-01-05T10:00:00+08:00');
  await moveDeadline(task, '2017-01-20T18:00:00+08:00');
  await house.settled();
  await standAt('2017-01-06T10:00:00+08:00');
  await standAt('2017-01-20T18:00:00+08:00');
  expect(await schedules(task)).toEqual(['ON_TRACK OVERDUE', 'OVERDUE ON_TRACK', 'ON_TRACK DUE_SOON']);
  // The 15th day before is the one on which it was set: past, and skipped.
  expect((await warnings(task)).filter(([, , , version]) => version === 2)).toEqual([
    ['DUE', 0, 'CRITICAL', 2],
  ]);
});

test('a closed task is disarmed and told so, and a reopened one starts from where it stands', async () => {
  const task = await quietTask(house);
  await cancel(task);
  await standAt('2017-01-09T10:00:00+08:00');
  expect(await warnings(task)).toEqual([]);
  expect(await schedules(task)).toEqual(['ON_TRACK CLOSED']);
  const met = await quietTask(house, 'COUNTY_CONFIRMED');
  await office.data(operation('change-task-status'), {
    input: { taskId: met.id, to: 'REOPENED', expectedVersion: met.version },
  });
  await house.settled();
  expect(await schedules(met)).toEqual(['CLOSED OVERDUE']);
  expect(await warnings(met)).toEqual([]);
  await standAt('2017-01-10T10:00:00+08:00');
  expect(await warnings(met)).toEqual([]);
});

test('nothing is said of a task that was closed a moment ago, though the follower has not heard of it', async () => {
  const [task, other] = [await quietTask(house), await quietTask(house, 'IN_PROGRESS', 1)];
  // Whoever holds its row is the follower's owner: the house's own one waits.
  await house.sql('begin');
  await house.sql(`select from follower where name = 'deadlines' for update`);
  await cancel(task);
  house.moveClock('2017-01-01T10:00:00+08:00');
  const seen = await house.sql(`select count(*) from event where kind = 'DEADLINE_WARNING'`);
  expect(seen).toEqual([{ count: '0' }]);
  await overdueStated(other);
  expect([await warnings(task), await schedules(task)]).toEqual([[], []]);
  await house.sql('commit');
  await house.settled();
  expect([await warnings(task), await schedules(task)]).toEqual([[], ['ON_TRACK CLOSED']]);
});

/** The feed tells when the scan has passed over the other task: no need to know how it is started. */
async function overdueStated(task: Row): Promise<void> {
  const feed = await office.subscribe(operation('supervision-feed'), {
    within: task.region,
    after: null,
    kinds: ['DEADLINE_WARNING'],
  });
  const done = ({ data }: { data: { supervisionFeed: { events: { subject: { id: string } }[] } } }) =>
    data.supervisionFeed.events.some(({ subject }) => subject.id === task.id);
  if ((await warnings(task)).length === 0) await feed.until(done);
}

test('with a fast clock warnings come by themselves, never early', async () => {
  const feed = await office.subscribe(operation('supervision-feed'), {
    within: '341200000000',
    kinds: ['DEADLINE_WARNING', 'TASK_SCHEDULE_CHANGED'],
  });
  await feed.next();
  const campaignAt = new Date('2016-12-15T23:40:00+08:00');
  house.clock.pin({ campaignAt, realAt: house.clock.real(), speed: 3600 });
  const task = await quietTask(house);
  // biome-ignore lint/suspicious/noExplicitAny: a payload of the feed
  const isOurs = ({ data }: any) =>
    // biome-ignore lint/suspicious/noExplicitAny: an event of the feed
    data.supervisionFeed.events.some(({ subject }: any) => subject.id === task.id);
  await feed.until(isOurs);
  house.moveClock('2016-12-16T12:00:00+08:00');
  expect(await warnings(task)).toEqual([['D15', 15, 'NOTICE', 1]]);
  const [{ early }] = await house.sql(`select count(*) as early from event
    where kind = 'DEADLINE_WARNING' and params ->> 'rung' = 'D15' and happened_at < '2016-12-16T00:00:00+08:00'
      and (params ->> 'dueAt')::timestamptz = '2016-12-31T23:59:59+08:00'`);
  expect(early).toBe('0');
});
