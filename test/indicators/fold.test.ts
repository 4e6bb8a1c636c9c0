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

const ITEM = '0157a2b0-0000-7000-8000-000000000001';

test('what each fact of a task moves, and of its item if it has one', () => {
  expect(said(fact('TASK_CREATED', { itemId: null, status: 'BLOCKED', schedule: 'BEHIND' }))).toEqual([
    'task.status BLOCKED 1',
    'task.schedule BEHIND 1',
  ]);
  expect(said(fact('TASK_CREATED', { itemId: ITEM, status: 'PROVINCE_PASSED', schedule: 'CLOSED' }))).toEqual(
    [
      'task.status PROVINCE_PASSED 1',
      `item.met ${ITEM} 1`,
      'task.schedule CLOSED 1',
      `item.schedule ${ITEM}:CLOSED 1`,
    ],
  );
  const status = (from: string, to: string) => said(fact('TASK_STATUS_CHANGED', { itemId: ITEM, from, to }));
  expect(status('BLOCKED', 'IN_PROGRESS')).toEqual(['task.status BLOCKED -1', 'task.status IN_PROGRESS 1']);
  expect(status('TOWNSHIP_CONFIRMED', 'COUNTY_CONFIRMED').slice(2)).toEqual([`item.met ${ITEM} 1`]);
  expect(status('COUNTY_CONFIRMED', 'PROVINCE_PASSED').slice(2)).toEqual([]);
  expect(status('PROVINCE_PASSED', 'REOPENED').slice(2)).toEqual([`item.met ${ITEM} -1`]);
  expect(status('BLOCKED', 'CANCELLED').slice(2)).toEqual([`item.cancelled ${ITEM} 1`]);
  expect(said(fact('TASK_SCHEDULE_CHANGED', { itemId: ITEM, from: 'OVERDUE', to: 'CLOSED' }))).toEqual([
    'task.schedule OVERDUE -1',
    'task.schedule CLOSED 1',
    `item.schedule ${ITEM}:OVERDUE -1`,
    `item.schedule ${ITEM}:CLOSED 1`,
  ]);
});

test('what a fact of a household moves, and of the plan of its year if it has one', () => {
  const change = (from: string | null, to: string, plannedExitYear: number | null) =>
    said(fact('HOUSEHOLD_CHANGED', { from, to, plannedExitYear }));
  expect(change(null, 'CANDIDATE', null)).toEqual(['household.status CANDIDATE 1']);
  expect(change('RELAPSED', 'RELAPSED', 2016)).toEqual([]);
  expect(change(null, 'LIFTED_WITH_POLICY', 2016)).toEqual([
    'household.status LIFTED_WITH_POLICY 1',
    'household.plan 2016:PLANNED 1',
    'household.plan 2016:LIFTED 1',
  ]);
  expect(change('PRE_EXIT', 'LIFTED_WITH_POLICY', 2016).slice(2)).toEqual(['household.plan 2016:LIFTED 1']);
  expect(change('LIFTED_WITH_POLICY', 'LIFTED_WITHOUT_POLICY', 2016).slice(2)).toEqual([]);
  expect(change('LIFTED_WITHOUT_POLICY', 'RELAPSED', 2015).slice(2)).toEqual([
    'household.plan 2015:LIFTED -1',
  ]);
  expect(change('LIFTED_WITH_POLICY', 'CANCELLED', 2016).slice(2)).toEqual([
    'household.plan 2016:PLANNED -1',
    'household.plan 2016:LIFTED -1',
  ]);
});

test('what each other fact moves', () => {
  expect(said(fact('PROJECT_CHANGED', { kind: 'ROAD_NETWORK', from: null, to: 'PROPOSED' }))).toEqual([
    'project.stage ROAD_NETWORK:PROPOSED 1',
  ]);
  expect(said(fact('PROJECT_CHANGED', { kind: 'OTHER', from: 'PROPOSED', to: 'APPROVED' }))).toEqual([
    'project.stage OTHER:PROPOSED -1',
    'project.stage OTHER:APPROVED 1',
  ]);
  expect(said(fact('ALERT_RAISED', { severity: 'WARNING' }))).toEqual(['alert.severity WARNING 1']);
  expect(said(fact('ALERT_ACKNOWLEDGED', { severity: 'WARNING' }))).toEqual([]);
  expect(said(fact('ALERT_RESOLVED', { severity: 'WARNING' }))).toEqual(['alert.severity WARNING -1']);
  const confided = { ...fact('ALERT_RAISED', { severity: 'WARNING' }), audience: 'HOUSEHOLDS' } as const;
  expect(said(confided)).toEqual(['alert.confided WARNING 1']);
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
          ? fact('TASK_CREATED', { itemId: null, status: to, schedule: 'ON_TRACK' })
          : fact('TASK_STATUS_CHANGED', { itemId: null, from: statuses[n - 1], to }),
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
