import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { ERROR_CODES } from '../../src/errors.js';
import { CLOSE } from '../../src/http/protocol.js';
import { LIMITS } from '../../src/limits.js';

const page = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `(LIMIT_[A-Z_]+)` \|(.*)\|$/gm)].map(([, variable = '', rest = '']) => {
  const [meaning = '', unit = '', ...cells] = rest.split(' | ').map((cell) => cell.trim());
  const [fallback, min, max] = cells.slice(0, 3).map(Number);
  return { bound: { variable, fallback, min, max }, meaning, unit, above: cells[3] ?? '' };
});

test('the page lists every bound in order, with its default and its range, and no other', () => {
  expect(rows.map(({ bound }) => bound)).toEqual(Object.values(LIMITS));
});

test('each says what it bounds, in which unit, and what happens above it', () => {
  const known = [
    ...ERROR_CODES,
    'BAD_REQUEST',
    'GRAPHQL_PARSE_FAILED',
    'GRAPHQL_VALIDATION_FAILED',
    ...Object.values(CLOSE).map(String),
  ];
  for (const { bound, meaning, unit, above } of rows) {
    const { variable } = bound;
    expect({ variable, is: /^[A-Z].*\.$/.test(meaning) && unit !== '' && above !== '' }).toEqual({
      variable,
      is: true,
    });
    const codes = [...above.matchAll(/`([A-Z_]+)`/g)].map(([, code = '']) => code);
    expect({ variable, unknown: codes.filter((code) => !known.includes(code)) }).toEqual({
      variable,
      unknown: [],
    });
  }
});

test('every default lies within its range', () => {
  const outside = Object.values(LIMITS).filter(
    ({ fallback, min, max }) => !(min <= fallback && fallback <= max),
  );
  expect(outside).toEqual([]);
});
