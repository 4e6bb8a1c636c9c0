import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, START } from '../helpers/house.js';
import {
  ASSIGN,
  accountId,
  CHANGE,
  create,
  findingOf,
  HESHENG,
  INSPECTION_BY_ID,
  ISSUE,
  LIULOU,
  moveOf,
  walk,
} from './documents.js';

let house: House;
let office: Client;
let one: Client;
let inspector: string;
beforeAll(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
  one = await house.signIn('inspector.one');
  inspector = await accountId(house, 'inspector.one');
});
afterAll(() => house.close());
beforeEach(() => house.moveClock(START));

const grantsOf = (id: string) =>
  house.sql(
    `select account_id, role, region_code, valid_from, valid_to, revoked_at from role_grant
     where inspection_id = $1 order by region_code`,
    [id],
  );
const factsOf = (mark: string) =>
  house.sql('select kind, audience, params from event where xid = $1 order by id', [mark]);

test('from plan to close without findings, told and kept step by step', async () => {
  const planned = await create(office, { inspectorIds: [inspector] });
  const way = ['ASSIGNED', 'IN_FIELD', 'SUBMITTED', 'REVIEWED', 'CLOSED'];
  const ended = await walk(office, planned, ...way);
  expect(ended).toMatchObject({ status: 'CLOSED', version: 6, allowedTransitions: [] });
  const { inspection } = await office.data(INSPECTION_BY_ID, { id: planned.id });
  expect(inspection.history.map(({ to }: { to: string }) => to)).toEqual(['PLANNED', ...way]);
  const facts = await house.sql(
    `select params->>'from' as "from", params->>'to' as "to" from event where subject_id = $1 order by id`,
    [planned.id],
  );
  expect(facts.map(({ to }) => to)).toEqual(['PLANNED', ...way]);
  expect(facts.map(({ from }) => from)).toEqual([null, 'PLANNED', ...way.slice(0, -1)]);
});

test('assigning gives each inspector each village for the days; ending takes back what is open', async () => {
  const two = await accountId(house, 'inspector.two');
  const planned = await create(office, {
    villages: [HESHENG, LIULOU],
    inspectorIds: [inspector, two],
    startsOn: '2016-12-10',
    endsOn: '2016-12-11',
  });
  const assigned = await office.data(CHANGE, moveOf(planned, 'ASSIGNED'));
  const { mark, inspection } = assigned.changeInspectionStatus;
  const given = await grantsOf(planned.id);
  expect(given).toHaveLength(4);
  for (const grant of given) {
    expect(grant).toMatchObject({
      role: 'INSPECTOR',
      valid_from: new Date('2016-12-10T00:00:00+08:00'),
      valid_to: new Date('2016-12-12T00:00:00+08:00'),
      revoked_at: null,
    });
  }
  const granted = await factsOf(mark);
  expect(granted.map(({ kind, audience }) => `${kind} ${audience}`)).toEqual([
    ...new Array(4).fill('GRANT_CHANGED HOUSE'),
    'INSPECTION_CHANGED REGION',
  ]);
  const cancelled = await office.data(CHANGE, moveOf(inspection, 'CANCELLED'));
  for (const grant of await grantsOf(planned.id)) expect(grant.revoked_at).toEqual(new Date(START));
  const ended = await factsOf(cancelled.changeInspectionStatus.mark);
  expect(ended.map(({ kind, params }) => `${kind} ${params.change ?? params.to}`)).toEqual([
    'INSPECTION_CHANGED CANCELLED',
    ...new Array(4).fill('GRANT_CHANGED REVOKED'),
  ]);
});

test('closing leaves alone the grants that have run out by themselves', async () => {
  const planned = await create(office, { inspectorIds: [inspector], endsOn: '2016-12-08' });
  const reviewed = await walk(office, planned, 'ASSIGNED', 'IN_FIELD', 'SUBMITTED', 'REVIEWED');
  house.moveClock('2016-12-09T00:00:00+08:00');
  await walk(office, reviewed, 'CLOSED');
  expect(await grantsOf(planned.id)).toMatchObject([{ revoked_at: null }]);
});

