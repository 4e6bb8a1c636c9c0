import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { withDatabase } from '../../src/db/address.js';
import { Command, type End, ROOT } from '../helpers/command.js';
import { testRun } from '../helpers/database.js';
import { scratchFolder } from '../helpers/scratch.js';
import { ONE_LINE, Servers } from '../server/process.js';

const { prefix, adminUrl } = testRun();
const OFFICIAL = join(ROOT, 'data/regions-341200.csv');

/** A prefecture without counties, as Dongguan is. */
const UNEVEN = `code,name,level,parent_code
440000000000,广东省,PROVINCE,
441900000000,东莞市,PREFECTURE,440000000000
441900003000,东城街道,TOWNSHIP,441900000000
441900003001,岗贝社区居民委员会,VILLAGE,441900003000
`;

const servers = new Servers();
let folder: string;
let remove: () => Promise<void>;
let env: Record<string, string>;
let owner: pg.Client;

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
});
beforeEach(async () => {
  const name = `${prefix}_c${randomBytes(4).toString('hex')}`;
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`create database ${name}`).finally(() => admin.end());
  env = { DATABASE_URL: withDatabase(adminUrl, name), SECRETS_FILE: join(folder, `${name}.json`) };
  owner = new pg.Client({ connectionString: env.DATABASE_URL });
  await owner.connect();
});
afterEach(async () => {
  await owner.end();
  await servers.endAll();
});
afterAll(() => remove());

const load = (...args: string[]): Promise<End> =>
  servers.keep(new Command([process.execPath, 'scripts/run.mjs', 'regions', ...args], env)).ended;

async function file(text: string): Promise<string> {
  const path = join(folder, `${randomBytes(4).toString('hex')}.csv`);
  await writeFile(path, text);
  return path;
}

const count = async () => (await owner.query('select count(*)::int as n from region')).rows[0].n;

test('the official list goes in, once; another prefecture may follow, also one without counties', async () => {
  expect(await load(OFFICIAL)).toEqual({
    code: 0,
    out: '2156 regions are in the tree, 2156 of them new or renamed.\n',
    err: '',
  });
  expect((await load(OFFICIAL)).out).toContain('0 of them new');
  expect(await load(await file(UNEVEN))).toMatchObject({ code: 0, err: '' });
  const { rows } = await owner.query(
    `select parent_code, level from region where code in ('441900003000', '441900003001') order by code`,
  );
  expect(rows).toEqual([
    { parent_code: '441900000000', level: 'TOWNSHIP' },
    { parent_code: '441900003000', level: 'VILLAGE' },
  ]);
  expect(await count()).toBe(2160);
});

test('a file with mistakes is refused whole, each with its line', async () => {
  const bad = UNEVEN.replace('441900003000,东城街道', '44190000300,东城街道').replace('岗贝', ' 岗贝');
  const path = await file(`${bad}441900000000,东莞市,PREFECTURE,440000000000\n`);
  const { code, out, err } = await load(path);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain(`${path} was refused, nothing is written:\n`);
  for (const mistake of [
    /^line 4: code "44190000300"/m,
    /^line 5: name begins/m,
    /^line 6: .* already on line 3/m,
  ])
    expect(err).toMatch(mistake);
});

test('a code that would move is refused, and nothing else of the file is written', async () => {
  await load(await file(UNEVEN));
  const moved = UNEVEN.replace('441900003001,岗贝社区居民委员会,VILLAGE,441900003000', '')
    .replace('441900003000,东城街道,TOWNSHIP,441900000000', '')
    .concat('441900004000,南城街道,TOWNSHIP,441900000000\n');
  await load(await file(moved));
  expect(await count()).toBe(5);
  const other = `${moved.replace('441900000000,东莞市', '441901000000,新区')}`.replace(
    'PREFECTURE',
    'COUNTY',
  );
  const { code } = await load(await file(other));
  expect(code).toBe(1);
  expect(await count()).toBe(5);
});

test.each([
  ['no file', [], /^Which file\? npm run regions -- /],
  ['a file that is not there', ['/nowhere.csv'], /^\/nowhere\.csv cannot be read: /],
])('%s: one line says what is missing', async (_, args, line) => {
  const { code, err } = await load(...args);
  expect(code).toBe(1);
  expect(err).toMatch(ONE_LINE);
  expect(err).toMatch(line);
});

test('into the database of a running server it does not go; after its end it does', async () => {
  const DATA_DIR = join(folder, 'held');
  env = { DATA_DIR };
  const server = await (await servers.start({ DATA_DIR, DEMO: 'off' })).ready();
  const { code, err } = await load(OFFICIAL);
  expect(code).toBe(1);
  expect(err).toMatch(ONE_LINE);
  expect(err).toContain(`held by process ${server.pid} (${server.address})`);
  expect(err).toContain('Stop it first');
  await server.end();
  expect(await load(OFFICIAL)).toMatchObject({ code: 0, err: '' });
});
