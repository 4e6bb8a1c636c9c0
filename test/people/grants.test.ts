import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';

let house: House;
let admin: Client;
let accounts: Record<string, string>;

beforeAll(async () => {
  house = await openHouse();
  admin = await house.signIn('admin', { secondFactor: true });
  const rows = await house.sql('select username, id from account');
  accounts = Object.fromEntries(rows.map(({ username, id }) => [username, id]));
});
afterAll(() => house.close());

const CITY = '341200000000';
const VILLAGE = '341225206205';
const OTHER_VILLAGE = '341225120206';
const GRANT = `mutation ($input: GrantRoleInput!) { grantRole(input: $input) { mark grant {
  id role validFrom validTo revokedAt version region { code name } account { id name } } } }`;
const REVOKE = `mutation ($input: RevokeGrantInput!) { revokeGrant(input: $input) { mark grant {
  id revokedAt version region { code } } } }`;

const input = (username: string, role: string, regionCode: string, more: object = {}) => ({
  input: { accountId: accounts[username], role, regionCode, ...more },
});
const grant = async (username: string, role: string, regionCode: string, more: object = {}) =>
  (await admin.data(GRANT, input(username, role, regionCode, more))).grantRole;
const revoke = (given: { id: string; version: number }, more: object = {}) =>
  admin.ask(REVOKE, { input: { grantId: given.id, expectedVersion: given.version, ...more } });
const tasksOf = (client: Client, within: string) => client.ask(operation('tasks'), { within, first: 1 });
const codeOf = async (answer: ReturnType<Client['ask']>) => (await answer).errors?.[0]?.extensions.code;

describe('giving a role', () => {
  test('answers the grant, records who gave it, and is felt at the next request', async () => {
    const liulou = await house.signIn('liulou.village');
    expect(await codeOf(tasksOf(liulou, VILLAGE))).toBe('FORBIDDEN');
    const { grant: given, mark } = await grant('liulou.village', 'VILLAGE_TEAM', VILLAGE);
    expect(given).toMatchObject({
      role: 'VILLAGE_TEAM',
      validFrom: '2016-12-08T01:00:00.000Z',
      validTo: null,
      revokedAt: null,
      version: 1,
      region: { code: VILLAGE },
      account: { id: accounts['liulou.village'], name: '刘楼村驻村工作队' },
    });
    expect((await tasksOf(liulou, VILLAGE)).data.tasks.totalCount).toBe(18);
    const [row] = await house.sql('select granted_by_id from role_grant where id = $1', [given.id]);
    expect(row.granted_by_id).toBe(accounts.admin);
    const facts = await house.sql(
      'select xid::text, kind, audience, params from event where subject_id = $1',
      [given.id],
    );
    expect(facts).toEqual([
      {
        xid: mark,
        kind: 'GRANT_CHANGED',
        audience: 'HOUSE',
        params: { accountId: accounts['liulou.village'], change: 'GRANTED' },
      },
    ]);
  });

  test('the same key and body again give the same grant, region and account included', async () => {
    const keyed = { idempotencyKey: 'grant-once', validTo: '2017-01-01T00:00:00+08:00' };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => grant('longwang.town', 'AUDITOR', VILLAGE, keyed)),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0].grant.validTo).toBe('2016-12-31T16:00:00.000Z');
    const rows = await house.sql(`select from role_grant where account_id = $1 and role = 'AUDITOR'`, [
      accounts['longwang.town'],
    ]);
    expect(rows).toHaveLength(1);
    const other = admin.ask(GRANT, input('longwang.town', 'LEADER', VILLAGE, keyed));
    expect(await codeOf(other)).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('nothing is half written when it is refused', async () => {
    const before = await house.sql('select count(*) from role_grant');
    const refused = {
      FORBIDDEN: [await house.signIn('city.leader'), input('liulou.village', 'VILLAGE_TEAM', VILLAGE)],
      NOT_FOUND: [admin, input('liulou.village', 'VILLAGE_TEAM', '341299000000')],
      INVALID_DATE: [
        admin,
        input('liulou.village', 'VILLAGE_TEAM', VILLAGE, {
          validFrom: '2016-12-10T00:00:00+08:00',
          validTo: '2016-12-10T00:00:00+08:00',
        }),
      ],
      INVALID_REGION_CODE: [admin, input('liulou.village', 'VILLAGE_TEAM', '3412')],
      BAD_USER_INPUT: [admin, input('liulou.village', 'KING', VILLAGE)],
    } as const;
    for (const [code, [client, variables]] of Object.entries(refused)) {
      expect(await codeOf(client.ask(GRANT, variables))).toBe(code);
    }
    expect(await house.sql('select count(*) from role_grant')).toEqual(before);
  });

  test('an unknown, malformed or disabled account, and a region outside one\u2019s own, are not there', async () => {
    await house.sql(`update account set disabled_at = now() where username = 'auditor'`);
    const absent = [crypto.randomUUID(), 'no-uuid', accounts.auditor];
    for (const accountId of absent) {
      const variables = { input: { accountId, role: 'SCREEN', regionCode: CITY } };
      expect(await codeOf(admin.ask(GRANT, variables))).toBe('NOT_FOUND');
    }
    const [province] = await house.sql(`select code from region where code = '340000000000'`);
    expect(province?.code ?? 'none loaded').toBe('340000000000');
    expect(await codeOf(admin.ask(GRANT, input('wall.screen', 'SCREEN', '340000000000')))).toBe('NOT_FOUND');
  });

  test('only an admin may, whatever else the account is', async () => {
    const usernames = ['city.leader', 'city.office', 'funan.office', 'longwang.town', 'hesheng.village'];
    for (const username of [...usernames, 'inspector.one', 'wall.screen']) {
      const client = await house.signIn(username);
      expect(await codeOf(client.ask(GRANT, input(username, 'ADMIN', VILLAGE)))).toBe('FORBIDDEN');
    }
  });
});

