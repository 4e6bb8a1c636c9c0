import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse } from '../helpers/house.js';

let house: House;
let admin: Client;
let deputy: Client;
let accountId: string;

beforeAll(async () => {
  house = await openHouse();
  admin = await house.signIn('admin', { secondFactor: true });
  deputy = await house.signIn('auditor', { secondFactor: true });
  const [row] = await house.sql(`select id from account where username = 'liulou.village'`);
  accountId = row.id;
  const [auditor] = await house.sql(`select id from account where username = 'auditor'`);
  await admin.data(GRANT, { input: { accountId: auditor.id, role: 'ADMIN', regionCode: CITY } });
});
afterAll(() => house.close());

const CITY = '341200000000';
const VILLAGE = '341225206205';
const GRANT = `mutation ($input: GrantRoleInput!) { grantRole(input: $input) { mark grant {
  id validFrom validTo version account { name } region { name } } } }`;
const REVOKE = `mutation ($input: RevokeGrantInput!) { revokeGrant(input: $input) { mark grant { id version } } }`;

const grant = (client: Client, more: object = {}) =>
  client.ask(GRANT, { input: { accountId, role: 'SCREEN', regionCode: VILLAGE, ...more } });
const codeOf = async (answer: ReturnType<Client['ask']>) => (await answer).errors?.[0]?.extensions.code;
const count = async (table: string) =>
  (await house.sql(`select count(*)::int as count from ${table}`))[0].count;

describe('a key', () => {
  test('belongs to one account, one mutation and one body', async () => {
    const keyed = { idempotencyKey: 'shared' };
    const first = (await grant(admin, keyed)).data.grantRole;
    const other = (await grant(deputy, keyed)).data.grantRole;
    expect(other.grant.id).not.toBe(first.grant.id);
    expect(await codeOf(grant(admin, { ...keyed, regionCode: CITY }))).toBe('IDEMPOTENCY_KEY_REUSED');
    const revoke = { grantId: first.grant.id, expectedVersion: 1, ...keyed };
    expect(await codeOf(admin.ask(REVOKE, { input: revoke }))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect((await grant(admin, keyed)).data.grantRole).toEqual(first);
  });

  test('does not mind in which order the fields came', async () => {
    const ordered = (await grant(admin, { idempotencyKey: 'order', validTo: '2017-01-01T00:00:00Z' })).data;
    const input = {
      validTo: '2017-01-01T00:00:00Z',
      idempotencyKey: 'order',
      regionCode: VILLAGE,
      role: 'SCREEN',
      accountId,
    };
    expect((await admin.ask(GRANT, { input })).data).toEqual(ordered);
  });

  test('does not mind whether what is left out is null', async () => {
    const first = (await grant(admin, { idempotencyKey: 'null' })).data;
    expect((await grant(admin, { idempotencyKey: 'null', validTo: null })).data).toEqual(first);
  });

  test('is not used up by a request that was refused', async () => {
    const keyed = { idempotencyKey: 'second-try' };
    const refused = grant(admin, { ...keyed, regionCode: '341299000000' });
    expect(await codeOf(refused)).toBe('NOT_FOUND');
    expect((await grant(admin, keyed)).errors).toBeUndefined();
  });

  test('of twenty at once: one effect, one answer', async () => {
    const before = [await count('role_grant'), await count('event'), await count('ledger_entry')];
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => grant(admin, { idempotencyKey: 'twenty' })),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.errors).toBeUndefined();
    const after = [await count('role_grant'), await count('event'), await count('ledger_entry')];
    expect(after).toEqual(before.map((each) => each + 1));
  });

  test('left out deduplicates nothing', async () => {
    const [one, two] = await Promise.all([grant(admin), grant(admin)]);
    expect(one.data.grantRole.grant.id).not.toBe(two.data.grantRole.grant.id);
  });

  test('replayed by an account that may no longer do it, is refused', async () => {
    const keyed = { idempotencyKey: 'no-longer' };
    await grant(deputy, keyed);
    await house.sql(`update role_grant set revoked_at = now() where role = 'ADMIN' and account_id =
      (select id from account where username = 'auditor')`);
    expect(await codeOf(grant(deputy, keyed))).toBe('FORBIDDEN');
  });
});

describe('a transaction', () => {
  test('of ten changes at one version exactly one wins', async () => {
    const { id } = (await grant(admin)).data.grantRole.grant;
    const input = { grantId: id, expectedVersion: 1 };
    const answers = await Promise.all(Array.from({ length: 10 }, () => admin.ask(REVOKE, { input })));
    const codes = answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'won').sort();
    expect(codes).toEqual([...Array(9).fill('VERSION_CONFLICT'), 'won']);
  });

  test('whose fact cannot be written leaves no row and no key behind', async () => {
    const tables = ['role_grant', 'idempotency', 'event', 'ledger_entry'];
    const before = await Promise.all(tables.map(count));
    await house.sql(`alter table event add constraint broken check (kind <> 'GRANT_CHANGED') not valid`);
    expect(await codeOf(grant(admin, { idempotencyKey: 'half' }))).toBe('INTERNAL_SERVER_ERROR');
    await house.sql('alter table event drop constraint broken');
    expect(await Promise.all(tables.map(count))).toEqual(before);
    expect(await codeOf(grant(admin, { idempotencyKey: 'half' }))).toBeUndefined();
  });

  test('that waits too long for a row says to try again, and has changed nothing', async () => {
    const { id } = (await grant(admin)).data.grantRole.grant;
    await house.sql('begin');
    await house.sql('select from role_grant where id = $1 for update', [id]);
    const refused = await codeOf(admin.ask(REVOKE, { input: { grantId: id, expectedVersion: 1 } }));
    await house.sql('rollback');
    expect(refused).toBe('SERVICE_UNAVAILABLE');
    const { data } = await admin.ask(REVOKE, { input: { grantId: id, expectedVersion: 1 } });
    expect(data.revokeGrant.grant.version).toBe(2);
  });
});
