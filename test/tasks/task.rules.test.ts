import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ROLES, type Role } from '../../src/auth/viewer.js';
import {
  allowedMoves,
  type EarlierMove,
  moveRole,
  scheduleOf,
  TASK_SCHEDULES,
  TASK_STATUSES,
  type TaskSchedule,
  type TaskStatus,
} from '../../src/tasks/task.entity.js';

const CLOSED = ['COUNTY_CONFIRMED', 'PROVINCE_PASSED', 'CANCELLED'];
const status = fc.constantFrom(...TASK_STATUSES);

describe('how a task stands', () => {
  const END_OF_YEAR = '2016-12-31T23:59:59+08:00';
  test.each<[TaskStatus, string, string, TaskSchedule]>([
    ['IN_PROGRESS', END_OF_YEAR, '2016-12-23T23:59:59.999+08:00', 'ON_TRACK'],
    ['IN_PROGRESS', END_OF_YEAR, '2016-12-24T00:00:00+08:00', 'DUE_SOON'],
    ['IN_PROGRESS', '2016-12-31T00:00:00+08:00', '2016-12-23T23:59:59.999+08:00', 'ON_TRACK'],
    ['IN_PROGRESS', '2016-12-31T00:00:00+08:00', '2016-12-24T00:00:00+08:00', 'DUE_SOON'],
    // Seven days are counted in Shanghai: in UTC this is still the 23rd.
    ['IN_PROGRESS', END_OF_YEAR, '2016-12-23T16:00:00Z', 'DUE_SOON'],
    ['NOT_STARTED', END_OF_YEAR, '2016-12-15T23:59:59.999+08:00', 'ON_TRACK'],
    ['NOT_STARTED', END_OF_YEAR, '2016-12-16T00:00:00+08:00', 'BEHIND'],
    ['NOT_STARTED', END_OF_YEAR, '2016-12-24T00:00:00+08:00', 'DUE_SOON'],
    ['BLOCKED', END_OF_YEAR, '2016-01-01T00:00:00+08:00', 'BEHIND'],
    ['BLOCKED', END_OF_YEAR, '2016-12-24T00:00:00+08:00', 'DUE_SOON'],
    // The deadline itself is in time; declaring or confirming at the township does not stop the clock.
    ['SELF_DECLARED_MET', END_OF_YEAR, END_OF_YEAR, 'DUE_SOON'],
    ['SELF_DECLARED_MET', END_OF_YEAR, '2016-12-31T23:59:59.001+08:00', 'OVERDUE'],
    ['TOWNSHIP_CONFIRMED', END_OF_YEAR, '2017-01-01T00:00:00+08:00', 'OVERDUE'],
    // Over the end of the year.
    ['IN_PROGRESS', '2017-01-03T09:00:00+08:00', '2016-12-26T23:59:59.999+08:00', 'ON_TRACK'],
    ['IN_PROGRESS', '2017-01-03T09:00:00+08:00', '2016-12-27T00:00:00+08:00', 'DUE_SOON'],
    ['NOT_STARTED', '2017-01-10T00:00:00+08:00', '2016-12-25T23:59:59.999+08:00', 'ON_TRACK'],
    ['NOT_STARTED', '2017-01-10T00:00:00+08:00', '2016-12-26T00:00:00+08:00', 'BEHIND'],
    ['COUNTY_CONFIRMED', END_OF_YEAR, '2018-01-01T00:00:00+08:00', 'CLOSED'],
    ['PROVINCE_PASSED', END_OF_YEAR, '2016-01-01T00:00:00+08:00', 'CLOSED'],
    ['CANCELLED', END_OF_YEAR, END_OF_YEAR, 'CLOSED'],
  ])('%s due %s is at %s %s', (given, dueAt, now, schedule) => {
    expect(scheduleOf(given, new Date(dueAt), new Date(now))).toBe(schedule);
  });

  const START = Date.parse('2016-12-08T09:00:00+08:00');
  const instant = fc
    .integer({ min: -40 * 86_400_000, max: 40 * 86_400_000 })
    .map((ms) => new Date(START + ms));
  const calendar = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai', dateStyle: 'short' });
  const dayNumber = (at: Date) => Date.parse(calendar.format(at)) / 86_400_000;

  test('is what the contract says, on whatever day', () => {
    fc.assert(
      fc.property(status, instant, instant, (given, dueAt, now) => {
        const left = dayNumber(dueAt) - dayNumber(now);
        const said = () => {
          if (CLOSED.includes(given)) return 'CLOSED';
          if (now.getTime() > dueAt.getTime()) return 'OVERDUE';
          if (left <= 7) return 'DUE_SOON';
          return given === 'BLOCKED' || (given === 'NOT_STARTED' && left <= 15) ? 'BEHIND' : 'ON_TRACK';
        };
        expect(scheduleOf(given, dueAt, now)).toBe(said());
      }),
      { numRuns: 1000 },
    );
  });

  test('only gets worse while time passes', () => {
    fc.assert(
      fc.property(status, instant, instant, instant, (given, dueAt, one, other) => {
        const [before, after] = [one, other].sort((a, b) => a.getTime() - b.getTime()) as [Date, Date];
        const rank = (now: Date) => TASK_SCHEDULES.indexOf(scheduleOf(given, dueAt, now));
        expect(rank(before)).toBeLessThanOrEqual(rank(after));
      }),
    );
  });
});

