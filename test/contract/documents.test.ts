import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { print } from 'graphql';
import * as documents from '../../schema/generated/documents.js';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';

const CITY = '341200000000';
const LONGWANG = '341225206000';
const HESHENG = '341225206205';

let house: House;
let office: Client;
let county: Client;
let village: Client;

beforeAll(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
  county = await house.signIn('funan.office');
  village = await house.signIn('hesheng.village');
});
afterAll(() => house.close());

test('login, refresh and logout', async () => {
  const { demoPassword: password } = house.database.secrets;
  const { login } = await house.client().run(documents.LoginDocument, { username: 'city.leader', password });
  expect(login.viewer.grants).toMatchObject([
    { role: 'LEADER', region: { code: CITY, name: '阜阳市' }, validTo: null },
  ]);
  const { refreshToken } = login;
  const { refreshSession } = await house.client().run(documents.RefreshDocument, { refreshToken });
  expect(Date.parse(refreshSession.expiresAt)).toBeGreaterThan(Date.now());
  const client = house.client(refreshSession.accessToken);
  expect(await client.run(documents.LogoutDocument, {})).toEqual({ logout: true });
  expect(await client.refusal(operation('region'), { code: CITY })).toMatchObject({
    code: 'SESSION_REVOKED',
  });
});

test('the region tree', async () => {
  const { region } = await village.run(documents.RegionDocument, { code: '341225000000' });
  expect(region).toMatchObject({
    code: '341225000000',
    name: '阜南县',
    level: 'COUNTY',
    povertyDesignation: 'NATIONAL',
    parent: { code: CITY },
    ancestors: [{ level: 'PROVINCE' }, { level: 'PREFECTURE' }],
    children: { totalCount: 29, pageInfo: { hasNextPage: false } },
  });
});

test('households and a household', async () => {
  const { households } = await county.run(documents.HouseholdsDocument, {
    within: LONGWANG,
    first: 5,
    after: null,
  });
  expect(households.totalCount).toBeGreaterThanOrEqual(5);
  const [first] = households.edges;
  expect(first?.node.idNumberMasked).toMatch(/^\d{4}\*+[\dX]{4}$/);
  const { household } = await county.run(documents.HouseholdDocument, { id: first?.node.id ?? '' });
  expect(household.members).toHaveLength(first?.node.memberCount ?? -1);
  expect(household.incomes.map(({ year }) => year).sort()).toEqual([2015, 2016]);
});

test('projects and inspections', async () => {
  const { projects } = await county.run(documents.ProjectsDocument, {
    within: '341225000000',
    first: 100,
    after: null,
  });
  expect(projects.totalCount).toBeGreaterThanOrEqual(71);
  const { inspections } = await office.run(documents.InspectionsDocument, {
    within: CITY,
    first: 100,
    after: null,
  });
  expect(inspections.totalCount).toBe(40);
});

test('tasks, a task and its move', async () => {
  const filter = { status: ['NOT_STARTED' as const] };
  const { tasks } = await village.run(documents.TasksDocument, {
    within: HESHENG,
    filter,
    first: 10,
    after: null,
  });
  const node = tasks.edges[0]?.node;
  expect(node).toMatchObject({
    kind: 'BENCHMARK',
    region: { code: HESHENG },
    responsible: { name: '合胜村驻村工作队' },
  });
  expect(node?.standardItem?.code).toMatch(/^V\d\d$/);
  const { task } = await village.run(documents.TaskDocument, { id: node?.id ?? '' });
  expect(task.allowedTransitions).toEqual(['IN_PROGRESS']);
  const input = { taskId: task.id, to: 'IN_PROGRESS' as const, expectedVersion: task.version };
  const { changeTaskStatus } = await village.run(documents.ChangeTaskStatusDocument, { input });
  expect(changeTaskStatus.task).toEqual({ id: task.id, status: 'IN_PROGRESS', version: task.version + 1 });
});

test('the whole year\u2019s plan is 169 villages with 18 tasks each', async () => {
  const { tasks } = await office.run(documents.TasksDocument, { within: CITY, first: 1, after: null });
  expect(tasks.totalCount).toBe(3042);
});

test('alerts are there from the start, and can be acknowledged', async () => {
  const { alerts } = await office.run(documents.AlertsDocument, { within: CITY, first: 100, after: null });
  expect(alerts.totalCount).toBeGreaterThan(0);
  const open = alerts.edges.find(({ node }) => node.status === 'OPEN')?.node;
  const input = { alertId: open?.id ?? '', expectedVersion: open?.version ?? 0 };
  const { acknowledgeAlert } = await office.run(documents.AcknowledgeAlertDocument, { input });
  expect(acknowledgeAlert.alert).toEqual({
    id: open?.id,
    status: 'ACKNOWLEDGED',
    version: input.expectedVersion + 1,
  });
});

test('the overview agrees with the lists', async () => {
  await house.settled();
  const { overview } = await office.run(documents.OverviewDocument, { region: CITY });
  expect(overview.tasks.total).toBe(3042);
  expect(overview.households.total).toBe(200);
  const { projects } = await office.run(documents.ProjectsDocument, { within: CITY, first: 1, after: null });
  expect(overview.projects.total).toBe(projects.totalCount);
  expect(overview.children.reduce((sum, child) => sum + child.tasksTotal, 0)).toBe(3042);
});

test('the feed and the overview as it changes', async () => {
  const feed = await office.subscribe(operation('supervision-feed'), { within: CITY });
  expect((await feed.next()).data.supervisionFeed).toMatchObject({ reset: null, events: [] });
  const numbers = await office.subscribe(operation('overview-changed'), { region: CITY });
  expect((await numbers.next()).data.overviewChanged.tasks.total).toBe(3042);
});

test('no document of the contract is left out here', () => {
  const folder = new URL('../../schema/operations', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.graphql'),
  );
  const generated = Object.keys(documents).filter((name) => name.endsWith('Document'));
  expect(generated).toHaveLength(files.length);
  expect(print(documents.SupervisionFeedDocument)).toContain('supervisionFeed');
});