describe('when a grant holds', () => {
  test('one that starts later gives nothing until then, one that has ended gives nothing more', async () => {
    const inspector = await house.signIn('lucheng.town');
    await grant('lucheng.town', 'INSPECTOR', VILLAGE, {
      validFrom: '2016-12-10T00:00:00+08:00',
      validTo: '2016-12-12T00:00:00+08:00',
    });
    const at = async (instant: string) => {
      house.moveClock(instant);
      return (await codeOf(tasksOf(inspector, VILLAGE))) ?? 'may';
    };
    const seen = [
      await at('2016-12-09T23:59:59+08:00'),
      await at('2016-12-10T00:00:00+08:00'),
      await at('2016-12-11T23:59:59+08:00'),
      await at('2016-12-12T00:00:00+08:00'),
    ];
    house.moveClock('2016-12-08T09:00:00+08:00');
    expect(seen).toEqual(['FORBIDDEN', 'may', 'may', 'FORBIDDEN']);
  });

  test('several add up, and each ends by itself', async () => {
    const client = await house.signIn('wall.screen');
    const households = (within: string) => client.ask(operation('households'), { within, first: 1 });
    expect(await codeOf(households(VILLAGE))).toBe('FORBIDDEN');
    const { grant: one } = await grant('wall.screen', 'VILLAGE_TEAM', VILLAGE);
    const { grant: two } = await grant('wall.screen', 'VILLAGE_TEAM', OTHER_VILLAGE);
    expect(await codeOf(households(VILLAGE))).toBeUndefined();
    expect(await codeOf(households(OTHER_VILLAGE))).toBeUndefined();
    // The roles do not mix: the screen's city is no city for the team.
    expect(await codeOf(households(CITY))).toBe('FORBIDDEN');
    await revoke(one);
    expect(await codeOf(households(VILLAGE))).toBe('FORBIDDEN');
    expect(await codeOf(households(OTHER_VILLAGE))).toBeUndefined();
    await revoke(two);
    expect(await codeOf(tasksOf(client, CITY))).toBeUndefined();
  });
});

