import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { withDatabase } from '../../src/db/address.js';
import { idNumber } from '../../src/demo/draw/people.js';
import { Command, type End } from '../helpers/command.js';
import { testRun } from '../helpers/database.js';
import { operation } from '../helpers/house.js';
import { scratchFolder, until } from '../helpers/scratch.js';
import { demoPasswordOf, ONE_LINE, type Server, Servers } from '../server/process.js';

const { prefix, adminUrl } = testRun();

const servers = new Servers();
let folder: string;
let remove: () => Promise<void>;
let env: Record<string, string>;
let owner: pg.Client;

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
});
afterAll(() => remove());
beforeEach(async () => {
  const name = `${prefix}_k${randomBytes(4).toString('hex')}`;
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`create database ${name}`).finally(() => admin.end());
  env = { DATABASE_URL: withDatabase(adminUrl, name), SECRETS_FILE: join(folder, name, 'secrets.json') };
  owner = new pg.Client({ connectionString: env.DATABASE_URL });
  await owner.connect();
});
afterEach(async () => {
  await owner.end();
  await servers.endAll();
});

const keysCommand = (...args: string[]): Command =>
  servers.keep(new Command([process.execPath, 'scripts/run.mjs', 'keys', ...args], env));
const keys = (...args: string[]): Promise<End> => keysCommand(...args).ended;
const startNode = async (): Promise<Server> => (await servers.start({ ...env, DEMO: 'on' })).ready();
const secretsFile = () => env.SECRETS_FILE as string;
const secretsNow = () => JSON.parse(readFileSync(secretsFile(), 'utf8'));

/** What a village team is shown of its members' secrets. */
async function shown(server: Server): Promise<unknown> {
  const team = await server.signIn('hesheng.village', demoPasswordOf(join(secretsFile(), '..')));
  const { households } = await team.data(
    `{ households(within: "341225206205", first: 50) { edges { node { id members { id idNumberMasked health } } } } }`,
  );
  expect(households.edges.length).toBeGreaterThan(3);
  return households;
}

const SEALED_BY = `select distinct substring(id_number_sealed from 3 for 4) as key from household_member`;

test('rotated under a serving node: it shows the same, and seals with the new key from then on', async () => {
  const server = await startNode();
  const before = await shown(server);
  expect((await keys('status')).out).toMatch(
    /^key 1 {2}index {2}HMAC-SHA-256 {2}in use {2}blind indexes\nkey 2 {2}household {2}AES-256-GCM {2}in use {2}\d+ values\n/,
  );
  const { code, out, err } = await keys('rotate');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/household: key 4 is in use, \d+ values were sealed anew with it\. Retired: 2\.\n/);
  expect(await shown(server)).toEqual(before);
  const { rows } = await owner.query(SEALED_BY);
  expect(rows).toEqual([{ key: Buffer.from([0, 0, 0, 4]) }]);
  const team = await server.signIn('hesheng.village', demoPasswordOf(join(secretsFile(), '..')));
  // The node has opened values under the new key by now, so it knows it, and seals with it.
  await team.data(
    'mutation ($input: RegisterHouseholdInput!) { registerHousehold(input: $input) { mark } }',
    {
      input: {
        regionCode: '341225206205',
        category: 'GENERAL',
        mainCause: 'ILLNESS',
        members: [
          {
            name: '霜黍芽',
            relation: 'HEAD',
            idNumber: idNumber(1_000_000, '341225', 'MALE'),
            birthYear: 1960,
            health: 'HEALTHY',
            labour: 'ORDINARY',
          },
        ],
      },
    },
  );
  expect((await owner.query(SEALED_BY)).rows).toEqual(rows);
  expect((await keys('status')).out).toContain('key 2  household  AES-256-GCM  retired  0 values');
}, 180_000);

