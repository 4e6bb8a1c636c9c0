import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import WebSocket from 'ws';
import { freePort } from '../helpers/command.js';
import { scratchFolder, until } from '../helpers/scratch.js';
import { databasePid, databaseProcesses, demoPasswordOf, Servers } from './process.js';

const servers = new Servers();
let folder: string;
let remove: () => Promise<void>;

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  const first = await servers.start({ DATA_DIR: join(folder, 'first') });
  await first.ready();
  await first.end();
}, 60_000);
afterEach(() => servers.endAll());
afterAll(() => remove());

async function startUsed(name: string, command?: readonly string[]) {
  const DATA_DIR = join(folder, name);
  await cp(join(folder, 'first'), DATA_DIR, { recursive: true });
  const server = await (await servers.start({ DATA_DIR }, command)).ready();
  return { server, DATA_DIR };
}

test('SIGTERM ends it with 0, also when another signal follows', async () => {
  const { server, DATA_DIR } = await startUsed('signals');
  server.signal('SIGTERM');
  server.signal('SIGINT');
  server.signal('SIGTERM');
  const { code, out, err } = await server.ended;
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out.split('"msg":"stopping"')).toHaveLength(2);
  expect(out).toContain('"msg":"stopped"');
  expect(databaseProcesses(DATA_DIR)).toEqual([]);
});

test('npm hands the signal on, and the exit code back', async () => {
  const { server, DATA_DIR } = await startUsed('npm', ['npm', 'start', '--silent']);
  expect(await server.end()).toMatchObject({ code: 0 });
  expect(databaseProcesses(DATA_DIR)).toEqual([]);
  const PORT = String(await freePort());
  const refused = await servers.start({ PORT, CAMPAIGN_SPEED: 'fast' }, ['npm', 'start', '--silent']);
  expect(await refused.ended).toMatchObject({
    code: 78,
    err: expect.stringContaining('CAMPAIGN_SPEED accepts'),
  });
});

test.each([
  ['before it listens', null],
  ['while the database is prepared', 'made a new embedded database'],
  ['while the demo is loaded', 'loading the demo city'],
  ['while the log is read', '"stage":"whole"'],
])('SIGTERM during the start, %s, ends it with 0 and leaves no database', async (_, moment) => {
  const DATA_DIR = join(folder, `during ${moment}`);
  const server = await servers.start({ DATA_DIR, DEMO_HOUSEHOLDS: '3000', LOG_LEVEL: 'debug' });
  if (moment) await server.says(moment);
  else await until('it has taken its folder', () => existsSync(join(DATA_DIR, 'held.lock')));
  const { code, out, err } = await server.end();
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).not.toContain('duban is ready');
  expect(databaseProcesses(DATA_DIR)).toEqual([]);
});

test('a stop lets sockets and requests go, and is not held up by who neither speaks nor leaves', async () => {
  const { server, DATA_DIR } = await startUsed('guests');
  const client = await server.signIn('city.office', demoPasswordOf(DATA_DIR));
  const feed = await client.subscribe(
    'subscription { supervisionFeed(within: "341200000000") { cursor events { id } } }',
  );
  await feed.next();
  const idle = connect(server.port, '127.0.0.1');
  const half = connect(server.port, '127.0.0.1');
  half.write('POST /graphql HTTP/1.1\r\nHost: duban\r\nContent-Le');
  // Refused, and yet the connection stays: it asked to become a socket, and half of it was never closed.
  const lingering = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
  lingering.write(
    'GET /elsewhere HTTP/1.1\r\nHost: duban\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  );
  await once(lingering, 'data');
  const silent = new WebSocket(`ws://127.0.0.1:${server.port}/graphql`, 'graphql-transport-ws');
  await once(silent, 'open');
  const closed = once(silent, 'close');
  expect((await server.end('SIGINT')).code).toBe(0);
  expect((await closed)[0]).toBe(1012);
  await expect(feed.next()).rejects.toMatchObject({ code: 1012 });
  for (const socket of [idle, half, lingering]) socket.destroy();
});

test('a server whose embedded database is killed says so and ends with 1', async () => {
  const { server, DATA_DIR } = await startUsed('fault');
  process.kill(databasePid(DATA_DIR), 'SIGKILL');
  const { code, out } = await server.ended;
  expect(code).toBe(1);
  expect(out).toContain('stopping, because the database has ended');
});

test('a server goes on when nobody reads what it says', async () => {
  const { server } = await startUsed('reader');
  server.child.stdout?.destroy();
  expect(await server.signIn('city.office', 'wrong').catch((error: Error) => error.message)).toContain(
    'UNAUTHENTICATED',
  );
  expect((await server.end('SIGHUP')).code).toBe(0);
});
