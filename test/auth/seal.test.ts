import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Sealer } from '../../src/auth/seal.js';

const sealer = new Sealer(Buffer.alloc(32, 1));

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n';

test('what was sealed opens again, for its own purpose and key only', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.string(),
      (purpose, text, other) => {
        const token = sealer.seal(purpose, text);
        expect(sealer.open(purpose, token)).toBe(text);
        if (other !== purpose) expect(sealer.open(other, token)).toBeNull();
        expect(new Sealer(Buffer.alloc(32, 2)).open(purpose, token)).toBeNull();
      },
    ),
  );
});

test('a purpose never passes for the beginning of another\u2019s text', () => {
  const between = fc.constantFrom('', '\n', '","', '.');
  fc.assert(
    fc.property(fc.string(), between, fc.string(), fc.string({ minLength: 1 }), (a, mark, b, c) => {
      fc.pre(`${mark}${b}` !== '');
      const [, mac] = sealer.seal(a, `${b}${mark}${c}`).split('.');
      const moved = `${Buffer.from(c).toString('base64url')}.${mac}`;
      for (const purpose of [`${a}${b}${mark}`, `${a}${mark}${b}${mark}`]) {
        expect(sealer.open(purpose, moved)).toBeNull();
      }
    }),
  );
});

test('any change of a token is refused', () => {
  const change = fc.tuple(
    fc.nat(),
    fc.constantFrom(...ALPHABET),
    fc.constantFrom('replace', 'insert', 'cut', 'end'),
  );
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), change, (text, [at, letter, how]) => {
      const token = sealer.seal('feed', text);
      const place = at % token.length;
      const changed = {
        replace: token.slice(0, place) + letter + token.slice(place + 1),
        insert: token.slice(0, place) + letter + token.slice(place),
        cut: token.slice(0, place) + token.slice(place + 1),
        end: token + letter,
      }[how];
      if (changed !== token) expect(sealer.open('feed', changed ?? '')).toBeNull();
    }),
    { numRuns: 2000 },
  );
});

test('text that is no token at all is refused', () => {
  fc.assert(fc.property(fc.string(), (text) => expect(sealer.open('feed', text)).toBeNull()));
  for (const text of ['', '.', '..', 'a.b.c', '.abc', 'abc.']) expect(sealer.open('feed', text)).toBeNull();
});
