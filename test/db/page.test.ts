import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Client, type House, openHouse } from '../helpers/house.js';

let house: House;
let city: Client;
let admin: Client;

beforeAll(async () => {
  house = await openHouse();
  city = await house.signIn('city.office');
  admin = await house.signIn('admin', { secondFactor: true });
});
afterAll(() => house.close());

const CITY = '341200000000';
const COUNTY = '341225000000';
const PAGE = '{ totalCount edges { cursor node { key } } pageInfo { hasNextPage endCursor } }';

interface List {
  readonly field: string;
  /** Its rows in order. */
  readonly sql: string;
  readonly key?: string;
  readonly asker?: 'admin';
}
const within = `region_code >= '341225' and region_code < '341225:'`;
const LISTS: List[] = [
  { field: 'tasks', sql: `select id from task where ${within} order by due_at, id` },
  { field: 'households', sql: `select id from household where ${within} order by id` },
  { field: 'projects', sql: `select id from project where ${within} order by id` },
  { field: 'alerts', sql: `select id from alert where ${within} order by opened_at desc, id desc` },
  {
    field: 'grants',
    sql: `select id from role_grant where ${within} and inspection_id is null order by id`,
    asker: 'admin',
  },
];

interface Place {
  cursor: string;
  node: { key: string };
}

/** The whole list, its pages as large as `firsts` says, again and again. */
async function walk(client: Client, field: string, firsts: readonly number[], between = async () => {}) {
  const document = `query ($within: RegionCode!, $first: Int!, $after: String) {
    list: ${field}(within: $within, first: $first, after: $after) ${PAGE.replace('key', 'key: id')} }`;
  const keys: string[] = [];
  let after: string | null = null;
  for (let turn = 0; ; turn++) {
    const first = firsts[turn % firsts.length] as number;
    const { list } = await client.data(document, { within: COUNTY, first, after });
    const edges = list.edges as Place[];
    keys.push(...edges.map(({ node }) => node.key));
    expect(list.pageInfo.endCursor).toBe(edges.at(-1)?.cursor ?? null);
    if (list.pageInfo.hasNextPage) expect(edges).toHaveLength(first);
    else return { keys, totalCount: list.totalCount };
    after = list.pageInfo.endCursor;
    await between();
  }
}

describe.each(LISTS)('$field', ({ field, sql, asker }) => {
  test('page by page, whatever the pages\u2019 sizes: every row once, in order', async () => {
    const expected = (await house.sql(sql)).map(({ id }) => id);
    expect(expected.length).toBeGreaterThan(2);
    // Few rows deserve small pages; many would take a walk of hours in them.
    const most = Math.min(100, Math.max(3, Math.ceil(expected.length / 3)));
    const least = Math.max(1, Math.floor(expected.length / 60));
    const sizes = fc.array(fc.integer({ min: Math.min(least, most), max: most }), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(sizes, async (firsts) => {
        const client = asker === 'admin' ? admin : city;
        expect(await walk(client, field, firsts)).toEqual({ keys: expected, totalCount: expected.length });
      }),
      { numRuns: 6 },
    );
  });
});

test('rows that come and go in between shift nothing', async () => {
  const before = (
    await house.sql(`select id from role_grant where ${within} and inspection_id is null order by id`)
  ).map(({ id }) => id);
  let turn = 0;
  const { keys } = await walk(admin, 'grants', [2], async () => {
    const id = `00000000-0000-7000-8000-${String(++turn).padStart(12, '0')}`;
    await house.sql(
      `insert into role_grant (id, account_id, role, region_code, valid_from)
       select $1, id, 'SCREEN', $2, now() from account where username = 'wall.screen'`,
      [id, COUNTY],
    );
  });
  expect(turn).toBeGreaterThan(1);
  expect(keys).toEqual(before);
});

test('a cursor of the last entry leads to an empty page', async () => {
  const document = `query ($after: String) { region(code: "${CITY}") { children(first: 100, after: $after) ${PAGE.replace('key', 'key: code')} } }`;
  const { children } = (await city.data(document)).region;
  expect(children.pageInfo.hasNextPage).toBe(false);
  const rest = (await city.data(document, { after: children.pageInfo.endCursor })).region.children;
  expect(rest).toEqual({
    totalCount: children.totalCount,
    edges: [],
    pageInfo: { hasNextPage: false, endCursor: null },
  });
});
