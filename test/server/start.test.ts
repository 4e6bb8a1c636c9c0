import { cp, readdir } from 'node:fs/promises';
import { createServer, type Server as NetServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { isAlive } from '../../src/db/embedded/processes.js';
import { freePort } from '../helpers/command.js';
import { operation } from '../helpers/house.js';
import { scratchFolder, until } from '../helpers/scratch.js';
import { databasePid, demoPasswordOf, ONE_LINE, type Server, Servers } from './process.js';

const servers = new Servers();
let folder: string;
let remove: () => Promise<void>;

let first: Server;
/** What /readyz answered from the first moment on. */
const answers: string[] = [];

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  first = await servers.start({ DATA_DIR: join(folder, 'first') });
  const isReady = async () => {
    const answer = await first.readyz();
    if (answer) answers.push(`${answer.status} ${answer.body.reason ?? answer.body.status}`);
    return answer?.status === 200;
  };
  await until('ready', isReady, 60_000);
  await first.ready();
  await first.signIn('city.office', demoPasswordOf(join(folder, 'first')));
  await first.end();
}, 90_000);
afterEach(() => servers.endAll());
afterAll(() => remove());

/** A DATA_DIR as a first start left it, for a test to use up. */
async function usedDataDir(name: string): Promise<string> {
  await cp(join(folder, 'first'), join(folder, name), { recursive: true });
  return join(folder, name);
}

test('a first start says what it waits for, then where it is and how to sign in', async () => {
  expect(answers[0]).toBe('503 The database is being prepared.');
  expect([...new Set(answers)]).toEqual(
    expect.arrayContaining(['503 The demo is being loaded.', '200 ready']),
  );
  const { code, out, err } = await first.ended;
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain(`${first.address}/graphql`);
  expect(out).toContain(`ws://127.0.0.1:${first.port}/graphql`);
  expect(out).toContain('2016-12-08 09:00');
  expect(out).toContain('city.office');
  expect(out.split(demoPasswordOf(join(folder, 'first')))).toHaveLength(2);
});

test('a second start keeps the password to itself, and it still works', async () => {
  const DATA_DIR = await usedDataDir('second');
  const server = await (await servers.start({ DATA_DIR })).ready();
  const password = demoPasswordOf(DATA_DIR);
  expect(server.out).not.toContain(password);
  expect(server.out).toContain(join(DATA_DIR, 'secrets.json'));
  await server.signIn('hesheng.village', password);
});

test('another DEMO_PASSWORD holds from then on, and is not repeated', async () => {
  const DATA_DIR = await usedDataDir('password');
  const before = demoPasswordOf(DATA_DIR);
  const server = await (await servers.start({ DATA_DIR, DEMO_PASSWORD: 'chosen-by-me' })).ready();
  expect(server.out).not.toContain('chosen-by-me');
  await server.signIn('auditor', 'chosen-by-me');
  await expect(server.signIn('auditor', before)).rejects.toThrow('UNAUTHENTICATED');
  expect(demoPasswordOf(DATA_DIR)).toBe('chosen-by-me');
});

test('after kill -9 a start stops the orphaned database and finds what was written', async () => {
  const DATA_DIR = await usedDataDir('killed');
  const first = await (await servers.start({ DATA_DIR })).ready();
  const client = await first.signIn('hesheng.village', demoPasswordOf(DATA_DIR));
  const filter = { status: ['NOT_STARTED'] };
  const tasks = await client.data(operation('tasks'), { within: '341225206205', filter, first: 1 });
  const { id, version } = tasks.tasks.edges[0].node;
  const input = { taskId: id, to: 'IN_PROGRESS', expectedVersion: version };
  await client.data(operation('change-task-status'), { input });
  await first.end('SIGKILL');
  const orphan = databasePid(DATA_DIR);
  expect(await isAlive(orphan)).toBe(true);

  const second = await (await servers.start({ DATA_DIR })).ready();
  expect(second.out).toContain('left behind');
  expect(await isAlive(orphan)).toBe(false);
  const again = await second.signIn('hesheng.village', demoPasswordOf(DATA_DIR));
  const { task } = await again.data(operation('task'), { id });
  expect(task).toMatchObject({ status: 'IN_PROGRESS', version: version + 1 });
});

test('a first start that is killed while it loads is finished by the next one, which shows the password', async () => {
  const DATA_DIR = join(folder, 'half');
  const first = await servers.start({ DATA_DIR, DEMO_HOUSEHOLDS: '4100', LOG_LEVEL: 'debug' });
  await first.says('"stage":"households 0"');
  await first.end('SIGKILL');
  expect(first.out).not.toContain('households 4000');
  const second = await (await servers.start({ DATA_DIR, DEMO_HOUSEHOLDS: '20' })).ready();
  expect(second.out).toContain(demoPasswordOf(DATA_DIR));
  const client = await second.signIn('city.office', demoPasswordOf(DATA_DIR));
  // What was begun is finished: 20 now would make half a city of each.
  const { overview } = await client.data(operation('overview'), { region: '341200000000' });
  expect(overview.households.total).toBe(4100);
});

describe('a start that cannot be', () => {
  test('on a DATA_DIR that another server holds says who', async () => {
    const DATA_DIR = await usedDataDir('held');
    const holder = await (await servers.start({ DATA_DIR })).ready();
    const { code, out, err } = await (await servers.start({ DATA_DIR })).ended;
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(ONE_LINE);
    expect(err).toContain(`held by process ${holder.pid} (${holder.address})`);
    expect((await holder.readyz())?.status).toBe(200);
  });

  test('on a used PORT says so, and starts no database', async () => {
    const PORT = await freePort();
    const other: NetServer = createServer().listen(PORT, '127.0.0.1');
    const DATA_DIR = join(folder, 'port');
    const { code, out, err } = await (await servers.start({ DATA_DIR, PORT: String(PORT) })).ended;
    other.close();
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(ONE_LINE);
    expect(err).toContain(`PORT ${PORT} on 127.0.0.1 is in use`);
    expect(await readdir(DATA_DIR)).not.toContain('postgres');
  });

  test.each([
    [{ PORT: 'http' }, /^PORT accepts /, 78],
    [{ HOST: '192.0.2.1' }, /^HOST 192\.0\.2\.1 is not an address of this machine/, 78],
    [{ DATA_DIR: '/proc/no/duban' }, /^DATA_DIR \/proc\/no\/duban cannot be used/, 78],
    [{ SECRETS_FILE: '/proc/no/secrets.json' }, /^SECRETS_FILE \/proc\/no\/secrets\.json cannot be made/, 78],
    // Starting again may help: the server may only be late.
    [
      { DATABASE_URL: 'postgresql://u:p@127.0.0.1:1/d' },
      /^The database of DATABASE_URL cannot be reached/,
      1,
    ],
  ])('with %j says why in one line', async (env, line, exitCode) => {
    const { code, out, err } = await (await servers.start({ DATA_DIR: join(folder, 'bad'), ...env })).ended;
    expect({ code, out }).toEqual({ code: exitCode, out: '' });
    expect(err).toMatch(ONE_LINE);
    expect(err).toMatch(line);
  });
});
