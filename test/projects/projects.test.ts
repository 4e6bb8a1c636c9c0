import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { EDGE, FILTERED, PROJECT_BY_ID } from './documents.js';

const PROJECTS = operation('projects');
const CITY = '341200000000';
const FUNAN = '341225000000';

let house: House;
let leader: Client;
beforeAll(async () => {
  house = await openHouse();
  leader = await house.signIn('city.leader');
});
afterAll(() => house.close());

test('the list goes by id, page by page, and counts the whole of it', async () => {
  const [{ total }] = await house.sql('select count(*)::int as total from project');
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const { projects } = await leader.data(PROJECTS, { within: CITY, first: 100, after });
    expect(projects.totalCount).toBe(total);
    ids.push(...projects.edges.map(({ node }: { node: { id: string } }) => node.id));
    after = projects.pageInfo.hasNextPage ? projects.pageInfo.endCursor : null;
  } while (after);
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(total);
});

test('only some kinds, or stages, or both; an empty list matches nothing', async () => {
  const matching = async (filter: object | null) => {
    const { projects } = await leader.data(FILTERED, { within: CITY, filter, first: 100 });
    return projects;
  };
  const counted = async (condition: string) =>
    (await house.sql(`select count(*)::int as total from project where ${condition}`))[0].total;
  const roads = await matching({ kind: ['ROAD_NETWORK', 'POWER_NETWORK'] });
  expect(roads.totalCount).toBe(await counted(`kind in ('ROAD_NETWORK', 'POWER_NETWORK')`));
  const built = await matching({ kind: ['ROAD_NETWORK'], stage: ['COMPLETED', 'ACCEPTED'] });
  expect(built.totalCount).toBe(
    await counted(`kind = 'ROAD_NETWORK' and stage in ('COMPLETED', 'ACCEPTED')`),
  );
  expect(built.totalCount).toBeGreaterThan(0);
  expect(new Set(built.edges.map(({ node }: { node: { kind: string } }) => node.kind))).toEqual(
    new Set(['ROAD_NETWORK']),
  );
  expect((await matching({ stage: ['SUSPENDED'] })).totalCount).toBe(await counted(`stage = 'SUSPENDED'`));
  expect((await matching({ kind: [] })).totalCount).toBe(0);
  for (const filter of [null, {}, { kind: null }])
    expect((await matching(filter)).totalCount).toBe(await counted('true'));
});

test('the base of the document: name in both languages, land in hundredths of a mu, its way so far', async () => {
  const [{ id }] = await house.sql(
    `select id from project where kind = 'INDUSTRY_BASE' and starts_with(region_code, '341225')
       and transferred_mu_hundredths is not null and name_en is not null and stage = 'OPERATING' limit 1`,
  );
  const [row] = await house.sql('select * from project where id = $1', [id]);
  const { project } = await leader.data(PROJECT_BY_ID, { id });
  expect(project).toMatchObject({
    kind: 'INDUSTRY_BASE',
    name: row.name_zh,
    english: row.name_en,
    stage: 'OPERATING',
    transferredMuHundredths: Number(row.transferred_mu_hundredths),
    plantedMuHundredths: Number(row.planted_mu_hundredths),
    householdsLinked: row.households_linked,
    // A leader looks on.
    allowedStages: [],
  });
  expect(project.history.map(({ from, to }: { from: string; to: string }) => [from, to])).toEqual([
    [null, 'PLANNED'],
    ['PLANNED', 'LAND_TRANSFER'],
    ['LAND_TRANSFER', 'BUILDING'],
    ['BUILDING', 'OPERATING'],
  ]);
});

test('a region knows its projects; one that is not the viewer\u2019s keeps them to itself', async () => {
  const { region } = await leader.data(EDGE, { code: FUNAN });
  const { projects } = await leader.data(PROJECTS, { within: FUNAN, first: 3 });
  expect(region.projects.totalCount).toBe(projects.totalCount);
  const village = await house.signIn('hesheng.village');
  const { data, errors } = await village.ask(EDGE, { code: FUNAN });
  expect(data.region).toEqual({ name: '阜南县', projects: null });
  expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});

test('bad pages are refused', async () => {
  expect(await leader.refusal(PROJECTS, { within: CITY, first: 0 })).toMatchObject({
    code: 'INVALID_PAGE_SIZE',
  });
  expect(await leader.refusal(PROJECTS, { within: CITY, first: 1, after: 'x.y' })).toMatchObject({
    code: 'INVALID_CURSOR',
  });
  const { tasks } = await leader.data(operation('tasks'), { within: CITY, first: 1 });
  const { endCursor } = tasks.pageInfo;
  expect(await leader.refusal(PROJECTS, { within: CITY, first: 1, after: endCursor })).toMatchObject({
    code: 'INVALID_CURSOR',
  });
});
