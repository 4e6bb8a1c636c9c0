import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { ROOT } from './lockfile.js';

const page = readFileSync(`${ROOT}docs/threats.md`, 'utf8');
const rows = [...page.matchAll(/^\| (\d+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(([, row, threat, covered]) => ({
  row: Number(row),
  threat,
  covered: covered ?? '',
}));

test('the table has every row of the research, once and in order', () => {
  expect(rows.map(({ row }) => row)).toEqual(Array.from({ length: 108 }, (_, nth) => nth + 1));
});

test('every test that is named is there', () => {
  const named = [...page.matchAll(/`(test\/[\w./-]+\.ts)`/g)].map(([, file]) => file as string);
  expect(named.length).toBeGreaterThan(80);
  expect(named.filter((file) => !existsSync(ROOT + file))).toEqual([]);
});

test('every group of the corpus that is named is there, and every group is named', () => {
  const groups = readdirSync(`${ROOT}test/corpus/cases`).map((file) => file.replace('.jsonl', ''));
  const named = new Set(
    rows.flatMap(({ covered }) =>
      [...covered.matchAll(/corpus ((?:`[\w-]+`(?: and )?)+)/g)].flatMap(([, list = '']) =>
        [...list.matchAll(/`([\w-]+)`/g)].map(([, group]) => group as string),
      ),
    ),
  );
  expect([...named].sort()).toEqual(groups.sort());
});

test('every row names a test, or says why there is none', () => {
  const bare = rows.filter(
    ({ covered }) =>
      !/`test\/|corpus `/.test(covered) && !/^(not covered|no subject)[ \w]*: .{10,}/.test(covered),
  );
  expect(bare).toEqual([]);
});
