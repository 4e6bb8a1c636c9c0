import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { freshDatabase } from '../helpers/database.js';
import { horizonDriver, processDriver, serialDriver, tickDriver } from './drivers.js';
import { MUTATION_TABLE, type Report, runTrial } from './harness.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;

beforeEach(async () => {
  database = await freshDatabase();
  const owner = new pg.Client(database.ownerUrl);
  await owner.connect();
  await owner.query(MUTATION_TABLE);
  await owner.end();
});

afterEach(() => database.drop());

/** What a run showed, for the log of the test run: how hard it was is part of the proof. */
const tell = (report: Report) => process.stdout.write(`${JSON.stringify(report)}\n`);

test('ticks lose nothing, double nothing, keep the order of every subject and tell everybody the same', async () => {
  const report = await runTrial({
    url: database.runtimeUrl,
    live: [tickDriver(500), tickDriver(20), processDriver],
    replay: tickDriver(7),
    transactions: 900,
    longSeconds: 3,
  });
  tell(report);
  for (const { lost, doubled, misordered } of report.readers) {
    expect({ lost, doubled, misordered }).toEqual({ lost: 0, doubled: 0, misordered: 0 });
  }
  expect(report.sameOrder).toBe(true);
  expect(report.rolledBack).toBeGreaterThan(0);
  expect(report.tickersKilled).toBeGreaterThan(0);
  expect(report.readers.every(({ resumed }, index) => index === 3 || resumed > 0)).toBe(true);
}, 60_000);

test('the harness sees what a serial cursor loses and what an xid horizon disorders', async () => {
  const report = await runTrial({
    url: database.runtimeUrl,
    live: [serialDriver, horizonDriver],
    replay: serialDriver,
    transactions: 200,
    longSeconds: 0.5,
  });
  tell(report);
  const [serial, horizon] = report.readers;
  expect(serial?.lost).toBeGreaterThan(0);
  expect(horizon?.lost).toBe(0);
  expect(horizon?.misordered).toBeGreaterThan(0);
  expect(report.sameOrder).toBe(false);
}, 60_000);
