import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkDigit } from '../../src/demo/draw/people.js';
import {
  allowedStatuses,
  HOUSEHOLD_STATUSES,
  type HouseholdStatus,
} from '../../src/households/household.entity.js';
import {
  checkMembers,
  demandAmounts,
  demandIncomeYear,
  type GivenMember,
  isIdNumber,
  netIncomeFen,
  perCapitaNetIncomeFen,
} from '../../src/households/household.rules.js';

const NOW = new Date('2016-12-08T09:00:00+08:00');
const TODAY = '2016-12-08';

const refused = (code: string, details: object = {}) =>
  expect.objectContaining({ code, extensions: expect.objectContaining({ code, ...details }) });
const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('ID numbers', () => {
  const day = fc.date({
    min: new Date('1900-01-01T00:00:00Z'),
    max: new Date('2016-12-08T00:00:00Z'),
    noInvalidDate: true,
  });
  const valid = fc
    .tuple(fc.integer({ min: 110000, max: 659999 }), day, fc.integer({ min: 0, max: 999 }))
    .map(([place, born, sequence]) => {
      const digits = `${place}${born.toISOString().slice(0, 10).replaceAll('-', '')}${String(sequence).padStart(3, '0')}`;
      return digits + checkDigit(digits);
    });

  test('every number with a real birth date and the right last character is one', () => {
    fc.assert(fc.property(valid, (number) => isIdNumber(number, TODAY)));
  });

  test('changing any one digit makes it none', () => {
    const position = fc.integer({ min: 0, max: 16 });
    fc.assert(
      fc.property(valid, position, fc.integer({ min: 1, max: 9 }), (number, at, by) => {
        const digit = (Number(number[at]) + by) % 10;
        return !isIdNumber(number.slice(0, at) + digit + number.slice(at + 1), TODAY);
      }),
    );
  });

  test.each([
    ['the example of GB 11643', '11010519491231002X', true],
    ['a wrong last character', '110105194912310021', false],
    ['the 31st of February', '11010519490231002X', false],
    ['a 15-digit number', '110105491231002', false],
    ['19 characters', '11010519491231002X0', false],
    ['full-width digits', '１１０１０５１９４９１２３１００２Ｘ', false],
    ['nothing', '', false],
  ])('%s', (_, number, expected) => {
    expect(isIdNumber(number, TODAY)).toBe(expected);
  });

  test('nobody is born tomorrow', () => {
    const unborn = `34122520161209000${checkDigit('34122520161209000')}`;
    expect(isIdNumber(unborn, TODAY)).toBe(false);
    expect(isIdNumber(unborn, '2016-12-09')).toBe(true);
  });

  test('exchanging two different neighbours among the first seventeen makes it none', () => {
    fc.assert(
      fc.property(valid, fc.integer({ min: 0, max: 15 }), (number, at) => {
        const [one, other] = [number.charAt(at), number.charAt(at + 1)];
        fc.pre(one !== other);
        return !isIdNumber(number.slice(0, at) + other + one + number.slice(at + 2), TODAY);
      }),
    );
  });

  test('another last character makes it none', () => {
    fc.assert(
      fc.property(valid, fc.constantFrom(...'0123456789X'), (number, last) => {
        fc.pre(last !== number.charAt(17));
        return !isIdNumber(number.slice(0, 17) + last, TODAY);
      }),
    );
  });
});