/** The contract's "Who sees and moves what", sentence by sentence. */
const SAID: readonly [by: Role, from: string, to: string][] = [
  ['VILLAGE_TEAM', 'NOT_STARTED RETURNED REOPENED BLOCKED', 'IN_PROGRESS'],
  ['VILLAGE_TEAM', 'IN_PROGRESS', 'BLOCKED SELF_DECLARED_MET'],
  ['TOWNSHIP_OFFICE', 'SELF_DECLARED_MET', 'TOWNSHIP_CONFIRMED RETURNED'],
  ['COUNTY_OFFICE', 'TOWNSHIP_CONFIRMED', 'COUNTY_CONFIRMED RETURNED'],
  ['SUPERVISION_OFFICE', 'COUNTY_CONFIRMED', 'PROVINCE_PASSED'],
  ['SUPERVISION_OFFICE', 'COUNTY_CONFIRMED PROVINCE_PASSED', 'REOPENED'],
  [
    'SUPERVISION_OFFICE',
    'NOT_STARTED IN_PROGRESS BLOCKED SELF_DECLARED_MET TOWNSHIP_CONFIRMED RETURNED REOPENED',
    'CANCELLED',
  ],
];
const isSaid = (by: Role, from: TaskStatus, to: TaskStatus) =>
  SAID.some(
    ([who, froms, tos]) => who === by && froms.split(' ').includes(from) && tos.split(' ').includes(to),
  );

describe('who moves what', () => {
  test.each(ROLES)('%s: exactly what the contract says', (role) => {
    for (const from of TASK_STATUSES) {
      const said = TASK_STATUSES.filter((to) => isSaid(role, from, to));
      expect([from, allowedMoves(from, new Set([role]), 'somebody', [])]).toEqual([from, said]);
      for (const to of said) expect(moveRole(from, to)).toBe(role);
    }
  });

  test('several roles may do what each of them may', () => {
    fc.assert(
      fc.property(status, fc.uniqueArray(fc.constantFrom(...ROLES)), (from, roles) => {
        expect(allowedMoves(from, new Set(roles), 'somebody', [])).toEqual(
          TASK_STATUSES.filter((to) => roles.some((role) => isSaid(role, from, to))),
        );
      }),
    );
  });

  test('a move that nobody makes has no role', () => {
    expect(() => moveRole('NOT_STARTED', 'PROVINCE_PASSED')).toThrow();
    expect(() => moveRole('CANCELLED', 'IN_PROGRESS')).toThrow();
  });
});

