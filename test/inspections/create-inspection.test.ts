import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, type House, openHouse } from '../helpers/house.js';
import { ABSENT, accountId, CREATE, HESHENG, inspectionOf, LIULOU } from './documents.js';

let house: House;
let office: Client;
let inspector: string;
beforeAll(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
  inspector = await accountId(house, 'inspector.one');
});
afterAll(() => house.close());

test('an inspection is planned with its villages and inspectors; nobody has a grant yet', async () => {
  const [before] = await house.sql('select count(*) from role_grant');
  const planned = inspectionOf({
    villages: [HESHENG, LIULOU, HESHENG],
    inspectorIds: [inspector, inspector],
  });
  const { createInspection } = await office.data(CREATE, planned);
  expect(createInspection.inspection).toMatchObject({
    status: 'PLANNED',
    version: 1,
    villages: [{ code: LIULOU }, { code: HESHENG }],
    inspectors: [{ id: inspector, name: '市督查一组' }],
    allowedTransitions: ['ASSIGNED', 'CANCELLED'],
    history: [
      { from: null, to: 'PLANNED', at: '2016-12-08T01:00:00.000Z', by: { name: '阜阳市脱贫攻坚督查办公室' } },
    ],
  });
  expect(await house.sql('select count(*) from role_grant')).toEqual([before]);
  const [fact] = await house.sql('select * from event where subject_id = $1', [
    createInspection.inspection.id,
  ]);
  expect(fact).toMatchObject({
    kind: 'INSPECTION_CHANGED',
    audience: 'REGION',
    severity: null,
    region_code: '341225000000',
    xid: createInspection.mark,
    params: { title: { zh: '合胜村督查' }, kind: 'SUPERVISION', from: null, to: 'PLANNED' },
  });
});

test('the same key and body again plan one inspection', async () => {
  const once = inspectionOf({ idempotencyKey: 'plan' });
  const answers = await Promise.all(Array.from({ length: 10 }, () => office.data(CREATE, once)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer.createInspection))).size).toBe(1);
  const other = inspectionOf({ idempotencyKey: 'plan', kind: 'PATROL' });
  expect(await office.refusal(CREATE, other)).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
});

test('an inspection of the last hour of today is still one; yesterday is past', async () => {
  const today = { startsOn: '2016-12-01', endsOn: '2016-12-08' };
  expect((await office.ask(CREATE, inspectionOf(today))).errors).toBeUndefined();
  for (const [startsOn, endsOn] of [
    ['2016-12-01', '2016-12-07'],
    ['2016-12-10', '2016-12-09'],
    ['2016-12-10', '2016-12-32'],
    ['2017-02-29', '2017-03-01'],
  ]) {
    expect(await office.refusal(CREATE, inspectionOf({ startsOn, endsOn }))).toMatchObject({
      code: 'INVALID_DATE',
    });
  }
});

test.each([
  ['no village', { villages: [] }, { code: 'BAD_USER_INPUT', field: 'villages', limit: 100 }],
  ['a township', { villages: ['341225206000'] }, { code: 'INVALID_REGION_CODE', field: 'villages' }],
  ['an unknown village', { villages: ['341225206999'] }, { code: 'NOT_FOUND' }],
  ['a malformed code', { villages: ['34122520620'] }, { code: 'INVALID_REGION_CODE' }],
  ['an unknown inspector', { inspectorIds: [ABSENT] }, { code: 'NOT_FOUND' }],
  ['an inspector who is none', { inspectorIds: ['inspector.one'] }, { code: 'NOT_FOUND' }],
  ['an empty title', { titleZh: ' ' }, { code: 'INVALID_TEXT' }],
  ['an invisible title', { titleEn: 'a\u202eb' }, { code: 'INVALID_TEXT' }],
])('%s is refused, and nothing is written', async (_, bad, refusal) => {
  const counts = `select (select count(*) from inspection) as i, (select count(*) from inspection_village) as v,
    (select count(*) from event) as e`;
  const before = await house.sql(counts);
  expect(await office.refusal(CREATE, inspectionOf(bad))).toMatchObject(refusal);
  expect(await house.sql(counts)).toEqual(before);
});

test('a hundred villages are inspected, not one more; twenty inspectors, not one more', async () => {
  const villages = (
    await house.sql(`select code from region where level = 'VILLAGE' order by code limit 101`)
  ).map(({ code }) => code);
  const inspectorIds = (await house.sql('select id from account order by id limit 21')).map(({ id }) => id);
  expect(await office.refusal(CREATE, inspectionOf({ villages }))).toMatchObject({
    code: 'BAD_USER_INPUT',
    field: 'villages',
    limit: 100,
  });
  expect(await office.refusal(CREATE, inspectionOf({ inspectorIds }))).toMatchObject({
    code: 'BAD_USER_INPUT',
    field: 'inspectorIds',
    limit: 20,
  });
  const most = { villages: villages.slice(1), inspectorIds: inspectorIds.slice(1) };
  const { createInspection } = await office.data(CREATE, inspectionOf(most));
  expect(createInspection.inspection.villages).toHaveLength(100);
  expect(createInspection.inspection.inspectors).toHaveLength(20);
});

test.each([
  'city.leader',
  'funan.office',
  'longwang.town',
  'hesheng.village',
  'inspector.one',
  'auditor',
  'admin',
])('%s plans no inspection', async (username) => {
  const client = await house.signIn(username);
  expect(await client.refusal(CREATE, inspectionOf())).toMatchObject({ code: 'FORBIDDEN' });
});
