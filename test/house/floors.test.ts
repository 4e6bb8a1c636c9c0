import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from '@jest/globals';

const SRC = new URL('../../src', import.meta.url).pathname;

const GROUND = ['config', 'limits', 'errors', 'clock', 'log', 'text', 'secrets', 'installation', 'folder'];
const BASE = ['events', 'auth', 'vault', 'ledger', 'db', 'http'];
const ROOMS = [
  'regions',
  'calendars',
  'people',
  'households',
  'standards',
  'tasks',
  'exits',
  'targets',
  'projects',
  'inspections',
  'alerts',
  'inbox',
  'accountability',
];
const CALLERS = ['feed', 'deadlines', 'indicators', 'demo'];
/** What frontends run knows the server by its API alone, and the server does not know it at all. */
const CLIENT = ['client'];
const PAGES = ['web'];
const DOOR = ['main', 'server', 'house', 'schema', 'entities', 'welcome', 'database', 'cli'];

/** What a room is made of; a tenth kind of file means that the room is two. */
const ROOM_FILE = /^[a-z.-]+\.(entity|rules|type|resolver|actions|queries|followers|file)\.ts$/;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
const text = (file: string) => readFileSync(join(SRC, file), 'utf8');

/** The folder directly under src, or the file's own name for those at the top. */
const placeOf = (file: string) => file.split('/')[0]?.replace(/\.tsx?$/, '') ?? '';

const FLOORS = [GROUND, BASE, ROOMS, CALLERS, DOOR, CLIENT, PAGES];
const floorOf = (place: string) => FLOORS.findIndex((floor) => floor.includes(place));

/** The file that an import of a compiled one means. */
const sourceOf = (path: string) =>
  [path.replace(/\.js$/, '.ts'), path.replace(/\.js$/, '.tsx')].find((file) => files.includes(file)) ?? path;

function importsOf(file: string): string[] {
  const found = text(file).matchAll(/(?:from|import\()\s*'(\.[^']+)'/g);
  return [...found].map(([, path = '']) => sourceOf(relative(SRC, join(SRC, dirname(file), path))));
}

/** Down, or left along the floor of the rooms; beside each other only on the ground, the base and at the door. */
function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  const isApart = (place: string) => CLIENT.includes(place) || PAGES.includes(place);
  if (isApart(from) || isApart(to)) return PAGES.includes(from) && CLIENT.includes(to);
  if (floorOf(from) !== floorOf(to)) return floorOf(to) < floorOf(from);
  if (ROOMS.includes(from)) return ROOMS.indexOf(to) < ROOMS.indexOf(from);
  return !CALLERS.includes(from);
}

test('every folder and file at the top has its floor', () => {
  const unknown = [...new Set(files.map(placeOf))].filter((place) => floorOf(place) < 0);
  expect(unknown).toEqual([]);
  expect(files.length).toBeGreaterThan(100);
});

test('imports go down, or left along the rooms', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((imported) => !imported.startsWith('..') && !mayImport(placeOf(file), placeOf(imported)))
      .map((imported) => `${file} → ${imported}`),
  );
  expect(wrong).toEqual([]);
});

test('the two pages share the client and nothing else', () => {
  const partOf = (file: string) => file.split('/')[1] ?? '';
  const wrong = files
    .filter((file) => placeOf(file) === 'web')
    .flatMap((file) =>
      importsOf(file)
        .filter((to) => files.includes(to) && placeOf(to) === 'web' && partOf(file) !== partOf(to))
        .map((to) => `${file} → ${to}`),
    );
  expect(wrong).toEqual([]);
});

test('no file imports itself through others', () => {
  const edges = new Map(files.map((file) => [file, importsOf(file)]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (file: string, path: string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    else if (!done.has(file)) for (const next of edges.get(file) ?? []) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  expect(cycles).toEqual([]);
});

test('a room holds only the files of a room', () => {
  const strange = files.filter(
    (file) => ROOMS.includes(placeOf(file)) && !ROOM_FILE.test(file.split('/').slice(1).join('/')),
  );
  expect(strange).toEqual([]);
});

test('no resolver is imported but by the schema', () => {
  const wrong = files.flatMap((file) =>
    file === 'schema.ts' ? [] : importsOf(file).filter((imported) => imported.endsWith('.resolver.ts')),
  );
  expect(wrong).toEqual([]);
});

test('the environment is read in one file, the wall clock in another', () => {
  const reading = (pattern: RegExp) => files.filter((file) => pattern.test(text(file)));
  expect(reading(/process\.env/)).toEqual(['config.ts']);
  expect(reading(/Date\.now|new Date\(\)/)).toEqual(['clock.ts']);
});

test('no file is over 300 lines', () => {
  expect(files.filter((file) => text(file).split('\n').length > 300)).toEqual([]);
});
