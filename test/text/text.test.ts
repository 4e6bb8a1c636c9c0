import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Refusal } from '../../src/errors.js';
import { personName, plainText } from '../../src/text.js';

const codeOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (fault) {
    return fault instanceof Refusal ? fault.code : fault;
  }
};
const name = (given: string) => codeOf(() => personName(given, 'name', 60));
const note = (given: string) => codeOf(() => plainText(given, 'note', 100));

describe('names', () => {
  test.each([
    ['a common name', '霜黍芽'],
    ['a dot between parts', '阿依古丽·买买提'],
    ['a rare character beyond the basic plane', '𬭊'],
    ['one of extension B', '𠀀一'],
    ['〇', '〇一'],
    ['Latin letters', 'Nguyễn Thị Hoa'],
    ['a hyphen and an apostrophe', "Anne-Marie O'Neil"],
    ['an initial', 'John A. Smith Jr.'],
    ['Tibetan', 'བསྟན་འཛིན'.replace(/་/g, ' ')],
    ['Arabic letters', 'ئايگۈل'],
  ])('%s is one', (_, given) => {
    expect(name(given)).toBe(given.normalize('NFC'));
  });

  test.each([
    ['a zero-width space', '霜\u200b黍'],
    ['a zero-width joiner', '霜\u200d黍'],
    ['a byte order mark', '霜\ufeff黍'],
    ['a right-to-left override', '霜\u202e黍'],
    ['an isolate', '霜\u2066黍'],
    ['NUL', '霜\u0000黍'],
    ['a lone surrogate', '霜\ud800黍'],
    ['a line break', '霜\n黍'],
    ['a variation selector', '葛\u{e0100}'],
    ['the filler of Hangul', '霜\u3164'],
    ['a blank of Braille', '霜\u2800'],
    ['a noncharacter', '霜\ufffe'],
    ['a private character', '霜\ue000'],
    ['a Cyrillic а among Latin', 'M\u0430ria'],
    ['a Greek letter among Han', '霜\u03bf'],
    ['Latin among Han', '霜a'],
    ['Cyrillic among Han', '王\u0430'],
    ['digits', '霜1'],
    ['full-width digits', '霜１'],
    ['markup', '<img onerror>'],
    ['a formula', '=1+1'],
    ['a dot at the end', '霜·'],
    ['two dots', '霜··黍'],
    ['a blank between Han', '霜 黍'],
    ['nothing but blanks', '   '],
    ['ten thousand marks', `a${'\u0301'.repeat(10_000)}`],
    ['fifty marks', `a${'\u0316'.repeat(50)}`],
    ['61 characters', '霜'.repeat(61)],
  ])('%s is none', (_, given) => {
    expect(name(given)).toBe('INVALID_TEXT');
  });

  test('every way to type the dot is stored as one', () => {
    for (const dot of ['\u2022', '\u2027', '\u30fb', '\uff65', '\u22c5'])
      expect(name(`买${dot}提`)).toBe('买·提');
  });

  test('sixty rare characters are as long as sixty common ones', () => {
    expect(name('𬭊'.repeat(60))).toBe('𬭊'.repeat(60));
  });

  test('what was stored is stored again as it is', () => {
    const letters = fc.constantFrom(...'霜黍芽𬭊·éềabcNg̃ -ئايགྱ');
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 20 }), (parts) => {
        const once = name(parts.join(''));
        return once === 'INVALID_TEXT' || name(String(once)) === once;
      }),
    );
  });

  test('whatever is sent is answered with a name or INVALID_TEXT, in composed form', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (given) => {
        const answer = name(given);
        return (
          answer === 'INVALID_TEXT' || (typeof answer === 'string' && answer.normalize('NFC') === answer)
        );
      }),
      { numRuns: 1000 },
    );
  });

  // An expression that went back over its input would not come to an end here within the life of a test.
  test('a long text is refused as readily as a short one', () => {
    for (const part of ['a', 'a-', 'a.', 'a. ', '霜·', '!', 'a\u0301', ' ']) {
      expect(name(`${part.repeat(50_000)}!`)).toBe('INVALID_TEXT');
      expect(name(`${part.repeat(Math.floor(59 / part.length))}!`)).toBe('INVALID_TEXT');
    }
  });
});

describe('texts', () => {
  test.each([
    ['line breaks', 'one\r\ntwo\nthree'],
    ['emoji', '好❤️'],
    ['any script beside another', '户主 Müller 同意'],
    ['four marks on one letter', 'a\u0316\u0317\u0318\u0319'],
  ])('%s are kept', (_, given) => {
    expect(note(given)).toBe(given.normalize('NFC'));
  });

  test.each([
    ['a zero-width character', 'a\u200bb'],
    ['a tag character', 'a\u{e0041}'],
    ['a lone surrogate', 'a\udc00'],
    ['a combining joiner', 'a\u034fb'],
    ['five marks on one letter', 'a\u0316\u0317\u0318\u0319\u031a'],
    ['101 characters', 'a'.repeat(101)],
    ['a text that only blanks make long', ' '.repeat(100_000)],
  ])('%s are not', (_, given) => {
    expect(note(given)).toBe('INVALID_TEXT');
  });
});
