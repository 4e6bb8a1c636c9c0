import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, START } from '../helpers/house.js';
import { change, give, HESHENG, TIMELINE, toldOf } from './documents.js';

let house: House;
let office: Client;
let team: Client;
beforeAll(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
  team = await house.signIn('hesheng.village');
});
beforeEach(() => house.moveClock(START));
afterAll(() => house.close());

const EXPLAIN = `query ($taskId: ID!) { explainDeadline(taskId: $taskId) { dueAt startedAt calendarRegion budget counted
  duration { amount unit } spans { date from to counts reason name document { number confirmed } }
  skipped { date reason name document { number } } } }`;

interface Explained {
  dueAt: string | null;
  budget: number | null;
  counted: number | null;
  spans: { date: string; from: string; to: string; counts: number; reason: string }[];
  skipped: { date: string; reason: string; name: string | null; document: { number: string } | null }[];
}
const explain = async (taskId: string): Promise<Explained> =>
  (await team.data(EXPLAIN, { taskId })).explainDeadline;
const iso = (instant: string) => new Date(instant).toISOString();
const read = async (id: string) => (await office.data(TIMELINE, { id })).task;
const last = (task: { timeline: { kind: string }[] }) => task.timeline.at(-1)?.kind;

/** A task with a duration that runs from now on. */
async function running(amount: number, unit: string, at = START) {
  house.moveClock(at);
  const { id } = await give(office);
  await change(house, office, 'setTaskDuration', { taskId: id, amount, unit, reason: '限时办结' });
  return id as string;
}

test('five working days across National Day 2016 are explained day by day, with the order that made each', async () => {
  house.moveClock('2016-09-29T10:00:00+08:00');
  const { id } = await give(office, { dueAt: '2016-11-30T00:00:00+08:00' });
  await change(house, office, 'setTaskDuration', {
    taskId: id,
    amount: 5,
    unit: 'WORKING_DAYS',
    reason: '限时',
  });
  const explained = await explain(id);
  expect(explained).toMatchObject({
    dueAt: '2016-10-11T15:59:59.000Z',
    startedAt: '2016-09-29T02:00:00.000Z',
    calendarRegion: HESHENG,
    duration: { amount: 5, unit: 'WORKING_DAYS' },
    budget: 5,
    counted: 5,
  });
  expect(explained.spans.map(({ date, reason }) => [date, reason])).toEqual([
    ['2016-09-30', 'ORDINARY'],
    ['2016-10-08', 'MAKE_UP_WORKDAY'],
    ['2016-10-09', 'MAKE_UP_WORKDAY'],
    ['2016-10-10', 'ORDINARY'],
    ['2016-10-11', 'ORDINARY'],
  ]);
  const order = { name: '国庆节', document: { number: '国办发明电〔2015〕18号' } };
  expect(explained.skipped).toEqual([
    { date: '2016-09-29', reason: 'FIRST_DAY', name: null, document: null },
    ...[1, 2, 3, 4, 5, 6, 7].map((day) => ({ date: `2016-10-0${day}`, reason: 'HOLIDAY', ...order })),
  ]);
});

test.each([
  [3, 'CALENDAR_DAYS', '2016-12-11T15:59:59.000Z'],
  [36, 'HOURS', '2016-12-09T13:00:00.000Z'],
  // Thursday 09:00: three hours to noon, three and a half in the afternoon, then Friday morning from eight.
  [8, 'WORKING_HOURS', '2016-12-09T02:00:00.000Z'],
  [2, 'WORKING_DAYS', '2016-12-12T15:59:59.000Z'],
])('%s %s from a Thursday at nine', async (amount, unit, dueAt) => {
  const id = await running(amount, unit);
  expect(await read(id)).toMatchObject({ dueAt, duration: { amount, unit }, suspended: false });
  const explained = await explain(id);
  expect(explained.dueAt).toBe(dueAt);
  expect(explained.spans.reduce((sum, { counts }) => sum + counts, 0)).toBe(explained.budget);
});

test('a date is a date: nothing to explain, and it is not suspended', async () => {
  const { id, dueAt } = await give(office);
  expect(await explain(id)).toEqual({
    ...{ dueAt, startedAt: null, calendarRegion: null, budget: null, counted: null, duration: null },
    ...{ spans: [], skipped: [] },
  });
  await expect(change(house, office, 'suspendTaskClock', { taskId: id, reason: '停工' })).rejects.toThrow(
    'TRANSITION_NOT_ALLOWED',
  );
});

