import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { causesOf, newAlert, turn } from '../../src/alerts/cause.rules.js';
import type { FactKind, FactOf } from '../../src/events/facts.js';
import type { LoggedFact } from '../../src/events/read.js';
import { TASK_STATUSES } from '../../src/tasks/task.entity.js';

const title = { zh: '通硬化路' };

/** A fact as the log holds it. */
const fact = <K extends FactKind>(
  kind: K,
  params: FactOf<K>['params'],
  severity: LoggedFact['severity'] = null,
) => ({ kind, params, severity, audience: 'REGION' }) as unknown as LoggedFact;

/** `+` begins, `-` ends, `!` is over for good. */
const said = (logged: LoggedFact) =>
  causesOf(logged).map(
    ({ rule, level, severity, isOver }) =>
      `${isOver ? '!' : level > 0 ? '+' : '-'}${rule}${severity ? ` ${severity}` : ''}`,
  );

test('overdue begins and ends with the schedule, whatever it was before and becomes after', () => {
  const change = (from: string, to: string) =>
    said(fact('TASK_SCHEDULE_CHANGED', { title, itemId: null, from, to }));
  expect(change('DUE_SOON', 'OVERDUE')).toEqual(['+TASK_OVERDUE']);
  expect(change('OVERDUE', 'CLOSED')).toEqual(['!TASK_OVERDUE']);
  for (const to of ['ON_TRACK', 'DUE_SOON', 'BEHIND'])
    expect(change('OVERDUE', to)).toEqual(['-TASK_OVERDUE']);
  expect(change('ON_TRACK', 'DUE_SOON')).toEqual([]);
});

test('work that was sent back is an alert until it is declared anew or closed', () => {
  const moves = TASK_STATUSES.map((to) => [
    to,
    said(
      fact('TASK_STATUS_CHANGED', {
        title,
        itemId: null,
        from: 'IN_PROGRESS',
        to,
        dueAt: '',
        deadlineVersion: 1,
      }),
    ).join(),
  ]);
  const ends = '-TASK_RETURNED,-TASK_REOPENED';
  const over = '!TASK_RETURNED,!TASK_REOPENED,!RECEIPT_NOT_SIGNED';
  expect(Object.fromEntries(moves)).toEqual({
    NOT_STARTED: '',
    IN_PROGRESS: '',
    BLOCKED: '',
    SELF_DECLARED_MET: ends,
    TOWNSHIP_CONFIRMED: ends,
    COUNTY_CONFIRMED: over,
    PROVINCE_PASSED: over,
    RETURNED: '+TASK_RETURNED',
    REOPENED: '+TASK_REOPENED',
    CANCELLED: over,
  });
});

test('a task that comes into the house overdue or returned brings its alerts', () => {
  const created = (status: string, schedule: string) =>
    said(
      fact('TASK_CREATED', {
        title,
        kind: 'BENCHMARK',
        itemId: null,
        status,
        schedule,
        createdAt: '',
        dueAt: '',
        deadlineVersion: 1,
      }),
    );
  expect(created('RETURNED', 'OVERDUE')).toEqual(['+TASK_OVERDUE', '+TASK_RETURNED']);
  expect(created('COUNTY_CONFIRMED', 'CLOSED')).toEqual([]);
});

test('a finding is as grave as it was issued, and over when it is closed', () => {
  expect(said(fact('FINDING_ISSUED', { title, inspectionId: '1' }, 'CRITICAL'))).toEqual([
    '+FINDING_ISSUED CRITICAL',
  ]);
  expect(said(fact('FINDING_CLOSED', { title, inspectionId: '1' }))).toEqual([
    '!FINDING_ISSUED',
    '!RECTIFICATION_OVERDUE',
  ]);
});

test("a receipt that nobody signed for is over when somebody does, or it is somebody else's", () => {
  expect(said(fact('RECEIPT_MISSED', { title, dueAt: '' }))).toEqual(['+RECEIPT_NOT_SIGNED']);
  expect(said(fact('TASK_RECEIVED', { title, late: true }))).toEqual(['!RECEIPT_NOT_SIGNED']);
  expect(said(fact('TASK_ASSIGNED', { title, responsibleId: null, receiptDueAt: null }))).toEqual([
    '!RECEIPT_NOT_SIGNED',
  ]);
});