describe('revoking', () => {
  test('ends it now, once, at the version that was read', async () => {
    const { grant: given } = await grant('funan.office', 'AUDITOR', OTHER_VILLAGE);
    const stale = await revoke({ ...given, version: 7 });
    expect(stale.errors?.[0]?.extensions).toMatchObject({ code: 'VERSION_CONFLICT', currentVersion: 1 });
    const key = { idempotencyKey: 'revoke-once' };
    const { data } = await revoke(given, key);
    expect(data.revokeGrant.grant).toEqual({
      id: given.id,
      revokedAt: '2016-12-08T01:00:00.000Z',
      version: 2,
      region: { code: OTHER_VILLAGE },
    });
    expect((await revoke(given, key)).data).toEqual(data);
    expect(await codeOf(revoke(given))).toBe('VERSION_CONFLICT');
    expect(await codeOf(revoke({ ...given, version: 2 }))).toBe('NOT_FOUND');
  });

  test('an unknown or malformed id is not there, and only an admin may', async () => {
    const { grant: given } = await grant('funan.office', 'SCREEN', OTHER_VILLAGE);
    for (const id of [crypto.randomUUID(), 'no-uuid', `${given.id}'`]) {
      expect(await codeOf(revoke({ id, version: 1 }))).toBe('NOT_FOUND');
    }
    const leader = await house.signIn('city.leader');
    const variables = { input: { grantId: given.id, expectedVersion: 1 } };
    expect(await codeOf(leader.ask(REVOKE, variables))).toBe('FORBIDDEN');
  });

  test('an admin of one county does not find another county\u2019s grants', async () => {
    await grant('city.leader', 'ADMIN', '341221000000');
    const { grant: given } = await grant('funan.office', 'SCREEN', OTHER_VILLAGE);
    const leader = await house.signIn('city.leader', { secondFactor: true });
    const variables = { input: { grantId: given.id, expectedVersion: 1 } };
    expect(await codeOf(leader.ask(REVOKE, variables))).toBe('NOT_FOUND');
    expect(await codeOf(leader.ask(GRANT, input('funan.office', 'SCREEN', OTHER_VILLAGE)))).toBe('NOT_FOUND');
  });
});

describe('the list of grants', () => {
  const GRANTS = `query ($within: RegionCode!, $first: Int!, $after: String) {
    grants(within: $within, first: $first, after: $after) { totalCount
      edges { node { id role revokedAt version region { code } account { name } } }
      pageInfo { hasNextPage endCursor } } }`;

  test('holds every grant of the region, revoked ones included', async () => {
    const { grant: given } = await grant('funan.office', 'AUDITOR', VILLAGE);
    await revoke(given);
    const { grants } = await admin.data(GRANTS, { within: VILLAGE, first: 100 });
    const [{ count, visits }] = await house.sql(
      `select count(*) filter (where inspection_id is null)::int as count,
         count(inspection_id)::int as visits from role_grant where region_code = $1`,
      [VILLAGE],
    );
    expect(grants.totalCount).toBe(count);
    // Those of inspections tell where inspectors go: the auditor may know, the administrator may not.
    await house.sql(`update account set disabled_at = null where username = 'auditor'`);
    const auditor = await house.signIn('auditor');
    expect(visits).toBeGreaterThan(0);
    expect((await auditor.data(GRANTS, { within: VILLAGE, first: 100 })).grants.totalCount).toBe(
      count + visits,
    );
    expect(grants.edges).toHaveLength(count);
    expect(grants.edges.at(-1).node).toEqual({
      id: given.id,
      role: 'AUDITOR',
      revokedAt: expect.any(String),
      version: 2,
      region: { code: VILLAGE },
      account: { name: '阜南县扶贫开发办公室' },
    });
  });

  test('nobody grants a role to himself', async () => {
    const [{ id }] = await house.sql(`select id from account where username = 'admin'`);
    const input = { accountId: id, role: 'LEADER', regionCode: '341200000000' };
    expect((await admin.refusal(GRANT, { input })).code).toBe('FORBIDDEN');
  });

  test('is for admins and auditors, inside their region, of a region that exists', async () => {
    const leader = await house.signIn('liulou.village');
    expect((await leader.refusal(GRANTS, { within: OTHER_VILLAGE, first: 1 })).code).toBe('FORBIDDEN');
    expect((await admin.refusal(GRANTS, { within: '340000000000', first: 1 })).code).toBe('FORBIDDEN');
    expect((await admin.refusal(GRANTS, { within: '341299000000', first: 1 })).code).toBe('NOT_FOUND');
  });
});
