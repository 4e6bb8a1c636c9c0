import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findingIn, state } from '../feed/facts.js';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';

const CITY = '341200000000';
const GRANT = 'mutation ($input: GrantRoleInput!) { grantRole(input: $input) { grant { id version } } }';
const REVOKE = 'mutation ($input: RevokeGrantInput!) { revokeGrant(input: $input) { mark } }';
const FEED = operation('supervision-feed');
const WORK = 'subscription ($after: FeedCursor) { workFeed(after: $after) { cursor events { mark } } }';

let house: House;
let holder: Client;
/** Eight villages with households, in different townships, one of them the team's from the start; and one more. */
let villages: string[];
let outside: string;
let grants: { id: string; version: number }[];

beforeAll(async () => {
  house = await openHouse({ env: { LIMIT_SUBSCRIPTIONS: '100' } });
  const admin = await house.signIn('admin', { secondFactor: true });
  holder = await house.signIn('liulou.village');
  const rows = await house.sql(
    `select min(region_code collate "C") as code from household where region_code <> '341225120206'
     group by left(region_code, 9) order by count(*) desc, 1 limit 8`,
  );
  const [last, ...seven] = rows.map(({ code }) => code as string).reverse();
  villages = ['341225120206', ...seven].sort();
  outside = last ?? '';
  const [{ id: accountId }] = await house.sql(`select id from account where username = 'liulou.village'`);
  grants = [];
  for (const regionCode of seven) {
    const { grantRole } = await admin.data(GRANT, { input: { accountId, role: 'VILLAGE_TEAM', regionCode } });
    grants.push(grantRole.grant);
  }
});
afterAll(() => house.close());

const inVillages = async (table: string, codes: readonly string[]) =>
  (await house.sql(`select count(*)::int as rows from ${table} where region_code = any ($1)`, [codes]))[0]
    .rows;

async function total(list: string, within: string): Promise<number | string> {
  const { data, errors } = await holder.ask(operation(list), { within, first: 100 });
  return errors ? (errors[0]?.extensions.code ?? '') : data[list].totalCount;
}

describe('a person with eight grants in eight regions', () => {
  test('is told of all of them', async () => {
    expect(new Set(villages).size).toBe(8);
    const { viewer } = await holder.data('{ viewer { grants { region { code } } } }');
    expect(viewer.grants.map((grant: { region: { code: string } }) => grant.region.code).sort()).toEqual(
      villages,
    );
  });

  test.each(['households', 'tasks', 'projects', 'alerts'])(
    'lists the %s of each, and of nothing that holds two',
    async (list) => {
      const table = list.slice(0, -1);
      let sum = 0;
      for (const village of villages) {
        const rows = await inVillages(table, [village]);
        expect(await total(list, village)).toBe(rows);
        sum += rows;
      }
      if (table === 'household') expect(sum).toBeGreaterThan(8);
      for (const within of [outside, CITY, `${(villages[0] ?? '').slice(0, 9)}000`, '341225000000'])
        expect(await total(list, within)).toBe('FORBIDDEN');
    },
  );

  test('reads the numbers of each and of no sum beyond', async () => {
    for (const village of villages) {
      const { overview } = await holder.data(operation('overview'), { region: village });
      expect(overview.households.total).toBe(await inVillages('household', [village]));
    }
    expect((await holder.refusal(operation('overview'), { region: CITY })).code).toBe('FORBIDDEN');
  });

  test('finds by id what lies in any of them, with everything behind it, and nothing else', async () => {
    const one = (code: string) =>
      house.sql('select id from household where region_code = $1 limit 1', [code]);
    for (const village of villages) {
      const [{ id }] = await one(village);
      const { household } = await holder.data(operation('household'), { id });
      expect(household.region.code).toBe(village);
      expect(household.members.length).toBeGreaterThan(0);
    }
    const [{ id }] = await one(outside);
    expect((await holder.refusal(operation('household'), { id })).code).toBe('NOT_FOUND');
  });

  test('an edge that leads to many regions gives those of the eight alone', async () => {
    const office = await house.signIn('city.office');
    const tasksOf = `query ($id: ID!) { inspection(id: $id) { tasks(first: 100) { totalCount edges { node { region { code } } } } } }`;
    const { createInspection } = await office.data(
      'mutation ($input: CreateInspectionInput!) { createInspection(input: $input) { inspection { id } } }',
      {
        input: {
          kind: 'PATROL',
          titleZh: '九村巡查',
          villages: [...villages, outside],
          startsOn: '2016-12-09',
          endsOn: '2016-12-10',
        },
      },
    );
    const { id } = createInspection.inspection;
    const { inspection } = await holder.data(tasksOf, { id });
    expect(inspection.tasks.totalCount).toBe(await inVillages('task', villages));
    const codes = inspection.tasks.edges.map(
      ({ node }: { node: { region: { code: string } } }) => node.region.code,
    );
    expect(codes.filter((code: string) => !villages.includes(code))).toEqual([]);
    const whole = (await office.data(tasksOf, { id })).inspection.tasks.totalCount;
    expect(whole).toBe(await inVillages('task', [...villages, outside]));
  });

  test('hears of the eight in one work feed, and of each by itself', async () => {
    const feed = await holder.subscribe(WORK);
    const { cursor } = (await feed.next()).data.workFeed;
    const marks = new Map<string, string>();
    for (const code of [...villages, outside]) marks.set(code, await state(house, findingIn(code)));
    await house.settled();
    const replay = await holder.subscribe(WORK, { after: cursor });
    const told = (await replay.next()).data.workFeed.events.map(({ mark }: { mark: string }) => mark);
    expect(told).toEqual(villages.map((code) => marks.get(code)));
    for (const village of villages) {
      const own = await (await holder.subscribe(FEED, { within: village, after: cursor })).next();
      expect(own.data.supervisionFeed.events.map(({ mark }: { mark: string }) => mark)).toEqual([
        marks.get(village),
      ]);
    }
    const refused = await holder.subscribe(FEED, { within: outside, after: cursor });
    await expect(refused.next()).rejects.toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  test('loses one and keeps the other seven, in lists, by id and in the open feed', async () => {
    const admin = await house.signIn('admin', { secondFactor: true });
    const feed = await holder.subscribe(WORK);
    await feed.next();
    const [gone] = await house.sql('select region_code as code from role_grant where id = $1', [
      grants[0]?.id,
    ]);
    await admin.data(REVOKE, { input: { grantId: grants[0]?.id, expectedVersion: grants[0]?.version } });
    expect(await total('households', gone.code)).toBe('FORBIDDEN');
    const [{ id }] = await house.sql('select id from household where region_code = $1 limit 1', [gone.code]);
    expect((await holder.refusal(operation('household'), { id })).code).toBe('NOT_FOUND');
    const kept = villages.filter((village) => village !== gone.code);
    for (const village of kept)
      expect(await total('households', village)).toBe(await inVillages('household', [village]));
    const lost = await state(house, findingIn(gone.code));
    const fence = await state(house, findingIn(kept.at(-1) ?? ''));
    const batches = await feed.until(({ data }) =>
      data.workFeed.events.some(({ mark }: { mark: string }) => mark === fence),
    );
    const told = batches.flatMap(({ data }) =>
      data.workFeed.events.map(({ mark }: { mark: string }) => mark),
    );
    expect(told).not.toContain(lost);
  });
});