test('a workshop that stands still is a matter until it goes on or is closed; other projects are not', () => {
  const project = (from: string | null, to: string, kind = 'EMPLOYMENT_WORKSHOP') =>
    said(fact('PROJECT_CHANGED', { title, kind, from, to }));
  expect(project('PRODUCING', 'SUSPENDED')).toEqual(['+WORKSHOP_STALLED']);
  expect(project('SUSPENDED', 'SUSPENDED')).toEqual([]);
  expect(project('SUSPENDED', 'PRODUCING')).toEqual(['-WORKSHOP_STALLED']);
  expect(project('SUSPENDED', 'CLOSED')).toEqual(['!WORKSHOP_STALLED']);
  expect(project('PREPARING', 'PRODUCING')).toEqual([]);
  expect(project('UNDER_CONSTRUCTION', 'SUSPENDED', 'ROAD_NETWORK')).toEqual([]);
});

const START = Date.UTC(2016, 11, 8);
const minute = (n: number) => new Date(START + n * 60_000);
const opened = (at: Date) =>
  newAlert(
    {
      rule: 'VILLAGE_LOST_STANDARD',
      severity: 'WARNING',
      regionCode: '341225206205',
      subjectType: 'STANDING',
      subjectId: '1',
      audience: 'REGION',
      openedAt: at,
      members: null,
    },
    title,
  );

const settings = fc
  .record({
    leaveAt: fc.integer({ min: 1, max: 6 }),
    gap: fc.integer({ min: 0, max: 4 }),
    holdMinutes: fc.nat(60),
  })
  .map(({ leaveAt, gap, holdMinutes }) => ({ leaveAt, enterAt: leaveAt + gap, holdMinutes, isActive: true }));
const readings = fc.array(fc.record({ level: fc.nat(12), after: fc.nat(30) }), { maxLength: 40 });

test('whatever the readings: it begins at the upper level only, ends below the lower only, and never before its least time', () => {
  fc.assert(
    fc.property(settings, readings, (rule, steps) => {
      let alert: ReturnType<typeof opened> | undefined;
      let now = 0;
      for (const { level, after } of steps) {
        now += after;
        const at = minute(now);
        const wasHeld = alert?.resolvesAt ?? null;
        const kind = turn(alert, rule, { level, at });
        if (!alert) {
          expect(kind).toBe(level >= rule.enterAt ? 'RAISED' : null);
          if (kind) alert = opened(at);
          continue;
        }
        const leastOver = alert.openedAt.getTime() + rule.holdMinutes * 60_000 <= at.getTime();
        if (level >= rule.leaveAt) expect([null, 'HELD']).toContain(kind);
        else expect(kind).toBe(leastOver ? 'RESOLVED' : wasHeld ? null : 'HELD');
        // What is held ends by the clock unless it begins again, which takes the upper level.
        if (wasHeld && level < rule.enterAt && kind !== 'RESOLVED') expect(alert.resolvesAt).toEqual(wasHeld);
        if (level >= rule.enterAt) expect(alert.resolvesAt).toBeNull();
        if (kind === 'RESOLVED') {
          expect(alert).toMatchObject({ status: 'RESOLVED', resolvedAt: at, resolvesAt: null });
          alert = undefined;
        }
      }
    }),
    { numRuns: 1000 },
  );
});

test('a subject that is over ends its alert at once, and a rule that is off begins none', () => {
  const rule = { enterAt: 1, leaveAt: 1, holdMinutes: 60, isActive: true };
  const alert = opened(minute(0));
  expect(turn(alert, rule, { level: 0, at: minute(5) })).toBe('HELD');
  expect(turn(alert, rule, { level: 1, at: minute(10) })).toBe('HELD');
  expect(alert).toMatchObject({ relapses: 1, resolvesAt: null, status: 'OPEN' });
  expect(turn(alert, rule, { level: 0, at: minute(11), isOver: true })).toBe('RESOLVED');
  expect(turn(undefined, { ...rule, isActive: false }, { level: 9, at: minute(12) })).toBeNull();
});
