import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { RawSocket } from '../http/raw-socket.js';

let house: House;
let admin: Client;

beforeAll(async () => {
  house = await openHouse();
  admin = await house.signIn('admin', { secondFactor: true });
});
afterAll(() => house.close());

const CITY = '341200000000';
const COUNTY = '341225000000';
const TOWN = '341225206000';
const GOOD = 'lantern gravel ostrich';
const ACCOUNT =
  'account { id username name kind mustChangePassword hasSecondFactor disabledAt version region { code } }';
const CREATE = `mutation ($input: CreateAccountInput!) { createAccount(input: $input) {
  mark oneTimePassword pairingCode ${ACCOUNT} } }`;
const change = (name: string, more = '') =>
  `mutation ($input: ChangeAccountInput!) { ${name}(input: $input) { mark ${more} ${ACCOUNT} } }`;
const HANDED = 'oneTimePassword pairingCode';
const GRANT = 'mutation ($input: GrantRoleInput!) { grantRole(input: $input) { grant { id } } }';
const VIEWER = '{ viewer { id mustChangePassword } }';

let made = 0;
const person = (more: object = {}) => {
  made += 1;
  return { username: `clerk.${made}`, name: `第${made}科`, kind: 'PERSON', regionCode: TOWN, ...more };
};
const create = async (input: object = person(), client = admin) =>
  (await client.data(CREATE, { input })).createAccount;
const login = (username: string, password: string) =>
  house.client().ask(operation('login'), { username, password });
const signIn = async (username: string, password: string): Promise<Client> =>
  house.client((await login(username, password)).data.login.accessToken);
const changeTo = (client: Client, currentPassword: string, newPassword: string) =>
  client.ask(operation('account/change-password'), { currentPassword, newPassword });
const codeOf = async (answer: ReturnType<Client['ask']>) =>
  (await answer).errors?.[0]?.extensions.code ?? 'went';
/** An account that has signed in and chosen its password. */
async function settled(input: object = person()) {
  const { account, oneTimePassword } = await create(input);
  const client = await signIn(account.username, oneTimePassword);
  await changeTo(client, oneTimePassword, GOOD);
  return { account, client };
}

describe('a new account', () => {
  test('signs in with what was handed over, and may do nothing until that is changed', async () => {
    const input = person();
    const { account, oneTimePassword, pairingCode } = await create(input);
    expect(pairingCode).toBeNull();
    const { username, name, kind } = input;
    expect(account).toMatchObject({
      username,
      name,
      kind,
      mustChangePassword: true,
      version: 1,
      region: { code: TOWN },
    });
    const grant = { accountId: account.id, role: 'TOWNSHIP_OFFICE', regionCode: TOWN };
    await admin.data(GRANT, { input: grant });
    const client = await signIn(account.username, oneTimePassword);
    expect((await client.data(VIEWER)).viewer).toEqual({ id: account.id, mustChangePassword: true });
    const tasks = () => client.ask(operation('tasks'), { within: TOWN, first: 1 });
    expect((await tasks()).errors?.[0]?.extensions).toMatchObject({
      code: 'FORBIDDEN',
      mustChangePassword: true,
    });
    const feed = await client.subscribe(operation('supervision-feed'), { within: TOWN });
    await expect(feed.next()).rejects.toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(await codeOf(changeTo(client, oneTimePassword, GOOD))).toBe('went');
    expect((await tasks()).data.tasks.totalCount).toEqual(expect.any(Number));
    expect(await codeOf(login(account.username, oneTimePassword))).toBe('UNAUTHENTICATED');
    expect(await codeOf(login(account.username, GOOD))).toBe('went');
  });

  test('is one however often it is asked for, with the same password, which lies nowhere', async () => {
    const input = { ...person(), idempotencyKey: 'one clerk' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => create(input)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const { oneTimePassword } = answers[0];
    expect(oneTimePassword).toMatch(/^([0-9a-z]{4}-){4}[0-9a-z]{4}$/);
    const kept = await house.sql(`select answer::text from idempotency where key = 'one clerk'`);
    expect(JSON.stringify(kept)).not.toContain(oneTimePassword);
    expect(await codeOf(admin.ask(CREATE, { input: { ...input, name: '别的' } }))).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    expect(await codeOf(login(input.username, oneTimePassword))).toBe('went');
  });

  test.each([
    ['a name that is taken', { username: 'admin' }, 'BAD_USER_INPUT username'],
    ['a user name of capitals', { username: 'Clerk.One' }, 'INVALID_TEXT username'],
    ['a user name that is too short', { username: 'ab' }, 'INVALID_TEXT username'],
    ['a display name of nothing', { name: '  ' }, 'INVALID_TEXT name'],
    ['a region that does not exist', { regionCode: '341299000000' }, 'NOT_FOUND undefined'],
    ['a region outside', { regionCode: '340000000000' }, 'NOT_FOUND undefined'],
  ])('with %s is refused', async (_, wrong, expected) => {
    const { code, field } = await admin.refusal(CREATE, { input: person(wrong) });
    expect(`${code} ${field}`).toBe(expected);
  });

  test('of several at once with one name exactly one is made', async () => {
    const input = person();
    const codes = await Promise.all(Array.from({ length: 4 }, () => codeOf(admin.ask(CREATE, { input }))));
    expect(codes.sort()).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT', 'BAD_USER_INPUT', 'went']);
  });

  test('is made by administrators with their second factor only', async () => {
    const input = person();
    expect(await codeOf((await house.signIn('city.office')).ask(CREATE, { input }))).toBe('FORBIDDEN');
    expect(await codeOf((await house.signIn('admin')).ask(CREATE, { input }))).toBe('MFA_REQUIRED');
  });
});

describe('changing one\u2019s own password', () => {
  test('ends the other sessions, sockets included, and no longer opens with the old one', async () => {
    const { account, client } = await settled();
    const other = await signIn(account.username, GOOD);
    const socket = await new RawSocket(house.address).enter(other.accessToken);
    expect(await codeOf(changeTo(client, GOOD, 'marble kettle thunder'))).toBe('went');
    expect(await socket.closed).toEqual({ code: 4401, reason: 'SESSION_REVOKED' });
    expect(await codeOf(other.ask(VIEWER))).toBe('SESSION_REVOKED');
    expect(await codeOf(client.ask(VIEWER))).toBe('went');
    expect(await codeOf(login(account.username, GOOD))).toBe('UNAUTHENTICATED');
  });

  test('asks for the current one, and for one that is good and another', async () => {
    const { account, client } = await settled();
    expect(await codeOf(changeTo(client, 'wrong-password', 'marble kettle thunder'))).toBe('UNAUTHENTICATED');
    for (const weak of ['short', 'password1234', `x${account.username}x9Q`, GOOD])
      expect((await changeTo(client, GOOD, weak)).errors?.[0]?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'newPassword',
      });
    expect(await codeOf(login(account.username, GOOD))).toBe('went');
  });
});

