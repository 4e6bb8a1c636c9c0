import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { withDatabase } from '../../src/db/address.js';
import { Command, type End, ROOT } from '../helpers/command.js';
import { testRun } from '../helpers/database.js';
import { Client, operation } from '../helpers/house.js';
import { scratchFolder } from '../helpers/scratch.js';
import { appCode, confirm, enrol } from '../people/codes.js';
import { Servers } from '../server/process.js';

const { prefix, adminUrl } = testRun();
const servers = new Servers();
let folder: string;
let remove: () => Promise<void>;
let env: Record<string, string>;

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
});
beforeEach(async () => {
  const name = `${prefix}_a${randomBytes(4).toString('hex')}`;
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`create database ${name}`).finally(() => admin.end());
  env = { DATABASE_URL: withDatabase(adminUrl, name), SECRETS_FILE: join(folder, `${name}.json`) };
});
afterEach(() => servers.endAll());
afterAll(() => remove());

const run = (name: string, ...args: string[]): Promise<End> =>
  servers.keep(new Command([process.execPath, 'scripts/run.mjs', name, ...args], env)).ended;

const COUNTY = '341225000000';

test('the first administrator of an empty installation comes in, chooses a password and makes the next account', async () => {
  expect((await run('regions', join(ROOT, 'data/regions-341200.csv'))).code).toBe(0);
  const node = await (await servers.start(env)).ready();
  const { code, out } = await run('admin', 'create', 'admin.funan', COUNTY, '阜南县管理员');
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringContaining('admin.funan administers 341225000000'),
  });
  const password = /One-time password: (\S+)/.exec(out)?.[1] ?? '';
  const client = await node.signIn('admin.funan', password);
  const next = 'lantern gravel ostrich';
  const create = {
    input: { username: 'clerk.one', name: '一科', kind: 'PERSON', regionCode: '341225206000' },
  };
  const document = operation('account/create-account');
  expect((await client.refusal(document, create)).code).toBe('FORBIDDEN');
  await client.data(operation('account/change-password'), { currentPassword: password, newPassword: next });
  expect(await client.refusal(document, create)).toMatchObject({ code: 'MFA_REQUIRED', enrolled: false });
  await confirm(client, appCode((await enrol(client, next)).secret));
  const { createAccount } = await client.data(document, create);
  expect(createAccount.oneTimePassword).toEqual(expect.any(String));
  const login = { username: 'clerk.one', password: createAccount.oneTimePassword };
  expect((await new Client(node.address, null).data(operation('login'), login)).login.viewer.name).toBe(
    '一科',
  );
  await client.close();
}, 120_000);

test('what is wrong is said in one line, and nothing is made', async () => {
  expect(await run('admin')).toMatchObject({
    code: 1,
    err: expect.stringContaining('create USERNAME REGION'),
  });
  expect((await run('admin', 'create', 'somebody', COUNTY)).err).toContain('no region 341225000000');
  expect((await run('regions', join(ROOT, 'data/regions-341200.csv'))).code).toBe(0);
  expect((await run('admin', 'create', 'Some Body', COUNTY)).err).toContain('is no user name');
  expect((await run('admin', 'create', 'somebody', '341225206205')).err).toContain('township or above');
  expect((await run('admin', 'create', 'somebody', COUNTY)).code).toBe(0);
  expect(await run('admin', 'create', 'somebody', COUNTY)).toMatchObject({
    code: 1,
    err: 'The user name somebody is taken.\n',
  });
}, 120_000);
