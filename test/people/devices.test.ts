import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';

let house: House;
let admin: Client;
let accountId: string;
let code: string;

const COUNTY = '341225000000';
const SECRET = 'a-secret-of-the-browser-on-the-wall';
const SIGN_IN = operation('screen/sign-in-device');
const GRANT = 'mutation ($input: GrantRoleInput!) { grantRole(input: $input) { grant { id } } }';
const PAIR = `mutation ($input: ChangeAccountInput!) { pairDevice(input: $input) { pairingCode oneTimePassword } }`;
const codeOf = async (answer: ReturnType<Client['ask']>) =>
  (await answer).errors?.[0]?.extensions.code ?? 'went';

beforeAll(async () => {
  house = await openHouse();
  admin = await house.signIn('admin', { secondFactor: true });
});
afterAll(() => house.close());

let made = 0;
beforeEach(async () => {
  await house.sql('delete from failed_attempt');
  made += 1;
  const input = { username: `wall.${made}`, name: `大厅${made}号屏`, kind: 'DEVICE', regionCode: COUNTY };
  const { createAccount } = await admin.data(operation('account/create-account'), { input });
  expect(createAccount).toMatchObject({ oneTimePassword: null, account: { kind: 'DEVICE' } });
  accountId = createAccount.account.id;
  code = createAccount.pairingCode;
  await admin.data(GRANT, { input: { accountId, role: 'SCREEN', regionCode: COUNTY } });
});

const pair = (given = code, deviceSecret = SECRET) =>
  house.client().ask(SIGN_IN, { code: given, deviceSecret });
const paired = async () => (await pair()).data.signInDevice;
const versionOf = async () =>
  (await house.sql('select version from account where id = $1', [accountId]))[0].version;

describe('pairing', () => {
  test('signs the browser in with its code, once', async () => {
    expect(code).toMatch(/^([0-9a-z]{4}-){2}[0-9a-z]{4}$/);
    const { data } = await pair(code.replaceAll('-', ' ').toUpperCase());
    expect(data.signInDevice.viewer.grants).toMatchObject([{ role: 'SCREEN', region: { code: COUNTY } }]);
    expect(await codeOf(pair())).toBe('UNAUTHENTICATED');
  });

  test('of two browsers with one code exactly one is the device', async () => {
    const codes = await Promise.all([codeOf(pair()), codeOf(pair()), codeOf(pair())]);
    expect(codes.sort()).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED', 'went']);
  });

  test('is over after fifteen minutes, and anew with another code, which ends what was paired', async () => {
    await house.sql(
      `update account set pairing_until = pairing_until - interval '15 minutes' where id = $1`,
      [accountId],
    );
    expect(await codeOf(pair())).toBe('UNAUTHENTICATED');
    const first = async () =>
      (await admin.data(PAIR, { input: { accountId, expectedVersion: await versionOf() } })).pairDevice;
    const one = await first();
    const device = (await pair(one.pairingCode)).data.signInDevice;
    const two = await first();
    expect(
      await codeOf(house.client(device.accessToken).ask(operation('overview'), { region: COUNTY })),
    ).toBe('SESSION_REVOKED');
    expect(await codeOf(pair(two.pairingCode))).toBe('went');
  });

  test('cannot be guessed: twenty wrong codes in an hour shut the address out', async () => {
    for (let n = 0; n < 20; n += 1) expect(await codeOf(pair('0000-0000-0000'))).toBe('UNAUTHENTICATED');
    expect(await codeOf(pair())).toBe('RATE_LIMITED');
  });

  test('is for devices, and wants a secret worth the name', async () => {
    expect(await codeOf(pair(code, 'short'))).toBe('BAD_USER_INPUT');
    const [{ id, version }] = await house.sql(`select id, version from account where username = 'auditor'`);
    expect(await codeOf(admin.ask(PAIR, { input: { accountId: id, expectedVersion: version } }))).toBe(
      'BAD_USER_INPUT',
    );
    const reset = 'mutation ($input: ChangeAccountInput!) { resetPassword(input: $input) { mark } }';
    const input = { accountId, expectedVersion: await versionOf() };
    expect(await codeOf(admin.ask(reset, { input }))).toBe('BAD_USER_INPUT');
    expect(
      await codeOf(house.client().ask(operation('login'), { username: `wall.${made}`, password: code })),
    ).toBe('UNAUTHENTICATED');
  });
});

