import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { appCode, confirm, enrol, forgetLastCode } from './codes.js';

let house: House;
let password: string;
let admin: Client;
let accountId: string;

beforeAll(async () => {
  house = await openHouse();
  password = house.database.secrets.demoPassword;
  [{ id: accountId }] = await house.sql(`select id from account where username = 'liulou.village'`);
});
afterAll(() => house.close());
beforeEach(async () => {
  await house.sql('delete from second_factor');
  await house.sql('delete from failed_attempt');
  admin = await house.signIn('admin');
});

const GRANT = `mutation ($input: GrantRoleInput!) { grantRole(input: $input) { mark } }`;
const give = (client: Client, more: object = {}) =>
  client.ask(GRANT, { input: { accountId, role: 'SCREEN', regionCode: '341225206205', ...more } });
const codeOf = async (answer: ReturnType<Client['ask']>) =>
  (await answer).errors?.[0]?.extensions.code ?? 'went';
const factor = async (client: Client) =>
  (await client.data('{ viewer { secondFactor { enrolled validUntil } } }')).viewer.secondFactor;

/** An administrator with the factor shown, and the secret of his app. */
async function enrolled(): Promise<{ secret: string; recoveryCodes: string[] }> {
  const { secret } = await enrol(admin, password);
  const { recoveryCodes } = (await confirm(admin, appCode(secret))).data.confirmSecondFactor;
  return { secret, recoveryCodes };
}

describe('an act that asks for it', () => {
  test('is refused until a factor is enrolled and shown, and then goes through', async () => {
    const first = await give(admin);
    expect(first.errors?.[0]?.extensions).toMatchObject({ code: 'MFA_REQUIRED', enrolled: false });
    expect(await factor(admin)).toEqual({ enrolled: false, validUntil: null });
    const { secret, uri } = await enrol(admin, password);
    expect(uri).toBe(
      `otpauth://totp/${encodeURIComponent('督办')}:admin?secret=${secret}&issuer=${encodeURIComponent('督办')}&algorithm=SHA1&digits=6&period=30`,
    );
    expect((await give(admin)).errors?.[0]?.extensions).toMatchObject({ enrolled: false });
    const { data } = await confirm(admin, appCode(secret));
    const left = Date.parse(data.confirmSecondFactor.validUntil) - Date.now();
    expect(left).toBeGreaterThan(14 * 60_000);
    expect(left).toBeLessThanOrEqual(15 * 60_000);
    expect(await factor(admin)).toEqual({ enrolled: true, validUntil: data.confirmSecondFactor.validUntil });
    expect(await codeOf(give(admin))).toBe('went');
  });

  test('asks each session for itself, and again when the time is over', async () => {
    const { secret } = await enrolled();
    const other = await house.signIn('admin');
    expect((await give(other)).errors?.[0]?.extensions).toMatchObject({
      code: 'MFA_REQUIRED',
      enrolled: true,
    });
    await house.sql(`update session set second_factor_until = now() - interval '1 second'`);
    expect(await codeOf(give(admin))).toBe('MFA_REQUIRED');
    await forgetLastCode(house);
    expect(await codeOf(confirm(other, appCode(secret)))).toBe('went');
    expect(await codeOf(give(other))).toBe('went');
    expect(await codeOf(give(admin))).toBe('MFA_REQUIRED');
  });

  test('asks before it says whether a key was used, and nobody without the right is asked', async () => {
    await enrolled();
    const keyed = { idempotencyKey: 'with a factor' };
    expect(await codeOf(give(admin, keyed))).toBe('went');
    await house.sql('update session set second_factor_until = null');
    expect(await codeOf(give(admin, keyed))).toBe('MFA_REQUIRED');
    expect(await codeOf(give(await house.signIn('city.leader')))).toBe('FORBIDDEN');
  });
});