test('the assigned inspector goes into the field and submits, and does nothing else', async () => {
  const planned = await create(office, { inspectorIds: [inspector] });
  expect(await one.refusal(CHANGE, moveOf(planned, 'ASSIGNED'))).toMatchObject({
    code: 'TRANSITION_NOT_ALLOWED',
    allowed: [],
  });
  const assigned = await walk(office, planned, 'ASSIGNED');
  const { inspection } = await one.data(INSPECTION_BY_ID, { id: planned.id });
  expect(inspection.allowedTransitions).toEqual(['IN_FIELD']);
  expect(await one.refusal(CHANGE, moveOf(assigned, 'CANCELLED'))).toMatchObject({
    code: 'TRANSITION_NOT_ALLOWED',
    allowed: ['IN_FIELD'],
  });
  const submitted = await walk(one, assigned, 'IN_FIELD', 'SUBMITTED');
  expect(submitted.allowedTransitions).toEqual([]);
  expect(await one.refusal(CHANGE, moveOf(submitted, 'REVIEWED'))).toMatchObject({
    code: 'TRANSITION_NOT_ALLOWED',
    allowed: [],
  });
});

test('an inspector of another inspection in the same village sees it and may not move it', async () => {
  const two = await accountId(house, 'inspector.two');
  const assigned = await walk(office, await create(office, { inspectorIds: [two] }), 'ASSIGNED');
  expect((await one.data(INSPECTION_BY_ID, { id: assigned.id })).inspection.allowedTransitions).toEqual([]);
  expect(await one.refusal(CHANGE, moveOf(assigned, 'IN_FIELD'))).toMatchObject({ code: 'FORBIDDEN' });
});

test('what is missing is said: inspectors to assign, findings to issue, findings to close', async () => {
  const planned = await create(office);
  expect((await office.ask(CHANGE, moveOf(planned, 'ASSIGNED'))).errors?.[0]).toMatchObject({
    message: expect.stringContaining('Assign inspectors first.'),
    extensions: { code: 'TRANSITION_NOT_ALLOWED', allowed: ['CANCELLED'] },
  });
  const staffed = await office.data(ASSIGN, {
    input: { inspectionId: planned.id, inspectorIds: [inspector], expectedVersion: 1 },
  });
  const inField = await walk(office, staffed.assignInspectors.inspection, 'ASSIGNED', 'IN_FIELD');
  await office.data(ISSUE, findingOf(inField));
  const reviewed = await walk(office, inField, 'SUBMITTED', 'REVIEWED');
  expect(await office.refusal(CHANGE, moveOf(reviewed, 'CLOSED'))).toMatchObject({
    allowed: ['FINDINGS_ISSUED'],
  });
  const issued = await walk(office, reviewed, 'FINDINGS_ISSUED');
  expect(await office.refusal(CHANGE, moveOf(issued, 'CLOSED'))).toMatchObject({ allowed: [] });
});

test('a stale version, a used key and bad text change nothing', async () => {
  const planned = await create(office, { inspectorIds: [inspector] });
  const once = moveOf(planned, 'ASSIGNED', { idempotencyKey: 'assign' });
  const answers = await Promise.all(Array.from({ length: 10 }, () => office.data(CHANGE, once)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer.changeInspectionStatus))).size).toBe(1);
  expect(await grantsOf(planned.id)).toHaveLength(1);
  expect(
    await office.refusal(CHANGE, moveOf(planned, 'CANCELLED', { idempotencyKey: 'assign' })),
  ).toMatchObject({
    code: 'IDEMPOTENCY_KEY_REUSED',
  });
  expect(await office.refusal(CHANGE, moveOf(planned, 'CANCELLED'))).toMatchObject({
    code: 'VERSION_CONFLICT',
    currentVersion: 2,
  });
  const current = { ...planned, version: 2 };
  expect(await office.refusal(CHANGE, moveOf(current, 'CANCELLED', { note: '\u0007' }))).toMatchObject({
    code: 'INVALID_TEXT',
  });
  const { inspection } = await office.data(INSPECTION_BY_ID, { id: planned.id });
  expect(inspection).toMatchObject({ status: 'ASSIGNED', version: 2 });
});

test('of two who move it at once, one does', async () => {
  const assigned = await walk(office, await create(office, { inspectorIds: [inspector] }), 'ASSIGNED');
  const both = await Promise.all([
    one.ask(CHANGE, moveOf(assigned, 'IN_FIELD')),
    office.ask(CHANGE, moveOf(assigned, 'CANCELLED')),
  ]);
  expect(both.flatMap(({ errors }) => errors ?? []).map(({ extensions }) => extensions.code)).toEqual([
    'VERSION_CONFLICT',
  ]);
});
