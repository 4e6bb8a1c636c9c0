import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { scopeOf } from '../../src/auth/scope.js';
import { Sealer } from '../../src/auth/seal.js';
import type { Role } from '../../src/auth/viewer.js';
import { Loaders } from '../../src/db/loaders.js';
import { openOrm, scoped } from '../../src/db/orm.js';
import { entities } from '../../src/entities.js';
import { START } from '../../src/events/position.js';
import { getHousehold, householdsWithin } from '../../src/households/household.queries.js';
import type { Context } from '../../src/http/context.js';
import { type FreshDatabase, freshDatabase } from '../helpers/database.js';
import { nodesOf, type PlanNode, plansOf } from '../helpers/plans.js';

const HOUSEHOLDS = 50_000;
const CITY = '341200000000';
/** The first of the city: were its last page looked for by id alone, all other counties would be gone through. */
const COUNTY = '341202000000';
const NOW = new Date('2016-12-08T09:00:00+08:00');

let database: FreshDatabase;
let owner: pg.Client;
let orm: MikroORM;
let villages: string[];

beforeAll(async () => {
  database = await freshDatabase({ template: 'demo' });
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  orm = await openOrm(database.runtimeUrl, entities);
  // Village by village, as registers come: ids follow the regions, and no region lies evenly among them.
  await owner.query(
    `insert into household (id, region_code, register_number, head_name, category, status, main_cause, member_count,
       created_at, updated_at)
     select uuidv7(), code, code || '-x' || n, '张三', 'GENERAL', 'NOT_LIFTED', 'OTHER', 1, now(), now()
     from (select code, count(*) over () as villages from region where level = 'VILLAGE' order by code) v,
       generate_series(1, $1::int / villages + 1) n`,
    [HOUSEHOLDS],
  );
  await owner.query('vacuum analyze household');
  const { rows } = await owner.query(
    `select min(code) as code from region where level = 'VILLAGE' group by left(code, 6) order by 1 limit 8`,
  );
  villages = rows.map(({ code }) => code);
}, 120_000);
afterAll(async () => {
  await orm.close(true);
  await owner.end();
  await database.drop();
});

/** A request of somebody with this role in these regions. */
function contextOf(role: Role, ...regions: string[]): Context {
  const grants = regions.map((regionCode, nth) => ({ id: String(nth), role, regionCode, validFrom: NOW }));
  const asker = { accountId: 'a', sessionId: 's', name: '某单位', grants };
  const sealer = new Sealer(randomBytes(32));
  const tail = { head: START };
  return {
    asker,
    em: orm.em.fork(),
    loaders: new Loaders(true),
    now: NOW,
    sealer,
    tail,
  } as unknown as Context;
}

const OF_HOUSEHOLDS = /from "household"/;
const scansOf = (plan: PlanNode | undefined): string[] =>
  (plan ? nodesOf(plan) : []).flatMap((node) =>
    /Scan/.test(node['Node Type']) ? [`${node['Index Name'] ?? node['Node Type']}`] : [],
  );
const namesOf = (plan: PlanNode | undefined) => scansOf(plan).filter((name) => name !== 'Bitmap Heap Scan');

/** How many rows were read for nothing. */
const siftedOf = (plan: PlanNode | undefined): number =>
  (plan ? nodesOf(plan) : []).reduce((sum, node) => sum + (node['Rows Removed by Filter'] ?? 0), 0);

async function planOf(work: () => Promise<unknown>): Promise<PlanNode | undefined> {
  const plans = await plansOf(work, OF_HOUSEHOLDS);
  expect(plans).toHaveLength(1);
  return plans[0];
}

describe('with 50,000 households and no scan forbidden', () => {
  test.each([
    ['a village', () => villages[7] ?? ''],
    ['a township', () => `${(villages[7] ?? '').slice(0, 9)}000`],
  ])('the first page of %s walks the region index', async (_, within) => {
    const code = within();
    const plan = await planOf(() => householdsWithin(contextOf('LEADER', code), code, {}, { first: 100 }));
    expect(namesOf(plan)).toEqual(['household_region']);
  });

  test.each([
    ['a village', () => villages[7] ?? '', 'household_region'],
    ['a township', () => `${(villages[7] ?? '').slice(0, 9)}000`, 'household_region'],
    ['a county', () => COUNTY, 'household_county'],
  ])('the whole of %s is counted by an index alone', async (_, within, index) => {
    const code = within();
    const { count } = await householdsWithin(contextOf('LEADER', code), code, {}, { first: 1 });
    const plan = await planOf(count);
    expect(namesOf(plan)).toEqual([index]);
    expect((plan ? nodesOf(plan) : []).map((node) => node['Node Type'])).toContain('Index Only Scan');
  });

  test.each([
    ['a county', COUNTY, 'household_county'],
    ['the city', CITY, 'household_pkey'],
  ])('the first page and a deep page of %s read no rows but their own', async (_, code, index) => {
    const context = contextOf('LEADER', code);
    const first = await planOf(() => householdsWithin(context, code, {}, { first: 100 }));
    const { rows } = await owner.query(
      `select id from household where region_code >= $1 and region_code < $2 order by id desc offset 50 limit 1`,
      [scopeOf(code).from, scopeOf(code).to],
    );
    const after = context.sealer.seal('households', JSON.stringify([rows[0].id]));
    const deep = await planOf(() => householdsWithin(context, code, {}, { first: 100, after }));
    for (const plan of [first, deep]) {
      expect(namesOf(plan)).toEqual([index]);
      expect(siftedOf(plan)).toBe(0);
    }
  });

  test('by id, with eight regions, it is the one row', async () => {
    const { rows } = await owner.query('select id from household where region_code = $1 limit 1', [
      villages[3],
    ]);
    const plan = await planOf(() => getHousehold(contextOf('VILLAGE_TEAM', ...villages), rows[0].id));
    expect(namesOf(plan)).toEqual(['household_pkey']);
  });

  test('an equality, with eight regions, uses its own index behind the wall', async () => {
    const scopes = villages.map(scopeOf);
    const plans = await plansOf(
      () =>
        scoped(orm.em.fork(), scopes, (em) =>
          em.execute('select id from household where register_number = ?', ['x']),
        ),
      /from household /,
    );
    expect(namesOf(plans[0])).toEqual(['household_register_number_key']);
  });
});
