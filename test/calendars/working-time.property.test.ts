import { describe, expect, test } from '@jest/globals';
import { isWorkday as isWorkdayElsewhere } from 'chinese-days';
import fc from 'fast-check';
import {
  addWorkingDays,
  addWorkingMinutes,
  DURATION_UNITS,
  dayAfter,
  dueAfter,
  isWorkday,
  isWorkingMoment,
  nextWorkingMoment,
  workingDaysBetween,
  workingMinutesBetween,
} from '../../src/calendars/working-time.rules.js';
import { shanghaiDay } from '../../src/clock.js';
import { FIRST_YEAR, LAST_YEAR, nation, TABLES } from './nation.js';

const MINUTE_MS = 60_000;
const RUNS = 1000;
const years = TABLES.map(({ year }) => year);

/** A minute of one year, with a second half of it left for what is added. */
const minuteIn = (year: number, months: number) =>
  fc
    .integer({
      min: Date.parse(`${year}-01-01T00:00:00+08:00`) / MINUTE_MS,
      max: Date.parse(`${year}-${String(months).padStart(2, '0')}-28T00:00:00+08:00`) / MINUTE_MS,
    })
    .map((minute) => new Date(minute * MINUTE_MS));

test(`every year from ${FIRST_YEAR} to ${LAST_YEAR} is published, and none besides`, () => {
  expect(years).toEqual(Array.from({ length: LAST_YEAR - FIRST_YEAR + 1 }, (_, n) => FIRST_YEAR + n));
  for (const year of [FIRST_YEAR - 1, LAST_YEAR + 1]) {
    expect(() => nation.dayOf(`${year}-06-01`)).toThrow(
      expect.objectContaining({ extensions: { code: 'CALENDAR_MISSING', year } }),
    );
  }
});

describe.each(years)('%i', (year) => {
  test('is worked and free on the same days as in another compilation', () => {
    const days = Array.from({ length: 366 }, (_, n) => dayAfter(`${year}-01-01`, n)).filter((day) =>
      day.startsWith(String(year)),
    );
    const worked = days.filter((day) => isWorkday(nation.dayOf(day)));
    expect(worked).toEqual(days.filter((day) => isWorkdayElsewhere(day)));
    expect(worked.length).toBeGreaterThan(240);
  });

  test('what lies between adds up', () => {
    const three = fc.tuple(minuteIn(year, 12), minuteIn(year, 12), minuteIn(year, 12));
    fc.assert(
      fc.property(three, ([a, b, c]) => {
        const [ab, bc, ac] = [
          workingMinutesBetween(nation, a, b),
          workingMinutesBetween(nation, b, c),
          workingMinutesBetween(nation, a, c),
        ];
        expect(ab + bc).toBe(ac);
      }),
      { numRuns: RUNS },
    );
  });

  test('adding more never ends earlier, and adding later never either', () => {
    const added = fc.integer({ min: 0, max: 20_000 });
    fc.assert(
      fc.property(minuteIn(year, 6), minuteIn(year, 6), added, added, (a, b, m, n) => {
        const [from, to] = a <= b ? [a, b] : [b, a];
        const [less, more] = m <= n ? [m, n] : [n, m];
        const end = addWorkingMinutes(nation, from, less).getTime();
        expect(addWorkingMinutes(nation, from, more).getTime()).toBeGreaterThanOrEqual(end);
        // Nothing at all is over at once, also in the night: only then may the later one be first.
        expect(addWorkingMinutes(nation, to, less).getTime()).toBeGreaterThanOrEqual(end);
      }),
      { numRuns: RUNS },
    );
  });

  test('what was added is what is measured', () => {
    fc.assert(
      fc.property(minuteIn(year, 6), fc.integer({ min: 0, max: 20_000 }), (from, minutes) => {
        const end = addWorkingMinutes(nation, from, minutes);
        expect(workingMinutesBetween(nation, from, end)).toBe(minutes);
        if (minutes > 0) expect(isWorkingMoment(nation, new Date(end.getTime() - MINUTE_MS))).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  test('days likewise, and they end at the same time of day on a worked one', () => {
    fc.assert(
      fc.property(minuteIn(year, 6), fc.integer({ min: 1, max: 100 }), (from, days) => {
        const end = addWorkingDays(nation, from, days);
        expect(workingDaysBetween(nation, from, end)).toBe(days);
        expect(isWorkday(nation.dayOf(shanghaiDay(end)))).toBe(true);
        expect((end.getTime() - from.getTime()) % (24 * 60 * MINUTE_MS)).toBe(0);
      }),
      { numRuns: RUNS },
    );
  });

  test('the next working moment is one, and no working time lies before it', () => {
    fc.assert(
      fc.property(minuteIn(year, 11), (at) => {
        const next = nextWorkingMoment(nation, at);
        expect(isWorkingMoment(nation, next)).toBe(true);
        expect(workingMinutesBetween(nation, at, next)).toBe(0);
      }),
      { numRuns: RUNS },
    );
  });

  test.each(DURATION_UNITS)('a longer duration in %s is never over earlier', (unit) => {
    const amount = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(minuteIn(year, 6), amount, amount, (from, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map((each) =>
          dueAfter(nation, from, { amount: each, unit }).getTime(),
        );
        expect(less).toBeLessThanOrEqual(more ?? 0);
        expect(less).toBeGreaterThan(from.getTime());
      }),
      { numRuns: RUNS },
    );
  });
});
