import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { weekEnd } from '../../src/tasks/work.queries.js';
import { type Client, type House, openHouse, START } from '../helpers/house.js';
import { accountId, CITY, change, FUNAN, give, HESHENG, move } from './documents.js';

let house: House;
let office: Client;
let county: Client;
let town: Client;
let team: Client;
beforeAll(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
  county = await house.signIn('funan.office');
  town = await house.signIn('longwang.town');
  team = await house.signIn('hesheng.village');
});
afterAll(() => house.close());

const WORK = `query ($bucket: WorkBucket!, $first: Int!) { myTasks(bucket: $bucket, first: $first) {
  totalCount edges { node { id status dueAt schedule region { code } allowedTransitions receipt { signedAt } } } } }`;
interface Node {
  id: string;
  status: string;
  dueAt: string;
  schedule: string;
  region: { code: string };
  allowedTransitions: string[];
}
const work = async (client: Client, bucket: string): Promise<Node[]> =>
  (await client.data(WORK, { bucket, first: 100 })).myTasks.edges.map(({ node }: { node: Node }) => node);
const ids = async (client: Client, bucket: string) => (await work(client, bucket)).map(({ id }) => id);

test('a week is over when Monday begins in Shanghai', () => {
  expect(weekEnd(new Date(START))).toEqual(new Date('2016-12-12T00:00:00+08:00'));
  expect(weekEnd(new Date('2016-12-11T23:59:59+08:00'))).toEqual(new Date('2016-12-12T00:00:00+08:00'));
  expect(weekEnd(new Date('2016-12-12T00:00:00+08:00'))).toEqual(new Date('2016-12-19T00:00:00+08:00'));
});

describe('what is for me to do', () => {
  test('mine, late and due this week are those that the tables say', async () => {
    const id = await accountId(house, 'hesheng.village');
    const open = await house.sql(
      `select id, due_at from task where responsible_id = $1 and status not in ('COUNTY_CONFIRMED', 'PROVINCE_PASSED', 'CANCELLED')`,
      [id],
    );
    const now = new Date(START);
    const inWeek = ({ due_at: due }: { due_at: Date }) => due >= now && due < weekEnd(now);
    const idsOf = (rows: { id: string }[]) => rows.map((row) => row.id).sort();
    expect((await ids(team, 'MINE')).sort()).toEqual(idsOf(open));
    expect((await ids(team, 'LATE')).sort()).toEqual(idsOf(open.filter(({ due_at: due }) => due < now)));
    expect((await ids(team, 'DUE_THIS_WEEK')).sort()).toEqual(idsOf(open.filter(inWeek)));
    for (const { schedule } of await work(team, 'LATE')) expect(schedule).toBe('OVERDUE');
  });

  test('what I assist with is mine too, and what I was named for waits for my signature', async () => {
    const task = await give(office, {
      responsibleId: await accountId(house, 'hesheng.village'),
      assistingIds: [await accountId(house, 'longwang.town')],
    });
    expect(await ids(town, 'MINE')).toContain(task.id);
    expect(await ids(town, 'TO_SIGN')).not.toContain(task.id);
    expect(await ids(team, 'TO_SIGN')).toContain(task.id);
    await change(house, team, 'signReceipt', { taskId: task.id });
    expect(await ids(team, 'TO_SIGN')).not.toContain(task.id);
  });

  test('what waits on me is what I can confirm, and nothing else', async () => {
    for (const client of [town, county, office, team]) {
      const waiting = await work(client, 'TO_CONFIRM');
      for (const { allowedTransitions } of waiting) expect(allowedTransitions).toContain('RETURNED');
    }
    expect(await ids(team, 'TO_CONFIRM')).toEqual([]);
    const declared = await house.sql(
      `select id from task where region_code like '341225206%' and status = 'SELF_DECLARED_MET'`,
    );
    expect((await ids(town, 'TO_CONFIRM')).sort()).toEqual(declared.map(({ id }) => id).sort());
    const [next] = await work(town, 'TO_CONFIRM');
    const [row] = await house.sql('select id, version from task where id = $1', [next?.id]);
    await move(town, row, 'TOWNSHIP_CONFIRMED');
    expect(await ids(town, 'TO_CONFIRM')).not.toContain(next?.id);
    expect(await ids(county, 'TO_CONFIRM')).toContain(next?.id);
  });

  test('a township\u2019s own work waits on the county', async () => {
    const task = await give(office, { regionCode: '341225206000' });
    let row = { id: task.id, version: task.version };
    for (const to of ['IN_PROGRESS', 'SELF_DECLARED_MET']) {
      await move(town, row, to);
      [row] = await house.sql('select id, version from task where id = $1', [task.id]);
    }
    expect(await ids(town, 'TO_CONFIRM')).not.toContain(task.id);
    expect(await ids(county, 'TO_CONFIRM')).toContain(task.id);
  });
});

