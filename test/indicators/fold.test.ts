import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { LoggedFact } from '../../src/events/read.js';
import { deltasOf, sumDeltas } from '../../src/indicators/fold.js';
import { TASK_STATUSES } from '../../src/tasks/task.entity.js';

const title = { zh: '通硬化路' };
const fact = (kind: string, params: object, more: object = {}) =>
  ({
    kind,
    params: { title, ...params },
    region: { code: '341225206205', name: '合胜村' },
    audience: 'REGION',
    ...more,
  }) as unknown as LoggedFact;

const said = (logged: LoggedFact) =>
  deltasOf(logged).map(({ measure, key, by }) => `${measure} ${key} ${by}`);

test('what each fact moves', () => {
  expect(said(fact('TASK_CREATED', { status: 'BLOCKED', schedule: 'BEHIND' }))).toEqual([
    'task.status BLOCKED 1',
    'task.schedule BEHIND 1',
  ]);
  expect(said(fact('TASK_STATUS_CHANGED', { from: 'BLOCKED', to: 'IN_PROGRESS' }))).toEqual([
    'task.status BLOCKED -1',
    'task.status IN_PROGRESS 1',
  ]);
  expect(said(fact('TASK_SCHEDULE_CHANGED', { from: 'OVERDUE', to: 'CLOSED' }))).toEqual([
    'task.schedule OVERDUE -1',
    'task.schedule CLOSED 1',
  ]);
  expect(said(fact('HOUSEHOLD_CHANGED', { change: 'REGISTERED', from: null, to: 'CANDIDATE' }))).toEqual([
    'household.status CANDIDATE 1',
  ]);
  expect(
    said(fact('HOUSEHOLD_CHANGED', { change: 'INCOME_RECORDED', from: 'RELAPSED', to: 'RELAPSED' })),
  ).toEqual([]);
  expect(said(fact('PROJECT_CHANGED', { from: null, to: 'PROPOSED' }))).toEqual(['project.stage PROPOSED 1']);
  expect(said(fact('ALERT_RAISED', { severity: 'WARNING' }))).toEqual(['alert.severity WARNING 1']);
  expect(said(fact('ALERT_ACKNOWLEDGED', { severity: 'WARNING' }))).toEqual([]);
  expect(said(fact('ALERT_RESOLVED', { severity: 'WARNING' }))).toEqual(['alert.severity WARNING -1']);
  expect(said(fact('FINDING_ISSUED', {}))).toEqual([]);
});

test('what not everybody in the region may know of moves no number', () => {
  expect(said(fact('ALERT_RAISED', { severity: 'CRITICAL' }, { audience: 'UNANNOUNCED' }))).toEqual([]);
});

test('a number moves in its region and in everything that contains it', () => {
  expect(
    sumDeltas([fact('ALERT_RAISED', { severity: 'WARNING' })]).map(({ regionCode }) => regionCode),
  ).toEqual(['340000000000', '341200000000', '341225000000', '341225206000', '341225206205']);
});

test('however a task moves, it is counted once, and a page may be cut anywhere', () => {
  const moves = fc.array(fc.constantFrom(...TASK_STATUSES), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(moves, fc.nat({ max: 30 }), (statuses, cut) => {
      const facts = statuses.map((to, n) =>
        n === 0
          ? fact('TASK_CREATED', { status: to, schedule: 'ON_TRACK' })
          : fact('TASK_STATUS_CHANGED', { from: statuses[n - 1], to }),
      );
      const kept = new Map<string, number>();
      for (const page of [facts.slice(0, cut), facts.slice(cut)]) {
        for (const { regionCode, measure, key, by } of sumDeltas(page)) {
          expect(by).not.toBe(0);
          const name = `${regionCode} ${measure} ${key}`;
          kept.set(name, (kept.get(name) ?? 0) + by);
        }
      }
      const held = [...kept].filter(
        ([name, value]) => value !== 0 && name.startsWith('341225206205 task.status'),
      );
      expect(held).toEqual([[`341225206205 task.status ${statuses.at(-1)}`, 1]]);
    }),
  );
});
