import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hashCode, readableCode } from '../../src/auth/code.js';
import { Hasher, Turnstile } from '../../src/auth/hasher.js';

/** Work that lasts until it is told to end. */
function atWork(turnstile: Turnstile) {
  const began: number[] = [];
  const ends: (() => void)[] = [];
  const send = (number: number) =>
    turnstile.through(async () => {
      began.push(number);
      await new Promise<void>((end) => ends.push(end));
      return number;
    });
  return { began, ends, send };
}

test('two at once, so many more in order, and whoever comes on top is turned away at once', async () => {
  const { began, ends, send } = atWork(new Turnstile({ atOnce: 2, waiting: 3 }));
  const [one, two, ...others] = [1, 2, 3, 4, 5].map(send);
  await expect(send(6)).rejects.toMatchObject({ code: 'LOGIN_BUSY', extensions: { retryAfterMs: 1000 } });
  expect(began).toEqual([1, 2]);
  ends[0]?.();
  expect(await one).toBe(1);
  await new Promise(setImmediate);
  expect(began).toEqual([1, 2, 3]);
  const seven = send(7);
  await expect(send(8)).rejects.toMatchObject({ code: 'LOGIN_BUSY' });
  for (let at = 1; at < 6; at += 1) {
    ends[at]?.();
    await new Promise(setImmediate);
  }
  expect(await Promise.all([two, ...others, seven])).toEqual([2, 3, 4, 5, 7]);
  expect(began).toEqual([1, 2, 3, 4, 5, 7]);
});

test('work that fails makes room, too', async () => {
  const turnstile = new Turnstile({ atOnce: 1, waiting: 0 });
  await expect(turnstile.through(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await expect(turnstile.through(async () => 'next')).resolves.toBe('next');
});

test('a password is right in any of its spellings, and nothing is right where none is kept', async () => {
  const hasher = new Hasher({ atOnce: 2, waiting: 20 });
  const told: string[] = [];
  const note = (what: string) => async () => void told.push(what);
  const attempt = { demandOpen: note('asked'), failed: note('failed'), succeeded: note('succeeded') };
  const kept = await hasher.hash('ｇravel ostrich café');
  expect(kept).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await hasher.verify(kept, 'gravel ostrich cafe\u0301', attempt)).toBe(true);
  expect(await hasher.verify(kept, 'gravel ostrich cafe', attempt)).toBe(false);
  expect(await hasher.verify(null, '', attempt)).toBe(false);
  expect(await hasher.verify(undefined, 'gravel ostrich café', attempt)).toBe(false);
  expect(told).toEqual(['succeeded', 'failed', 'failed', 'failed'].flatMap((end) => ['asked', end]));
});

test('a code to hand over is good however it is typed', () => {
  const code = readableCode(Buffer.from([0, 31, 1, 18, 255, 64, 5, 6]), 8);
  expect(code).toBe('0z1j-z056');
  expect(hashCode('oZ iJ–Z056'.replace('–', '-'))).toBe(hashCode(code));
  expect(hashCode('0z1j-z057')).not.toBe(hashCode(code));
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 32 }), (bytes) => {
      const long = readableCode(Buffer.from(bytes), 20);
      expect(long).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){4}[0-9a-hjkmnp-tv-z]{4}$/);
      expect(hashCode(long.replaceAll('-', ' ').toUpperCase())).toBe(hashCode(long));
    }),
  );
  expect(() => readableCode(Buffer.alloc(3), 4)).toThrow('as many bytes');
});