describe('an administrator', () => {
  test('disables an account: no sign-in, no session, no socket, on the spot; and enables it again', async () => {
    const { account, client } = await settled();
    const socket = await new RawSocket(house.address).enter(client.accessToken);
    const { version } = (
      await admin.data(
        `{ accounts(first: 1, filter: { username: "${account.username}" }) { edges { node { version } } } }`,
      )
    ).accounts.edges[0].node;
    const disable = { input: { accountId: account.id, expectedVersion: version, idempotencyKey: 'away' } };
    const { disableAccount } = await admin.data(change('disableAccount'), disable);
    expect(disableAccount.account).toMatchObject({ disabledAt: expect.any(String), version: version + 1 });
    expect(await socket.closed).toEqual({ code: 4401, reason: 'SESSION_REVOKED' });
    expect(await codeOf(client.ask(VIEWER))).toBe('SESSION_REVOKED');
    expect(await codeOf(login(account.username, GOOD))).toBe('UNAUTHENTICATED');
    expect((await admin.data(change('disableAccount'), disable)).disableAccount).toEqual(disableAccount);
    const stale = { input: { accountId: account.id, expectedVersion: version } };
    expect(await admin.refusal(change('enableAccount'), stale)).toMatchObject({
      code: 'VERSION_CONFLICT',
      currentVersion: version + 1,
    });
    await admin.data(change('enableAccount'), {
      input: { accountId: account.id, expectedVersion: version + 1 },
    });
    expect(await codeOf(client.ask(VIEWER))).toBe('SESSION_REVOKED');
    expect(await codeOf(login(account.username, GOOD))).toBe('went');
  });

  test('resets a password: the old one and all sessions are over, the new one is to be changed', async () => {
    const { account, client } = await settled();
    const input = { accountId: account.id, expectedVersion: account.version + 1 };
    const { resetPassword } = await admin.data(change('resetPassword', HANDED), { input });
    expect(resetPassword).toMatchObject({ pairingCode: null, account: { mustChangePassword: true } });
    expect(await codeOf(client.ask(VIEWER))).toBe('SESSION_REVOKED');
    expect(await codeOf(login(account.username, GOOD))).toBe('UNAUTHENTICATED');
    const again = await signIn(account.username, resetPassword.oneTimePassword);
    expect((await again.data(VIEWER)).viewer.mustChangePassword).toBe(true);
  });

  test('takes a second factor away, and no session counts as having shown it', async () => {
    const auditor = await house.signIn('auditor', { secondFactor: true });
    const [{ id, version }] = await house.sql(`select id, version from account where username = 'auditor'`);
    const input = { accountId: id, expectedVersion: version };
    const { resetSecondFactor } = await admin.data(change('resetSecondFactor'), { input });
    expect(resetSecondFactor.account).toMatchObject({ hasSecondFactor: false, version: version + 1 });
    const factor = await auditor.data('{ viewer { secondFactor { enrolled validUntil } } }');
    expect(factor.viewer.secondFactor).toEqual({ enrolled: false, validUntil: null });
  });

  test('does nothing of this to himself', async () => {
    const [{ id, version }] = await house.sql(`select id, version from account where username = 'admin'`);
    for (const name of ['disableAccount', 'resetPassword', 'resetSecondFactor'])
      expect(
        await codeOf(admin.ask(change(name), { input: { accountId: id, expectedVersion: version } })),
      ).toBe('FORBIDDEN');
  });

  test('of a county finds no account of another, nor touches one whose rights are not the county\u2019s to give', async () => {
    const { account: officer } = await settled(person({ regionCode: COUNTY }));
    await admin.data(GRANT, { input: { accountId: officer.id, role: 'ADMIN', regionCode: COUNTY } });
    const county = await signIn(officer.username, GOOD);
    await showFactor(county);
    const attempt = async (accountId: string, name = 'resetPassword') => {
      const [{ version }] = await house.sql('select version from account where id = $1', [accountId]);
      return codeOf(county.ask(change(name), { input: { accountId, expectedVersion: version } }));
    };
    const outside = (await create(person({ regionCode: '341226000000' }))).account.id;
    const inside = (await create(person())).account.id;
    const overseer = (await create(person({ regionCode: COUNTY }))).account.id;
    await admin.data(GRANT, {
      input: { accountId: overseer, role: 'SUPERVISION_OFFICE', regionCode: COUNTY },
    });
    const wide = (await create(person({ regionCode: COUNTY }))).account.id;
    await admin.data(GRANT, { input: { accountId: wide, role: 'SCREEN', regionCode: CITY } });
    expect(await attempt(outside)).toBe('NOT_FOUND');
    expect(await attempt(crypto.randomUUID().replace(/^./, '0')).catch(() => 'NOT_FOUND')).toBe('NOT_FOUND');
    for (const name of ['disableAccount', 'resetPassword', 'resetSecondFactor']) {
      expect(await attempt(overseer, name)).toBe('FORBIDDEN');
      expect(await attempt(wide, name)).toBe('FORBIDDEN');
    }
    expect(await attempt(inside)).toBe('went');
    expect(await codeOf(county.ask(CREATE, { input: person({ regionCode: CITY }) }))).toBe('NOT_FOUND');
    const { accounts } = await county.data(operation('account/accounts'), {
      first: 100,
      filter: { disabled: false },
    });
    const codes: string[] = accounts.edges.map(
      ({ node }: { node: { region: { code: string } } }) => node.region.code,
    );
    expect(codes.length).toBeGreaterThan(3);
    expect(codes.filter((code) => !code.startsWith('341225'))).toEqual([]);
    expect(
      (await county.refusal(operation('account/accounts'), { first: 1, filter: { within: CITY } })).code,
    ).toBe('FORBIDDEN');
  });

  /** The account\u2019s first second factor, with the password of these tests. */
  async function showFactor(client: Client): Promise<void> {
    const { appCode, confirm, enrol } = await import('./codes.js');
    await confirm(client, appCode((await enrol(client, GOOD)).secret));
  }

  test('lists accounts by kind, name and state, page by page; others may not', async () => {
    const list = async (filter: object, first = 100) =>
      (await admin.data(operation('account/accounts'), { first, filter })).accounts;
    const all = await list({});
    const [{ count }] = await house.sql('select count(*)::int from account');
    expect(all.totalCount).toBe(count);
    const page = await list({}, 2);
    const next = await admin.data(operation('account/accounts'), {
      first: 2,
      after: page.pageInfo.endCursor,
    });
    const ids = [...page.edges, ...next.accounts.edges].map(({ node }) => node.id);
    expect(ids).toEqual(all.edges.slice(0, 4).map(({ node }: { node: { id: string } }) => node.id));
    expect((await list({ username: 'city.office' })).edges[0].node).toMatchObject({
      kind: 'PERSON',
      region: { code: CITY },
    });
    expect((await list({ kind: 'DEVICE' })).totalCount).toBe(0);
    const village = await house.signIn('hesheng.village');
    expect(await codeOf(village.ask(operation('account/accounts'), { first: 1 }))).toBe('FORBIDDEN');
  });
});

test('every act on an account and its sessions is in the ledger, without a password or a code', async () => {
  await house.settled();
  const entries = await house.sql(
    `select operation, outcome, code, subject_type, region_code, ledger_entry::text as whole from ledger_entry`,
  );
  const operations = new Set(entries.map((entry) => `${entry.operation} ${entry.outcome}`));
  for (const expected of [
    'login DONE',
    'login REFUSED',
    'createAccount DONE',
    'disableAccount DONE',
    'enableAccount DONE',
    'resetPassword DONE',
    'resetSecondFactor DONE',
    'changePassword DONE',
    'changePassword REFUSED',
    'enrolSecondFactor DONE',
    'confirmSecondFactor DONE',
  ])
    expect(operations).toContain(expected);
  for (const { whole } of entries) expect(whole).not.toMatch(/lantern|wrong-password/);
  const acts = entries.filter(({ operation: name }) => /Account$|^reset/.test(name));
  for (const entry of acts)
    expect(entry).toMatchObject({ subject_type: 'ACCOUNT', region_code: expect.any(String) });
});
