import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { demandGoodPassword, normalPassword, PASSWORD_MAX, PASSWORD_MIN } from '../../src/auth/password.js';

const NAMES = ['city.office', '阜阳市督查办公室'];
const refusalOf = (password: string): string | null => {
  try {
    demandGoodPassword(password, NAMES, 'newPassword');
    return null;
  } catch (fault) {
    const { code, extensions } = fault as { code: string; extensions: { field: string } };
    return `${code} ${extensions.field}`;
  }
};

describe('a password', () => {
  test.each([
    ['of eleven characters', 'vq8!mZt2#kR'],
    ['of 129 characters', 'vq8!mZt2#kR'.repeat(12).slice(0, 129)],
    ['that only looks long enough before it is composed', 'vq8!mZt2#ae\u0301'.slice(0, 11)],
    ['of the lists', 'password1234'],
    ['of the lists, dressed up', 'P@ssw0rd2016!!'],
    ['of the lists twice', 'adminAdmin2016'],
    ['of two common words', 'sunshinedragon'],
    ['along the keyboard', 'qwertyuiop[]'],
    ['along the keyboard, down', '1qaz2wsx3edc4rfv'],
    ['counting', '123456789012'],
    ['of one character', 'aaaaaaaaaaaaaaaa'],
    ['of a pattern', 'abababababab'],
    ['of the place and the year', 'Fuyang2016fupin'],
    ['in full-width letters of the lists', 'ｐａｓｓｗｏｒｄ１２３４'],
    ['with the user name in it', 'city.office#9xKq'],
    ['with a part of the user name', 'Zq7-office-Wm2x'],
    ['with the display name in it', '阜阳市督查办公室9xKqZw'],
    ['empty', ''],
  ])('%s is refused', (_, password) => {
    expect(refusalOf(password)).toBe('BAD_USER_INPUT newPassword');
  });

  test.each([
    ['of twelve characters', 'vq8!mZt2#kRw'],
    ['of 128 characters', 'vq8!mZt2#kRwXy5L'.repeat(8)],
    ['of words nobody puts together', 'lantern gravel ostrich'],
    ['without digits or capitals', 'mkvtzrpqhwxe'],
    ['in Chinese', '春江花月夜里有一只蓝色的鲸'],
    ['with spaces at its ends', '  gravel ostrich  '],
  ])('%s is good', (_, password) => {
    expect(refusalOf(password)).toBeNull();
  });

  test('is one however it is typed (NFKC)', () => {
    expect(normalPassword('ａｂｃ１２３')).toBe('abc123');
    expect(normalPassword('e\u0301')).toBe(normalPassword('\u00e9'));
  });

  test('is judged by its length in characters, whatever they are', () => {
    const characters = [...'蓝鲸江花月夜春风十里桃李杏梨橘柚松柏竹菊'];
    fc.assert(
      fc.property(fc.shuffledSubarray(characters, { minLength: 5 }), (some) => {
        const password = some.join('');
        expect(refusalOf(password) === null).toBe(some.length >= PASSWORD_MIN && some.length <= PASSWORD_MAX);
      }),
    );
  });
});
