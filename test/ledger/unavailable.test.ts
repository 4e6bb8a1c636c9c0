import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';

let house: House;
let admin: Client;
let accountId: string;

beforeAll(async () => {
  house = await openHouse();
  admin = await house.signIn('admin', { secondFactor: true });
  [{ id: accountId }] = await house.sql(`select id from account where username = 'liulou.village'`);
});
afterAll(() => house.close());

const GRANT = 'mutation ($input: GrantRoleInput!) { grantRole(input: $input) { mark grant { id } } }';
const input = () => ({ accountId, role: 'SCREEN', regionCode: '341225206205', idempotencyKey: 'once' });
const count = async (table: string) =>
  (await house.sql(`select count(*)::int as count from ${table}`))[0].count;
const TABLES = ['role_grant', 'idempotency', 'event', 'session', 'ledger_entry'];
const counts = () => Promise.all(TABLES.map(count));

/** Ways in which a ledger cannot be written, and how each is mended. */
const WAYS: [what: string, broken: string[], mended: string[]][] = [
  [
    'the right to add is gone',
    ['revoke insert on ledger_entry from duban_runtime', 'revoke all on ledger_entry from duban_runtime'],
    [
      'grant select on ledger_entry to duban_runtime',
      `grant insert (account_id, session_id, roles, act, operation, subject_type, subject_id, region_code, fields, purpose,
        outcome, code, address, device, request_id, campaign_at) on ledger_entry to duban_runtime`,
    ],
  ],
  [
    'the table refuses',
    ['alter table ledger_entry add constraint full_up check (false) not valid'],
    ['alter table ledger_entry drop constraint full_up'],
  ],
  [
    'what queues it fails',
    ['alter table ledger_pending rename to ledger_pending_away'],
    ['alter table ledger_pending_away rename to ledger_pending'],
  ],
];

test.each(WAYS)('%s: the act does not happen, and happens once it is mended', async (_, broken, mended) => {
  const before = await counts();
  for (const statement of broken) await house.sql(statement);
  const refused = await admin.refusal(GRANT, { input: input() });
  const variables = { username: 'city.office', password: house.database.secrets.demoPassword };
  const signIn = await house.client().refusal(operation('login'), variables);
  const after = await counts();
  for (const statement of mended) await house.sql(statement);
  expect(refused).toEqual({ code: 'AUDIT_UNAVAILABLE', requestId: expect.any(String) });
  expect(signIn.code).toBe('AUDIT_UNAVAILABLE');
  expect(after).toEqual(before);
  const { grantRole } = await admin.data(GRANT, { input: input() });
  expect(await house.sql(`select id from role_grant where id = $1`, [grantRole.grant.id])).toHaveLength(1);
  await house.sql('delete from idempotency');
});
