import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, START } from '../helpers/house.js';
import { CITY, change, FUNAN, give, HESHENG, TIMELINE } from '../tasks/documents.js';

let house: House;
let office: Client;
let county: Client;
beforeAll(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
  county = await house.signIn('funan.office');
});
beforeEach(() => house.moveClock(START));
afterAll(() => house.close());

const PREVIEW = `query ($change: CalendarChangeInput!) { previewCalendarChange(change: $change, first: 10) {
  totalCount shifts { task { id } from to } } }`;
const CHANGE = `mutation ($input: ChangeCalendarInput!) { changeCalendar(input: $input) {
  mark moved calendar { regionCode year version days { day kind name jurisdiction document { number confirmed } } } } }`;
const CALENDAR = `query ($region: RegionCode!, $year: Int!) { calendar(region: $region, year: $year) {
  version officeHours { from to } days { day kind jurisdiction } } calendarYears(region: $region) }`;

const document = { title: '关于冬季清雪放假的通知', number: '阜政办〔2016〕88号', issuedOn: '2016-12-07' };
const planned = (regionCode: string, days: object[], more: object = {}) => ({
  regionCode,
  year: 2016,
  document,
  days,
  ...more,
});
const holiday = (date: string) => ({ date, kind: 'LOCAL_HOLIDAY', name: '清雪' });

async function running(): Promise<string> {
  const { id } = await give(office);
  await change(house, office, 'setTaskDuration', {
    taskId: id,
    amount: 3,
    unit: 'WORKING_DAYS',
    reason: '限时',
  });
  return id;
}
const dueAt = async (id: string) => (await office.data(TIMELINE, { id })).task.dueAt;

test('a changed calendar first lists what it would move, then moves it, and nothing else', async () => {
  const [id, dated] = [await running(), (await give(office)).id];
  const change = planned(FUNAN, [holiday('2016-12-12')]);
  const { previewCalendarChange } = await county.data(PREVIEW, { change });
  const shift = { from: '2016-12-13T15:59:59.000Z', to: '2016-12-14T15:59:59.000Z' };
  expect(previewCalendarChange).toEqual({ totalCount: 1, shifts: [{ task: { id }, ...shift }] });
  expect(await dueAt(id)).toBe(shift.from);
  const { changeCalendar } = await county.data(CHANGE, { input: { change, expectedVersion: 0 } });
  expect(changeCalendar).toMatchObject({ moved: 1, calendar: { regionCode: FUNAN, year: 2016, version: 1 } });
  expect(changeCalendar.calendar.days.at(-1)).toEqual({
    day: '2016-12-12',
    kind: 'LOCAL_HOLIDAY',
    name: '清雪',
    jurisdiction: FUNAN,
    document: { number: document.number, confirmed: true },
  });
  const { task } = await office.data(TIMELINE, { id });
  expect(task.deadlineHistory.at(-1)).toEqual({ ...shift, reason: `${document.title} ${document.number}` });
  expect(await dueAt(dated)).toBe('2017-01-19T16:00:00.000Z');
  const facts = await house.sql(
    `select kind, xid = (select max(xid) from event where kind = 'CALENDAR_CHANGED') as together from event
     where kind = 'CALENDAR_CHANGED' or (kind = 'TASK_DEADLINE_CHANGED' and subject_id = $1) order by id`,
    [id],
  );
  expect(facts.slice(-2)).toEqual([
    { kind: 'CALENDAR_CHANGED', together: true },
    { kind: 'TASK_DEADLINE_CHANGED', together: true },
  ]);
  // Elsewhere the day is worked as before; taken back, it is so here.
  const { calendar } = await office.data(CALENDAR, { region: CITY, year: 2016 });
  expect(calendar.days.map(({ day }: { day: string }) => day)).not.toContain('2016-12-12');
  const back = planned(FUNAN, [{ date: '2016-12-12' }]);
  await county.data(CHANGE, { input: { change: back, expectedVersion: 1 } });
  expect(await dueAt(id)).toBe(shift.from);
});

test('a county has the last word over its city, and the city over the nation', async () => {
  const days = [holiday('2016-12-21'), holiday('2016-12-22')];
  await office.data(CHANGE, { input: { change: planned(CITY, days), expectedVersion: 0 } });
  const [{ version }] = await house.sql(
    `select coalesce(max(version), 0) as version from calendar where region_code = $1 and year = 2016`,
    [FUNAN],
  );
  const own = planned(FUNAN, [{ date: '2016-12-21', kind: 'LOCAL_WORKDAY', name: '照常上班' }]);
  await county.data(CHANGE, { input: { change: own, expectedVersion: version } });
  const { calendar, calendarYears } = await county.data(CALENDAR, { region: HESHENG, year: 2016 });
  expect(calendar.days.slice(-2)).toEqual([
    { day: '2016-12-21', kind: 'LOCAL_WORKDAY', jurisdiction: FUNAN },
    { day: '2016-12-22', kind: 'LOCAL_HOLIDAY', jurisdiction: CITY },
  ]);
  expect(calendar.officeHours).toEqual([
    { from: 480, to: 720 },
    { from: 870, to: 1050 },
  ]);
  expect(calendarYears).toEqual([2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026]);
});

