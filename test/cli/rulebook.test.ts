import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { withDatabase } from '../../src/db/address.js';
import { Command, type End, ROOT } from '../helpers/command.js';
import { testRun } from '../helpers/database.js';
import { scratchFolder } from '../helpers/scratch.js';
import { Servers } from '../server/process.js';

const EXAMPLE = join(ROOT, 'data/exit-standards/village-points-example.json');
const { prefix, adminUrl } = testRun();
const servers = new Servers();
let folder: string;
let remove: () => Promise<void>;
let env: Record<string, string>;
let owner: pg.Client;

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  const name = `${prefix}_r${randomBytes(4).toString('hex')}`;
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`create database ${name}`).finally(() => admin.end());
  env = { DATABASE_URL: withDatabase(adminUrl, name), SECRETS_FILE: join(folder, 'secrets.json') };
  owner = new pg.Client({ connectionString: env.DATABASE_URL });
  await owner.connect();
  await command('regions', join(ROOT, 'data/regions-341200.csv'));
}, 60_000);
afterAll(async () => {
  await servers.endAll();
  await owner.end();
  await remove();
});

const command = (...args: string[]): Promise<End> =>
  servers.keep(new Command([process.execPath, 'scripts/run.mjs', ...args], env)).ended;
const run = (...args: string[]): Promise<End> => command('rulebook', ...args);
async function file(more: object): Promise<string> {
  const path = join(folder, 'book.json');
  await writeFile(path, JSON.stringify({ ...JSON.parse(readFileSync(EXAMPLE, 'utf8')), ...more }));
  return path;
}
const drafts = async () =>
  (
    await owner.query(
      `select code, edition, pass_points from exit_standard where status = 'DRAFT' order by edition`,
    )
  ).rows;

test('a sound file is called so, and kept as a draft when it is loaded', async () => {
  const path = await file({ edition: 2 });
  const before = await drafts();
  expect(await run('check', path)).toMatchObject({
    code: 0,
    out: 'VILLAGE-POINTS, edition 2, 16 items: sound.\n',
  });
  expect(await drafts()).toEqual(before);
  const { code, out } = await run('load', path);
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringMatching(/kept as draft [0-9a-f-]{36}\. Try it/),
  });
  expect(await drafts()).toEqual([...before, { code: 'VILLAGE-POINTS', edition: 2, pass_points: 90 }]);
  const again = await run('load', path);
  expect(again).toMatchObject({
    code: 1,
    err: expect.stringMatching(/edition: VILLAGE-POINTS has an edition 2 already/),
  });
});

test('a wrong one is refused with its place, and nothing is written', async () => {
  const before = await drafts();
  const path = await file({ edition: 3, passPoints: 101 });
  for (const what of ['check', 'load'])
    expect(await run(what, path)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/nothing is written:\npassPoints: /),
    });
  expect(await run('load', join(folder, 'none.json'))).toMatchObject({
    code: 1,
    err: expect.stringMatching(/cannot be read/),
  });
  expect(await run()).toMatchObject({ code: 1, err: expect.stringMatching(/^Which file\?/) });
  expect(await drafts()).toEqual(before);
});
