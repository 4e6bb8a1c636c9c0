import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { prepareDatabase } from '../../src/db/prepare.js';
import { type FreshDatabase, freshDatabase } from '../helpers/database.js';
import { log } from './probe.js';

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

const start = (secrets: object = {}) =>
  prepareDatabase({ ownerUrl: database.ownerUrl, secrets: { ...database.secrets, ...secrets }, log });
const keys = async () => (await owner.query('select * from data_key order by id')).rows;
const OTHER = Buffer.alloc(32, 1).toString('base64url');

test('a start with another key is refused in one line that names the file, and changes nothing', async () => {
  const before = await keys();
  expect(before.map(({ purpose }) => purpose)).toEqual(['index', 'household', 'second']);
  await expect(start({ personalDataKey: OTHER })).rejects.toMatchObject({
    name: 'StartError',
    exitCode: 78,
    message:
      'SECRETS_FILE is not the one this database was set up with: its personalDataKey does not open data key 1.',
  });
  expect(await keys()).toEqual(before);
  await start();
  expect(await keys()).toEqual(before);
});

test.each(['index', 'household'])('a lost key for %s is not made up for with a new one', async (purpose) => {
  const there = await keys();
  await owner.query('delete from data_key where purpose = $1', [purpose]);
  await expect(start()).rejects.toMatchObject({
    exitCode: 78,
    message: expect.stringContaining(`The data key for ${purpose} is missing`),
  });
  expect(await keys()).toEqual(there.filter((key) => key.purpose !== purpose));
});

test('in an empty database keys are made, once', async () => {
  const empty = await freshDatabase();
  const eyes = new pg.Client({ connectionString: empty.ownerUrl });
  await eyes.connect();
  try {
    await eyes.query('delete from data_key');
    const prepare = () => prepareDatabase({ ownerUrl: empty.ownerUrl, secrets: empty.secrets, log });
    await Promise.all([prepare(), prepare(), prepare()]);
    const { rows } = await eyes.query('select id, purpose, algorithm, retired_at from data_key order by id');
    expect(rows).toEqual([
      { id: 1, purpose: 'index', algorithm: 'HMAC-SHA-256', retired_at: null },
      { id: 2, purpose: 'household', algorithm: 'AES-256-GCM', retired_at: null },
      { id: 3, purpose: 'second', algorithm: 'AES-256-GCM', retired_at: null },
    ]);
  } finally {
    await eyes.end();
    await empty.drop();
  }
});