test('who was named and has lost the grant since sees nothing of it', async () => {
  const task = await give(office, { responsibleId: await accountId(house, 'longwang.town') });
  expect(await ids(town, 'MINE')).toContain(task.id);
  const [grant] = await house.sql(
    `update role_grant set region_code = '341225120000' from account where account.id = account_id
     and username = 'longwang.town' returning role_grant.id`,
  );
  const moved = await house.signIn('longwang.town');
  for (const bucket of ['MINE', 'TO_SIGN', 'TO_CONFIRM'])
    for (const { region } of await work(moved, bucket)) expect(region.code).toMatch(/^341225120/);
  expect(await ids(moved, 'MINE')).not.toContain(task.id);
  await house.sql(`update role_grant set region_code = '341225206000' where id = $1`, [grant.id]);
});

const PUNCTUALITY = `query ($within: RegionCode!, $from: DateTime!, $to: DateTime!) {
  punctuality(within: $within, from: $from, to: $to) { expected onTime late open extended } }`;
const punctuality = async (from: string, to: string, within = CITY) =>
  (await office.data(PUNCTUALITY, { within, from, to })).punctuality;

describe('punctuality', () => {
  test('on time, late and open are all that was expected, whatever the place and the period', async () => {
    const day = fc.integer({ min: -20, max: 60 });
    const at = (days: number) => new Date(new Date(START).getTime() + days * 86_400_000).toISOString();
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(day, day, fc.constantFrom(CITY, FUNAN, HESHENG), async (a, b, within) => {
        const numbers = await punctuality(at(Math.min(a, b)), at(Math.max(a, b) + 1), within);
        seen += numbers.expected;
        expect(numbers.onTime + numbers.late + numbers.open).toBe(numbers.expected);
      }),
      { numRuns: 40 },
    );
    expect(seen).toBeGreaterThan(1000);
  });

  test('a task that is met late is late, and opened again it is open', async () => {
    const period = ['2017-06-01T00:00:00+08:00', '2017-06-30T00:00:00+08:00'] as const;
    const { id } = await give(office, { dueAt: '2017-06-10T00:00:00+08:00' });
    const to = async (client: Client, status: string) =>
      move(client, (await house.sql('select id, version from task where id = $1', [id]))[0], status, {
        note: '按程序',
      });
    expect(await punctuality(...period)).toMatchObject({ expected: 1, open: 1 });
    await to(team, 'IN_PROGRESS');
    await to(team, 'SELF_DECLARED_MET');
    await to(town, 'TOWNSHIP_CONFIRMED');
    house.moveClock('2017-06-10T00:00:00+08:00');
    await to(county, 'COUNTY_CONFIRMED');
    expect(await punctuality(...period)).toEqual({ expected: 1, onTime: 1, late: 0, open: 0, extended: 0 });
    await to(office, 'REOPENED');
    expect(await punctuality(...period)).toMatchObject({ onTime: 0, open: 1 });
    await to(team, 'IN_PROGRESS');
    await to(team, 'SELF_DECLARED_MET');
    await to(town, 'TOWNSHIP_CONFIRMED');
    house.moveClock('2017-06-10T00:00:01+08:00');
    await to(county, 'COUNTY_CONFIRMED');
    expect(await punctuality(...period)).toEqual({ expected: 1, onTime: 0, late: 1, open: 0, extended: 0 });
    house.moveClock(START);
  });

  test('not of a period that ends before it begins, or of one too long', async () => {
    for (const to of ['2016-12-01T00:00:00+08:00', '2016-01-01T00:00:00+08:00', '2027-01-01T00:00:00+08:00'])
      expect(
        await office.refusal(PUNCTUALITY, { within: CITY, from: '2016-12-01T00:00:00+08:00', to }),
      ).toMatchObject({ code: 'INVALID_DATE', field: 'to' });
  });
});

test('the worst items of a region come first, with the numbers of its tasks', async () => {
  const query = `query ($within: RegionCode!) { worstItems(within: $within, first: 18) { open overdue returned item { code } } }`;
  const { worstItems } = await office.data(query, { within: FUNAN });
  const rows = await house.sql(
    `select code, count(*)::int as open, (count(*) filter (where due_at < $1))::int as overdue,
       (count(*) filter (where status in ('RETURNED', 'REOPENED')))::int as returned
     from task join standard_item item on item.id = standard_item_id
     where region_code like '341225%' and status not in ('COUNTY_CONFIRMED', 'PROVINCE_PASSED', 'CANCELLED') group by code`,
    [START],
  );
  const told = worstItems.map(({ item, ...numbers }: { item: { code: string } }) => ({
    code: item.code,
    ...numbers,
  }));
  expect([...told].sort((a, b) => (a.code < b.code ? -1 : 1))).toEqual(
    [...rows].sort((a, b) => (a.code < b.code ? -1 : 1)),
  );
  const order = told.map(({ overdue }: { overdue: number }) => overdue);
  expect(order).toEqual([...order].sort((a: number, b: number) => b - a));
});
