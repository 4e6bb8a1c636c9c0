import { expect, test } from '@jest/globals';
import { causesOf } from '../../src/alerts/alert.entity.js';
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

const said = (logged: LoggedFact) =>
  causesOf(logged).map(
    (cause) => `${cause.begins ? '+' : '-'}${cause.rule}${cause.begins ? ` ${cause.severity}` : ''}`,
  );

test('overdue begins and ends with the schedule, whatever it was before and becomes after', () => {
  const change = (from: string, to: string) =>
    said(fact('TASK_SCHEDULE_CHANGED', { title, itemId: null, from, to }));
  expect(change('DUE_SOON', 'OVERDUE')).toEqual(['+TASK_OVERDUE CRITICAL']);
  for (const to of ['CLOSED', 'ON_TRACK', 'DUE_SOON', 'BEHIND'])
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
  expect(Object.fromEntries(moves)).toEqual({
    NOT_STARTED: '',
    IN_PROGRESS: '',
    BLOCKED: '',
    SELF_DECLARED_MET: ends,
    TOWNSHIP_CONFIRMED: ends,
    COUNTY_CONFIRMED: ends,
    PROVINCE_PASSED: ends,
    RETURNED: '+TASK_RETURNED WARNING',
    REOPENED: '+TASK_REOPENED WARNING',
    CANCELLED: ends,
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
  expect(created('RETURNED', 'OVERDUE')).toEqual(['+TASK_OVERDUE CRITICAL', '+TASK_RETURNED WARNING']);
  expect(created('COUNTY_CONFIRMED', 'CLOSED')).toEqual([]);
});

test('a finding is as grave as it was issued, and over when it is closed', () => {
  expect(said(fact('FINDING_ISSUED', { title, inspectionId: '1' }, 'CRITICAL'))).toEqual([
    '+FINDING_ISSUED CRITICAL',
  ]);
  expect(said(fact('FINDING_CLOSED', { title, inspectionId: '1' }))).toEqual(['-FINDING_ISSUED']);
});