describe('income', () => {
  const parts = { wageFen: 100, operatingFen: 50, propertyFen: 7, transferFen: 3, operatingCostFen: 60 };

  test('net is the four kinds less the cost of operating', () => {
    expect(netIncomeFen(parts)).toBe(100);
    expect(netIncomeFen({ ...parts, operatingCostFen: 1000 })).toBe(-840);
  });

  test('per head is rounded down, so that nobody is rounded over a line', () => {
    expect(perCapitaNetIncomeFen({ netIncomeFen: 590_399, members: 2 })).toBe(295_199);
    expect(perCapitaNetIncomeFen({ netIncomeFen: -1, members: 2 })).toBe(-1);
  });

  test('per head is exact for every income that can be recorded', () => {
    const net = fc.integer({ min: -1_000_000_000_000, max: 4_000_000_000_000 });
    fc.assert(
      fc.property(net, fc.integer({ min: 1, max: 30 }), (netIncome, members) => {
        const perCapita = perCapitaNetIncomeFen({ netIncomeFen: netIncome, members });
        const left = BigInt(netIncome) - BigInt(perCapita) * BigInt(members);
        return left >= 0n && left < BigInt(members);
      }),
    );
  });

  test.each([
    ['a loss', -1],
    ['a fraction', 0.5],
    ['more than 10^12', 1_000_000_000_001],
    ['no number', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
  ])('%s is no amount', (_, amount) => {
    expect(thrownBy(() => demandAmounts({ ...parts, transferFen: amount }))).toEqual(
      refused('INVALID_AMOUNT', { field: 'transferFen' }),
    );
  });

  test('10^12 is one, and nothing but the amounts is taken over', () => {
    const given = { ...parts, wageFen: 1_000_000_000_000, netIncomeFen: 1 };
    expect(demandAmounts(given)).toEqual({ ...parts, wageFen: 1_000_000_000_000 });
  });

  test('a year is from 2000 to this one, in Shanghai', () => {
    for (const year of [2000, 2016]) expect(() => demandIncomeYear(year, NOW)).not.toThrow();
    for (const year of [1999, 2017, -1]) {
      expect(thrownBy(() => demandIncomeYear(year, NOW))).toEqual(refused('INVALID_DATE', { field: 'year' }));
    }
    expect(() => demandIncomeYear(2017, new Date('2016-12-31T16:00:00Z'))).not.toThrow();
  });
});

describe('members', () => {
  const numbered = (sequence: number) => {
    const digits = `34122519600101${String(sequence).padStart(3, '0')}`;
    return digits + checkDigit(digits);
  };
  const head: GivenMember = {
    name: ' 霜黍芽 ',
    relation: 'HEAD',
    idNumber: numbered(1),
    health: 'HEALTHY',
    labour: 'ORDINARY',
  };
  const child: GivenMember = { ...head, relation: 'CHILD', idNumber: numbered(2) };
  const earlier = {
    id: '00000000-0000-7000-8000-000000000001',
    name: '旧穗',
    idNumber: numbered(9),
    birthYear: 1958,
    phone: '10012345678',
  };
  const check = (given: GivenMember[]) => checkMembers(given, [earlier], NOW);

  test('are numbered in the given order; the birth year comes from the ID number unless given', () => {
    const checked = check([head, { ...child, birthYear: 1962 }]);
    expect(checked.map(({ position, name, birthYear }) => ({ position, name, birthYear }))).toEqual([
      { position: 1, name: '霜黍芽', birthYear: 1960 },
      { position: 2, name: '霜黍芽', birthYear: 1962 },
    ]);
  });

  test('a small x is taken as X', () => {
    const number = '11010519491231002x';
    expect(check([{ ...head, idNumber: number }])[0]?.idNumber).toBe('11010519491231002X');
  });

  test('who is named by id keeps id, name, ID number, birth year and telephone', () => {
    const kept = { ...head, id: earlier.id, name: null, idNumber: null };
    expect(check([kept])[0]).toMatchObject(earlier);
    expect(check([{ ...kept, idNumber: numbered(5) }])[0]).toMatchObject({
      id: earlier.id,
      idNumber: numbered(5),
      birthYear: 1960,
    });
  });

  test('a telephone number is kept, replaced by its digits, or removed by an empty text', () => {
    const kept = { ...head, id: earlier.id };
    const phoneOf = (phone?: string | null) => check([{ ...kept, phone }])[0]?.phone;
    expect([phoneOf(), phoneOf(null), phoneOf('+86 139-0000-0001'), phoneOf('')]).toEqual([
      earlier.phone,
      earlier.phone,
      '13900000001',
      null,
    ]);
    expect(check([head])[0]?.phone).toBeNull();
  });

  test('rare characters and the dot of other tongues are names; invisible characters are none', () => {
    for (const name of ['阿依古丽·买买提', '王𬭊']) expect(check([{ ...head, name }])[0]?.name).toBe(name);
    for (const name of ['', '王\u200b穗', '王\u202e穗', '穗'.repeat(61)]) {
      expect(thrownBy(() => check([{ ...head, name }]))).toEqual(
        refused('INVALID_TEXT', { field: 'members.0.name' }),
      );
    }
  });

  test.each<[string, GivenMember[], string]>([
    ['nobody', [], 'BAD_USER_INPUT'],
    ['no head', [child], 'BAD_USER_INPUT'],
    ['two heads', [head, { ...child, relation: 'HEAD' }], 'BAD_USER_INPUT'],
    ['31 members', [head, ...Array<GivenMember>(30).fill(child)], 'BAD_USER_INPUT'],
    ['a member without name', [{ ...head, name: null }], 'INVALID_TEXT'],
    ['a minor\u2019s name as it is shown', [{ ...head, id: earlier.id, name: '旧*' }], 'INVALID_TEXT'],
    ['a telephone number of nowhere', [{ ...head, phone: '123' }], 'INVALID_PHONE'],
    ['a member without ID number', [{ ...head, idNumber: null }], 'INVALID_ID_NUMBER'],
    ['a member of another household', [{ ...head, id: '00000000-0000-7000-8000-000000000002' }], 'NOT_FOUND'],
    [
      'one member twice',
      [
        { ...head, id: earlier.id },
        { ...child, id: earlier.id },
      ],
      'NOT_FOUND',
    ],
    ['a birth year to come', [{ ...head, birthYear: 2017 }], 'INVALID_DATE'],
    ['a birth year long past', [{ ...head, birthYear: 1799 }], 'INVALID_DATE'],
  ])('%s is refused', (_, given, code) => {
    expect(thrownBy(() => check(given))).toEqual(refused(code));
  });

  test('a refusal never repeats the ID number', () => {
    const error = thrownBy(() => check([{ ...head, idNumber: '110105194912310021' }]));
    expect(JSON.stringify(error) + String(error)).not.toContain('110105194912310021');
  });
});

describe('the way out of poverty', () => {
  const EDGES: [HouseholdStatus, HouseholdStatus][] = [
    ['CANDIDATE', 'NOT_LIFTED'],
    ['NOT_LIFTED', 'PRE_EXIT'],
    ['PRE_EXIT', 'NOT_LIFTED'],
    ['LIFTED_WITH_POLICY', 'LIFTED_WITHOUT_POLICY'],
    ['LIFTED_WITH_POLICY', 'RELAPSED'],
    ['LIFTED_WITHOUT_POLICY', 'RELAPSED'],
    ['RELAPSED', 'PRE_EXIT'],
  ];

  test.each(HOUSEHOLD_STATUSES)('from %s', (from) => {
    const expected = EDGES.filter(([start]) => start === from).map(([, end]) => end);
    if (from !== 'CANCELLED') expected.push('CANCELLED');
    expect([...allowedStatuses(from)].sort()).toEqual(expected.sort());
  });
});
