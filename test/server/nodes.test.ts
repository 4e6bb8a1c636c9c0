import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { withDatabase } from '../../src/db/address.js';
import { testRun } from '../helpers/database.js';
import { Client, operation } from '../helpers/house.js';
import { scratchFolder, until } from '../helpers/scratch.js';
import { RawSocket } from '../http/raw-socket.js';
import { appCode, confirm, enrol } from '../people/codes.js';
import { demoPasswordOf, ONE_LINE, type Server, Servers } from './process.js';

const { prefix, adminUrl } = testRun();
const CITY = '341200000000';

const servers = new Servers();
let folder: string;
let remove: () => Promise<void>;
let DATABASE_URL: string;
let SECRETS_FILE: string;
let owner: pg.Client;

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
});
afterAll(() => remove());

/** A PostgreSQL database as an operator hands it over: empty, and ours. */
beforeEach(async () => {
  const name = `${prefix}_n${randomBytes(4).toString('hex')}`;
  DATABASE_URL = withDatabase(adminUrl, name);
  SECRETS_FILE = join(folder, name, 'secrets.json');
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`create database ${name}`).finally(() => admin.end());
  owner = new pg.Client({ connectionString: DATABASE_URL });
  await owner.connect();
});
afterEach(async () => {
  await owner.end();
  await servers.endAll();
});

const startNode = async (env: Record<string, string> = {}): Promise<Server> =>
  (await servers.start({ DATABASE_URL, SECRETS_FILE, ...env })).ready();

const demoPassword = () => demoPasswordOf(join(SECRETS_FILE, '..'));

const newsOf = (kind: string) => (payload: { data: { supervisionFeed: { events: { kind: string }[] } } }) =>
  payload.data.supervisionFeed.events.some((event) => event.kind === kind);

test('without DEMO a database of its own stays empty, and nobody is told to sign in', async () => {
  const node = await startNode();
  expect((await node.readyz())?.status).toBe(200);
  expect(node.out).not.toContain('city.office');
  const { rows } = await owner.query(
    'select (select count(*) from region) as regions, (select count(*) from account) as accounts',
  );
  expect(rows).toEqual([{ regions: '0', accounts: '0' }]);
  expect((await node.end()).code).toBe(0);
});

test('nodes that start together on one database share it: one demo, one feed, one clock', async () => {
  const env = { DEMO: 'on', DATA_DIR: folder };
  const [a, b] = await Promise.all([startNode(env), startNode(env)]);
  const { rows } = await owner.query('select count(*)::int as households from household');
  expect(rows).toEqual([{ households: 20 }]);

  const office = await b.signIn('city.office', demoPassword());
  const feed = await office.subscribe(operation('supervision-feed'), { within: CITY });
  await feed.next();
  const village = await a.signIn('hesheng.village', demoPassword());
  const variables = { within: '341225206205', filter: { status: ['NOT_STARTED'] }, first: 1 };
  const [{ node: task }] = (await village.data(operation('tasks'), variables)).tasks.edges;
  const input = { taskId: task.id, to: 'IN_PROGRESS', expectedVersion: task.version };
  const { mark } = (await village.data(operation('change-task-status'), { input })).changeTaskStatus;
  const heard = await feed.until(newsOf('TASK_STATUS_CHANGED'));
  expect(heard.at(-1).data.supervisionFeed.events).toEqual([expect.objectContaining({ mark })]);

  // A token of one node is good at the other, and so is its cursor.
  const { cursor } = heard.at(-1).data.supervisionFeed;
  const again = await a.signIn('city.office', demoPassword());
  const resumed = await again.subscribe(operation('supervision-feed'), { within: CITY, after: cursor });
  expect((await resumed.next()).data.supervisionFeed).toMatchObject({ reset: null, events: [] });
  await Promise.all([office.close(), again.close()]);
});

test('a request under way when the node is told to stop is answered', async () => {
  const node = await startNode({ DEMO: 'on' });
  const village = await node.signIn('hesheng.village', demoPassword());
  const variables = { within: '341225206205', filter: { status: ['NOT_STARTED'] }, first: 1 };
  const [{ node: task }] = (await village.data(operation('tasks'), variables)).tasks.edges;
  await owner.query('begin');
  await owner.query('select from task where id = $1 for update', [task.id]);
  const input = { taskId: task.id, to: 'IN_PROGRESS', expectedVersion: task.version };
  const answer = village.data(operation('change-task-status'), { input });
  await until('the move waits', async () => {
    await owner.query('select pg_stat_clear_snapshot()');
    const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return (await owner.query(waiting)).rowCount === 1;
  });
  node.signal('SIGTERM');
  await until('the port is closed', async () => (await node.readyz()) === null);
  await owner.query('commit');
  expect(await answer).toMatchObject({ changeTaskStatus: { task: { status: 'IN_PROGRESS' } } });
  expect((await node.ended).code).toBe(0);
});

test('other secrets are refused, and regions of somebody else are left alone', async () => {
  await startNode();
  const stranger = { DATABASE_URL, SECRETS_FILE: join(folder, 'stranger.json') };
  const { code, err } = await (await servers.start(stranger)).ended;
  expect(code).toBe(78);
  expect(err).toMatch(ONE_LINE);
  expect(err).toContain('SECRETS_FILE is not the one this database was set up with');

  await owner.query(
    `insert into region (code, name, level) values ('110000000000', '北京市', 'PROVINCE'), ('110100000000', '市辖区', 'PREFECTURE')`,
  );
  const node = await startNode({ DEMO: 'on' });
  expect(node.out).toContain('the demo is not loaded');
  expect(node.out).not.toContain('city.office');
  expect((await owner.query('select from region')).rowCount).toBe(2);
});

test('an account that is disabled on one node is out on every other: sessions, refresh tokens and sockets', async () => {
  const env = { DEMO: 'on', DATA_DIR: folder };
  const [a, b] = await Promise.all([startNode(env), startNode(env)]);
  const password = demoPassword();
  const admin = await a.signIn('admin', password);
  await confirm(admin, appCode((await enrol(admin, password)).secret));
  const guest = new Client(b.address, null);
  const { login } = await guest.data(operation('login'), { username: 'liulou.village', password });
  const socket = await new RawSocket(b.address).enter(login.accessToken);
  const { rows } = await owner.query(`select id, version from account where username = 'liulou.village'`);
  const input = { accountId: rows[0].id, expectedVersion: rows[0].version };
  await admin.data('mutation ($input: ChangeAccountInput!) { disableAccount(input: $input) { mark } }', {
    input,
  });
  expect(await socket.closed).toEqual({ code: 4401, reason: 'SESSION_REVOKED' });
  const village = new Client(b.address, login.accessToken);
  expect((await village.refusal('{ viewer { id } }')).code).toBe('SESSION_REVOKED');
  const { refreshToken } = login;
  expect((await guest.refusal(operation('refresh'), { refreshToken })).code).toBe('SESSION_REVOKED');
  // What failed on one node counts on the other.
  const guess = (node: Server, given: string) =>
    new Client(node.address, null).refusal(operation('login'), { username: 'auditor', password: given });
  for (const node of [a, b, a, b, a])
    expect((await guess(node, 'wrong-password')).code).toBe('UNAUTHENTICATED');
  expect((await guess(b, password)).code).toBe('RATE_LIMITED');
}, 120_000);
