import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation, START } from '../helpers/house.js';
import {
  accountId,
  create,
  findingOf,
  INSPECTION_BY_ID,
  ISSUE,
  LIULOU,
  WORK_LIST,
  walk,
} from './documents.js';

const TASKS = operation('tasks');
const INSPECTIONS = operation('inspections');

let house: House;
let office: Client;
let one: Client;
let inspector: string;
/** The one open inspection that the contract gives inspector.one. */
let own: { id: string; ends_on: string; villages: string[] };
beforeAll(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
  one = await house.signIn('inspector.one');
  inspector = await accountId(house, 'inspector.one');
  const rows = await house.sql(
    `select i.id, i.ends_on::text, array_agg(v.region_code order by v.region_code) as villages
     from inspection i join inspection_inspector a on a.inspection_id = i.id
     join inspection_village v on v.inspection_id = i.id
     where a.account_id = $1 and i.status = 'IN_FIELD' group by i.id`,
    [inspector],
  );
  expect(rows).toHaveLength(1);
  own = rows[0];
});
afterAll(() => house.close());
beforeEach(() => house.moveClock(START));

const dayAfter = (day: string) => new Date(Date.parse(`${day}T00:00:00+08:00`) + 86_400_000).toISOString();

test('the work list is the inspection of today with its villages and their tasks', async () => {
  const { workList } = await one.data(WORK_LIST);
  expect(workList).toHaveLength(1);
  const [work] = workList;
  expect(work).toMatchObject({ id: own.id, status: 'IN_FIELD' });
  expect(work.villages.map(({ code }: { code: string }) => code)).toEqual(own.villages);
  const expected = await house.sql('select id from task where region_code = any($1) order by due_at, id', [
    own.villages,
  ]);
  expect(expected.length).toBeGreaterThan(18);
  expect(work.tasks.totalCount).toBe(expected.length);
  expect(work.tasks.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual(
    expected.slice(0, 100).map(({ id }) => id),
  );
});

test('inspector.one reads those villages and nothing beside or above them', async () => {
  for (const within of own.villages) {
    expect((await one.ask(TASKS, { within, first: 1 })).errors).toBeUndefined();
    expect((await one.ask(INSPECTIONS, { within, first: 1 })).errors).toBeUndefined();
  }
  const [neighbour] = await house.sql(
    `select code from region where level = 'VILLAGE' and code <> all($1) and left(code, 9) = left($2, 9) limit 1`,
    [own.villages, own.villages[0]],
  );
  for (const within of [neighbour.code, LIULOU, `${own.villages[0]?.slice(0, 9)}000`, '341225000000']) {
    for (const document of [TASKS, INSPECTIONS]) {
      expect(await one.refusal(document, { within, first: 1 })).toMatchObject({ code: 'FORBIDDEN' });
    }
  }
});

test('to the last second of the last day, and not one longer', async () => {
  house.moveClock(`${own.ends_on}T23:59:59+08:00`);
  expect((await one.data(WORK_LIST)).workList).toHaveLength(1);
  house.moveClock(dayAfter(own.ends_on));
  const [{ count }] = await house.sql(
    `select count(*)::int from role_grant where account_id = $1 and valid_to > $2 and valid_from <= $2`,
    [inspector, dayAfter(own.ends_on)],
  );
  expect(count).toBe(0);
  expect(await one.data(WORK_LIST)).toEqual({ workList: [] });
  for (const within of own.villages) {
    expect(await one.refusal(TASKS, { within, first: 1 })).toMatchObject({ code: 'FORBIDDEN' });
    expect(await one.refusal(INSPECTIONS, { within, first: 1 })).toMatchObject({ code: 'FORBIDDEN' });
  }
  expect(await one.refusal(INSPECTION_BY_ID, { id: own.id })).toMatchObject({ code: 'FORBIDDEN' });
  const finding = findingOf({ id: own.id, version: 3 }, { regionCode: own.villages[0] });
  expect(await one.refusal(ISSUE, finding)).toMatchObject({ code: 'FORBIDDEN' });
});

test('an inspection of later days is seen and worked on from its first day', async () => {
  const later = {
    villages: [LIULOU],
    inspectorIds: [inspector],
    startsOn: '2016-12-12',
    endsOn: '2016-12-12',
  };
  const { id } = await walk(office, await create(office, later), 'ASSIGNED');
  expect((await one.data(WORK_LIST)).workList.map((work: { id: string }) => work.id)).toEqual([own.id]);
  expect(await one.refusal(INSPECTION_BY_ID, { id })).toMatchObject({ code: 'NOT_FOUND' });
  house.moveClock('2016-12-11T23:59:59+08:00');
  expect(await one.refusal(INSPECTION_BY_ID, { id })).toMatchObject({ code: 'NOT_FOUND' });
  house.moveClock('2016-12-12T00:00:00+08:00');
  expect((await one.data(INSPECTION_BY_ID, { id })).inspection.allowedTransitions).toEqual(['IN_FIELD']);
  expect((await one.data(WORK_LIST)).workList.map((work: { id: string }) => work.id)).toContain(id);
  house.moveClock('2016-12-13T00:00:00+08:00');
  expect(await one.refusal(TASKS, { within: LIULOU, first: 1 })).toMatchObject({ code: 'FORBIDDEN' });
});

test('what is submitted leaves the work list, what is called off leaves altogether', async () => {
  const today = { villages: [LIULOU], inspectorIds: [inspector] };
  const assigned = await walk(office, await create(office, today), 'ASSIGNED');
  const list = async () => (await one.data(WORK_LIST)).workList.map((work: { id: string }) => work.id);
  expect(await list()).toContain(assigned.id);
  await walk(one, assigned, 'IN_FIELD', 'SUBMITTED');
  expect(await list()).not.toContain(assigned.id);
  const other = await walk(office, await create(office, today), 'ASSIGNED');
  expect(await list()).toContain(other.id);
  await walk(office, other, 'CANCELLED');
  expect(await list()).not.toContain(other.id);
});

test('a grant that was revoked takes its village away although the assignment stands', async () => {
  const rows = await house.sql(
    `select code from region where starts_with(code, '341225206') and level = 'VILLAGE' and code <> all($1) limit 2`,
    [own.villages],
  );
  const [kept, lost]: string[] = rows.map(({ code }) => code);
  const villages = [kept, lost];
  const planned = await create(office, { villages, inspectorIds: [inspector] });
  const inField = await walk(office, planned, 'ASSIGNED', 'IN_FIELD');
  const admin = await house.signIn('admin', { secondFactor: true });
  // Such a grant tells where the visit goes: only an administrator who may know of visits finds it.
  const [{ id: accountId }] = await house.sql(`select id from account where username = 'auditor'`);
  const input = { accountId, role: 'ADMIN', regionCode: '341200000000' };
  await admin.data('mutation ($input: GrantRoleInput!) { grantRole(input: $input) { mark } }', { input });
  const knowing = await house.signIn('auditor', { secondFactor: true });
  const revoke = async (village?: string) => {
    const [grant] = await house.sql(
      'select id, version from role_grant where inspection_id = $1 and region_code = $2',
      [inField.id, village],
    );
    const input = { grantId: grant.id, expectedVersion: grant.version };
    await knowing.data('mutation ($input: RevokeGrantInput!) { revokeGrant(input: $input) { mark } }', {
      input,
    });
  };
  const found = (regionCode?: string) => findingOf(inField, { regionCode });
  await revoke(lost);
  expect(await one.refusal(ISSUE, found(lost))).toMatchObject({ code: 'NOT_FOUND' });
  expect((await one.ask(ISSUE, found(kept))).errors).toBeUndefined();
  await revoke(kept);
  expect(await one.refusal(INSPECTION_BY_ID, { id: inField.id })).toMatchObject({ code: 'NOT_FOUND' });
  const { workList } = await one.data(WORK_LIST);
  expect(workList.map((work: { id: string }) => work.id)).not.toContain(inField.id);
});

test('accounts without work have an empty list; nobody has none at all', async () => {
  for (const username of ['city.leader', 'hesheng.village', 'wall.screen']) {
    expect(await (await house.signIn(username)).data(WORK_LIST)).toEqual({ workList: [] });
  }
  expect(await house.client().refusal(WORK_LIST)).toMatchObject({ code: 'UNAUTHENTICATED' });
});
