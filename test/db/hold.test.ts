import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { holdDataDir } from '../../src/db/hold.js';
import { scratchFolder } from '../helpers/scratch.js';

let folder: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ folder, remove } = await scratchFolder());
});
afterEach(() => remove());

/** Another process that holds the folder until it is killed; the compiled house, as plain node runs it. */
async function holdElsewhere() {
  const module = new URL('../../dist/src/db/hold.js', import.meta.url).href;
  const program = `const { holdDataDir } = await import('${module}');
    await holdDataDir(process.argv[1], 'http://127.0.0.1:4000').then(
      () => { console.log('held'); setInterval(() => {}, 1000); },
      (error) => console.log(error.message));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, said: said.toString().trim() };
}

test('the second start says who holds the folder', async () => {
  const { child, said } = await holdElsewhere();
  expect(said).toBe('held');
  try {
    await expect(holdDataDir(folder, 'me')).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(
        new RegExp(`held by process ${child.pid} \\(http://127.0.0.1:4000\\) since \\d{4}-\\d\\d-\\d\\dT`),
      ),
    });
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

test('a killed holder holds nothing', async () => {
  const { child } = await holdElsewhere();
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect((await readdir(folder)).sort()).toEqual(['held-by.json', 'held.lock']);
  const hold = await holdDataDir(folder, 'me');
  await hold.release();
});

test('a record left by a killed start does not matter, even when its number runs again', async () => {
  await writeFile(join(folder, 'held-by.json'), JSON.stringify({ pid: process.ppid, about: 'long ago' }));
  const hold = await holdDataDir(folder, 'me');
  await hold.release();
});

test('released, it can be taken again; releasing twice is harmless', async () => {
  const first = await holdDataDir(folder, 'first');
  await expect(holdDataDir(folder, 'second')).rejects.toMatchObject({ exitCode: 1 });
  await first.release();
  await first.release();
  const second = await holdDataDir(folder, 'second');
  await expect(holdDataDir(folder, 'third')).rejects.toThrow('(second)');
  await second.release();
});

test('of many starts at once one gets it', async () => {
  const others = await Promise.all([1, 2, 3, 4].map(() => holdElsewhere()));
  try {
    expect(others.filter(({ said }) => said === 'held')).toHaveLength(1);
  } finally {
    for (const { child } of others) child.kill('SIGKILL');
  }
});

test('a folder that cannot be used stops the start and is named', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  await expect(holdDataDir(join(file, 'data'), 'me')).rejects.toMatchObject({
    exitCode: 78,
    message: expect.stringContaining('DATA_DIR'),
  });
});
