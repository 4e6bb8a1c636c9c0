import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { statementsOf } from '../helpers/statements.js';
import { BENCHMARK, BENCHMARK_CHANGED, VILLAGES, WALL_OVERVIEW } from './documents.js';

const CITY = '341200000000';
const COUNTY = '341225000000';
const TOWN = '341225206000';
const VILLAGE = '341225206205';

let house: House;
let office: Client;
beforeEach(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
});
afterEach(() => house.close());

interface Counts {
  total: number;
  met: number;
  overdue: number;
  dueSoon: number;
  behind: number;
  standing: string | null;
}
type Item = Counts & { item: { code: string } };

const benchmark = async (region: string) => (await office.data(BENCHMARK, { region })).benchmark;
const overview = async (region: string) => (await office.data(WALL_OVERVIEW, { region })).overview;

/** One page of the villages of the plan. */
async function villages(variables: object) {
  const { benchmarkVillages: page } = await office.data(VILLAGES, { first: 100, ...variables });
  const nodes = page.edges.map(({ node }: { node: Counts & { region: { code: string } } }) => node);
  return { nodes, codes: nodes.map(({ region }: { region: { code: string } }) => region.code), ...page };
}

async function move(client: Client, task: { id: string; version: number }, to: string) {
  const input = { taskId: task.id, to, expectedVersion: task.version };
  await client.data(operation('change-task-status'), { input });
  task.version += 1;
}

/** Leaves one task of the village open, one step from being met, and nothing else in its way. */
async function allButOne() {
  const tasks = await house.sql(
    `select id, version, status from task where region_code = $1
       and status not in ('COUNTY_CONFIRMED', 'PROVINCE_PASSED', 'CANCELLED') order by status = 'TOWNSHIP_CONFIRMED'`,
    [VILLAGE],
  );
  const last = tasks.pop();
  for (const task of tasks) await move(office, task, 'CANCELLED');
  await house.settled();
  return { last, cancelled: tasks.length };
}

test('every item in the order of the standard, held against the tasks themselves, and the parts make the whole', async () => {
  const { items, children, region, asOf } = await benchmark(CITY);
  expect(region).toEqual({ code: CITY, name: '阜阳市' });
  expect(asOf).toBe('2016-12-08T01:00:00.000Z');
  const rows = await house.sql(
    `select item.code, count(*) filter (where status <> 'CANCELLED')::int as total,
       count(*) filter (where status in ('COUNTY_CONFIRMED', 'PROVINCE_PASSED'))::int as met
     from task join standard_item item on item.id = standard_item_id group by item.code, item.position order by item.position`,
  );
  expect(items.map(({ item, total, met }: Item) => ({ code: item.code, total, met }))).toEqual(rows);
  expect(items).toHaveLength(18);
  const { tasks } = await overview(CITY);
  const sum = (parts: Item[], field: 'overdue' | 'dueSoon' | 'behind' | 'met') =>
    parts.reduce((total, part) => total + part[field], 0);
  for (const field of ['overdue', 'dueSoon', 'behind', 'met'] as const)
    expect(sum(items, field)).toBe(tasks[field]);
  expect(children.map((child: { region: object }) => child.region)).toEqual(
    (await overview(CITY)).children.map(
      ({ region: { level: _, ...place } }: { region: { level: string } }) => place,
    ),
  );
  for (const [at, { item, total, dueSoon }] of items.entries()) {
    const parts = children.map((child: { items: Item[] }) => child.items[at]);
    expect(parts.map((part: Item) => part.item.code)).toEqual(parts.map(() => item.code));
    expect(parts.reduce((all: number, part: Item) => all + part.total, 0)).toBe(total);
    expect(sum(parts, 'dueSoon')).toBe(dueSoon);
    for (const part of parts) expect(part.standing === null).toBe(part.total === 0);
  }
});

test('a benchmark is two statements, however many regions lie inside: the numbers, and the items they are of', async () => {
  const statements = (region: string) =>
    statementsOf(() => office.data(BENCHMARK, { region }), /\bcounter\b|"standard_item"/);
  expect(await statements(CITY)).toHaveLength(2);
  expect(await statements(COUNTY)).toEqual(await statements(CITY));
});

test('an item none of whose tasks counts any more is not shown, and a region without tasks has none', async () => {
  const [task] = await house.sql(
    `select task.id, task.version, item.code from task join standard_item item on item.id = standard_item_id
     where region_code = $1 and status = 'NOT_STARTED' limit 1`,
    [VILLAGE],
  );
  await move(office, task, 'CANCELLED');
  await house.settled();
  const { items, children } = await benchmark(VILLAGE);
  expect(items.map(({ item }: Item) => item.code)).not.toContain(task.code);
  expect(items).toHaveLength(17);
  expect(children).toEqual([]);
  const [{ code }] = await house.sql(
    `select code from region where level = 'VILLAGE' and planned_exit_year is null limit 1`,
  );
  expect((await benchmark(code)).items).toEqual([]);
});