describe('two confirming moves', () => {
  const did = (byId: string, ...statuses: TaskStatus[]): EarlierMove[] =>
    statuses.map((toStatus) => ({ byId, toStatus }));
  const TOWN_AND_COUNTY = new Set<Role>(['TOWNSHIP_OFFICE', 'COUNTY_OFFICE']);
  const VILLAGE_AND_TOWN = new Set<Role>(['VILLAGE_TEAM', 'TOWNSHIP_OFFICE']);

  test('are not made by one person with a township and a county grant; returning is', () => {
    const earlier = [...did('team', 'SELF_DECLARED_MET'), ...did('both', 'TOWNSHIP_CONFIRMED')];
    expect(allowedMoves('TOWNSHIP_CONFIRMED', TOWN_AND_COUNTY, 'both', earlier)).toEqual(['RETURNED']);
    expect(allowedMoves('TOWNSHIP_CONFIRMED', TOWN_AND_COUNTY, 'other', earlier)).toEqual([
      'COUNTY_CONFIRMED',
      'RETURNED',
    ]);
  });

  test('are not made by one person with a village and a township grant', () => {
    const earlier = did('both', 'IN_PROGRESS', 'SELF_DECLARED_MET');
    expect(allowedMoves('SELF_DECLARED_MET', VILLAGE_AND_TOWN, 'both', earlier)).toEqual(['RETURNED']);
  });

  test('are not made in different rounds either', () => {
    const rounds = [
      ...did('both', 'SELF_DECLARED_MET'),
      ...did('township', 'RETURNED'),
      ...did('team', 'IN_PROGRESS', 'SELF_DECLARED_MET'),
    ];
    expect(allowedMoves('SELF_DECLARED_MET', VILLAGE_AND_TOWN, 'both', rounds)).toEqual(['RETURNED']);
    expect(allowedMoves('IN_PROGRESS', VILLAGE_AND_TOWN, 'both', rounds)).toContain('SELF_DECLARED_MET');
  });

  test('the same one again after a return is the same office doing its work again', () => {
    const round = [
      ...did('team', 'IN_PROGRESS', 'SELF_DECLARED_MET'),
      ...did('township', 'TOWNSHIP_CONFIRMED'),
      ...did('county', 'RETURNED'),
      ...did('team', 'IN_PROGRESS'),
    ];
    expect(allowedMoves('IN_PROGRESS', new Set(['VILLAGE_TEAM']), 'team', round)).toContain(
      'SELF_DECLARED_MET',
    );
    const again = [...round, ...did('team', 'SELF_DECLARED_MET')];
    expect(allowedMoves('SELF_DECLARED_MET', new Set(['TOWNSHIP_OFFICE']), 'township', again)).toContain(
      'TOWNSHIP_CONFIRMED',
    );
  });

  test('are made by nobody on any way that a task can go', () => {
    const people = new Map<string, Set<Role>>([
      ['village and township', VILLAGE_AND_TOWN],
      ['township and county', TOWN_AND_COUNTY],
      ['county and city', new Set(['COUNTY_OFFICE', 'SUPERVISION_OFFICE'])],
      ['everything', new Set(ROLES)],
      ['another with everything', new Set(ROLES)],
    ]);
    const step = fc.record({ who: fc.constantFrom(...people.keys()), which: fc.nat() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 100 }), (steps) => {
        const way: EarlierMove[] = [];
        let at: TaskStatus = 'NOT_STARTED';
        for (const { who, which } of steps) {
          const allowed: TaskStatus[] = allowedMoves(at, people.get(who) ?? new Set(), who, way).filter(
            (to) => to !== 'CANCELLED',
          );
          const to: TaskStatus | undefined = allowed[which % allowed.length];
          if (to === undefined) continue;
          way.push({ byId: who, toStatus: to });
          at = to;
        }
        const confirming = /MET|CONFIRMED|PASSED/;
        for (const who of people.keys()) {
          const made = way.filter(({ byId, toStatus }) => byId === who && confirming.test(toStatus));
          expect(new Set(made.map(({ toStatus }) => toStatus)).size).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
