import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EscalationRung } from '../../src/alerts/escalation.entity.js';
import {
  type Armed,
  nextInstant as nextOf,
  passedRungs as passedOf,
  type Rung,
  rungAt,
  timed,
} from '../../src/deadlines/rungs.js';
import { isClosed, scheduleOf, TASK_STATUSES, type TaskStatus } from '../../src/tasks/task.entity.js';

/** As the house comes with them. */
const RUNGS: Rung[] = timed(
  (
    JSON.parse(readFileSync(new URL('../../data/escalation.json', import.meta.url), 'utf8'))
      .rungs as EscalationRung[]
  ).map((rung) => ({ ...rung, sinceAt: new Date(0) })),
);
const passedRungs = (armed: Armed, now: Date) => passedOf(RUNGS, armed, now).map(({ code }) => code);
const nextInstant = (armed: Omit<Armed, 'armedFrom'>, now: Date) => nextOf(RUNGS, armed, now);

const at = (text: string) => new Date(text);
const instants = fc.date({
  min: at('2015-12-01T00:00:00Z'),
  max: at('2021-03-01T00:00:00Z'),
  noInvalidDate: true,
});
const status = fc.constantFrom<TaskStatus>(...TASK_STATUSES);
const DAY_MS = 86_400_000;

/** Wall time in Shanghai as if it were UTC: another way to the calendar than the code's. */
const wall = (instant: Date) => new Date(instant.getTime() + 8 * 3_600_000);

test('the rungs of a deadline at the end of the year', () => {
  const dueAt = at('2016-12-31T23:59:59+08:00');
  expect(RUNGS.map((rung) => [rung.code, rungAt(rung, dueAt)])).toEqual([
    ['D30', at('2016-12-01T00:00:00+08:00')],
    ['D15', at('2016-12-16T00:00:00+08:00')],
    ['D7', at('2016-12-24T00:00:00+08:00')],
    ['D3', at('2016-12-28T00:00:00+08:00')],
    ['D1', at('2016-12-30T00:00:00+08:00')],
    ['DUE', dueAt],
    ['O1', at('2017-01-01T00:00:00+08:00')],
    ['O3', at('2017-01-03T00:00:00+08:00')],
    ['O7', at('2017-01-07T00:00:00+08:00')],
  ]);
});

test('notices 30 and 15 days before, warnings 7 and 3, critical from 1 day on', () => {
  expect(RUNGS.map(({ severity }) => severity)).toEqual([
    ...['NOTICE', 'NOTICE', 'WARNING', 'WARNING'],
    ...['CRITICAL', 'CRITICAL', 'CRITICAL', 'CRITICAL', 'CRITICAL'],
  ]);
});

test('rungs come in order, at the start of the calendar day so many days away, across months, years and leap days', () => {
  const days = new Map(Object.entries({ D30: -30, D15: -15, D7: -7, D3: -3, D1: -1, O1: 1, O3: 3, O7: 7 }));
  fc.assert(
    fc.property(instants, (dueAt) => {
      const moments = RUNGS.map((rung) => rungAt(rung, dueAt).getTime());
      expect(moments).toEqual([...new Set(moments)].sort((a, b) => a - b));
      for (const rung of RUNGS.filter(({ code }) => code !== 'DUE')) {
        const count = days.get(rung.code) ?? 0;
        const due = wall(dueAt);
        const day = Date.UTC(due.getUTCFullYear(), due.getUTCMonth(), due.getUTCDate() + count);
        expect(wall(rungAt(rung, dueAt)).getTime()).toBe(day);
      }
    }),
  );
});

test('whatever the time between two looks, every rung passes exactly once and nothing before the deadline was set', () => {
  fc.assert(
    fc.property(
      instants,
      fc.integer({ min: -40, max: 5 }),
      fc.array(fc.integer({ min: 1, max: 9 * DAY_MS }), { maxLength: 40 }),
      (dueAt, setDays, steps) => {
        const armedFrom = new Date(dueAt.getTime() + setDays * DAY_MS);
        const armed = { status: 'IN_PROGRESS', dueAt, armedFrom } as const;
        let now = armedFrom.getTime();
        const seen: string[] = [];
        for (const step of steps) {
          now += step;
          seen.push(...passedRungs(armed, new Date(now)).filter((rung) => !seen.includes(rung)));
        }
        expect(seen).toEqual(
          RUNGS.filter((rung) => armedFrom < rungAt(rung, dueAt) && rungAt(rung, dueAt).getTime() <= now).map(
            ({ code }) => code,
          ),
        );
      },
    ),
  );
});

test('until the next instant neither a rung comes nor the schedule changes, and at the last one nothing more will', () => {
  fc.assert(
    fc.property(
      status,
      instants,
      fc.integer({ min: -40 * DAY_MS, max: 10 * DAY_MS }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (status, dueAt, offset, share) => {
        const now = new Date(dueAt.getTime() + offset);
        const next = nextInstant({ status, dueAt }, now);
        const end = next?.getTime() ?? now.getTime() + 400 * DAY_MS;
        const between = new Date(now.getTime() + Math.floor((end - 1 - now.getTime()) * share));
        expect(scheduleOf(status, dueAt, between)).toBe(scheduleOf(status, dueAt, now));
        const passed = (moment: Date) => passedRungs({ status, dueAt, armedFrom: new Date(0) }, moment);
        expect(passed(between)).toEqual(passed(now));
        if (isClosed(status)) expect(next).toBeNull();
        if (next) expect(next > now).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
});

test('a closed task warns of nothing', () => {
  const dueAt = at('2016-12-31T23:59:59+08:00');
  const armed = { status: 'CANCELLED', dueAt, armedFrom: at('2016-01-01T00:00:00Z') } as const;
  expect(passedRungs(armed, at('2017-02-01T00:00:00Z'))).toEqual([]);
  expect(nextInstant(armed, at('2016-01-02T00:00:00Z'))).toBeNull();
});

test('a deadline set at the moment of a rung does not warn of that moment', () => {
  const dueAt = at('2016-12-31T23:59:59+08:00');
  const armedFrom = at('2016-12-16T00:00:00+08:00');
  expect(passedRungs({ status: 'IN_PROGRESS', dueAt, armedFrom }, armedFrom)).toEqual([]);
});

test('a rung that was made later passes over the deadlines that had gone by its time', () => {
  const dueAt = at('2016-12-31T23:59:59+08:00');
  const armed = { status: 'IN_PROGRESS', dueAt, armedFrom: at('2016-11-01T00:00:00+08:00') } as const;
  const made = (sinceAt: Date) => [
    { code: 'D20', trigger: 'DAY', days: -20, severity: 'NOTICE', sinceAt } as const,
  ];
  const now = at('2016-12-20T00:00:00+08:00');
  expect(passedOf(made(at('2016-12-15T00:00:00+08:00')), armed, now)).toEqual([]);
  expect(passedOf(made(at('2016-12-01T00:00:00+08:00')), armed, now)).toHaveLength(1);
});
