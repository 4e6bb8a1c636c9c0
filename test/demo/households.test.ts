import { beforeAll, describe, expect, test } from '@jest/globals';
import type { HouseholdRow } from '../../src/demo/draw/households.js';
import { checkDigit } from '../../src/demo/draw/people.js';
import { drawPoorVillages, plannedOf, TEAM_VILLAGES } from '../../src/demo/draw/villages.js';
import { reference } from '../../src/demo/reference.js';
import { fingerprint, householdsOf, regions, tally } from './city.js';

const COUNT = 3000;
const { assumptions } = reference();
let rows: HouseholdRow[] = [];
beforeAll(() => {
  rows = [...householdsOf('duban', COUNT)];
});

/** Every share drawn lies near the assumed one, by less than some three and a half standard deviations. */
function expectShares(
  counts: Partial<Record<string, number>>,
  shares: Record<string, number>,
  total: number,
): void {
  const near = 1.75 / Math.sqrt(total);
  for (const [word, share] of Object.entries(shares))
    expect({ word, off: Math.abs((counts[word] ?? 0) / total - share) < near }).toEqual({ word, off: true });
}

describe('synthetic households', () => {
  test('none, when none are asked for', () => {
    expect([...householdsOf('duban', 0)]).toEqual([]);
  });

  test('3,000, each with its own id, register number and ID numbers', () => {
    expect(rows).toHaveLength(COUNT);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(COUNT);
    expect(new Set(rows.map(({ registerNumber }) => registerNumber)).size).toBe(COUNT);
    const numbers = rows.flatMap(({ members }) => members.map(({ idNumber }) => idNumber));
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('they are drawn one by one: the first of 450,000 are there at once', () => {
    const many = householdsOf('duban', 450_000);
    const first = Array.from({ length: 20 }, () => many.next().value);
    expect(fingerprint(first)).toBe(fingerprint(rows.slice(0, 20)));
    many.return(undefined);
  });

  test('both team villages have at least five, the others live in villages of the eight counties', () => {
    const byRegion = tally(rows.map(({ regionCode }) => regionCode));
    for (const code of TEAM_VILLAGES) expect(byRegion[code]).toBeGreaterThanOrEqual(5);
    const villages = new Set(regions.filter(({ level }) => level === 'VILLAGE').map(({ code }) => code));
    for (const code of Object.keys(byRegion)) expect(villages).toContain(code);
    const poor = new Set(drawPoorVillages(regions, 'duban').map(({ regionCode }) => regionCode));
    const share = rows.filter(({ regionCode }) => poor.has(regionCode)).length / COUNT;
    expect(share).toBeCloseTo(assumptions.householdsInPoorVillages.value, 1);
  });

  test('shares are the assumed ones', () => {
    expectShares(tally(rows.map(({ category }) => category)), assumptions.category.value, COUNT);
    const others = rows.filter(({ category }) => category !== 'FIVE_GUARANTEE');
    expectShares(
      tally(others.map(({ mainCause }) => mainCause)),
      assumptions.mainCause.value.OTHERS,
      others.length,
    );
    const planned = new Set(
      plannedOf(drawPoorVillages(regions, 'duban')).map(({ regionCode }) => regionCode),
    );
    const elsewhere = rows.filter(({ regionCode }) => !planned.has(regionCode));
    expectShares(
      tally(elsewhere.map(({ status }) => status)),
      assumptions.status.value.ELSEWHERE,
      elsewhere.length,
    );
    const persons = rows.reduce((sum, { members }) => sum + members.length, 0);
    expect(persons / COUNT).toBeGreaterThan(assumptions.personsPerHousehold.value - 0.1);
    expect(persons / COUNT).toBeLessThan(assumptions.personsPerHousehold.value + 0.1);
  });
});

describe('planned exits', () => {
  const years = (fits: (row: HouseholdRow) => boolean) => {
    const fitting = rows.filter(fits);
    return {
      counts: tally(fitting.map(({ plannedExitYear }) => String(plannedExitYear))),
      of: fitting.length,
    };
  };
  const shares = ({ THIS_YEAR = 0, LAST_YEAR = 0, YEAR_BEFORE = 0 }) => ({
    '2016': THIS_YEAR,
    '2015': LAST_YEAR,
    '2014': YEAR_BEFORE,
  });

  test('who is about to exit or was lifted has its year; who is poor only in a planned village', () => {
    const { PRE_EXIT, LIFTED, NOT_LIFTED_IN_PLANNED_VILLAGES } = assumptions.plannedExit.value;
    const preExit = years(({ status }) => status === 'PRE_EXIT');
    expectShares(preExit.counts, shares(PRE_EXIT), preExit.of);
    const lifted = years(({ status }) => status.startsWith('LIFTED'));
    expectShares(lifted.counts, shares(LIFTED), lifted.of);
    expect(preExit.counts.null ?? lifted.counts.null).toBeUndefined();
    for (const status of ['CANDIDATE', 'RELAPSED', 'CANCELLED'])
      expect(Object.keys(years((row) => row.status === status).counts)).toEqual(['null']);
    const planned = new Set(
      plannedOf(drawPoorVillages(regions, 'duban')).map(({ regionCode }) => regionCode),
    );
    const poor = (isPlanned: boolean) =>
      years(({ status, regionCode }) => status === 'NOT_LIFTED' && planned.has(regionCode) === isPlanned);
    expect(Object.keys(poor(false).counts)).toEqual(['null']);
    const share = (poor(true).counts['2016'] ?? 0) / poor(true).of;
    expect(Math.abs(share - NOT_LIFTED_IN_PLANNED_VILLAGES)).toBeLessThan(0.3);
  });

  test('most of those that are about to exit or were lifted are of this year', () => {
    const { counts, of } = years(({ status }) => status === 'PRE_EXIT' || status.startsWith('LIFTED'));
    expect(counts['2016']).toBeGreaterThan(of / 2);
  });
});

describe('members', () => {
  test("the head comes first and is the only one; the row bears the head's name", () => {
    for (const { members, headName } of rows) {
      expect(members[0]?.relation).toBe('HEAD');
      expect(members[0]?.name).toBe(headName);
      expect(members.filter(({ relation }) => relation === 'HEAD')).toHaveLength(1);
      expect(members.filter(({ relation }) => relation === 'SPOUSE').length).toBeLessThanOrEqual(1);
    }
  });

  test('ID numbers are valid, of the county, and of nobody', () => {
    for (const { members, regionCode } of rows) {
      for (const { idNumber, sex } of members) {
        expect(idNumber.slice(0, 6)).toBe(regionCode.slice(0, 6));
        expect(Number(idNumber.slice(6, 10))).toBeLessThan(1850);
        expect(idNumber[17]).toBe(checkDigit(idNumber.slice(0, 17)));
        expect(Number(idNumber[16]) % 2).toBe(sex === 'MALE' ? 1 : 0);
      }
    }
  });

  test('ages fit the relations', () => {
    for (const { members } of rows) {
      const head = members[0]?.birthYear ?? 0;
      for (const { relation, birthYear } of members) {
        expect(birthYear).toBeGreaterThanOrEqual(2016 - 97);
        expect(birthYear).toBeLessThanOrEqual(2016);
        if (relation === 'CHILD') expect(birthYear - head).toBeGreaterThanOrEqual(21);
        if (relation === 'GRANDCHILD') expect(birthYear - head).toBeGreaterThanOrEqual(44);
        if (relation === 'PARENT') expect(head - birthYear).toBeGreaterThanOrEqual(20);
        if (relation === 'HEAD' || relation === 'SPOUSE') expect(birthYear).toBeLessThanOrEqual(2016 - 22);
      }
    }
  });

  test('the main cause can be seen', () => {
    for (const { members, mainCause, category } of rows) {
      if (mainCause === 'DISABILITY') expect(members.some(({ health }) => health === 'DISABLED')).toBe(true);
      if (mainCause === 'ILLNESS')
        expect(members.some(({ health }) => health === 'CHRONIC' || health === 'SERIOUS')).toBe(true);
      if (mainCause === 'SCHOOLING') expect(members.some(({ relation }) => relation === 'CHILD')).toBe(true);
      if (category === 'FIVE_GUARANTEE')
        expect(members.every(({ labour }) => labour === 'LOST' || labour === 'NONE')).toBe(true);
      for (const { birthYear, labour } of members) if (birthYear > 2000) expect(labour).toBe('NONE');
    }
  });
});

describe('incomes', () => {
  test('2015 and 2016, whole fen, and the parts add up to the net income', () => {
    for (const { incomes, members } of rows) {
      expect(incomes.map(({ year }) => year)).toEqual([2015, 2016]);
      for (const income of incomes) {
        const { wageFen, operatingFen, propertyFen, transferFen, operatingCostFen, netIncomeFen } = income;
        for (const fen of [wageFen, operatingFen, propertyFen, transferFen, operatingCostFen])
          expect(Number.isSafeInteger(fen) && fen >= 0).toBe(true);
        expect(wageFen + operatingFen + propertyFen + transferFen - operatingCostFen).toBe(netIncomeFen);
        expect(income.members).toBe(members.length);
        expect(income.perCapitaNetIncomeFen).toBe(Math.floor(netIncomeFen / members.length));
      }
    }
  });

  test('every status stands on its side of the line, compared without rounding', () => {
    const line = assumptions.povertyLineFen.value;
    const above = ({ incomes }: HouseholdRow, year: 2015 | 2016): boolean => {
      const income = incomes.find((one) => one.year === year);
      return income !== undefined && income.netIncomeFen >= line[year] * income.members;
    };
    for (const row of rows) {
      if (row.status === 'NOT_LIFTED') expect([above(row, 2015), above(row, 2016)]).toEqual([false, false]);
      if (row.status === 'PRE_EXIT') expect([above(row, 2015), above(row, 2016)]).toEqual([false, true]);
      if (row.status.startsWith('LIFTED')) expect([above(row, 2015), above(row, 2016)]).toEqual([true, true]);
      if (row.status === 'RELAPSED') expect([above(row, 2015), above(row, 2016)]).toEqual([true, false]);
      if (row.status === 'CANDIDATE') expect(above(row, 2016)).toBe(false);
    }
  });
});
