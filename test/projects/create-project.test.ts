import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { CREATE, PROJECT_BY_ID } from './documents.js';

const FUNAN = '341225000000';
const HESHENG = '341225206205';

let house: House;
let county: Client;
beforeAll(async () => {
  house = await openHouse();
  county = await house.signIn('funan.office');
});
afterAll(() => house.close());

const input = (more: object = {}) => ({
  input: { regionCode: HESHENG, kind: 'ROAD_NETWORK', nameZh: '合胜村通村道路', ...more },
});

test.each([
  ['WATER_NETWORK', 'PROPOSED', 'APPROVED'],
  ['ROAD_NETWORK', 'PROPOSED', 'APPROVED'],
  ['POWER_NETWORK', 'PROPOSED', 'APPROVED'],
  ['INDUSTRY_BASE', 'PLANNED', 'LAND_TRANSFER'],
  ['EMPLOYMENT_WORKSHOP', 'SELECTED', 'PREPARING'],
  ['SOLAR_STATION', 'PROPOSED', 'APPROVED'],
  ['OTHER', 'PROPOSED', 'APPROVED'],
])('%s begins at %s', async (kind, stage, next) => {
  const { createProject } = await county.data(CREATE, input({ kind, nameEn: 'A road' }));
  expect(createProject.project).toMatchObject({
    kind,
    stage,
    version: 1,
    region: { code: HESHENG },
    createdAt: '2016-12-08T01:00:00.000Z',
    allowedStages: [next, 'SUSPENDED', 'CLOSED'],
    history: [
      {
        from: null,
        to: stage,
        at: '2016-12-08T01:00:00.000Z',
        by: { name: '阜南县扶贫开发办公室' },
        note: null,
      },
    ],
  });
});

test('whoever may read the region hears of it, under the mark of the answer', async () => {
  const village = await house.signIn('hesheng.village');
  const feed = await village.subscribe(operation('supervision-feed'), {
    within: HESHENG,
    kinds: ['PROJECT_CHANGED'],
  });
  await feed.next();
  const { createProject } = await county.data(CREATE, input());
  const { project, mark } = createProject;
  const [event] = (await feed.next()).data.supervisionFeed.events;
  expect(event).toMatchObject({
    kind: 'PROJECT_CHANGED',
    mark,
    severity: null,
    region: { code: HESHENG },
    subject: { type: 'PROJECT', id: project.id },
  });
  expect(event.headline).toContain('合胜村通村道路');
  const [{ params }] = await house.sql(`select params from event where subject_id = $1`, [project.id]);
  expect(params).toEqual({
    title: { zh: '合胜村通村道路' },
    kind: 'ROAD_NETWORK',
    from: null,
    to: 'PROPOSED',
  });
});

test('the same key and body again make one project', async () => {
  const once = input({ idempotencyKey: 'road' });
  const answers = await Promise.all(Array.from({ length: 10 }, () => county.data(CREATE, once)));
  expect(new Set(answers.map(({ createProject }) => createProject.project.id)).size).toBe(1);
  expect(new Set(answers.map(({ createProject }) => createProject.mark)).size).toBe(1);
  expect(
    await county.refusal(CREATE, input({ idempotencyKey: 'road', kind: 'WATER_NETWORK' })),
  ).toMatchObject({
    code: 'IDEMPOTENCY_KEY_REUSED',
  });
});

test('a name is text that people can read; nothing is written otherwise', async () => {
  const [before] = await house.sql('select count(*) from project');
  for (const bad of [
    { nameZh: ' ' },
    { nameZh: '路'.repeat(101) },
    { nameZh: '道\u200b路' },
    { nameEn: 'road\u0000' },
  ]) {
    expect(await county.refusal(CREATE, input(bad))).toMatchObject({ code: 'INVALID_TEXT' });
  }
  expect(await county.refusal(CREATE, input({ regionCode: '3412' }))).toMatchObject({
    code: 'INVALID_REGION_CODE',
  });
  expect(await house.sql('select count(*) from project')).toEqual([before]);
});

test('only the offices of the place: others are refused, another place does not exist', async () => {
  for (const username of [
    'city.leader',
    'longwang.town',
    'hesheng.village',
    'inspector.one',
    'auditor',
    'admin',
  ]) {
    const client = await house.signIn(username);
    expect(await client.refusal(CREATE, input())).toMatchObject({ code: 'FORBIDDEN' });
  }
  for (const regionCode of ['341226000000', '341200000000', '341225999999']) {
    expect(await county.refusal(CREATE, input({ regionCode }))).toMatchObject({ code: 'NOT_FOUND' });
  }
  const office = await house.signIn('city.office');
  const { createProject } = await office.data(CREATE, input({ regionCode: FUNAN }));
  expect((await county.data(PROJECT_BY_ID, { id: createProject.project.id })).project.region.code).toBe(
    FUNAN,
  );
});
