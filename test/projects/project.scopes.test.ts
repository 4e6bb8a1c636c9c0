import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type House, openHouse, operation } from '../helpers/house.js';
import { CHANGE, PROJECT_BY_ID } from './documents.js';

const PROJECTS = operation('projects');
const HESHENG = '341225206205';
const ABSENT = '00000000-0000-7000-8000-000000000000';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

async function projectIn(prefix: string) {
  const [row] = await house.sql(
    `select id, version, stage from project where starts_with(region_code, $1) and stage <> 'CLOSED' order by id limit 1`,
    [prefix],
  );
  return row;
}

test.each([
  ['city.leader', '3412'],
  ['city.office', '3412'],
  ['auditor', '3412'],
  ['admin', '3412'],
  ['wall.screen', '3412'],
  ['funan.office', '341225'],
  ['longwang.town', '341225206'],
  ['lucheng.town', '341225120'],
  ['hesheng.village', HESHENG],
  ['liulou.village', '341225120206'],
])('%s reads all projects of the own region, and no other', async (username, prefix) => {
  const client = await house.signIn(username);
  const [{ total }] = await house.sql(
    'select count(*)::int as total from project where starts_with(region_code, $1)',
    [prefix],
  );
  const { projects } = await client.data(PROJECTS, { within: prefix.padEnd(12, '0'), first: 100 });
  expect(projects.totalCount).toBe(total);
  for (const { node } of projects.edges) expect(node.region.code.startsWith(prefix)).toBe(true);
  for (const within of ['340000000000', '341226000000']) {
    if (within.startsWith(prefix)) continue;
    expect(await client.refusal(PROJECTS, { within, first: 1 })).toMatchObject({ code: 'FORBIDDEN' });
  }
});

test('a project elsewhere and one that does not exist answer the same, to readers and to movers', async () => {
  const elsewhere = await projectIn('341226');
  const township = await house.signIn('longwang.town');
  for (const id of [elsewhere.id, ABSENT, 'no id']) {
    expect((await township.ask(PROJECT_BY_ID, { id })).errors?.[0]).toMatchObject({
      message: 'No such project.',
      extensions: { code: 'NOT_FOUND' },
    });
    const input = { projectId: id, to: 'CLOSED', expectedVersion: elsewhere.version };
    expect(await township.refusal(CHANGE, { input })).toMatchObject({ code: 'NOT_FOUND' });
  }
  expect(await projectIn('341226')).toEqual(elsewhere);
});

test.each([
  'city.leader',
  'hesheng.village',
  'liulou.village',
  'inspector.one',
  'auditor',
  'admin',
  'wall.screen',
])('%s moves no project', async (username) => {
  const client = await house.signIn(username);
  const project = await projectIn('341225');
  const input = { projectId: project.id, to: 'CLOSED', expectedVersion: project.version };
  expect(await client.refusal(CHANGE, { input })).toMatchObject({ code: 'FORBIDDEN' });
  expect(await projectIn('341225')).toEqual(project);
});

test('nobody reads without a token', async () => {
  expect(await house.client().refusal(PROJECTS, { within: HESHENG, first: 1 })).toMatchObject({
    code: 'UNAUTHENTICATED',
  });
});
