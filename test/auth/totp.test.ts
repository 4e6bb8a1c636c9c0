import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { base32, codeOf, fromBase32, matchStep, otpauthUri, stepAt } from '../../src/auth/totp.js';

/** RFC 6238, appendix B: the secret is the ASCII of these digits; the last six of its eight digits are ours. */
const SECRET = Buffer.from('12345678901234567890');
const VECTORS = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
] as const;

test.each(VECTORS)('at %s seconds the code is the RFC\u2019s', (seconds, code) => {
  expect(codeOf(SECRET, stepAt(new Date(seconds * 1000)))).toBe(code);
});

test('base32 is RFC 4648\u2019s, and comes back', () => {
  expect(base32(Buffer.from('foobar'))).toBe('MZXW6YTBOI');
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
      expect(fromBase32(base32(Buffer.from(bytes)))).toEqual(Buffer.from(bytes));
    }),
  );
});

describe('a code', () => {
  const now = new Date('2026-01-01T00:00:15Z');
  const at = (off: number) => codeOf(SECRET, stepAt(now) + off);
  const match = (code: string, lastUsed = 0) => matchStep(base32(SECRET), code, now, lastUsed);

  test('is good one step early and one late, and no further', () => {
    const steps = [-2, -1, 0, 1, 2].map((off) => match(at(off)));
    expect(steps).toEqual([null, stepAt(now) - 1, stepAt(now), stepAt(now) + 1, null]);
  });

  test('is not good again, nor is one before it', () => {
    expect(match(at(0), stepAt(now))).toBeNull();
    expect(match(at(-1), stepAt(now))).toBeNull();
    expect(match(at(1), stepAt(now))).toBe(stepAt(now) + 1);
  });

  test('may have spaces, and nothing else', () => {
    expect(match(` ${at(0).slice(0, 3)} ${at(0).slice(3)} `)).toBe(stepAt(now));
    const wrong = ['', '000', `${at(0)}0`, at(0).slice(1), `-${at(0).slice(1)}`, '１２３４５６'];
    for (const code of wrong) expect(match(code)).toBeNull();
  });
});

test('the address says everything that an app needs', () => {
  const uri = new URL(otpauthUri(SECRET, '督办', 'city.office'));
  expect(uri.protocol).toBe('otpauth:');
  expect(decodeURIComponent(uri.pathname)).toContain('督办:city.office');
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    secret: base32(SECRET),
    issuer: '督办',
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  });
});
