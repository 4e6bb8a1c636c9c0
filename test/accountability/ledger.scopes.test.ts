import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, type House, openHouse } from '../helpers/house.js';

const CITY = '341200000000';
const FUNAN = '341225000000';
const VILLAGE = '341225206205';
const ELSEWHERE = '341222000000';

let house: House;
let city: Client;
let county: Client;

const LIST = `query ($within: RegionCode) { ledger(within: $within, first: 100) { totalCount edges { node { id region { code } } } } }`;
const ENTRY = 'query ($id: ID!) { ledgerEntry(id: $id) { id } }';
const VERIFY = '{ verifyLedger { ok } }';
const GRANT = 'mutation ($input: GrantRoleInput!) { grantRole(input: $input) { mark } }';

/** Two auditors: of the city, and (who was a township\u2019s office) of one county. Entries in both, and of nobody. */
beforeAll(async () => {
  house = await openHouse();
  const [{ id: accountId }] = await house.sql(`select id from account where username = 'lucheng.town'`);
  const admin = await house.signIn('admin', { secondFactor: true });
  await admin.data(GRANT, { input: { accountId, role: 'AUDITOR', regionCode: FUNAN } });
  for (const regionCode of [VILLAGE, ELSEWHERE])
    await admin.data(GRANT, { input: { accountId, role: 'SCREEN', regionCode } });
  city = await house.signIn('auditor');
  county = await house.signIn('lucheng.town');
  await house.client().ask('mutation { login(username: "nobody", password: "x") { accessToken } }');
  await house.settled();
});
afterAll(() => house.close());

const regionsSeen = async (client: Client, within?: string) => {
  const { ledger } = await client.data(LIST, { within });
  const edges: { node: { region: { code: string } | null } }[] = ledger.edges;
  expect(edges).toHaveLength(ledger.totalCount);
  return [...new Set(edges.map(({ node }) => node.region?.code ?? null))].sort();
};

test('an auditor sees the entries of the own region; of no region, who audits a whole prefecture', async () => {
  const all = await regionsSeen(city);
  expect(all).toEqual(expect.arrayContaining([CITY, VILLAGE, ELSEWHERE, null]));
  const own = await regionsSeen(county);
  expect(own).toContain(VILLAGE);
  expect(own.every((code) => code?.startsWith('341225'))).toBe(true);
  expect(await regionsSeen(city, VILLAGE)).toEqual([VILLAGE]);
  expect(await regionsSeen(city, CITY)).not.toContain(null);
});

test('within must be one\u2019s own, and known', async () => {
  expect((await county.refusal(LIST, { within: ELSEWHERE })).code).toBe('FORBIDDEN');
  expect((await county.refusal(LIST, { within: CITY })).code).toBe('FORBIDDEN');
  expect((await county.refusal(LIST, { within: '341299000000' })).code).toBe('NOT_FOUND');
});

test('an entry elsewhere and one that is not there answer the same', async () => {
  const rows = await house.sql(
    `select id from ledger_entry where region_code = $1 or region_code is null or region_code = $2`,
    [ELSEWHERE, CITY],
  );
  expect(rows.length).toBeGreaterThan(2);
  const without = ({ requestId: _, ...rest }: Record<string, unknown>) => rest;
  const absent = without(await county.refusal(ENTRY, { id: '01890000-0000-7000-8000-000000000000' }));
  for (const { id } of rows) {
    expect(without(await county.refusal(ENTRY, { id }))).toEqual(absent);
    expect((await city.data(ENTRY, { id })).ledgerEntry).toEqual({ id });
  }
  expect(absent.code).toBe('NOT_FOUND');
  expect(without(await county.refusal(ENTRY, { id: 'no id' }))).toEqual(absent);
});

test('nobody but an auditor reads or verifies it: not those who act, nor those who administer', async () => {
  const names = [
    'admin',
    'city.leader',
    'city.office',
    'funan.office',
    'hesheng.village',
    'inspector.one',
    'wall.screen',
  ];
  const [{ id }] = await house.sql('select id from ledger_entry limit 1');
  for (const name of names) {
    const client = await house.signIn(name);
    for (const [query, variables] of [
      [LIST, {}],
      [LIST, { within: VILLAGE }],
      [ENTRY, { id }],
      [VERIFY, {}],
    ] as const)
      expect([name, (await client.refusal(query, variables)).code]).toEqual([name, 'FORBIDDEN']);
  }
  for (const query of [LIST, VERIFY])
    expect((await house.client().refusal(query)).code).toBe('UNAUTHENTICATED');
  expect((await county.data(VERIFY)).verifyLedger.ok).toBe(true);
});

test('a grant that has ended shows nothing any more', async () => {
  await house.sql(`update role_grant set revoked_at = now() where role = 'AUDITOR' and region_code = $1`, [
    FUNAN,
  ]);
  expect((await county.refusal(LIST)).code).toBe('FORBIDDEN');
});
