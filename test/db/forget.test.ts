import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { forgetAnswers } from '../../src/ledger/forget.js';
import { type House, openHouse } from '../helpers/house.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

test('the answer of a keyed write is kept for 72 hours and then forgotten, however many there are', async () => {
  const admin = await house.signIn('admin', { secondFactor: true });
  const [{ id: accountId }] = await house.sql(`select id from account where username = 'auditor'`);
  const GRANT = 'mutation ($input: GrantRoleInput!) { grantRole(input: $input) { mark } }';
  const input = { accountId, role: 'SCREEN', regionCode: '341225206205', idempotencyKey: 'kept' };
  const first = await admin.data(GRANT, { input });
  await house.sql(`update idempotency set created_at = clock_timestamp() - interval '71 hours 59 minutes'`);
  await house.sql(
    `insert into idempotency (account_id, key, operation, fingerprint, created_at)
     select $1, n::text, 'grantRole', '', clock_timestamp() - interval '72 hours' from generate_series(1, 2500) n`,
    [accountId],
  );
  expect(await forgetAnswers(house.node.orm.em.fork())).toBe(2500);
  expect(await admin.data(GRANT, { input })).toEqual(first);
  await house.sql(`update idempotency set created_at = clock_timestamp() - interval '72 hours'`);
  expect(await forgetAnswers(house.node.orm.em.fork())).toBe(1);
  expect(await admin.data(GRANT, { input })).not.toEqual(first);
});
