import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { openOwner } from '../../src/db/orm.js';
import { readRegionList } from '../../src/demo/reference.js';
import { loadRegions } from '../../src/regions/region.actions.js';
import { type ListedRegion, RegionFileError, readRegionFile } from '../../src/regions/region.file.js';
import { type FreshDatabase, freshDatabase } from '../helpers/database.js';
import { UNEVEN } from './uneven.js';

const WHEN = new Date('2016-12-08T09:00:00+08:00');
const list = readRegionFile(readRegionList());

let database: FreshDatabase;
let orm: MikroORM;
let owner: pg.Client;
beforeAll(async () => {
  database = await freshDatabase();
  orm = await openOwner(database.ownerUrl);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await orm.close(true);
  await owner.end();
  await database.drop();
});

const load = (rows: readonly ListedRegion[]): Promise<number> =>
  orm.em.fork().transactional((em) => loadRegions(em, rows, WHEN));

/** The tree as the tables have it, and what the log says of it. */
async function everything() {
  const { rows: regions } = await owner.query('select * from region order by code');
  const { rows: facts } = await owner.query(
    'select kind, audience, subject_id, actor_id, happened_at, params from event order by id',
  );
  return { regions, facts };
}

const fact = (first: string, count: number) => ({
  kind: 'REGIONS_LOADED',
  audience: 'HOUSE',
  subject_id: first,
  actor_id: null,
  happened_at: WHEN,
  params: { count },
});

describe('a list of regions, loaded by the owner', () => {
  test('the official one fills an empty tree', async () => {
    expect(await everything()).toEqual({ regions: [], facts: [] });
    expect(await load(list)).toBe(2156);
    const { regions, facts } = await everything();
    expect(regions).toEqual(
      list.map(({ code, name, level, parentCode }) => ({
        code,
        name,
        level,
        parent_code: parentCode,
        development_zone: ['341271000000', '341272000000'].includes(code),
        poverty_designation: null,
        rural_population: null,
        planned_exit_year: null,
        synthetic: false,
      })),
    );
    expect(facts).toEqual([fact('340000000000', 2156)]);
  });

  test('loaded again it changes nothing, and nobody hears of it', async () => {
    const before = await everything();
    expect(await load(list)).toBe(0);
    expect(await everything()).toEqual(before);
  });

  test('one of another prefecture, without counties, stands beside it', async () => {
    const uneven = readRegionFile(UNEVEN);
    expect(await load(uneven)).toBe(uneven.length);
    const { regions, facts } = await everything();
    expect(regions).toHaveLength(2156 + uneven.length);
    const parents = regions
      .filter(({ code }) => code.startsWith('4419'))
      .map((row) => [row.code, row.parent_code]);
    expect(parents).toEqual([
      ['441900000000', '440000000000'],
      ['441900003000', '441900000000'],
      ['441900003001', '441900003000'],
      ['441900121000', '441900000000'],
    ]);
    expect(facts.at(-1)).toEqual(fact('440000000000', 5));
  });

  test('takes a new name, and keeps what else is known of the place', async () => {
    await owner.query(
      `update region set rural_population = 2100, synthetic = true where code = '341225206205'`,
    );
    const before = await everything();
    const renamed = list.map((row) => (row.code === '341225206205' ? { ...row, name: '合胜新村委会' } : row));
    expect(await load(renamed)).toBe(1);
    const after = await everything();
    expect(after.regions).toEqual(
      before.regions.map((row) => (row.code === '341225206205' ? { ...row, name: '合胜新村委会' } : row)),
    );
    expect(after.regions.find(({ code }) => code === '341225206205')).toMatchObject({
      rural_population: 2100,
    });
    expect(after.facts).toEqual([...before.facts, fact('341225206205', 1)]);
  });

  test('that moves codes is refused with each of them, and nothing is written', async () => {
    const before = await everything();
    const moved = list.map((row) => {
      if (row.code === '341225206205') return { ...row, parentCode: '341225000000' };
      if (row.code === '341225206000') return { ...row, level: 'COUNTY' as const };
      return { ...row, name: `${row.name}甲` };
    });
    const added: ListedRegion = {
      code: '341299000000',
      name: '新县',
      level: 'COUNTY',
      parentCode: '341200000000',
    };
    const refused = await load([...moved, added]).catch((fault: unknown) => fault);
    expect(refused).toBeInstanceOf(RegionFileError);
    expect((refused as RegionFileError).mistakes).toEqual([
      '341225206000 is known with another level or parent; a code never moves',
      '341225206205 is known with another level or parent; a code never moves',
    ]);
    expect(await everything()).toEqual(before);
  });

  test('is not for the serving role', async () => {
    const runtime = await openOwner(database.runtimeUrl);
    const before = await everything();
    const tried = runtime.em.fork().transactional((em) => loadRegions(em, readRegionFile(UNEVEN), WHEN));
    await expect(tried).rejects.toThrow(/permission denied/);
    await runtime.close(true);
    expect(await everything()).toEqual(before);
  });
});