test('killed in the middle, the node shows the same, and the next call goes on with the same key', async () => {
  const server = await startNode();
  const before = await shown(server);
  // It stops at the first row of a household whose members are all done by then, and waits to be killed.
  await owner.query(`create function wait() returns trigger language plpgsql as $$ begin
    perform pg_sleep(60); return new; end $$`);
  await owner.query(
    'create trigger wait before update on household_member for each row execute function wait()',
  );
  const first = keysCommand('rotate');
  await until('it is in the middle', async () => {
    const { rows } = await owner.query(`select from pg_stat_activity where wait_event = 'PgSleep'`);
    return rows.length > 0;
  });
  await first.end('SIGKILL');
  await owner.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and wait_event = 'PgSleep'`);
  await owner.query('drop trigger wait on household_member');
  expect(await shown(server)).toEqual(before);
  expect((await owner.query(SEALED_BY)).rows).toEqual([{ key: Buffer.from([0, 0, 0, 2]) }]);
  expect((await keys('rotate')).out).toMatch(/household: key 4 is in use, \d+ values .* Retired: 2\.\n/);
  expect(await shown(server)).toEqual(before);
}, 180_000);

test('the key of the installation is changed, also when that was cut off; the old file starts nothing any more', async () => {
  const server = await startNode();
  const before = await shown(server);
  const old = readFileSync(secretsFile(), 'utf8');
  const { code, out } = await keys('rewrap');
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringMatching(/^3 data keys are wrapped with a new key, which is in .*secrets\.json\.\n/),
  });
  const changed = secretsNow();
  expect(changed).toEqual({ ...JSON.parse(old), personalDataKey: expect.any(String) });
  expect(changed.personalDataKey).not.toBe(JSON.parse(old).personalDataKey);
  // The node that runs goes on, and takes the key of a rotation that follows.
  expect((await keys('rotate')).code).toBe(0);
  expect(await shown(server)).toEqual(before);
  await server.end();

  writeFileSync(secretsFile(), old);
  const refused = await (await servers.start({ ...env, DEMO: 'on' })).ended;
  expect(refused).toMatchObject({ code: 78, err: expect.stringMatching(ONE_LINE) });
  expect(refused.err).toContain('SECRETS_FILE is not the one this database was set up with');

  // As a call leaves it that was killed after the database had changed: the next key beside the old one.
  const next = { ...JSON.parse(old), nextPersonalDataKey: changed.personalDataKey };
  writeFileSync(secretsFile(), JSON.stringify(next));
  const again = await startNode();
  expect(await shown(again)).toEqual(before);
  expect((await keys('rewrap')).code).toBe(0);
  expect(secretsNow()).toEqual(changed);
}, 240_000);

test('cut off before the database had changed, the old key holds on, and the next call uses the staged one', async () => {
  await (await startNode()).end();
  const nextPersonalDataKey = randomBytes(32).toString('base64url');
  const staged = { ...secretsNow(), nextPersonalDataKey };
  writeFileSync(secretsFile(), JSON.stringify(staged));
  const server = await startNode();
  await shown(server);
  expect((await keys('rewrap')).code).toBe(0);
  expect(secretsNow().personalDataKey).toBe(nextPersonalDataKey);
  expect(secretsNow().nextPersonalDataKey).toBeUndefined();
  await shown(server);
}, 180_000);

test('beside a running server with the embedded database too; without one the database is opened for it', async () => {
  const DATA_DIR = join(folder, 'embedded');
  env = { DATA_DIR };
  const server = await (await servers.start({ DATA_DIR })).ready();
  expect(await keys('rotate')).toMatchObject({ code: 0, err: '' });
  const team = await server.signIn('hesheng.village', demoPasswordOf(DATA_DIR));
  await team.data(operation('households'), { within: '341225206205', first: 5 });
  await server.end();
  expect((await keys('status')).out).toContain('key 4  household  AES-256-GCM  in use');
}, 240_000);

test.each([[[]], [['turn']], [['rotate', 'now']]])('%j: one line says what there is', async (args) => {
  const { code, err } = await keys(...args);
  expect({ code, err }).toEqual({ code: 1, err: 'Which? npm run keys -- status, rotate or rewrap\n' });
});
