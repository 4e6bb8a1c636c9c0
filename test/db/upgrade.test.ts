import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { Clock } from '../../src/clock.js';
import { DEMO_CLOCK, readConfig } from '../../src/config.js';
import { prepareDatabase } from '../../src/db/prepare.js';
import { House } from '../../src/house.js';
import { countersDiffer } from '../../src/indicators/recount.js';
import { openLog } from '../../src/log.js';
import { type FreshDatabase, freshDatabase } from '../helpers/database.js';

const log = openLog('fatal');
let database: FreshDatabase;
let owner: pg.Client;

beforeEach(async () => {
  database = await freshDatabase({ template: 'demo' });
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterEach(async () => {
  await owner.end();
  await database.drop();
});

/** The demo as the version before the wall had left it: its tables, its facts, its numbers. */
const BEFORE_THE_WALL = [
  `delete from mikro_orm_migrations where name = 'Migration20261124000100_wall'`,
  'drop table counter_day, counted_days',
  'drop index counter_planned',
  'alter table household drop column planned_exit_year',
  `update event set params = params - 'itemId' - 'plannedExitYear'`,
  `delete from counter where measure like 'item.%' or measure in ('village.benchmark', 'household.plan')`,
  `update counter set key = split_part(key, ':', 2) where measure = 'project.stage' and key like 'ROAD%'`,
  `delete from counter where measure = 'project.stage' and key like '%:%'`,
];

test('a database with facts in it comes to the numbers that counting gives', async () => {
  for (const statement of BEFORE_THE_WALL) await owner.query(statement);
  const { ownerUrl, secrets } = database;
  const { runtimeUrl } = await prepareDatabase({ ownerUrl, secrets, log });
  const clock = new Clock({ campaignAt: new Date(DEMO_CLOCK), realAt: new Date(), speed: 1e-9 });
  const config = readConfig({ DEMO: 'on' });
  const house = await House.open({ config, secrets, runtimeUrl, clock, log });
  try {
    await house.settled();
    expect(await countersDiffer(house.orm.em.fork(), clock.now())).toEqual([]);
  } finally {
    await house.close();
  }
  const { rows } = await owner.query(
    `select key, value::int from counter where region_code = '341200000000' and measure = 'village.benchmark'
       and value <> 0 order by key`,
  );
  expect(rows).toContainEqual({ key: 'PLANNED', value: 169 });
  const { rows: days } = await owner.query('select first::text, last::text from counted_days');
  expect(days).toEqual([{ first: '2016-12-08', last: '2016-12-08' }]);
  const { rows: items } = await owner.query(
    `select count(distinct key)::int as items from counter where measure = 'item.met' and key <> ''`,
  );
  expect(items).toEqual([{ items: 18 }]);
}, 60_000);
