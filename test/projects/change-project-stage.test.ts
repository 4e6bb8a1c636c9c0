import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { CHANGE, CREATE, PROJECT_BY_ID } from './documents.js';

const HESHENG = '341225206205';

let house: House;
let county: Client;
let township: Client;
beforeAll(async () => {
  house = await openHouse();
  county = await house.signIn('funan.office');
  township = await house.signIn('longwang.town');
});
afterAll(() => house.close());

interface Project {
  id: string;
  stage: string;
  version: number;
  allowedStages: string[];
}

async function create(kind: string): Promise<Project> {
  const input = { regionCode: HESHENG, kind, nameZh: '合胜村就业扶贫车间' };
  return (await county.data(CREATE, { input })).createProject.project;
}

const inputOf = (project: Project, to: string, more: object = {}) => ({
  input: { projectId: project.id, to, expectedVersion: project.version, ...more },
});

async function move(project: Project, to: string, more: object = {}): Promise<Project> {
  return (await township.data(CHANGE, inputOf(project, to, more))).changeProjectStage.project;
}

test('a workshop goes its way, is suspended, goes on where it stopped, and is closed for good', async () => {
  let project = await create('EMPLOYMENT_WORKSHOP');
  project = await move(project, 'PREPARING');
  expect(project.allowedStages).toEqual(['PRODUCING', 'SUSPENDED', 'CLOSED']);
  project = await move(project, 'SUSPENDED', { note: '资金未到位' });
  expect(project.allowedStages).toEqual(['PREPARING', 'CLOSED']);
  project = await move(project, 'PREPARING');
  project = await move(project, 'PRODUCING');
  project = await move(project, 'SUSPENDED');
  expect(project.allowedStages).toEqual(['PRODUCING', 'CLOSED']);
  project = await move(project, 'CLOSED');
  expect(project).toMatchObject({ stage: 'CLOSED', version: 7, allowedStages: [] });
  const read = await county.data(PROJECT_BY_ID, { id: project.id });
  expect(read.project.history.map(({ to }: { to: string }) => to)).toEqual([
    'SELECTED',
    'PREPARING',
    'SUSPENDED',
    'PREPARING',
    'PRODUCING',
    'SUSPENDED',
    'CLOSED',
  ]);
  expect(read.project.history[2]).toMatchObject({
    from: 'PREPARING',
    by: { name: '龙王乡扶贫工作站' },
    note: '资金未到位',
  });
});

test('a stage that is not next, or not of its kind, is refused with those that are', async () => {
  const project = await create('EMPLOYMENT_WORKSHOP');
  for (const to of ['SELECTED', 'PRODUCING', 'APPROVED', 'OPERATING']) {
    expect(await township.refusal(CHANGE, inputOf(project, to))).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
      allowed: ['PREPARING', 'SUSPENDED', 'CLOSED'],
    });
  }
  const { project: after } = await county.data(PROJECT_BY_ID, { id: project.id });
  expect(after).toMatchObject({ stage: 'SELECTED', version: 1 });
  expect(after.history).toHaveLength(1);
});

test('what the demo has suspended goes on from where its history says', async () => {
  const [row] = await house.sql(
    `select p.id, p.version, m.from_stage from project p
     join project_move m on m.project_id = p.id and m.to_stage = 'SUSPENDED' where p.stage = 'SUSPENDED' limit 1`,
  );
  const office = await house.signIn('city.office');
  const { project } = await office.data(PROJECT_BY_ID, { id: row.id });
  expect(project.allowedStages).toEqual([row.from_stage, 'CLOSED']);
  const { changeProjectStage } = await office.data(CHANGE, inputOf(project, row.from_stage));
  expect(changeProjectStage.project).toMatchObject({ stage: row.from_stage, version: row.version + 1 });
});

test('the feed says it under the answer\u2019s mark, graver when work stops', async () => {
  const village = await house.signIn('hesheng.village');
  const feed = await village.subscribe(operation('supervision-feed'), { within: HESHENG });
  await feed.next();
  const project = await create('INDUSTRY_BASE');
  await feed.next();
  const { changeProjectStage } = await township.data(CHANGE, inputOf(project, 'SUSPENDED'));
  const [event] = (await feed.next()).data.supervisionFeed.events;
  expect(event).toMatchObject({
    kind: 'PROJECT_CHANGED',
    severity: 'NOTICE',
    mark: changeProjectStage.mark,
    subject: { type: 'PROJECT', id: project.id },
  });
});

test('of two who read the same version one moves it, and a key moves it once', async () => {
  const project = await create('ROAD_NETWORK');
  const both = await Promise.all(
    [county, township].map((client) => client.ask(CHANGE, inputOf(project, 'APPROVED'))),
  );
  const refused = both.flatMap(({ errors }) => errors ?? []);
  expect(refused.map(({ extensions }) => extensions)).toMatchObject([
    { code: 'VERSION_CONFLICT', currentVersion: 2 },
  ]);
  const { project: read } = await county.data(PROJECT_BY_ID, { id: project.id });
  const once = inputOf(read, 'UNDER_CONSTRUCTION', { idempotencyKey: 'go' });
  const answers = await Promise.all(Array.from({ length: 10 }, () => county.data(CHANGE, once)));
  expect(new Set(answers.map(({ changeProjectStage }) => changeProjectStage.mark)).size).toBe(1);
  const other = inputOf(read, 'CLOSED', { idempotencyKey: 'go' });
  expect(await county.refusal(CHANGE, other)).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  expect((await county.data(PROJECT_BY_ID, { id: project.id })).project.history).toHaveLength(3);
});
