import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, type House, openHouse } from '../helpers/house.js';
import { ABSENT, ASSIGN, accountId, create, HESHENG, type Inspection, walk } from './documents.js';

let house: House;
let office: Client;
let one: string;
let two: string;
beforeAll(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
  [one, two] = [await accountId(house, 'inspector.one'), await accountId(house, 'inspector.two')];
});
afterAll(() => house.close());

const assignOf = (inspection: Inspection, inspectorIds: string[], more: object = {}) => ({
  input: { inspectionId: inspection.id, inspectorIds, expectedVersion: inspection.version, ...more },
});
const assign = async (inspection: Inspection, ...ids: string[]) =>
  (await office.data(ASSIGN, assignOf(inspection, ids))).assignInspectors;
const grantsOf = (id: string) =>
  house.sql('select account_id, region_code from role_grant where inspection_id = $1 order by id', [id]);

test('inspectors are added one after the other; grants follow once it is assigned, for the new ones only', async () => {
  const planned = await create(office);
  const first = await assign(planned, one);
  expect(first.inspection).toMatchObject({ version: 2, inspectors: [{ id: one }] });
  expect(await grantsOf(planned.id)).toEqual([]);
  const assigned = await walk(office, first.inspection, 'ASSIGNED');
  const second = await assign(assigned, one, two);
  expect(second.inspection.inspectors.map(({ id }: { id: string }) => id).sort()).toEqual([one, two].sort());
  expect(await grantsOf(planned.id)).toEqual([
    { account_id: one, region_code: HESHENG },
    { account_id: two, region_code: HESHENG },
  ]);
  const facts = await house.sql('select kind, params from event where xid = $1', [second.mark]);
  expect(facts).toEqual([{ kind: 'GRANT_CHANGED', params: { accountId: two, change: 'GRANTED' } }]);
});

test('who left the field takes no more inspectors', async () => {
  const planned = await create(office, { inspectorIds: [one] });
  const submitted = await walk(office, planned, 'ASSIGNED', 'IN_FIELD', 'SUBMITTED');
  expect(await office.refusal(ASSIGN, assignOf(submitted, [two]))).toMatchObject({
    code: 'TRANSITION_NOT_ALLOWED',
    allowed: [],
  });
});

test('bad input changes nothing; a stale version and a used key are refused', async () => {
  const planned = await create(office);
  for (const [ids, code] of [
    [[], 'BAD_USER_INPUT'],
    [[ABSENT], 'NOT_FOUND'],
    [['x'], 'NOT_FOUND'],
  ] as const) {
    expect(await office.refusal(ASSIGN, assignOf(planned, [...ids]))).toMatchObject({ code });
  }
  const many = (await house.sql('select id from account order by id limit 21')).map(({ id }) => id);
  expect(await office.refusal(ASSIGN, assignOf(planned, many))).toMatchObject({
    code: 'BAD_USER_INPUT',
    limit: 20,
  });
  const key = { idempotencyKey: 'team' };
  const [a, b] = await Promise.all([1, 2].map(() => office.data(ASSIGN, assignOf(planned, [one], key))));
  expect(a).toEqual(b);
  expect(await office.refusal(ASSIGN, assignOf(planned, [two], key))).toMatchObject({
    code: 'IDEMPOTENCY_KEY_REUSED',
  });
  expect(await office.refusal(ASSIGN, assignOf(planned, [two]))).toMatchObject({
    code: 'VERSION_CONFLICT',
    currentVersion: 2,
  });
});

test.each(['city.leader', 'funan.office', 'hesheng.village', 'inspector.one', 'auditor', 'admin'])(
  '%s assigns nobody',
  async (username) => {
    const client = await house.signIn(username);
    const planned = await create(office);
    expect(await client.refusal(ASSIGN, assignOf(planned, [two]))).toMatchObject({ code: 'FORBIDDEN' });
  },
);