describe('a code', () => {
  test('is good once, and no earlier one after it', async () => {
    const { secret } = await enrol(admin, password);
    const code = appCode(secret);
    const before = appCode(secret, -1);
    expect(await codeOf(confirm(admin, code))).toBe('went');
    expect(await codeOf(confirm(admin, code))).toBe('UNAUTHENTICATED');
    expect(await codeOf(confirm(admin, before))).toBe('UNAUTHENTICATED');
  });

  test('of ten at once is good once', async () => {
    const { secret } = await enrolled();
    await forgetLastCode(house);
    await house.sql('update session set second_factor_until = null');
    const clients = await Promise.all(Array.from({ length: 4 }, () => house.signIn('admin')));
    const codes = await Promise.all(clients.map((client) => codeOf(confirm(client, appCode(secret)))));
    expect(codes.sort()).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED', 'UNAUTHENTICATED', 'went']);
  });

  test('can be guessed five times in a quarter of an hour, a right one then refused alike', async () => {
    const { secret } = await enrolled();
    await forgetLastCode(house);
    for (let n = 0; n < 5; n += 1) expect(await codeOf(confirm(admin, '000000'))).toBe('UNAUTHENTICATED');
    const { errors } = await confirm(admin, appCode(secret));
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) });
    // Signing in is another matter.
    expect(await house.signIn('admin')).toBeDefined();
  });

  test('proves nothing where nothing is enrolled, or the enrolment has lapsed', async () => {
    expect(await codeOf(confirm(admin, '123456'))).toBe('UNAUTHENTICATED');
    const { secret } = await enrol(admin, password);
    await house.sql(`update second_factor set pending_at = pending_at - interval '15 minutes'`);
    expect(await codeOf(confirm(admin, appCode(secret)))).toBe('UNAUTHENTICATED');
  });
});

describe('recovery codes', () => {
  test('are ten, each good once, in any spelling, and kept as hashes only', async () => {
    const { recoveryCodes } = await enrolled();
    expect(recoveryCodes).toHaveLength(10);
    expect(new Set(recoveryCodes).size).toBe(10);
    const [one = '', two = ''] = recoveryCodes;
    expect(await codeOf(confirm(admin, one.toUpperCase().replaceAll('-', ' ')))).toBe('went');
    expect(await codeOf(confirm(admin, one))).toBe('UNAUTHENTICATED');
    expect((await confirm(admin, two)).data.confirmSecondFactor.recoveryCodes).toEqual([]);
    const [row] = await house.sql('select * from second_factor');
    expect(row.recovery_hashes).toHaveLength(8);
    for (const code of recoveryCodes) expect(JSON.stringify(row)).not.toContain(code);
  });
});

describe('enrolling', () => {
  test('asks for the password, counted like a sign-in', async () => {
    const wrong = () =>
      admin.refusal(operation('account/enrol-second-factor'), { password: 'wrong-password' });
    for (let n = 0; n < 5; n += 1) expect((await wrong()).code).toBe('UNAUTHENTICATED');
    expect((await wrong()).code).toBe('RATE_LIMITED');
    const login = { username: 'admin', password };
    expect((await house.client().refusal(operation('login'), login)).code).toBe('RATE_LIMITED');
  });

  test('anew asks for the factor that is there, which stays until the new one is confirmed', async () => {
    const { secret } = await enrolled();
    await house.sql('update session set second_factor_until = null');
    const refused = await admin.refusal(operation('account/enrol-second-factor'), { password });
    expect(refused).toMatchObject({ code: 'MFA_REQUIRED', enrolled: true });
    await forgetLastCode(house);
    await confirm(admin, appCode(secret));
    const next = await enrol(admin, password);
    await forgetLastCode(house);
    expect(await codeOf(confirm(admin, appCode(secret)))).toBe('went');
    const { data } = await confirm(admin, appCode(next.secret));
    expect(data.confirmSecondFactor.recoveryCodes).toHaveLength(10);
    await forgetLastCode(house);
    expect(await codeOf(confirm(admin, appCode(secret)))).toBe('UNAUTHENTICATED');
  });

  test('leaves no secret to be read in the database', async () => {
    const { secret } = await enrolled();
    const [row] = await house.sql(
      `select encode(secret_sealed, 'escape') as sealed, second_factor::text as whole from second_factor`,
    );
    expect(row.sealed + row.whole).not.toContain(secret);
    // Moved to another account it opens for nobody.
    await house.sql(`insert into second_factor (id, secret_sealed, confirmed_at)
      select account.id, secret_sealed, now() from second_factor, account where username = 'city.leader'`);
    const leader = await house.signIn('city.leader');
    expect(await codeOf(confirm(leader, appCode(secret)))).toMatch(
      /INTERNAL_SERVER_ERROR|DATA_INTEGRITY_ERROR/,
    );
  });
});
