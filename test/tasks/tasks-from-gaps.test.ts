import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, type House, openHouse } from '../helpers/house.js';
import { give, standardId } from '../standards/books.js';
import { CITY, FUNAN, HESHENG, move } from './documents.js';

let house: House;
let office: Client;
let county: Client;
let standard: string;
beforeAll(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
  county = await house.signIn('funan.office');
  standard = await standardId(house);
  await give(office, CITY, standard);
});
afterAll(() => house.close());

const DUE = '2016-12-31T23:59:59+08:00';
const OPEN = `mutation ($input: OpenTasksFromGapsInput!) { openTasksFromGaps(input: $input) { mark opened toReopen } }`;
const GAPS = `query ($within: RegionCode!, $standardId: ID!) { gaps(within: $within, standardId: $standardId, first: 100) {
  totalCount edges { node { state item { id code } region { code } task { id kind status dueAt responsible { name } } } } } }`;
const open = async (client: Client, within: string, more: object = {}) =>
  (await client.data(OPEN, { input: { within, standardId: standard, dueAt: DUE, ...more } }))
    .openTasksFromGaps;
const gapsOf = async (within: string) =>
  (await office.data(GAPS, { within, standardId: standard })).gaps.edges.map(
    ({ node }: { node: Gap }) => node,
  ) as Gap[];
interface Gap {
  item: { id: string; code: string };
  task: {
    id: string;
    kind: string;
    status: string;
    dueAt: string;
    responsible: { name: string } | null;
  } | null;
}

test('every gap without work becomes a task of the village\u2019s team, once', async () => {
  const before = await gapsOf(HESHENG);
  expect(before.length).toBeGreaterThan(3);
  // The demo gave a task for everything; two of them are taken away.
  const [first, second] = before.filter(({ task }) => task?.status !== 'COUNTY_CONFIRMED') as [Gap, Gap];
  for (const { task } of [first, second])
    await house.sql(`update task set status = 'CANCELLED' where id = $1`, [task?.id]);
  expect(await open(county, HESHENG)).toMatchObject({ opened: 2 });
  const after = await gapsOf(HESHENG);
  for (const { item, task } of after.filter(({ item: { id } }) =>
    [first.item.id, second.item.id].includes(id),
  ))
    expect({ item: item.code, task }).toMatchObject({
      task: {
        kind: 'BENCHMARK',
        status: 'NOT_STARTED',
        dueAt: new Date(DUE).toISOString(),
        responsible: { name: '合胜村驻村工作队' },
      },
    });
  const told = await house.sql(
    `select params ->> 'itemId' as item from event where kind = 'TASK_CREATED' and actor_id is not null order by id`,
  );
  expect(told.map(({ item }) => item).sort()).toEqual([first.item.id, second.item.id].sort());
  await house.settled();
  const armed = await house.sql('select task_id from deadline where task_id = any ($1)', [
    after.map(({ task }) => task?.id),
  ]);
  expect(armed).toHaveLength(after.length);
  expect(await open(county, HESHENG)).toMatchObject({ opened: 0 });
});

test('twenty at once open each of them once', async () => {
  const [gap] = (await gapsOf(HESHENG)).filter(({ task }) => task?.status === 'NOT_STARTED') as [Gap];
  await house.sql(`update task set status = 'CANCELLED' where id = $1`, [gap.task?.id]);
  const answers = await Promise.all(Array.from({ length: 20 }, () => open(office, HESHENG)));
  expect(answers.reduce((sum, { opened }) => sum + opened, 0)).toBe(1);
});

test('what was confirmed and is a gap is to be reopened', async () => {
  const [gap] = (await gapsOf(HESHENG)).filter(({ task }) => task?.status === 'NOT_STARTED') as [Gap];
  const { toReopen } = await open(office, HESHENG);
  await house.sql(`update task set status = 'COUNTY_CONFIRMED' where id = $1`, [gap.task?.id]);
  expect(await open(office, HESHENG)).toMatchObject({ opened: 0, toReopen: toReopen + 1 });
  const [row] = await house.sql('select id, version from task where id = $1', [gap.task?.id]);
  await move(office, row, 'REOPENED', { note: '核查发现不达标' });
  expect(await open(office, HESHENG)).toMatchObject({ opened: 0, toReopen });
});

test('only of the items that are named', async () => {
  const villages = await house.sql(
    `select region_code as code from verdict_item where is_gap and region_code not in (select region_code from task) limit 1`,
  );
  const gaps = await gapsOf(villages[0].code);
  const itemIds = gaps.slice(0, 2).map(({ item }) => item.id);
  expect(await open(office, villages[0].code, { itemIds })).toEqual({
    mark: expect.any(String),
    opened: 2,
    toReopen: 0,
  });
});

test('refused: a deadline that is past, too many at once, who may not, and where they may not', async () => {
  const input = (more: object) => ({ input: { within: CITY, standardId: standard, dueAt: DUE, ...more } });
  expect(await office.refusal(OPEN, input({ dueAt: '2016-12-01T00:00:00+08:00' }))).toMatchObject({
    code: 'INVALID_DATE',
  });
  expect(await office.refusal(OPEN, input({}))).toMatchObject({
    code: 'BAD_USER_INPUT',
    field: 'within',
    limit: 2000,
  });
  expect(await county.refusal(OPEN, input({}))).toMatchObject({ code: 'NOT_FOUND' });
  expect(await office.refusal(OPEN, input({ standardId: 'none' }))).toMatchObject({ code: 'NOT_FOUND' });
  for (const username of ['longwang.town', 'hesheng.village', 'city.leader', 'auditor'])
    expect(await (await house.signIn(username)).refusal(OPEN, input({ within: FUNAN }))).toMatchObject({
      code: 'FORBIDDEN',
    });
});
