import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { yearsDue } from '../../src/deadlines/awaited-calendars.js';
import { type Client, type House, openHouse } from '../helpers/house.js';
import { CITY } from '../tasks/documents.js';

let house: House;
let office: Client;
beforeAll(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
});
afterAll(() => house.close());

const stated = () =>
  house.sql(
    `select region_code as code, params ->> 'year' as year from event where kind = 'CALENDAR_AWAITED' order by id`,
  );
const ALERTS = `query ($within: RegionCode!) { alerts(within: $within, first: 10, filter: { rule: [CALENDAR_MISSING] }) {
  edges { node { status headline } } } }`;
const alerts = async () =>
  (await office.data(ALERTS, { within: CITY })).alerts.edges.map(({ node }: { node: object }) => node);
async function standAt(instant: string): Promise<void> {
  house.moveClock(instant);
  await house.settled();
}

test('from the first of November the next year is due', () => {
  expect(yearsDue(new Date('2026-10-31T23:59:59+08:00'))).toEqual([2026]);
  expect(yearsDue(new Date('2026-11-01T00:00:00+08:00'))).toEqual([2026, 2027]);
  expect(yearsDue(new Date('2026-12-31T23:59:59+08:00'))).toEqual([2026, 2027]);
});

test('a year that nobody has published is an alert, once, until it is', async () => {
  await standAt('2026-10-31T23:59:59+08:00');
  expect(await stated()).toEqual([]);
  await standAt('2026-11-01T00:00:00+08:00');
  await standAt('2026-11-02T09:00:00+08:00');
  await standAt('2026-12-02T09:00:00+08:00');
  expect(await stated()).toEqual([{ code: CITY, year: '2027' }]);
  expect(await alerts()).toEqual([{ status: 'OPEN', headline: expect.stringMatching(/2027年工作日历/) }]);
  const change = {
    regionCode: CITY,
    year: 2027,
    document: {
      title: '关于2027年部分节假日安排的通知',
      number: '国办发明电〔2026〕9号',
      issuedOn: '2026-11-20',
    },
    days: [{ date: '2027-01-01', kind: 'HOLIDAY', name: '元旦' }],
  };
  await office.data('mutation ($input: ChangeCalendarInput!) { changeCalendar(input: $input) { mark } }', {
    input: { change, expectedVersion: 0 },
  });
  await house.settled();
  expect(await alerts()).toEqual([{ status: 'RESOLVED', headline: expect.stringMatching(/2027年工作日历/) }]);
  await standAt('2027-11-01T00:00:00+08:00');
  expect(await stated()).toEqual([
    { code: CITY, year: '2027' },
    { code: CITY, year: '2028' },
  ]);
});