test('a village is met with its last item, and not any more when one is opened again', async () => {
  const { last, cancelled } = await allButOne();
  const [one] = (await villages({ within: VILLAGE })).nodes;
  expect(one).toMatchObject({ total: 18 - cancelled, met: 17 - cancelled });
  const before = await overview(COUNTY);
  const met = async (region: string) => (await overview(region)).villages;
  expect(await met(VILLAGE)).toEqual({ planned: 1, met: 0 });
  await move(await house.signIn('funan.office'), last, 'COUNTY_CONFIRMED');
  await house.settled();
  expect(await met(VILLAGE)).toEqual({ planned: 1, met: 1 });
  expect(await met(COUNTY)).toEqual({ planned: before.villages.planned, met: before.villages.met + 1 });
  expect((await villages({ within: COUNTY, standing: ['MET'] })).codes).toContain(VILLAGE);
  expect((await overview(TOWN)).children.find(at(VILLAGE))).toMatchObject({
    villagesMet: 1,
    standing: 'MET',
  });
  await move(office, last, 'REOPENED');
  await house.settled();
  expect(await met(VILLAGE)).toEqual({ planned: 1, met: 0 });
  expect(await met(COUNTY)).toEqual(before.villages);
  expect((await villages({ within: COUNTY, standing: ['MET'] })).codes).not.toContain(VILLAGE);
});

const at = (code: string) => (child: { region: { code: string } }) => child.region.code === code;

test('a village all of whose benchmark tasks are cancelled is no longer in the plan', async () => {
  const tasks = await house.sql(
    `select id, version from task where region_code = '341225120206' and status <> 'CANCELLED'`,
  );
  const { villages: before } = await overview(COUNTY);
  for (const task of tasks) {
    const [{ status }] = await house.sql('select status from task where id = $1', [task.id]);
    if (status === 'COUNTY_CONFIRMED') await move(office, task, 'REOPENED');
    await move(office, task, 'CANCELLED');
  }
  await house.settled();
  expect((await overview(COUNTY)).villages).toEqual({ planned: before.planned - 1, met: before.met });
  expect((await villages({ within: '341225120206' })).nodes).toEqual([]);
});

test('the villages of the plan by code, page by page, all of them or those that stand so', async () => {
  const rows = await house.sql(
    `select code from region where level = 'VILLAGE' and planned_exit_year = 2016 order by code`,
  );
  const codes: string[] = [];
  const words: string[] = [];
  let after: string | null = null;
  do {
    const page = await villages({ within: CITY, first: 50, after });
    expect(page.totalCount).toBe(169);
    codes.push(...page.codes);
    words.push(...page.nodes.map(({ standing }: Counts) => standing));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after);
  expect(codes).toEqual(rows.map(({ code }) => code));
  for (const word of ['MET', 'OVERDUE', 'AT_RISK', 'ON_TRACK']) {
    const { totalCount } = await villages({ within: CITY, standing: [word], first: 1 });
    expect({ word, totalCount }).toEqual({ word, totalCount: words.filter((each) => each === word).length });
  }
  const two = await villages({ within: CITY, standing: ['OVERDUE', 'MET'] });
  expect(two.codes).toEqual(codes.filter((_, n) => words[n] === 'OVERDUE' || words[n] === 'MET'));
  expect((await villages({ within: CITY, standing: [] })).nodes).toEqual([]);
  expect(await office.refusal(VILLAGES, { within: CITY, first: 1, after: 'forged' })).toMatchObject({
    code: 'INVALID_CURSOR',
  });
});

test('benchmarkChanged sends the numbers of now, then each time they moved', async () => {
  const feed = await office.subscribe(BENCHMARK_CHANGED, { region: TOWN });
  const first = (await feed.next()).data.benchmarkChanged;
  expect(await benchmark(TOWN)).toEqual({ ...first, cursor: expect.any(String) });
  const [task] = await house.sql(
    `select task.id, task.version, item.code from task join standard_item item on item.id = standard_item_id
     where region_code = $1 and status = 'TOWNSHIP_CONFIRMED' limit 1`,
    [VILLAGE],
  );
  await move(await house.signIn('funan.office'), task, 'COUNTY_CONFIRMED');
  const metOf = (items: Item[]) => items.find(({ item }) => item.code === task.code)?.met ?? 0;
  const wanted = metOf(first.items) + 1;
  const sent = await feed.until(({ data }) => metOf(data.benchmarkChanged.items) === wanted);
  const { items, children } = sent.at(-1).data.benchmarkChanged;
  expect(items.find(({ item }: Item) => item.code === task.code).total).toBe(
    first.items.find(({ item }: Item) => item.code === task.code).total,
  );
  expect(metOf(children.find(at(VILLAGE)).items)).toBe(1);
});
