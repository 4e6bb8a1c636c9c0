import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isInside, isLeaf, isRegionCode, lies, pathOf, prefixOf, scopeOf } from '../../src/auth/scope.js';

/** The official list: code → parent. */
const parents = new Map(
  readFileSync(new URL('../../data/regions-341200.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(','))
    .map(([code = '', , , parent = '']) => [code, parent] as const),
);
const codes = [...parents.keys()];

/** The region itself and all that contain it by the list's own parents, largest first. */
function line(code: string): string[] {
  const parent = parents.get(code);
  return [...(parent ? line(parent) : []), code];
}

const official = fc.constantFrom(...codes);
/** Any code at all, with enough zeros for every level to come up. */
const anyCode = fc
  .tuple(fc.stringMatching(/^[0-9]{12}$/), fc.constantFrom(0, 2, 4, 6, 9, 12))
  .map(([digits, kept]) => digits.slice(0, kept).padEnd(12, '0'));

describe('on the official list', () => {
  test('nothing lies inside a village, and every other region is no village', () => {
    const levels = new Map([...parents.keys()].map((code) => [code, line(code).length]));
    for (const [code, level] of levels)
      expect({ code, isLeaf: isLeaf(code) }).toEqual({ code, isLeaf: level === 5 });
  });

  test('a region lies in the range of another when that one is the region or contains it', () => {
    expect(codes).toHaveLength(2156);
    fc.assert(
      fc.property(official, official, (inner, outer) => {
        expect(lies(inner, scopeOf(outer))).toBe(line(inner).includes(outer));
      }),
      { numRuns: 5000 },
    );
    // Two codes drawn at random are rarely related, so every true relation is asked as well.
    for (const code of codes) for (const above of line(code)) expect(lies(code, scopeOf(above))).toBe(true);
  });

  test('the path of a code is the line of its parents', () => {
    for (const code of codes) expect(pathOf(code).filter((each) => parents.has(each))).toEqual(line(code));
  });
});

test('range, prefix and path tell the same', () => {
  fc.assert(
    fc.property(anyCode, anyCode, (inner, outer) => {
      const told = lies(inner, scopeOf(outer));
      expect(isInside(inner, outer)).toBe(told);
      expect(inner.startsWith(prefixOf(outer))).toBe(told);
      if (told && prefixOf(outer).length < 12) expect(pathOf(inner)).toContain(outer);
      for (const above of pathOf(inner)) expect(lies(inner, scopeOf(above))).toBe(true);
    }),
  );
});

test('a path begins at the province, ends at the code, and nothing comes twice', () => {
  fc.assert(
    fc.property(anyCode, (code) => {
      const path = pathOf(code);
      expect(path.at(-1)).toBe(code);
      expect(new Set(path).size).toBe(path.length);
      const lengths = path.map((each) => prefixOf(each).length);
      expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
    }),
  );
});

test('ranges of two regions are nested or apart', () => {
  fc.assert(
    fc.property(anyCode, anyCode, anyCode, (a, b, code) => {
      if (!isInside(a, b) && !isInside(b, a)) {
        expect(lies(code, scopeOf(a)) && lies(code, scopeOf(b))).toBe(false);
      }
    }),
  );
});

test('a prefecture without counties: towns lie directly inside it', () => {
  expect(pathOf('441900003001')).toEqual(['440000000000', '441900000000', '441900003000', '441900003001']);
  expect(lies('441900003001', scopeOf('441900000000'))).toBe(true);
  expect(lies('441900003001', scopeOf('441900004000'))).toBe(false);
  expect(lies('441901003001', scopeOf('441900003000'))).toBe(false);
});

test('a neighbour whose digits begin alike is not inside', () => {
  expect(lies('341225206205', scopeOf('341225206000'))).toBe(true);
  expect(lies('341225207205', scopeOf('341225206000'))).toBe(false);
  expect(lies('341226000000', scopeOf('341225000000'))).toBe(false);
  expect(lies('341300000000', scopeOf('341200000000'))).toBe(false);
});

test('a region code is exactly 12 ASCII digits', () => {
  expect(codes.every(isRegionCode)).toBe(true);
  const wrong = [
    '',
    '34120000000',
    '3412000000000',
    '34120000000a',
    '341200000000\n',
    ' 341200000000',
    '３４１２００００００００',
  ];
  expect(wrong.filter(isRegionCode)).toEqual([]);
});
