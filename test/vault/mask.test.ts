import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isMinor, maskBankAccount, maskIdNumber, maskName, maskPhone } from '../../src/vault/mask.js';

describe('masks', () => {
  test('an ID number shows four characters at each end, of a minor at the front alone', () => {
    expect(maskIdNumber('34120319491231002X', false)).toBe('3412**********002X');
    expect(maskIdNumber('34120320091231002X', true)).toBe('3412**************');
  });

  test('a telephone number shows three and four digits, an account four, whatever their length', () => {
    expect(maskPhone('13900001234')).toBe('139****1234');
    expect(maskPhone('055800001234')).toBe('055****1234');
    expect(maskBankAccount('100000001234')).toBe('****1234');
    expect(maskBankAccount('6200000000000001234')).toBe('****1234');
  });

  test('a name shows as it is, of a minor the surname alone', () => {
    expect(maskName('霜黍芽', false)).toBe('霜黍芽');
    expect(maskName('霜黍芽', true)).toBe('霜*');
    expect(maskName('𬭊一', true)).toBe('𬭊*');
    expect(maskName('阿依古丽·买买提', true)).toBe('阿*');
  });
});

describe('minors', () => {
  const child = { idNumber: '341203200212080021', birthYear: 2002 };

  test.each([
    ['the day before the 14th birthday', '2016-12-07', true],
    ['the 14th birthday', '2016-12-08', false],
    ['the day after', '2016-12-09', false],
  ])('%s', (_, today, expected) => {
    expect(isMinor(child, today)).toBe(expected);
  });

  test('born on the 29th of February: of age on the 1st of March where there is no such day', () => {
    const leap = { idNumber: '341203200402290021', birthYear: 2004 };
    expect(isMinor(leap, '2018-02-28')).toBe(true);
    expect(isMinor(leap, '2018-03-01')).toBe(false);
  });

  test('where the recorded year and the number disagree, the later year decides', () => {
    expect(isMinor({ ...child, birthYear: 1950 }, '2016-12-07')).toBe(true);
    expect(isMinor({ idNumber: '341203185012080021', birthYear: 2002 }, '2016-12-07')).toBe(true);
    expect(isMinor({ idNumber: '341203185012080021', birthYear: 2002 }, '2016-12-08')).toBe(false);
  });

  test('nobody becomes a minor by growing older', () => {
    const day = fc.date({ min: new Date('2000-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(day, day, (one, other) => {
        const [earlier, later] = [one, other].map((each) => each.toISOString().slice(0, 10)).sort();
        return isMinor(child, earlier as string) || !isMinor(child, later as string);
      }),
    );
  });
});
