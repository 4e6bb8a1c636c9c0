import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { START } from '../../src/events/position.js';
import type { LoggedFact } from '../../src/events/read.js';
import { Tail } from '../../src/events/tail.js';
import { freshDatabase } from '../helpers/database.js';
import { until } from '../helpers/scratch.js';
import { bareOrm, QUIET, state } from './facts.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let orm: MikroORM;
let nodes: { tail: Tail; told: LoggedFact[] }[];

beforeEach(async () => {
  database = await freshDatabase();
  orm = await bareOrm(database.runtimeUrl);
  nodes = [];
  for (let n = 0; n < 3; n++) {
    const tail = new Tail({ connectionString: database.runtimeUrl, log: QUIET });
    const told: LoggedFact[] = [];
    tail.onFacts((facts) => told.push(...facts));
    await tail.start();
    nodes.push({ tail, told });
  }
});

afterEach(async () => {
  await Promise.all(nodes.map(({ tail }) => tail.stop()));
  await orm.close();
  await database.drop();
});

const everywhere = (facts: number) =>
  until(`${facts} facts on every node`, () => nodes.every(({ told }) => told.length >= facts));
const sums = () => ({
  carried: nodes.reduce((sum, { tail }) => sum + tail.counts.carried, 0),
  read: nodes.reduce((sum, { tail }) => sum + tail.counts.read, 0),
});

test('a small tick comes with its facts and is not read by any node, and they are what would have been read', async () => {
  for (let n = 0; n < 20; n++) {
    await state(orm, `${n} 一`, `${n} "二"\\`);
    await nodes[n % 3]?.tail.now();
  }
  await everywhere(40);
  const facts = await readAll();
  expect(facts).toHaveLength(40);
  for (const { told } of nodes) expect(told).toEqual(facts);
  // A node that was busy with its look every other second when a tick came reads that one.
  const { carried, read } = sums();
  expect(carried + read).toBeGreaterThanOrEqual(60);
  expect(read).toBeLessThanOrEqual(6);
});

test('a large tick is read once by each node', async () => {
  const many = Array.from({ length: 100 }, (_, n) => String(n));
  const before = sums();
  await state(orm, ...many);
  await nodes[0]?.tail.now();
  await everywhere(100);
  const after = sums();
  expect({ carried: after.carried - before.carried, read: after.read - before.read }).toEqual({
    carried: 0,
    read: 3,
  });
  for (const { told } of nodes) expect(told.map(({ subject }) => subject.id)).toEqual(many);
});

test('notices that say nothing, or something untrue, change nothing', async () => {
  const stranger = new pg.Client(database.runtimeUrl);
  await stranger.connect();
  const lies = [
    '',
    'x',
    '{',
    '{}',
    'null',
    '999',
    '-1',
    '{"tick":"2","epoch":"x","timeline":1,"first":"0","facts":[]}',
  ];
  for (const lie of lies) await stranger.query(`select pg_notify('duban_tick', $1)`, [lie]);
  await stranger.end();
  await state(orm, 'true');
  await nodes[0]?.tail.now();
  await everywhere(1);
  for (const { told } of nodes) expect(told.map(({ subject }) => subject.id)).toEqual(['true']);
});

/** What a node reads that was never told anything. */
async function readAll(): Promise<readonly LoggedFact[]> {
  const tail = new Tail({ connectionString: database.runtimeUrl, log: QUIET });
  await tail.start();
  const { facts } = await tail.after(START);
  await tail.stop();
  return facts;
}
