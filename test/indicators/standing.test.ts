import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { STANDING_SQL, standingOf, type TaskCounts } from '../../src/indicators/standing.js';
import { type FreshDatabase, freshDatabase } from '../helpers/database.js';

const counts = (total: number, met: number, overdue = 0, dueSoon = 0, behind = 0): TaskCounts => ({
  total,
  met,
  overdue,
  dueSoon,
  behind,
});

test.each([
  ['nothing counts', counts(0, 0), null],
  ['all are met', counts(18, 18), 'MET'],
  ['one is met, and its schedule is told later', counts(1, 1, 1), 'MET'],
  ['one of many is overdue', counts(18, 17, 1), 'OVERDUE'],
  ['overdue is worse than due soon', counts(18, 0, 1, 9, 8), 'OVERDUE'],
  ['one is due soon', counts(18, 3, 0, 1), 'AT_RISK'],
  ['one is behind', counts(18, 3, 0, 0, 1), 'AT_RISK'],
  ['time enough', counts(18, 3), 'ON_TRACK'],
  ['none is met yet, time enough', counts(1, 0), 'ON_TRACK'],
])('%s', (_, given, word) => {
  expect(standingOf(given)).toBe(word);
});

let database: FreshDatabase;
let owner: pg.Client;
beforeAll(async () => {
  database = await freshDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});

test('the rule in SQL is the same rule', async () => {
  const some = '(select * from generate_series(0, 2))';
  const { rows } = await owner.query<TaskCounts & { word: string | null }>(
    `select total, met, overdue, due_soon as "dueSoon", behind, ${STANDING_SQL} as word
     from ${some} a (total), ${some} b (met), ${some} c (overdue), ${some} d (due_soon), ${some} e (behind)`,
  );
  expect(rows).toHaveLength(3 ** 5);
  for (const { word, ...given } of rows) expect({ given, word }).toEqual({ given, word: standingOf(given) });
});