describe('a clock that stands', () => {
  test('is never late and warns of nothing; resumed, it has what was left', async () => {
    const id = await running(5, 'WORKING_DAYS');
    const feed = await team.subscribe(
      'subscription ($within: RegionCode!) { supervisionFeed(within: $within) { events { kind headline subject { id } } } }',
      { within: HESHENG },
    );
    await feed.next();
    house.moveClock('2016-12-12T10:00:00+08:00');
    await change(house, office, 'suspendTaskClock', { taskId: id, reason: '道路中断' });
    expect((await toldOf(feed, id, 'TASK_CLOCK_CHANGED')).headline).toMatch(/中止/);
    await house.settled();
    house.moveClock('2017-01-16T10:00:00+08:00');
    await house.settled();
    const standing = await read(id);
    expect(standing).toMatchObject({ suspended: true, schedule: 'ON_TRACK' });
    expect(await explain(id)).toMatchObject({ dueAt: null, budget: 5, counted: 1 });
    const told = await house.sql(
      `select kind, params ->> 'to' as schedule from event where subject_id = $1 and happened_at > '2016-12-12T10:00:00+08:00'`,
      [id],
    );
    expect(told).toEqual([]);
    await change(house, office, 'resumeTaskClock', { taskId: id, reason: '道路恢复' });
    // Friday the 9th counted; what is left of five days runs from Monday the 16th on, itself one of them.
    const resumed = await read(id);
    expect(resumed).toMatchObject({ suspended: false, dueAt: '2017-01-19T15:59:59.000Z' });
    expect(last(resumed)).toBe('CLOCK_RESUMED');
    expect(await explain(id)).toMatchObject({ dueAt: resumed.dueAt, counted: 5 });
    expect((await explain(id)).skipped.filter(({ reason }) => reason === 'STOPPED').length).toBeGreaterThan(
      20,
    );
    await house.settled();
    expect((await read(id)).schedule).toBe('DUE_SOON');
  });

  test('a date cannot be moved under it, and it is not stopped twice', async () => {
    const id = await running(5, 'WORKING_DAYS');
    const reason = '道路中断';
    await change(house, office, 'suspendTaskClock', { taskId: id, reason });
    const refused = (mutation: string, more: object = {}) =>
      expect(change(house, office, mutation, { taskId: id, reason, ...more })).rejects.toThrow(
        'TRANSITION_NOT_ALLOWED',
      );
    await refused('suspendTaskClock');
    await refused('changeTaskDeadline', { dueAt: '2017-02-01T00:00:00+08:00' });
    await refused('setTaskDuration', { amount: 3, unit: 'HOURS' });
    await change(house, office, 'resumeTaskClock', { taskId: id, reason });
    await refused('resumeTaskClock');
  });

  test('what is overdue is not saved by stopping the clock', async () => {
    const id = await running(1, 'WORKING_HOURS');
    house.moveClock('2016-12-08T10:00:01+08:00');
    await expect(change(house, office, 'suspendTaskClock', { taskId: id, reason: '补办' })).rejects.toThrow(
      'TRANSITION_NOT_ALLOWED',
    );
  });
});

describe('refused:', () => {
  test.each([
    ['none', { amount: 0, unit: 'HOURS' }, 'INVALID_AMOUNT'],
    ['more than two years', { amount: 501, unit: 'WORKING_DAYS' }, 'INVALID_AMOUNT'],
    ['over before now', { amount: 1, unit: 'HOURS', startsAt: '2016-12-08T07:00:00+08:00' }, 'INVALID_DATE'],
    ['no reason', { amount: 1, unit: 'HOURS', reason: '' }, 'INVALID_TEXT'],
  ])('a duration of %s', async (_, more, code) => {
    house.moveClock('2016-12-08T06:00:00+08:00');
    const { id } = await give(office);
    house.moveClock(START);
    const wanted = { taskId: id, reason: '限时', ...more };
    await expect(change(house, office, 'setTaskDuration', wanted)).rejects.toThrow(code);
  });

  test('one that reaches into a year that nobody has published', async () => {
    house.moveClock('2026-12-28T09:00:00+08:00');
    const { id } = await give(office, { dueAt: '2027-03-01T00:00:00+08:00' });
    const wanted = { taskId: id, amount: 10, unit: 'WORKING_DAYS', reason: '限时' };
    await expect(change(house, office, 'setTaskDuration', wanted)).rejects.toThrow('CALENDAR_MISSING');
    expect((await read(id)).dueAt).toBe(iso('2027-03-01T00:00:00+08:00'));
  });
});
