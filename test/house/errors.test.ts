import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { CloseCode } from 'graphql-ws';
import { ERROR_CODES } from '../../src/errors.js';
import { CLOSE } from '../../src/http/protocol.js';

/** Codes that Apollo gives by itself; BAD_USER_INPUT and INTERNAL_SERVER_ERROR are ours as well. */
const APOLLO = [
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
];

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `([A-Z_]+)` \|(.*)\|$/gm)].map(([, code = '', rest = '']) => ({
  code,
  cells: rest.split(' | ').map((cell) => cell.trim()),
}));

test('the page explains every code of the table and Apollo\u2019s own, in order, and no other', () => {
  expect(rows.map(({ code }) => code)).toEqual([...ERROR_CODES, ...APOLLO].sort());
});

test('each says when, with which status, and what to do', () => {
  for (const { code, cells } of rows) {
    const [status = '', when = '', then = ''] = cells;
    expect({ code, status: /^\d{3}(, \d{3})*$/.test(status) }).toEqual({ code, status: true });
    expect({ code, sentences: [when, then].every((text) => /^[A-Z`].*\.$/.test(text)) }).toEqual({
      code,
      sentences: true,
    });
  }
});

test('every code of the table is given somewhere', () => {
  const src = new URL('../../src', import.meta.url).pathname;
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const given = (code: string) =>
    files.some((file) => {
      const text = readFileSync(join(src, file), 'utf8');
      // In errors.ts itself only what is made there counts, not the table.
      return file === 'errors.ts' ? text.includes(`Refusal('${code}'`) : text.includes(`'${code}'`);
    });
  expect(ERROR_CODES.filter((code) => !given(code))).toEqual([]);
});

test('the page explains every close code', () => {
  const explained = [...page.matchAll(/^\| (\d{4}) \|/gm)].map(([, code]) => Number(code));
  // 4004, 4005 and 4504 are said by clients only.
  const said = Object.values(CloseCode).filter(
    (code): code is number => typeof code === 'number' && ![4004, 4005, 4504].includes(code),
  );
  const expected = new Set([1009, ...Object.values(CLOSE), ...said]);
  expect(explained).toEqual([...expected].sort());
});
