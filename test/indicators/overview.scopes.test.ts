import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { BENCHMARK, BENCHMARK_CHANGED, TREND, VILLAGES, WALL_OVERVIEW } from './documents.js';

const CITY = '341200000000';
const COUNTY = '341225000000';
const TOWN = '341225206000';
const VILLAGE = '341225206205';

let house: House;
const clients = new Map<string, Client>();

async function as(username: string): Promise<Client> {
  const client = clients.get(username) ?? (await house.signIn(username));
  clients.set(username, client);
  return client;
}

beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** Everything that answers numbers of a region, by what it asks of it. */
const NUMBERS = [
  ['overview', WALL_OVERVIEW],
  ['benchmark', BENCHMARK],
  ['benchmarkVillages', VILLAGES],
  ['trend', TREND],
] as const;

describe.each(NUMBERS)('%s', (field, document) => {
  test.each([
    ['city.leader', CITY, null],
    ['city.office', VILLAGE, null],
    ['auditor', CITY, null],
    ['wall.screen', CITY, null],
    ['wall.screen', COUNTY, null],
    ['admin', COUNTY, null],
    ['funan.office', COUNTY, null],
    ['funan.office', CITY, 'FORBIDDEN'],
    ['funan.office', '341222000000', 'FORBIDDEN'],
    ['longwang.town', TOWN, null],
    ['longwang.town', COUNTY, 'FORBIDDEN'],
    ['hesheng.village', VILLAGE, null],
    ['hesheng.village', TOWN, 'FORBIDDEN'],
    ['city.office', '341299000000', 'NOT_FOUND'],
    ['city.office', '34120000000', 'INVALID_REGION_CODE'],
  ])('%s asks for %s: %s', async (username, region, code) => {
    const client = await as(username);
    const { data, errors } = await client.ask(document, { region, within: region, first: 10 });
    expect(errors?.[0]?.extensions.code ?? null).toBe(code);
    if (!code) expect(data[field]).toBeTruthy();
  });

  test('nobody who is not signed in', async () => {
    const refusal = await house.client().refusal(document, { region: CITY, within: CITY, first: 10 });
    expect(refusal.code).toBe('UNAUTHENTICATED');
  });
});

test('the villages of a region are its own', async () => {
  const { benchmarkVillages } = await (await as('funan.office')).data(VILLAGES, {
    within: COUNTY,
    first: 100,
  });
  const codes = benchmarkVillages.edges.map(
    ({ node }: { node: { region: { code: string } } }) => node.region.code,
  );
  expect(codes.length).toBe(benchmarkVillages.totalCount);
  expect(codes.every((code: string) => code.startsWith('341225'))).toBe(true);
});

const codeOf = (fault: unknown) => {
  const [error] = fault as { extensions: { code: string } }[];
  return error?.extensions.code;
};

test.each([
  ['overview', operation('overview-changed')],
  ['benchmark', BENCHMARK_CHANGED],
])('a live %s of what is not yours is refused', async (_, document) => {
  const feed = await (await as('hesheng.village')).subscribe(document, { region: COUNTY });
  const answer = await feed.next().catch((fault: unknown) => ({ errors: fault }));
  expect(codeOf(answer.errors)).toBe('FORBIDDEN');
});

test('a live overview ends when the right to it is taken away, before it tells anything later', async () => {
  const office = await as('city.office');
  const town = await as('lucheng.town');
  const region = '341225120000';
  const feed = await town.subscribe(operation('overview-changed'), { region });
  expect((await feed.next()).data.overviewChanged.tasks.total).toBeGreaterThan(0);
  const [grant] = await house.sql(
    `select role_grant.id, role_grant.version from role_grant join account on account.id = account_id where username = 'lucheng.town'`,
  );
  await (await house.signIn('admin', { secondFactor: true })).data(
    `mutation ($input: RevokeGrantInput!) { revokeGrant(input: $input) { mark } }`,
    { input: { grantId: grant.id, expectedVersion: grant.version } },
  );
  const [task] = await house.sql(
    `select id, version from task where region_code like '341225120%' and status not in
      ('COUNTY_CONFIRMED', 'PROVINCE_PASSED', 'CANCELLED') order by id limit 1`,
  );
  await office.data(operation('change-task-status'), {
    input: { taskId: task.id, to: 'CANCELLED', expectedVersion: task.version },
  });
  const answer = await feed.next().catch((fault: unknown) => ({ errors: fault }));
  expect(codeOf(answer.errors)).toBe('FORBIDDEN');
});

test('a live overview ends when the time of the grant is over', async () => {
  const admin = await house.signIn('admin', { secondFactor: true });
  const [account] = await house.sql(`select id from account where username = 'longwang.town'`);
  const region = '341222000000';
  const [county] = await house.sql(`select name from region where code = $1`, [region]);
  await admin.data(`mutation ($input: GrantRoleInput!) { grantRole(input: $input) { mark } }`, {
    input: {
      accountId: account.id,
      role: 'AUDITOR',
      regionCode: region,
      validTo: '2016-12-09T00:00:00+08:00',
    },
  });
  const town = await house.signIn('longwang.town');
  const feed = await town.subscribe(
    `subscription { overviewChanged(region: "${region}") { region { name } } }`,
  );
  expect((await feed.next()).data.overviewChanged.region.name).toBe(county.name);
  house.moveClock('2016-12-09T00:00:00+08:00');
  const answer = await feed.next().catch((fault: unknown) => ({ errors: fault }));
  expect(codeOf(answer.errors)).toBe('FORBIDDEN');
});
