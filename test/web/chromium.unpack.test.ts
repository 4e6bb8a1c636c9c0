import {
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pack } from 'tar-fs';
import { chooseChromium, unpackChromium } from '../helpers/chromium.js';
import { scratchFolder } from '../helpers/scratch.js';

let scratch: { folder: string; remove: () => Promise<void> };
/** A temporary folder, and a package that is as npm's, but small. */
let places: { root: string; bin: string };
beforeEach(async () => {
  scratch = await scratchFolder();
  places = { root: join(scratch.folder, 'tmp'), bin: join(scratch.folder, 'bin') };
  await Promise.all(Object.values(places).map((folder) => mkdir(folder)));
  await writeFile(join(places.bin, 'chromium.br'), brotliCompressSync('program'));
  for (const [name, file] of [
    ['al2023', 'lib/libnss3.so'],
    ['fonts', 'fonts/letters.ttf'],
  ] as const) {
    const folder = join(scratch.folder, name);
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), name);
    await writeFile(join(places.bin, `${name}.tar.br`), brotliCompressSync(await buffer(pack(folder))));
  }
});
afterEach(() => scratch.remove());

const unpack = () => unpackChromium(places);
const inodeOf = async (path: string) => (await stat(path)).ino;

test('unpacked for this user alone, with whatever the package has', async () => {
  const folder = await unpack();
  expect(await readFile(join(folder, 'chromium'), 'utf8')).toBe('program');
  expect(await readFile(join(folder, 'al2023/lib/libnss3.so'), 'utf8')).toBe('al2023');
  expect(await readFile(join(folder, 'fonts.conf'), 'utf8')).toContain(`<dir>${folder}/fonts</dir>`);
  const [{ mode, uid }, program] = [await stat(folder), await stat(join(folder, 'chromium'))];
  expect([mode & 0o777, uid, program.mode & 0o777]).toEqual([0o700, process.getuid?.(), 0o700]);
});

test('a second setup finds it and does nothing, and needs no package for it', async () => {
  const folder = await unpack();
  const before = await inodeOf(folder);
  await rm(places.bin, { recursive: true });
  expect(await unpack()).toBe(folder);
  expect(await inodeOf(folder)).toBe(before);
});

test('setups side by side agree on one folder and leave nothing else', async () => {
  const folders = await Promise.all(Array.from({ length: 5 }, unpack));
  expect(new Set(folders).size).toBe(1);
  expect(await readdir(places.root)).toEqual([folders[0]?.slice(places.root.length + 1)]);
});

test.each<[string, (folder: string) => Promise<void>]>([
  ['was cut off', (folder) => rm(join(folder, 'contents.json'))],
  ['was cleaned of a file', (folder) => rm(join(folder, 'al2023/lib/libnss3.so'))],
  ['has a file of another size', (folder) => writeFile(join(folder, 'chromium'), 'pro')],
])('a folder that %s is replaced, by several setups too', async (_, spoil) => {
  const folder = await unpack();
  await spoil(folder);
  await Promise.all([unpack(), unpack(), unpack()]);
  expect(await readFile(join(folder, 'chromium'), 'utf8')).toBe('program');
  expect(await readFile(join(folder, 'al2023/lib/libnss3.so'), 'utf8')).toBe('al2023');
  expect((await readdir(places.root)).length).toBe(1);
});

test('a setup that fails leaves nothing behind, and what a killed one left is taken away later', async () => {
  const archive = join(places.bin, 'fonts.tar.br');
  await rename(archive, `${archive}.away`);
  await expect(unpack()).rejects.toThrow('ENOENT');
  expect(await readdir(places.root)).toEqual([]);

  await rename(`${archive}.away`, archive);
  const folder = await unpack();
  const [old, young] = [`${folder}.aaaaaa`, `${folder}.bbbbbb`];
  await mkdir(old);
  await mkdir(young);
  await utimes(old, 0, 0);
  await rm(folder, { recursive: true });
  await unpack();
  expect((await readdir(places.root)).map((name) => join(places.root, name)).sort()).toEqual([folder, young]);
});

test.each<[string, (folder: string) => Promise<void>]>([
  ['others may write', (folder) => chmod(folder, 0o777)],
  [
    'only a link leads to',
    (folder) => rename(folder, `${folder}-`).then(() => symlink(`${folder}-`, folder)),
  ],
  // Only root can give a folder away; anybody else meets what root owns.
  [
    'another owns',
    (folder) => (process.getuid?.() === 0 ? chown(folder, 65534, 65534) : leadTo(folder, '/usr')),
  ],
])('a folder that %s is refused', async (_, plant) => {
  await plant(await unpack());
  await expect(unpack()).rejects.toThrow(/is not a folder that only this user can write: remove it/);
});

const leadTo = async (folder: string, place: string) => {
  await rm(folder, { recursive: true });
  await symlink(place, folder);
};

test('npm has a Chromium for Linux on x64; elsewhere, and there if wished, one is given', () => {
  expect(chooseChromium({ platform: 'linux', arch: 'x64' })).toBeNull();
  const given = '/opt/chromium/chrome';
  expect(chooseChromium({ platform: 'linux', arch: 'x64', given })).toBe(given);
  expect(chooseChromium({ platform: 'linux', arch: 'arm64', given })).toBe(given);
  for (const [platform, arch] of [
    ['linux', 'arm64'],
    ['darwin', 'arm64'],
    ['win32', 'x64'],
  ] as const)
    expect(() => chooseChromium({ platform, arch, given: '' })).toThrow(
      `npm brings no Chromium for ${platform} on ${arch}: set CHROMIUM_PATH to one of your own`,
    );
});
