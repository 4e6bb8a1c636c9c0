import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Command, freePort } from '../helpers/command.js';
import { operation } from '../helpers/house.js';
import { scratchFolder } from '../helpers/scratch.js';
import { demoPasswordOf, ONE_LINE, type Server, Servers } from '../server/process.js';

const VILLAGE = '341225206205';

const servers = new Servers();
let folder: string;
let remove: () => Promise<void>;

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
});
afterEach(() => servers.endAll());
afterAll(() => remove());

const watch = (env: Record<string, string>, ...args: string[]) =>
  servers.keep(new Command([process.execPath, 'scripts/run.mjs', 'watch', ...args], env));

/** The village team takes up some task that nobody has begun. */
async function takeUp(server: Server, password: string): Promise<void> {
  const team = await server.signIn('hesheng.village', password);
  const variables = { within: VILLAGE, filter: { status: ['NOT_STARTED'] }, first: 1 };
  const [{ node }] = (await team.data(operation('tasks'), variables)).tasks.edges;
  const input = { taskId: node.id, to: 'IN_PROGRESS', expectedVersion: node.version };
  await team.data(operation('change-task-status'), { input });
}

const lines = (command: Command) => command.out.trim().split('\n');

test('news come as they happen, also after the server was away', async () => {
  const DATA_DIR = join(folder, 'data');
  const env = { DATA_DIR, PORT: String(await freePort()), LANG: 'en_GB.UTF-8' };
  const first = await (await servers.start(env)).ready();
  const watcher = watch(env);
  await watcher.says('watching 341200000000 as city.office');
  await takeUp(first, demoPasswordOf(DATA_DIR));
  const news = /^2016-12-08 09:\d\d {2}.{8} {2}.+is now in progress$/m;
  await watcher.says(news);

  await first.end();
  await watcher.says('away');
  const second = await (await servers.start(env)).ready();
  // Before the watcher is back, most likely: its cursor and not its presence is what counts.
  await takeUp(second, demoPasswordOf(DATA_DIR));
  await watcher.says('the server is back');
  await watcher.says(new RegExp(`${news.source}[^]*${news.source}`, 'm'));
  expect(lines(watcher).filter((line) => news.test(line))).toHaveLength(2);
  expect(await watcher.end('SIGINT')).toMatchObject({ code: 0, err: '' });
});

test('what makes no sense to wait for ends it with one line', async () => {
  const DATA_DIR = join(folder, 'other');
  const PORT = String(await freePort());
  const nobody = await watch({ DATA_DIR, PORT, DEMO_PASSWORD: 'demo-password' }).ended;
  expect(nobody).toMatchObject({ code: 1, out: '' });
  expect(nobody.err).toMatch(/^Nothing answers at [^\n]+ Is "npm start" running[^\n]+\n$/);

  await (await servers.start({ DATA_DIR, PORT })).ready();
  const [stranger, outside, unknown, lost] = await Promise.all([
    watch({ DATA_DIR, PORT, DEMO_PASSWORD: 'not-the-password' }).ended,
    watch({ DATA_DIR, PORT }, '341200000000', 'hesheng.village').ended,
    watch({ DATA_DIR, PORT }, '999999999999').ended,
    watch({ DATA_DIR: join(folder, 'nowhere'), PORT }).ended,
  ]);
  expect(stranger?.err).toBe('Wrong username or password.\n');
  expect(lost?.err).toContain('set DEMO_PASSWORD');
  for (const end of [stranger, outside, unknown, lost]) {
    expect(end).toMatchObject({ code: 1, out: '' });
    expect(end?.err).toMatch(ONE_LINE);
  }
});
