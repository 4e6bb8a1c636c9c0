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
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (a, b, c) => {
      for (const mark of ['', '\n', '","', '\u0000']) {
        const token = sealer.seal(a, `${b}${mark}${c}`);
        if (b !== '' || mark !== '')
          expect(sealer.open(`${a}${mark}${b}`, token.replace(/^[^.]*/, ''))).toBeNull();
        const [, mac] = token.split('.');
        const moved = `${Buffer.from(c).toString('base64url')}.${mac}`;
        if (`${a}${mark}${b}` !== a) expect(sealer.open(`${a}${mark}${b}`, moved)).toBeNull();
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
