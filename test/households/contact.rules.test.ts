import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bankAccount, luhnDigit } from '../../src/demo/draw/people.js';
import { Refusal } from '../../src/errors.js';
import { accountDigits, phoneDigits } from '../../src/households/contact.rules.js';

const answer = (work: () => string): string => {
  try {
    return work();
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault;
    expect(fault.extensions.field).toBe('field');
    return fault.code;
  }
};
const phone = (given: string) => answer(() => phoneDigits(given, 'field'));
const account = (given: string) => answer(() => accountDigits(given, 'field'));

describe('telephone numbers', () => {
  test.each([
    ['a mobile', '13900000001', '13900000001'],
    ['with blanks', '139 0000 0001', '13900000001'],
    ['with dashes', '139-0000-0001', '13900000001'],
    ['with the country', '+86 139 0000 0001', '13900000001'],
    ['with the country dialled', '008613900000001', '13900000001'],
    ['a land line', '0558-0000001', '05580000001'],
    ['eight digits behind three', '0558 00000001', '055800000001'],
    ['the area in brackets', '(010) 00000001', '01000000001'],
  ])('%s', (_, given, digits) => {
    expect(phone(given)).toBe(digits);
  });

  test.each([
    ['10 digits', '1390000000'],
    ['12 digits', '139000000012'],
    ['a range that no mobile has', '12900000001'],
    ['seven digits behind two', '0100000001'],
    ['no area code', '6000001'],
    ['another country', '+1 2025550100'],
    ['full-width digits', '１３９００００００００１'],
    ['letters', '1390000000a'],
    ['nothing', ''],
    ['a great many digits', '1'.repeat(100_000)],
    ['a number among blanks without end', `13900000001${' '.repeat(100_000)}`],
  ])('%s: none', (_, given) => {
    expect(phone(given)).toBe('INVALID_PHONE');
  });

  test('what was taken is taken again as it is', () => {
    const mobile = fc.tuple(fc.integer({ min: 3, max: 9 }), fc.integer({ min: 0, max: 999_999_999 }));
    fc.assert(
      fc.property(mobile, ([range, rest]) => {
        const digits = `1${range}${String(rest).padStart(9, '0')}`;
        return phone(digits) === digits && phone(phone(`+86 ${digits}`)) === digits;
      }),
    );
  });
});

describe('bank accounts', () => {
  test.each([
    ['12 digits', '100000000001', '100000000001'],
    ['19 digits that are no card', '1000000000000000001', '1000000000000000001'],
    ['with blanks', '1000 0000 0001', '100000000001'],
    ['with dashes', '1000-0000-0001', '100000000001'],
  ])('%s', (_, given, digits) => {
    expect(account(given)).toBe(digits);
  });

  test.each([
    ['11 digits', '10000000001'],
    ['20 digits', '10000000000000000001'],
    ['letters', '10000000000a'],
    ['full-width digits', '１０００００００００００１'],
    ['nothing', ''],
    ['a great many digits', '1'.repeat(100_000)],
  ])('%s: none', (_, given) => {
    expect(account(given)).toBe('INVALID_BANK_ACCOUNT');
  });

  const card = fc
    .tuple(fc.integer({ min: 15, max: 18 }), fc.bigInt({ min: 0n, max: 10n ** 16n - 1n }))
    .map(([length, rest]) => {
      const digits = `62${String(rest).padStart(16, '0')}`.slice(0, length);
      return digits + luhnDigit(digits);
    });

  test('every card with the right last digit is one, also those of the demo', () => {
    fc.assert(fc.property(card, (number) => account(number) === number));
    for (let serial = 0; serial < 100; serial++)
      expect(account(bankAccount(serial))).toBe(bankAccount(serial));
  });

  test('changing any one digit of a card makes it none, unless it is no card any more', () => {
    fc.assert(
      fc.property(card, fc.nat(), fc.integer({ min: 1, max: 9 }), (number, at, by) => {
        const position = 2 + (at % (number.length - 2));
        const digit = (Number(number[position]) + by) % 10;
        return (
          account(number.slice(0, position) + digit + number.slice(position + 1)) === 'INVALID_BANK_ACCOUNT'
        );
      }),
    );
  });
});