test('a year that nobody had published can be counted in from then on', async () => {
  house.moveClock('2026-12-28T09:00:00+08:00');
  expect(await office.refusal(CALENDAR, { region: CITY, year: 2027 })).toMatchObject({
    code: 'CALENDAR_MISSING',
    year: 2027,
  });
  const issued = { document: { ...document, issuedOn: '2026-11-10' }, year: 2027 };
  const change = planned(CITY, [{ date: '2027-01-01', kind: 'HOLIDAY', name: '元旦' }], issued);
  await office.data(CHANGE, { input: { change, expectedVersion: 0 } });
  const { id } = await give(office, { dueAt: '2027-03-01T00:00:00+08:00' });
  await inWorkingDays(id, 10);
  expect(await dueAt(id)).toBe('2027-01-12T15:59:59.000Z');
});
const inWorkingDays = (taskId: string, amount: number) =>
  change(house, office, 'setTaskDuration', { taskId, amount, unit: 'WORKING_DAYS', reason: '限时' });

describe('refused, and nothing is written:', () => {
  const may = (date: string) => [holiday(date)];
  test.each([
    [
      'without a number',
      planned(CITY, may('2016-12-23'), { document: { ...document, number: '' } }),
      'INVALID_TEXT',
      'document.number',
    ],
    [
      'without a title',
      planned(CITY, may('2016-12-23'), { document: { ...document, title: ' ' } }),
      'INVALID_TEXT',
      'document.title',
    ],
    [
      'by a document that is not issued yet',
      planned(CITY, may('2016-12-23'), { document: { ...document, issuedOn: '2016-12-09' } }),
      'INVALID_DATE',
      'document.issuedOn',
    ],
    ['for a year that is over', planned(CITY, may('2015-12-23'), { year: 2015 }), 'INVALID_DATE', 'year'],
    ['for a day of another year', planned(CITY, may('2017-01-03')), 'INVALID_DATE', 'days[0].date'],
    [
      'one day twice',
      planned(CITY, [holiday('2016-12-23'), holiday('2016-12-23')]),
      'BAD_USER_INPUT',
      'days[1].date',
    ],
    [
      'a day without a name',
      planned(CITY, [{ date: '2016-12-23', kind: 'HOLIDAY' }]),
      'INVALID_TEXT',
      'days[0].name',
    ],
    [
      'a Tuesday to make up',
      planned(CITY, [{ date: '2016-12-27', kind: 'MAKE_UP_WORKDAY', name: '元旦' }]),
      'BAD_USER_INPUT',
      'days[0].date',
    ],
    [
      'a workday that is one',
      planned(CITY, [{ date: '2016-12-27', kind: 'LOCAL_WORKDAY', name: '上班' }]),
      'BAD_USER_INPUT',
      'days[0].date',
    ],
    ['nothing at all', planned(CITY, []), 'BAD_USER_INPUT', 'days'],
    [
      'hours that overlap',
      planned(CITY, [], {
        officeHours: [
          { from: 480, to: 720 },
          { from: 700, to: 1050 },
        ],
      }),
      'BAD_USER_INPUT',
      'officeHours',
    ],
    [
      'a county that orders national days',
      planned(FUNAN, [{ date: '2016-12-23', kind: 'HOLIDAY', name: '冬至' }]),
      'BAD_USER_INPUT',
      'days[0].kind',
    ],
    ['a village\u2019s calendar', planned(HESHENG, may('2016-12-23')), 'INVALID_REGION_CODE', 'regionCode'],
  ])('%s', async (_, change, code, field) => {
    const before = await house.sql('select * from calendar_day order by calendar_id, day');
    expect(await office.refusal(CHANGE, { input: { change, expectedVersion: 0 } })).toMatchObject({
      code,
      field,
    });
    expect(await office.refusal(PREVIEW, { change })).toMatchObject({ code, field });
    expect(await house.sql('select * from calendar_day order by calendar_id, day')).toEqual(before);
  });

  test('a version that has changed, a county elsewhere, a county for its city, and who may not', async () => {
    const other = planned('341226000000', [holiday('2016-12-23')]);
    await office.data(CHANGE, { input: { change: other, expectedVersion: 0 } });
    const again = { input: { change: other, expectedVersion: 0 } };
    expect(await office.refusal(CHANGE, again)).toMatchObject({
      code: 'VERSION_CONFLICT',
      currentVersion: 1,
    });
    expect(await county.refusal(CHANGE, again)).toMatchObject({ code: 'NOT_FOUND' });
    const city = { input: { change: planned(CITY, [holiday('2016-12-23')]), expectedVersion: 0 } };
    expect(await county.refusal(CHANGE, city)).toMatchObject({ code: 'NOT_FOUND' });
    for (const username of ['longwang.town', 'hesheng.village', 'auditor', 'admin', 'city.leader'])
      expect(await (await house.signIn(username)).refusal(CHANGE, city)).toMatchObject({ code: 'FORBIDDEN' });
  });
});
