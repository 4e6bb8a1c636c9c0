import { expect, test } from '@jest/globals';
import { type DayRow, drawTrend } from '../../src/demo/draw/trend.js';
import { drawCity, regions, START } from './city.js';

const { tasks } = drawCity('duban');
const rows = drawTrend(tasks, START);

test('fourteen days before the start, and of each number only those on which it moved', () => {
  const days = [...new Set(rows.map(({ day }) => day))].sort();
  expect(days.at(0)).toBe('2016-11-24');
  expect(days.at(-1)).toBe('2016-12-07');
  expect(days).toHaveLength(14);
  const numbers = Map.groupBy(rows, ({ region_code, measure, key }) => `${region_code} ${measure} ${key}`);
  for (const of of numbers.values()) {
    expect(of[0]?.day).toBe('2016-11-24');
    of.reduce((before: DayRow, row) => {
      expect(row.day > before.day).toBe(true);
      expect(row.value).not.toBe(before.value);
      return row;
    });
  }
});

test('regions with tasks and all that contain them', () => {
  const codes = new Set(rows.map(({ region_code }) => region_code));
  const villages = new Set(tasks.map(({ regionCode }) => regionCode));
  expect([...villages].every((code) => codes.has(code))).toBe(true);
  for (const code of ['340000000000', '341200000000', '341225000000', '341225206000'])
    expect(codes).toContain(code);
  const quiet = regions.filter(({ code, level }) => level === 'COUNTY' && !codes.has(code));
  expect(quiet.length).toBeGreaterThan(0);
});

test('a village counts as met on the day of its last item, and no longer when one is opened again', () => {
  const [task] = tasks;
  if (!task) throw new Error('no task');
  const move = (to: 'COUNTY_CONFIRMED' | 'REOPENED', at: string) => ({
    from: 'TOWNSHIP_CONFIRMED' as const,
    to,
    at: new Date(at),
    byRole: 'COUNTY_OFFICE' as const,
    byId: '',
    note: null,
  });
  const history = [
    move('COUNTY_CONFIRMED', '2016-12-01T10:00:00+08:00'),
    move('REOPENED', '2016-12-03T10:00:00+08:00'),
  ];
  const dueAt = new Date('2016-12-04T23:59:59+08:00');
  const days = drawTrend([{ ...task, status: 'REOPENED', dueAt, history }], START)
    .filter(({ region_code }) => region_code === '341200000000')
    .map(({ day, measure, key, value }) => `${day} ${measure} ${key} ${value}`);
  expect(days).toEqual([
    '2016-11-24 task.status COUNTY_CONFIRMED 0',
    '2016-11-24 task.status PROVINCE_PASSED 0',
    '2016-11-24 task.schedule OVERDUE 0',
    '2016-11-24 village.benchmark MET 0',
    '2016-12-01 task.status COUNTY_CONFIRMED 1',
    '2016-12-01 village.benchmark MET 1',
    '2016-12-03 task.status COUNTY_CONFIRMED 0',
    '2016-12-03 village.benchmark MET 0',
    '2016-12-04 task.schedule OVERDUE 1',
  ]);
});