describe('a device', () => {
  test('is answered the documents of the installation and no others, on both doors', async () => {
    const device = house.client((await paired()).accessToken);
    expect((await device.data(operation('overview'), { region: COUNTY })).overview.region.code).toBe(COUNTY);
    const own = `{ overview(region: "${COUNTY}") { asOf } }`;
    expect(await codeOf(device.ask(own))).toBe('OPERATION_NOT_ALLOWED');
    // Another has asked it before: the document is remembered, and refused to the device all the same.
    expect(await codeOf((await house.signIn('wall.screen')).ask(own))).toBe('went');
    expect(await codeOf(device.ask(own))).toBe('OPERATION_NOT_ALLOWED');
    const feed = await device.subscribe(operation('supervision-feed'), { within: COUNTY });
    expect((await feed.next()).data.supervisionFeed.events).toEqual([]);
    const other = await device.subscribe(`subscription { supervisionFeed(within: "${COUNTY}") { cursor } }`);
    await expect(other.next()).rejects.toMatchObject([{ extensions: { code: 'OPERATION_NOT_ALLOWED' } }]);
    expect(await codeOf(device.ask('{ viewer { id } }'))).toBe('OPERATION_NOT_ALLOWED');
    expect(await codeOf(device.ask(operation('households'), { within: COUNTY, first: 1 }))).toBe('FORBIDDEN');
  });

  test('holds no role but SCREEN, whatever is written about it', async () => {
    const give = { input: { accountId, role: 'COUNTY_OFFICE', regionCode: COUNTY } };
    expect(await codeOf(admin.ask(GRANT, give))).toBe('FORBIDDEN');
    await house.sql(
      `insert into role_grant (id, account_id, role, region_code, valid_from)
       values (gen_random_uuid(), $1, 'COUNTY_OFFICE', $2, '2016-01-01')`,
      [accountId, COUNTY],
    );
    const { accessToken, viewer } = await paired();
    expect(viewer.grants.map(({ role }: { role: string }) => role)).toEqual(['SCREEN']);
    const device = house.client(accessToken);
    expect(await codeOf(device.ask(operation('households'), { within: COUNTY, first: 1 }))).toBe('FORBIDDEN');
  });

  test('goes on only together with the secret of its browser; elsewhere its session ends', async () => {
    const { refreshToken } = await paired();
    const refresh = (token: string, deviceSecret: string) =>
      house.client().ask(operation('screen/refresh-device'), { refreshToken: token, deviceSecret });
    const next = (await refresh(refreshToken, SECRET)).data.refreshSession;
    expect(await codeOf(refresh(next.refreshToken, 'the-secret-of-another-browser'))).toBe('SESSION_REVOKED');
    expect(await codeOf(refresh(next.refreshToken, SECRET))).toBe('SESSION_REVOKED');
    expect(await codeOf(house.client(next.accessToken).ask(operation('overview'), { region: COUNTY }))).toBe(
      'SESSION_REVOKED',
    );
  });

  test('whose token is used without any secret is over, too', async () => {
    const { refreshToken, accessToken } = await paired();
    expect(await codeOf(house.client().ask(operation('refresh'), { refreshToken }))).toBe('SESSION_REVOKED');
    expect(await codeOf(house.client(accessToken).ask(operation('overview'), { region: COUNTY }))).toBe(
      'SESSION_REVOKED',
    );
  });
});

test('the wall screen of the demo stays an ordinary account', async () => {
  const screen = await house.signIn('wall.screen');
  expect((await screen.data('{ viewer { kind } }')).viewer.kind).toBe('PERSON');
});
