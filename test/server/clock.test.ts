import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/postgresql';
import { pino } from 'pino';
import { Clock } from '../../src/clock.js';
import { readConfig } from '../../src/config.js';
import { pinClock } from '../../src/db/anchor.js';
import { openOrm } from '../../src/db/orm.js';
import { entities } from '../../src/entities.js';
import { type FreshDatabase, freshDatabase } from '../helpers/database.js';
import { openHouse } from '../helpers/house.js';
import { until } from '../helpers/scratch.js';

const FIRST_START = Date.parse('2026-11-23T10:00:00Z');
const MINUTE_MS = 60_000;
const DEMO = { DEMO: 'on' };

let database: FreshDatabase;
let orm: MikroORM;
let said: string[];

beforeEach(async () => {
  database = await freshDatabase();
  orm = await openOrm(database.runtimeUrl, entities);
  said = [];
});
afterEach(async () => {
  await orm.close(true);
  await database.drop();
});

/** What a log would have printed. */
const log = pino(
  { level: 'info' },
  { write: (line: string) => said.push((JSON.parse(line) as { msg: string }).msg) },
);

/** A start so many real minutes after the first; the returned function tells campaign time at any later minute. */
async function start(minutes: number, env: Record<string, string> = DEMO) {
  let machine = FIRST_START + minutes * MINUTE_MS;
  const clock = new Clock({ campaignAt: new Date(0), realAt: new Date(0), speed: 1 }, () => machine);
  await pinClock(orm.em.fork(), clock, readConfig(env), log);
  return (at: number) => {
    machine = FIRST_START + at * MINUTE_MS;
    return clock.now().toISOString();
  };
}

test('the demo begins at the meeting and goes on after a restart', async () => {
  const first = await start(0);
  expect(first(0)).toBe('2016-12-08T01:00:00.000Z');
  const second = await start(90);
  expect(second(90)).toBe('2016-12-08T02:30:00.000Z');
  expect(second(100)).toBe(first(100));
  expect(said).toEqual([]);
});

test('real: campaign time is real time from the first start on', async () => {
  const first = await start(0, { ...DEMO, CAMPAIGN_CLOCK: 'real' });
  expect(first(5)).toBe('2026-11-23T10:05:00.000Z');
  const second = await start(90);
  expect(second(91)).toBe('2026-11-23T11:31:00.000Z');
});

test('another speed holds from the moment of the start, without a jump, and 1 is the default at every start', async () => {
  await start(0);
  const fast = await start(10, { ...DEMO, CAMPAIGN_SPEED: '60' });
  expect(fast(10)).toBe('2016-12-08T01:10:00.000Z');
  expect(fast(20)).toBe('2016-12-08T11:10:00.000Z');
  const same = await start(20, { ...DEMO, CAMPAIGN_SPEED: '60' });
  expect(same(21)).toBe('2016-12-08T12:10:00.000Z');
  const slow = await start(30);
  expect(slow(30)).toBe('2016-12-08T21:10:00.000Z');
  expect(slow(31)).toBe('2016-12-08T21:11:00.000Z');
  expect(said).toEqual(['the campaign clock has a new speed', 'the campaign clock has a new speed']);
});

test('CAMPAIGN_CLOCK at a later start is ignored, and the log says so', async () => {
  await start(0, { ...DEMO, CAMPAIGN_CLOCK: '2016-12-01T00:00:00Z' });
  expect(said).toEqual([]);
  const second = await start(60, { ...DEMO, CAMPAIGN_CLOCK: '2016-12-24T00:00:00Z' });
  expect(second(60)).toBe('2016-12-01T01:00:00.000Z');
  expect(said).toEqual([expect.stringMatching(/^CAMPAIGN_CLOCK is ignored/)]);
});

test('nodes that start at once agree, also when each brings another speed', async () => {
  await start(0);
  const speeds = ['2', '3', '5', '7'];
  await Promise.all(speeds.map((CAMPAIGN_SPEED) => start(10, { ...DEMO, CAMPAIGN_SPEED })));
  const [one, other] = await Promise.all([
    start(10, { ...DEMO, CAMPAIGN_SPEED: '9' }),
    start(10, { ...DEMO, CAMPAIGN_SPEED: '9' }),
  ]);
  expect(one(10)).toBe('2016-12-08T01:10:00.000Z');
  expect(other(11)).toBe('2016-12-08T01:19:00.000Z');
  expect(one(11)).toBe(other(11));
});

test('a running node takes the speed that another one brings', async () => {
  const house = await openHouse();
  const other = await openOrm(house.database.runtimeUrl, entities);
  const clock = new Clock({ campaignAt: new Date(0), realAt: new Date(0), speed: 1 });
  await pinClock(other.em.fork(), clock, readConfig(DEMO), log);
  await pinClock(other.em.fork(), clock, readConfig({ ...DEMO, CAMPAIGN_SPEED: '3600' }), log);
  await until('the node has heard', () => house.clock.pinned.speed === 3600);
  expect(house.clock.pinned).toEqual(clock.pinned);
  await other.close(true);
  await house.close();
});
