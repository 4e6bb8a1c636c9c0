import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  bankAccount,
  checkDigit,
  givenName,
  ID_NUMBERS,
  idNumber,
  luhnDigit,
  phoneNumber,
} from '../../src/demo/draw/people.js';
import { Random } from '../../src/demo/draw/random.js';

const COUNTY = '341225000000';

describe('ID numbers', () => {
  test('the checksum is that of GB 11643', () => {
    // The standard's own example: 11010519491231002X.
    expect(checkDigit('11010519491231002')).toBe('X');
  });

  test('18 characters, the county first, a valid checksum, a day that exists, a year that cannot be', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: ID_NUMBERS - 1 }),
        fc.constantFrom('MALE', 'FEMALE'),
        (serial, sex) => {
          const number = idNumber(serial, COUNTY, sex);
          expect(number).toMatch(/^341225\d{11}[\dX]$/);
          expect(number[17]).toBe(checkDigit(number.slice(0, 17)));
          const [year, month, day] = [number.slice(6, 10), number.slice(10, 12), number.slice(12, 14)];
          expect(Number(year)).toBeGreaterThanOrEqual(1800);
          expect(Number(year)).toBeLessThan(1850);
          expect(new Date(`${year}-${month}-${day}T00:00:00Z`).toISOString().slice(5, 10)).toBe(
            `${month}-${day}`,
          );
          expect(Number(number[16]) % 2).toBe(sex === 'MALE' ? 1 : 0);
        },
      ),
    );
  });

  test('no two serials share a number, whatever the sex', () => {
    const numbers = new Set<string>();
    for (let serial = 0; serial < 100_000; serial++)
      numbers.add(idNumber(serial, COUNTY, serial % 2 ? 'MALE' : 'FEMALE'));
    expect(numbers.size).toBe(100_000);
  });

  test('there is an end to them', () => {
    expect(() => idNumber(ID_NUMBERS, COUNTY, 'MALE')).toThrow(RangeError);
    expect(() => idNumber(-1, COUNTY, 'MALE')).toThrow(RangeError);
  });
});

test('telephones and accounts are in no range that is given out, and no two serials share one', () => {
  // The example of ISO/IEC 7812: 4992 7398 716.
  expect(luhnDigit('4992739871')).toBe('6');
  const numbers = new Set<string>();
  for (let serial = 0; serial < 100_000; serial++) {
    const [phone, account] = [phoneNumber(serial), bankAccount(serial)];
    if (!/^1[0-2]\d{9}$/.test(phone) || !/^620000\d{13}$/.test(account))
      throw new Error(`${phone} ${account}`);
    numbers.add(phone).add(account);
  }
  expect(numbers.size).toBe(200_000);
});

test('given names are two characters of weather, grain and plants', () => {
  const random = new Random('names');
  for (let i = 0; i < 500; i++)
    expect(givenName(random)).toMatch(
      /^[霜露霁雾雹霰虹黍粟稷荞麦稻菽芡菱][苗穗芽蔓藤荻蓼蒿蕨蕾萼茎秆荚藓苔]$/,
    );
});
