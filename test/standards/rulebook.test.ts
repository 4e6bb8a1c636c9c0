import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { installed } from '../../src/installation.js';
import { readRulebook } from '../../src/standards/rulebook.file.js';

const file = (name: string) => readFileSync(installed('data', 'exit-standards', name), 'utf8');
const village = JSON.parse(file('village-2016.json'));
const points = JSON.parse(file('village-points-example.json'));

test('the two examples are sound: every required item, and points', () => {
  const read = readRulebook(JSON.stringify(village));
  expect(read.items).toHaveLength(18);
  expect(read.passPoints).toBeUndefined();
  const byPoints = readRulebook(JSON.stringify(points));
  expect(byPoints.passPoints).toBe(90);
  expect(byPoints.items.reduce((sum, item) => sum + (item.points ?? 0), 0)).toBe(100);
});

const item = (more: object) => ({ ...village, items: [{ ...village.items[1], ...more }] });
const clinics = { measure: 'CLINICS', comparator: 'GE', threshold: { count: 1 } };
const incidence = {
  measure: 'POVERTY_INCIDENCE',
  comparator: 'LT',
  threshold: { numerator: 2, denominator: 100 },
};

test.each([
  ['an unknown measure', item({ measure: 'HAPPINESS' }), 'items[0].measure'],
  ['a measure of something else', { ...item({}), target: 'COUNTY' }, 'items[0].measure'],
  ['an unknown comparator', item({ comparator: 'ABOUT' }), 'items[0].comparator'],
  ['a comparator that does not fit', item({ ...clinics, comparator: 'HOLDS' }), 'items[0].comparator'],
  [
    'a yes that is counted',
    item({ measure: 'BROADBAND', comparator: 'GE', threshold: { text: '通' } }),
    'items[0].comparator',
  ],
  [
    'a count with a share',
    item({ ...clinics, threshold: { numerator: 1, denominator: 2 } }),
    'items[0].threshold',
  ],
  ['a share with a count', item({ ...incidence, threshold: { count: 2 } }), 'items[0].threshold'],
  [
    'a veto that can never pass',
    item({ ...incidence, kind: 'VETO', threshold: { numerator: 0, denominator: 100 } }),
    'items[0].threshold',
  ],
  [
    'more than the whole',
    item({ ...incidence, comparator: 'GE', threshold: { numerator: 101, denominator: 100 } }),
    'items[0].threshold',
  ],
  [
    'more than the whole and a bit',
    item({ ...incidence, comparator: 'GT', threshold: { numerator: 1, denominator: 1 } }),
    'items[0].threshold',
  ],
  ['fewer than none', item({ ...clinics, comparator: 'LT', threshold: { count: 0 } }), 'items[0].threshold'],
  [
    'a share of nothing',
    item({ ...incidence, threshold: { numerator: 1, denominator: 0 } }),
    'items[0].threshold.denominator',
  ],
  ['an item twice', { ...village, items: [village.items[0], village.items[0]] }, 'items[1].code'],
  ['no items', { ...village, items: [] }, 'items'],
  ['an end before its beginning', { ...village, effectiveTo: '2016-09-16' }, 'effectiveTo'],
  ['a day that is none', { ...village, effectiveFrom: '2016-02-30' }, 'effectiveFrom'],
  ['points for nothing', item({ points: 5 }), 'items[0].points'],
  ['points that are not enough', { ...points, passPoints: 101 }, 'passPoints'],
  ['no source', { ...village, source: '' }, 'source'],
  ['a region that is none', { ...village, jurisdiction: '3412' }, 'jurisdiction'],
  ['a word that nobody reads', { ...village, remarks: 'x' }, ''],
])('%s is refused with its place', (_, book, path) => {
  expect(() => readRulebook(JSON.stringify(book))).toThrow(
    expect.objectContaining({ code: 'INVALID_RULEBOOK', extensions: expect.objectContaining({ path }) }),
  );
});

test('what is no JSON is refused', () => {
  expect(() => readRulebook('{')).toThrow(expect.objectContaining({ code: 'INVALID_RULEBOOK' }));
});
