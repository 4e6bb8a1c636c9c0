import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isPlaceFor } from '../../src/auth/may.js';
import type { Role } from '../../src/auth/viewer.js';
import { type Client, type House, openHouse } from '../helpers/house.js';

const CITY = '341200000000';
const COUNTY = '341225000000';
const TOWNSHIP = '341225206000';
const VILLAGE = '341225206205';
const OTHER_COUNTY = '341226000000';
const BEGIN = '2016-12-08T09:00:00+08:00';
const END = '2017-01-01T00:00:00+08:00';
const GRANT = 'mutation ($input: GrantRoleInput!) { grantRole(input: $input) { mark grant { id version } } }';
const REVOKE = 'mutation ($input: RevokeGrantInput!) { revokeGrant(input: $input) { mark } }';

let house: House;
let admin: Client;
/** An administrator of one county until the end of the year; of another village for longer. */
let delegate: Client;

beforeAll(async () => {
  house = await openHouse();
  admin = await house.signIn('admin', { secondFactor: true });
  await give(admin, 'ADMIN', COUNTY, { username: 'city.leader', validFrom: BEGIN, validTo: END });
  await give(admin, 'ADMIN', TOWNSHIP, { username: 'city.leader', validTo: '2018-01-01T00:00:00+08:00' });
  delegate = await house.signIn('city.leader', { secondFactor: true });
});
afterAll(() => house.close());

const idOf = async (username: string) =>
  (await house.sql('select id from account where username = $1', [username]))[0].id;

async function ask(client: Client, role: string, regionCode: string, more: Record<string, unknown> = {}) {
  const { username = 'lucheng.town', ...rest } = more;
  const input = { accountId: await idOf(String(username)), role, regionCode, validTo: END, ...rest };
  return client.ask(GRANT, { input });
}

async function give(client: Client, role: string, regionCode: string, more: Record<string, unknown> = {}) {
  const { data, errors } = await ask(client, role, regionCode, more);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.grantRole.grant as { id: string; version: number };
}

async function refusal(client: Client, role: string, regionCode: string, more: Record<string, unknown> = {}) {
  const { errors } = await ask(client, role, regionCode, more);
  const { code, field } = errors?.[0]?.extensions ?? { code: 'none', field: undefined };
  return field === undefined ? code : `${code} ${field}`;
}

const revoke = async (client: Client, { id, version }: { id: string; version: number }) => {
  const answer = await client.ask(REVOKE, { input: { grantId: id, expectedVersion: version } });
  return answer.errors?.[0]?.extensions.code ?? 'ended';
};

test('every demo account holds its role at a level where it can be held', async () => {
  const grants = await house.sql('select distinct role, region_code from role_grant');
  expect(grants.length).toBeGreaterThan(10);
  expect(grants.filter(({ role, region_code }) => !isPlaceFor(role as Role, region_code))).toEqual([]);
});

