import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { findingIn, state } from '../feed/facts.js';
import { VillageAtWork } from '../feed/moves.js';
import { type House, openHouse } from '../helpers/house.js';
import { scratchFolder, until } from '../helpers/scratch.js';
import { Wire } from './wire.js';

const ROOT = new URL('../..', import.meta.url).pathname;
const VILLAGE = '341225206205';
/** What a frontend has installed beside the packed client. */
const INSTALLED = ['graphql', 'graphql-ws', '@graphql-typed-document-node/core', '@apollo/client', 'rxjs'];

let house: House;
let wire: Wire;
let frontend: Awaited<ReturnType<typeof scratchFolder>>;
const running: ChildProcess[] = [];

beforeAll(async () => {
  frontend = await scratchFolder();
  const packages = join(frontend.folder, 'node_modules');
  mkdirSync(join(packages, 'duban'), { recursive: true });
  const [packed = ''] = execFileSync(process.execPath, ['scripts/client.mjs'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
    .split('\n')
    .slice(-2);
  execFileSync('tar', ['-xzf', packed, '--strip-components=1', '-C', join(packages, 'duban')]);
  for (const name of INSTALLED) {
    mkdirSync(dirname(join(packages, name)), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), join(packages, name));
  }
  writeFileSync(join(frontend.folder, 'package.json'), '{ "type": "module" }');
  house = await openHouse();
  wire = await Wire.open(house.address);
});
afterEach(() => {
  for (const recipe of running.splice(0)) recipe.kill();
});
afterAll(async () => {
  await wire.close();
  await house.close();
  await frontend.remove();
});

/** The code of a page, as it stands there. */
const codeOf = (page: string): string[] =>
  [...readFileSync(join(ROOT, page), 'utf8').matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
const [FOLLOW = '', FROM_LIST = '', APOLLO = ''] = codeOf('docs/client.md');

/** What a recipe says, once it runs: as on the page, but for the address and the password. */
function run(name: string, code: string): { readonly said: string[]; readonly failed: () => string } {
  const file = join(frontend.folder, `${name}.ts`);
  writeFileSync(
    file,
    code
      .replaceAll('http://127.0.0.1:4000/graphql', wire.address)
      .replaceAll('the printed password', house.database.secrets.demoPassword),
  );
  const recipe = spawn(process.execPath, ['--no-warnings', file]);
  running.push(recipe);
  let out = '';
  let failed = '';
  recipe.stdout.on('data', (text) => {
    out += text;
  });
  recipe.stderr.on('data', (text) => {
    failed += text;
  });
  return {
    get said() {
      return out.split('\n').filter(Boolean);
    },
    failed: () => failed,
  };
}

/** The socket is cut between, and while, things happen; each is to be said once. */
async function happenAndCut(headlines: () => number): Promise<number> {
  const seen = headlines();
  // Whether it listens already shows when something happens.
  await until('it listens', async () => {
    await state(house, findingIn(VILLAGE));
    return headlines() > seen;
  });
  let happened = await settledAt(headlines);
  for (let cut = 0; cut < 5; cut++) {
    await state(house, findingIn(VILLAGE), findingIn(VILLAGE));
    wire.cut();
    await state(house, findingIn(VILLAGE));
    happened += 3;
  }
  await until('everything was said', () => headlines() >= happened);
  return happened;
}

async function settledAt(headlines: () => number): Promise<number> {
  for (let before = -1; before !== headlines(); await new Promise((resolve) => setTimeout(resolve, 300)))
    before = headlines();
  return headlines();
}

test('the README shows the same code as the page of the client, in ten lines', () => {
  expect(codeOf('README.md')).toEqual([FOLLOW]);
  expect(FOLLOW.trim().split('\n').filter(Boolean)).toHaveLength(10);
});

test('what is shown fits its types, for whoever has installed the client', () => {
  const files = Object.entries({ FOLLOW, FROM_LIST, APOLLO }).map(([name, code]) => {
    writeFileSync(join(frontend.folder, `${name}.check.ts`), code);
    return `${name}.check.ts`;
  });
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable'],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  };
  writeFileSync(join(frontend.folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const { stdout } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', frontend.folder], {
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
});

test('the client has nothing of the house with it, and this package has the same modules', () => {
  const own = JSON.parse(readFileSync(join(frontend.folder, 'node_modules/duban/package.json'), 'utf8'));
  expect(Object.keys(own.dependencies)).toEqual([
    '@graphql-typed-document-node/core',
    'graphql',
    'graphql-ws',
  ]);
  const script = `console.log(Object.keys(await import('duban/client')).join(), typeof (await import('duban/client/documents')).TasksDocument)`;
  const asked = (cwd: string) =>
    spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd, encoding: 'utf8' }).stdout;
  expect(asked(ROOT)).toMatch(/Duban.* object\n$/);
  expect(asked(frontend.folder)).toBe(asked(ROOT));
});

test('a feed is followed over cuts, each event once', async () => {
  const recipe = run('follow', FOLLOW);
  const happened = await happenAndCut(() => recipe.said.length);
  expect(await settledAt(() => recipe.said.length)).toBe(happened);
  expect(new Set(recipe.said)).toEqual(new Set([expect.stringContaining('饮水未达标')]));
});

test('a list, and from exactly there what becomes of it', async () => {
  const work = await VillageAtWork.of(await house.signIn('hesheng.village'), VILLAGE);
  const recipe = run('from-list', FROM_LIST);
  await until('it is live', () => recipe.said.includes('live'));
  expect(recipe.said[0]).toMatch(/^\d+ tasks$/);
  const { taskId } = await work.move();
  await until('the move was said', () => recipe.said.some((line) => line.startsWith(`${taskId} was `)));
  wire.cut();
  const next = await work.move();
  await until('the next was said, too', () => recipe.said.some((line) => line.startsWith(next.taskId)));
  expect(recipe.said.filter((line) => line.includes(' was ')).length).toBe(2);
});

test('Apollo Client asks and subscribes through it, over cuts', async () => {
  const recipe = run('apollo', APOLLO);
  await until('it has asked', () => recipe.said.length > 0);
  expect(recipe.said[0]).toMatch(/^3042 tasks$/);
  const happened = await happenAndCut(() => recipe.said.length);
  expect(await settledAt(() => recipe.said.length)).toBe(happened);
  expect(recipe.failed()).toBe('');
});
