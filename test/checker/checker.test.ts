import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshDatabase } from '../helpers/database.js';
import { scratchFolder } from '../helpers/scratch.js';
import { crashes, cuts } from './chaos.js';
import { type Report, runTrial } from './checker.js';
import { frontDoorDriver, processDriver, tickDriver } from './drivers.js';
import { makeMutable, OwnServer } from './ground.js';
import { Nodes } from './nodes.js';
import { horizon, lock, notify, serialId, type Technique } from './techniques.js';

/** What a run showed, for the log of the test run: how hard it was is part of the proof. */
const tell = (report: Report) => process.stdout.write(`${JSON.stringify(report)}\n`);

const SHORT = { writers: 6, transactions: 600, seconds: 60, longSeconds: [3, 3] } as const;
const OFTEN = { events: 150, ms: [1000, 3000], patienceMs: 10_000 } as const;

function demandPerfect(report: Report): void {
  tell(report);
  for (const { reader, lost, doubled, misordered, phantom } of report.readers)
    expect({ reader, lost, doubled, misordered, phantom }).toEqual({
      reader,
      ...{ lost: 0, doubled: 0, misordered: 0, phantom: 0 },
    });
  expect(report.sameOrder).toBe(true);
  expect(report.rolledBack).toBeGreaterThan(0);
  expect(Object.values(report.chaos).every((count) => count > 0)).toBe(true);
}

let server: OwnServer;
beforeAll(async () => {
  server = await OwnServer.start(false);
});
afterAll(() => server.stop());

test('ticks lose nothing, double nothing, keep the order of every subject and tell everybody the same', async () => {
  const { ownerUrl, runtimeUrl: url } = await server.ground('ticks');
  const report = await runTrial({
    url,
    load: SHORT,
    strikes: [cuts(ownerUrl, [0.3, 0.7]), crashes(ownerUrl, [2, 3])],
    live: [
      { driver: tickDriver(url, 500), life: OFTEN },
      { driver: tickDriver(url, 20), life: OFTEN },
      { driver: processDriver(url), life: OFTEN },
    ],
    replay: tickDriver(url, 7),
  });
  demandPerfect(report);
  expect(report.readers.slice(0, 3).every(({ resumed }) => resumed > 0)).toBe(true);
}, 120_000);

test('a subscriber at the front door loses nothing while its nodes are killed and their connections cut', async () => {
  const database = await freshDatabase({ template: 'demo' });
  const { folder, remove } = await scratchFolder();
  const secretsFile = join(folder, 'secrets.json');
  writeFileSync(secretsFile, JSON.stringify(database.secrets), { mode: 0o600 });
  const { ownerUrl, runtimeUrl: url } = database;
  await makeMutable(ownerUrl);
  const { demoPassword } = database.secrets;
  const nodes = await Nodes.start({ count: 2, ownerUrl, secretsFile, demoPassword });
  try {
    const start = await nodes.cursor();
    const report = await runTrial({
      url,
      load: { ...SHORT, transactions: 400 },
      strikes: [cuts(ownerUrl, [0.5, 1]), nodes.kills([1, 2])],
      live: [
        { driver: frontDoorDriver(nodes, start), life: OFTEN },
        { driver: frontDoorDriver(nodes, start), life: OFTEN },
      ],
      replay: tickDriver(url, 500),
    });
    demandPerfect(report);
  } finally {
    await nodes.stop();
    await database.drop();
    await remove();
  }
}, 120_000);

const BRIEF = { events: 60, ms: [500, 1500], patienceMs: 2000 } as const;

describe('the checker can fail: what other techniques do to a feed', () => {
  async function tried(technique: Technique): Promise<Report> {
    const { ownerUrl, runtimeUrl: url } = await server.ground(
      technique.name.replaceAll(' ', '_').toLowerCase(),
    );
    const report = await runTrial({
      url,
      load: { ...SHORT, transactions: 100, longSeconds: [0.5, 0.5] },
      style: technique.style,
      strikes: [cuts(ownerUrl, [0.3, 0.7])],
      live: [
        { driver: technique.driver(url), life: BRIEF },
        { driver: technique.driver(url), life: { ...BRIEF, events: 30 } },
      ],
    });
    tell(report);
    return report;
  }

  test('a cursor on the serial id passes by what commits late', async () => {
    const { readers } = await tried(serialId);
    expect(readers.every(({ lost }) => lost > 0)).toBe(true);
  });

  test('transaction numbers below the horizon come in another order than the locks', async () => {
    const { readers } = await tried(horizon);
    expect(readers.map(({ lost }) => lost)).toEqual([0, 0]);
    expect(readers.every(({ misordered }) => misordered > 0)).toBe(true);
  });

  test('under one lock nothing is lost, and everybody waits as long as the longest transaction', async () => {
    const { readers, sameOrder } = await tried(lock);
    expect(readers.map(({ lost, doubled, misordered }) => lost + doubled + misordered)).toEqual([0, 0]);
    expect(sameOrder).toBe(true);
  });

  test('NOTIFY reaches whoever listens at that moment, and nobody else', async () => {
    const { readers } = await tried(notify);
    expect(readers.every(({ lost }) => lost > 0)).toBe(true);
  });
});
