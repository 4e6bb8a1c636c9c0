import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { courseOf, endOf } from '../../src/calendars/clock.rules.js';
import { DURATION_UNITS, type DurationUnit, dueAfter } from '../../src/calendars/working-time.rules.js';
import { nation } from './nation.js';

const at = (text: string) => new Date(`${text}+08:00`);
const clock = (from: string, amount: number, unit: DurationUnit, ...stops: [string, string | null][]) => ({
  startedAt: at(from),
  duration: { amount, unit },
  stops: stops.map(([start, end]) => ({ from: at(start), to: end === null ? null : at(end) })),
});
const shanghai = (instant: Date | null) =>
  instant && new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');

describe('across National Day 2016', () => {
  test('three working days from Thursday 29 September end on Sunday 9 October, which is worked', () => {
    const course = courseOf(nation, clock('2016-09-29T16:00:00', 3, 'WORKING_DAYS'));
    expect(course.counted.map(({ date, day }) => [date, day?.reason])).toEqual([
      ['2016-09-30', 'ORDINARY'],
      ['2016-10-08', 'MAKE_UP_WORKDAY'],
      ['2016-10-09', 'MAKE_UP_WORKDAY'],
    ]);
    expect(course.skipped.map(({ date, reason }) => [date, reason])).toEqual([
      ['2016-09-29', 'FIRST_DAY'],
      ...[1, 2, 3, 4, 5, 6, 7].map((n) => [`2016-10-0${n}`, 'HOLIDAY']),
    ]);
    expect(shanghai(course.dueAt)).toBe('2016-10-09 23:59');
    expect(course).toMatchObject({ budget: 3, consumed: 3 });
  });

  test('sixteen working hours from Friday 30 September, 16:00', () => {
    const course = courseOf(nation, clock('2016-09-30T16:00:00', 16, 'WORKING_HOURS'));
    expect(course.counted.map(({ from, to, counts }) => [shanghai(from), shanghai(to), counts])).toEqual([
      ['2016-09-30 16:00', '2016-09-30 17:30', 90],
      ['2016-10-08 08:00', '2016-10-08 12:00', 240],
      ['2016-10-08 14:30', '2016-10-08 17:30', 180],
      ['2016-10-09 08:00', '2016-10-09 12:00', 240],
      ['2016-10-09 14:30', '2016-10-09 17:30', 180],
      ['2016-10-10 08:00', '2016-10-10 08:30', 30],
    ]);
    expect(course.skipped).toHaveLength(7);
    expect(course.skipped[0]?.day?.document?.number).toBe('国办发明电〔2015〕18号');
    expect(course.budget).toBe(16 * 60);
  });
});

describe('a clock that stands', () => {
  test('has no end, and what had run is said', () => {
    const course = courseOf(
      nation,
      clock('2016-11-07T08:00:00', 10, 'WORKING_HOURS', ['2016-11-07T11:00:00', null]),
    );
    expect(course).toMatchObject({ dueAt: null, consumed: 180, budget: 600 });
  });

  test('goes on with what was left, to the minute', () => {
    const hours = clock('2016-11-07T08:00:00', 10, 'WORKING_HOURS', [
      '2016-11-07T11:00:00',
      '2016-11-09T15:00:00',
    ]);
    expect(shanghai(endOf(nation, hours))).toBe('2016-11-10 15:00');
    expect(courseOf(nation, hours).skipped).toMatchObject([{ date: '2016-11-08', reason: 'STOPPED' }]);
  });

  test('a day counts when the clock runs at its end', () => {
    const days = clock('2016-11-07T08:00:00', 3, 'WORKING_DAYS', [
      '2016-11-08T09:00:00',
      '2016-11-09T09:00:00',
    ]);
    expect(courseOf(nation, days).counted.map(({ date }) => date)).toEqual([
      '2016-11-09',
      '2016-11-10',
      '2016-11-11',
    ]);
  });

  test('after office hours nothing of the day is left', () => {
    const late = courseOf(nation, clock('2016-11-07T18:00:00', 1, 'WORKING_HOURS'));
    expect(late.skipped).toMatchObject([{ date: '2016-11-07', reason: 'AFTER_HOURS' }]);
    expect(shanghai(late.dueAt)).toBe('2016-11-08 09:00');
  });
});

const minute = fc
  .integer({
    min: at('2016-01-04T00:00:00').getTime() / 60_000,
    max: at('2025-06-30T00:00:00').getTime() / 60_000,
  })
  .map((each) => new Date(each * 60_000));
const duration = fc.record({
  amount: fc.integer({ min: 1, max: 80 }),
  unit: fc.constantFrom(...DURATION_UNITS),
});

test('every counted span together is the budget, and the last one ends where the duration does', () => {
  fc.assert(
    fc.property(minute, duration, (startedAt, given) => {
      const course = courseOf(nation, { startedAt, duration: given, stops: [] });
      expect(course.counted.reduce((sum, { counts }) => sum + counts, 0)).toBe(course.budget);
      expect(course.dueAt).toEqual(dueAfter(nation, startedAt, given));
      const dates = [...course.counted, ...course.skipped].map(({ date }) => date);
      const span = new Set(dates).size;
      const days =
        (Date.parse(dates.toSorted().at(-1) ?? '') - Date.parse(dates.toSorted()[0] ?? '')) / 86_400_000;
      expect(span).toBe(days + 1);
    }),
    { numRuns: 1000 },
  );
});

test('a stop never brings the end nearer, and no span of it counts', () => {
  const stop = fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 1, max: 20_000 }));
  const working = fc.record({
    amount: fc.integer({ min: 1, max: 40 }),
    unit: fc.constantFrom<DurationUnit>('WORKING_DAYS', 'WORKING_HOURS'),
  });
  fc.assert(
    fc.property(minute, working, stop, (startedAt, given, [after, length]) => {
      const from = new Date(startedAt.getTime() + after * 60_000);
      const to = new Date(from.getTime() + length * 60_000);
      const end = dueAfter(nation, startedAt, given);
      fc.pre(from < end);
      const course = courseOf(nation, { startedAt, duration: given, stops: [{ from, to }] });
      expect(course.dueAt?.getTime()).toBeGreaterThanOrEqual(end.getTime());
      expect(course.consumed).toBe(course.budget);
      if (given.unit === 'WORKING_DAYS') return;
      for (const each of course.counted) expect(each.to <= from || each.from >= to).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
