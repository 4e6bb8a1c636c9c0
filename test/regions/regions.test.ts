import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openOwner } from '../../src/db/orm.js';
import { loadRegions } from '../../src/regions/region.actions.js';
import { readRegionFile } from '../../src/regions/region.file.js';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { until } from '../helpers/scratch.js';
import { statementsOf } from '../helpers/statements.js';
import { UNEVEN } from './uneven.js';

const REGION = operation('region');
const CITY = '341200000000';
const FUNAN = '341225000000';
const HESHENG = '341225206205';

let house: House;
let village: Client;
beforeAll(async () => {
  house = await openHouse();
  village = await house.signIn('hesheng.village');
});
afterAll(() => house.close());

/** As `npm run regions` does it, in a process of its own: the owner's connection, not the house's. */
async function load(text: string): Promise<void> {
  const orm = await openOwner(house.database.ownerUrl);
  await orm.em.fork().transactional((em) => loadRegions(em, readRegionFile(text), house.clock.now()));
  await orm.close(true);
}

const read = async (code: string) => (await village.data(REGION, { code })).region;

describe('a region', () => {
  test.each([
    'city.leader',
    'city.office',
    'funan.office',
    'longwang.town',
    'lucheng.town',
    'hesheng.village',
    'liulou.village',
    'inspector.one',
    'auditor',
    'admin',
    'wall.screen',
  ])('is read by %s, wherever it lies', async (username) => {
    const client = await house.signIn(username);
    for (const [code, name] of [
      ['340000000000', '安徽省'],
      [CITY, '阜阳市'],
      ['341221000000', '临泉县'],
      [HESHENG, '合胜村委会'],
    ]) {
      expect((await client.data(REGION, { code })).region).toMatchObject({ code, name });
    }
  });

  test('says what contains it, what it is and what lies in it', async () => {
    expect(await read('341225206000')).toMatchObject({
      name: '龙王乡',
      level: 'TOWNSHIP',
      povertyDesignation: null,
      parent: { code: FUNAN, name: '阜南县' },
      ancestors: [
        { code: '340000000000', name: '安徽省', level: 'PROVINCE' },
        { code: CITY, name: '阜阳市', level: 'PREFECTURE' },
        { code: FUNAN, name: '阜南县', level: 'COUNTY' },
      ],
    });
    const top = await read('340000000000');
    expect(top).toMatchObject({ level: 'PROVINCE', parent: null, ancestors: [] });
    expect(top.children.edges).toEqual([{ node: { code: CITY, name: '阜阳市', level: 'PREFECTURE' } }]);
    const { children } = await read(HESHENG);
    expect(children).toEqual({ totalCount: 0, edges: [], pageInfo: { hasNextPage: false, endCursor: null } });
  });

  test.each([
    ['341299000000', 'NOT_FOUND'],
    ['999999999999', 'NOT_FOUND'],
    ['000000000000', 'NOT_FOUND'],
    ['3412', 'INVALID_REGION_CODE'],
    ['3412000000000', 'INVALID_REGION_CODE'],
    ['34120000000x', 'INVALID_REGION_CODE'],
    ['３４１２00000000', 'INVALID_REGION_CODE'],
    ['', 'INVALID_REGION_CODE'],
  ])('%j is %s', async (code, refusal) => {
    expect(await village.refusal(REGION, { code })).toMatchObject({ code: refusal });
  });

  test('is not read without a token', async () => {
    expect(await house.client().refusal(REGION, { code: CITY })).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  const CHILDREN = `query ($code: RegionCode!, $first: Int!, $after: String) { region(code: $code) {
    children(first: $first, after: $after) { totalCount edges { cursor node { code developmentZone povertyDesignation } }
      pageInfo { hasNextPage endCursor } } } }`;

  test('shows its children by code, page by page, development zones among them', async () => {
    const rows = await house.sql('select code from region where parent_code = $1 order by code', [FUNAN]);
    expect(rows.length).toBeGreaterThan(20);
    const codes: string[] = [];
    let after: string | null = null;
    do {
      const { region } = await village.data(CHILDREN, { code: FUNAN, first: 7, after });
      expect(region.children.totalCount).toBe(rows.length);
      codes.push(...region.children.edges.map(({ node }: { node: { code: string } }) => node.code));
      after = region.children.pageInfo.hasNextPage ? region.children.pageInfo.endCursor : null;
    } while (after);
    expect(codes).toEqual(rows.map(({ code }) => code));
    const { region } = await village.data(CHILDREN, { code: CITY, first: 100 });
    const zones = region.children.edges.filter(
      ({ node }: { node: { developmentZone: boolean } }) => node.developmentZone,
    );
    expect(zones.map(({ node }: { node: { code: string } }) => node.code)).toEqual([
      '341271000000',
      '341272000000',
    ]);
    expect(region.children.totalCount).toBe(10);
  });

  test('refuses a bad page of children', async () => {
    for (const [page, code] of [
      [{ first: 0 }, 'INVALID_PAGE_SIZE'],
      [{ first: 101 }, 'INVALID_PAGE_SIZE'],
      [{ first: 1, after: 'x' }, 'INVALID_CURSOR'],
    ] as const) {
      expect(await village.refusal(CHILDREN, { code: CITY, ...page })).toMatchObject({ code });
    }
  });

  test('asks for parents and ancestors of many in as many statements as for a few', async () => {
    const query = `query ($code: RegionCode!, $first: Int!) { region(code: $code) { children(first: $first) {
      edges { node { name level parent { name } ancestors { name } } } } } }`;
    const asked = (first: number) =>
      statementsOf(() => village.data(query, { code: FUNAN, first }), /from "region"/);
    expect(await asked(100)).toEqual(await asked(2));
  });
});

describe('designations', () => {
  test('the eight poor counties, by level', async () => {
    const query = `{ region(code: "${CITY}") { children(first: 100) { edges { node { name povertyDesignation } } } } }`;
    const { region } = await village.data(query);
    const named = (designation: string | null) =>
      region.children.edges
        .map(({ node }: { node: { name: string; povertyDesignation: string | null } }) => node)
        .filter((node: { povertyDesignation: string | null }) => node.povertyDesignation === designation)
        .map(({ name }: { name: string }) => name);
    expect(named('NATIONAL')).toEqual(['颍东区', '临泉县', '阜南县', '颍上县']);
    expect(named('PROVINCIAL')).toEqual(['颍州区', '颍泉区', '太和县', '界首市']);
    expect(named(null)).toHaveLength(2);
  });

  test('516 poor villages, 169 planned for the year, both teams\u2019 among them; all else is none', async () => {
    const poor = await house.sql(`select code, planned_exit_year, synthetic, rural_population from region
      where poverty_designation = 'POOR_VILLAGE' and level = 'VILLAGE'`);
    expect(poor).toHaveLength(516);
    expect(poor.filter(({ planned_exit_year: year }) => year === 2016)).toHaveLength(169);
    for (const row of poor)
      expect(row).toMatchObject({ synthetic: true, rural_population: expect.any(Number) });
    const [{ designated }] = await house.sql(
      'select count(*)::int as designated from region where poverty_designation is not null',
    );
    expect(designated).toBe(516 + 8);
    const query = `query ($code: RegionCode!) { region(code: $code) {
      povertyDesignation plannedExitYear ruralPopulation developmentZone synthetic } }`;
    for (const code of [HESHENG, '341225120206']) {
      expect((await village.data(query, { code })).region).toEqual({
        povertyDesignation: 'POOR_VILLAGE',
        plannedExitYear: 2016,
        ruralPopulation: poor.find((row) => row.code === code)?.rural_population,
        developmentZone: false,
        synthetic: true,
      });
    }
  });

  test('every village in which a registered household lives has a rural population, so that incidence can be computed', async () => {
    const without = await house.sql(`select code from region where rural_population is null
      and exists (select from household where household.region_code = region.code)`);
    expect(without).toEqual([]);
  });
});

describe('lists loaded while the house is open', () => {
  test('an uneven one: a township directly in its prefecture', async () => {
    await load(UNEVEN);
    const prefecture = { code: '441900000000', name: '乙市', level: 'PREFECTURE' };
    const township = { code: '441900003000', name: '丙街道', level: 'TOWNSHIP' };
    expect(await read('441900003001')).toMatchObject({
      level: 'VILLAGE',
      parent: { code: '441900003000', name: '丙街道' },
      ancestors: [{ code: '440000000000', name: '甲省', level: 'PROVINCE' }, prefecture, township],
    });
    expect((await read('441900000000')).children.edges.map(({ node }: { node: object }) => node)).toEqual([
      township,
      { code: '441900121000', name: '戊镇', level: 'TOWNSHIP' },
    ]);
  });

  test('a new name is used in the next headline', async () => {
    const [alert] = await house.sql(
      `select id, region_code from alert where starts_with(region_code, '341225') limit 1`,
    );
    const township = `${alert.region_code.slice(0, 9)}000`;
    const office = await house.signIn('city.office');
    const headline = async (): Promise<string> => {
      const query = `query ($id: ID!) { alert(id: $id) { headline } }`;
      return (await office.data(query, { id: alert.id })).alert.headline;
    };
    const rows = await house.sql(`select code, name, level, coalesce(parent_code, '') as parent from region
      where starts_with(code, '34')`);
    const old = rows.find(({ code }) => code === township)?.name as string;
    expect(await headline()).toContain(old);
    const renamed = rows.map(({ code, name, level, parent }) =>
      [code, code === township ? '新名镇' : name, level, parent].join(),
    );
    await load(['code,name,level,parent_code', ...renamed].join('\n'));
    await until('the new name is in the headline', async () => (await headline()).includes('新名镇'));
    expect(await headline()).not.toContain(old);
  });
});