describe('the administrator of a county', () => {
  test.each([
    ['COUNTY_OFFICE', COUNTY],
    ['TOWNSHIP_OFFICE', '341225120000'],
    ['VILLAGE_TEAM', VILLAGE],
    ['SCREEN', COUNTY],
    ['ADMIN', COUNTY],
    ['ADMIN', TOWNSHIP],
  ])('gives %s in %s', async (role, regionCode) => {
    expect(await refusal(delegate, role, regionCode)).toBe('none');
  });

  test.each([
    ['LEADER', COUNTY],
    ['SUPERVISION_OFFICE', COUNTY],
    ['AUDITOR', COUNTY],
    ['AUDITOR', VILLAGE],
    ['INSPECTOR', VILLAGE],
  ])('does not give %s in %s: it oversees the county', async (role, regionCode) => {
    expect(await refusal(delegate, role, regionCode)).toBe('FORBIDDEN role');
    expect(await refusal(admin, role, regionCode)).toBe('none');
  });

  test.each([OTHER_COUNTY, CITY, '340000000000', '341226100000'])(
    'finds no region outside the own: %s',
    async (regionCode) => {
      expect(await refusal(delegate, 'SCREEN', regionCode)).toBe('NOT_FOUND');
    },
  );

  test('gives nothing before the own grant began, nor beyond its end', async () => {
    const outside = '341225120206';
    const refusals = {
      early: await refusal(delegate, 'VILLAGE_TEAM', outside, { validFrom: '2016-12-08T08:59:59+08:00' }),
      late: await refusal(delegate, 'VILLAGE_TEAM', outside, { validTo: '2017-01-01T00:00:01+08:00' }),
      endless: await refusal(delegate, 'VILLAGE_TEAM', outside, { validTo: null }),
      exact: await refusal(delegate, 'VILLAGE_TEAM', outside, { validFrom: BEGIN, validTo: END }),
    };
    expect(refusals).toEqual({
      early: 'FORBIDDEN validFrom',
      late: 'FORBIDDEN validTo',
      endless: 'FORBIDDEN validTo',
      exact: 'none',
    });
  });

  test('has of two own grants each with its own region, level and time, never mixed', async () => {
    const late = { validTo: '2017-06-01T00:00:00+08:00' };
    expect(await refusal(delegate, 'VILLAGE_TEAM', VILLAGE, late)).toBe('none');
    // The longer one is a township's, which gives no administrators.
    expect(await refusal(delegate, 'ADMIN', TOWNSHIP, late)).toBe('FORBIDDEN validTo');
    expect(await refusal(delegate, 'VILLAGE_TEAM', '341225120206', late)).toBe('FORBIDDEN validTo');
  });

  test('writes nothing when refused', async () => {
    const rows = () => house.sql('select count(*)::int from role_grant');
    const before = await rows();
    await refusal(delegate, 'AUDITOR', COUNTY);
    await refusal(delegate, 'SCREEN', COUNTY, { validTo: null });
    await refusal(delegate, 'VILLAGE_TEAM', COUNTY);
    expect(await rows()).toEqual(before);
  });

  test('may no more once the own grant has ended, nor before it begins', async () => {
    house.moveClock('2017-01-01T00:00:00+08:00');
    const county = await refusal(delegate, 'SCREEN', COUNTY, { validTo: '2017-02-01T00:00:00+08:00' });
    const township = await refusal(delegate, 'SCREEN', TOWNSHIP, { validTo: '2017-02-01T00:00:00+08:00' });
    house.moveClock('2016-12-08T08:00:00+08:00');
    const early = await refusal(delegate, 'SCREEN', COUNTY);
    house.moveClock(BEGIN);
    expect([county, township, early]).toEqual(['NOT_FOUND', 'none', 'FORBIDDEN']);
  });
});

test.each([
  ['VILLAGE_TEAM', TOWNSHIP],
  ['TOWNSHIP_OFFICE', VILLAGE],
  ['TOWNSHIP_OFFICE', COUNTY],
  ['COUNTY_OFFICE', CITY],
  ['LEADER', VILLAGE],
  ['SUPERVISION_OFFICE', TOWNSHIP],
  ['ADMIN', VILLAGE],
])('nobody gives %s in %s: the role is not held at that level', async (role, regionCode) => {
  for (const client of [admin, delegate]) {
    const code = await refusal(client, role, regionCode);
    expect(code).toBe(
      regionCode === CITY && client === delegate ? 'NOT_FOUND' : 'INVALID_REGION_CODE regionCode',
    );
  }
});

describe('ending', () => {
  test('what could be given is ended, also where it outlasts the own grant', async () => {
    const lasting = await give(admin, 'VILLAGE_TEAM', '341225120206', { validTo: null });
    expect(await revoke(delegate, lasting)).toBe('ended');
  });

  test('what belongs to a higher level is not ended from below', async () => {
    const overseer = await give(admin, 'AUDITOR', VILLAGE);
    expect(await revoke(delegate, overseer)).toBe('FORBIDDEN');
    const [row] = await house.sql('select revoked_at, version from role_grant where id = $1', [overseer.id]);
    expect(row).toEqual({ revoked_at: null, version: 1 });
    expect(await revoke(admin, overseer)).toBe('ended');
  });

  test('what lies outside is not there', async () => {
    expect(await revoke(delegate, await give(admin, 'SCREEN', OTHER_COUNTY))).toBe('NOT_FOUND');
    expect(await revoke(delegate, await give(admin, 'ADMIN', CITY, { username: 'auditor' }))).toBe(
      'NOT_FOUND',
    );
  });

  test('a grant that tells where an inspection goes is there only for who may know', async () => {
    const [visit] = await house.sql(
      `select id, version from role_grant where inspection_id is not null and revoked_at is null limit 1`,
    );
    expect(await revoke(admin, visit)).toBe('NOT_FOUND');
    expect(await revoke(admin, { ...visit, version: 99 })).toBe('NOT_FOUND');
    const knowing = await house.signIn('auditor', { secondFactor: true });
    await give(admin, 'ADMIN', CITY, { username: 'auditor' });
    expect(await revoke(knowing, visit)).toBe('ended');
  });
});
