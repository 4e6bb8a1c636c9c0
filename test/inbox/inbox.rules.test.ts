import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EscalationStep } from '../../src/alerts/escalation.entity.js';
import { isWorkingMoment } from '../../src/calendars/working-time.rules.js';
import type { LoggedFact } from '../../src/events/read.js';
import { deliverAt, districtOf, matterOf, type Telling } from '../../src/inbox/inbox.rules.js';
import { nation as calendar } from '../calendars/nation.js';

const steps = new Map(
  ['E0', 'E1', 'E2', 'E3', 'E4', 'E5'].map((code, position) => [
    code,
    { code, position, leadsTo: code === 'E5' ? 'REFERRAL' : 'NOTICE' } as EscalationStep,
  ]),
);
const telling: Telling = {
  steps,
  rungs: [],
  rule: (code) =>
    code === 'TASK_OVERDUE' ? { step: null, againStep: 'E3' } : { step: 'E1', againStep: 'E2' },
};
const alert = (kind: 'ALERT_RAISED' | 'ALERT_LAPSED', rule: string, count: number) =>
  ({
    kind,
    region: { code: '341225206205', name: '合胜村' },
    subject: { type: 'ALERT', id: '1' },
    severity: 'WARNING',
    audience: 'REGION',
    happenedAt: new Date(0),
    params: {
      rule,
      title: { zh: '通硬化路' },
      about: { type: 'TASK', id: '2' },
      episode: count,
      lapses: count,
    },
  }) as unknown as LoggedFact;
const stepOf = (...about: Parameters<typeof alert>) => matterOf(alert(...about), telling)?.step?.code ?? null;

test('the first time tells one step, the second another, and each further one a step above it, up to the last that is climbed to', () => {
  expect([1, 2, 3, 4, 5, 6].map((n) => stepOf('ALERT_RAISED', 'TASK_RETURNED', n))).toEqual([
    ...['E1', 'E2', 'E3', 'E4', 'E4', 'E4'],
  ]);
  expect([1, 2, 3].map((n) => stepOf('ALERT_LAPSED', 'TASK_RETURNED', n))).toEqual(['E2', 'E3', 'E4']);
  // The ladder tells of the first deadline that is missed; the second goes to the city, the third to an interview.
  expect([1, 2, 3].map((n) => stepOf('ALERT_RAISED', 'TASK_OVERDUE', n))).toEqual([null, 'E3', 'E4']);
});

test('an interview that is appointed is told to its step, or to the last that is climbed to once no step leads to one', () => {
  const appointed = {
    ...alert('ALERT_RAISED', 'TASK_RETURNED', 1),
    kind: 'INTERVIEW_CHANGED',
    params: { from: 'CALLED', to: 'APPOINTED', appointedFor: null },
  } as unknown as LoggedFact;
  const leading = new Map(steps).set('E3', { ...(steps.get('E3') as EscalationStep), leadsTo: 'INTERVIEW' });
  expect(matterOf(appointed, { ...telling, steps: leading })?.step?.code).toBe('E3');
  expect(matterOf(appointed, telling)?.step?.code).toBe('E4');
});

test('a place is told district by district of what one oversees', () => {
  const place = '341225206205';
  expect(districtOf(place, '341200000000')).toBe('341225000000');
  expect(districtOf(place, '341225000000')).toBe('341225206000');
  expect(districtOf(place, '341225206000')).toBe(place);
  expect(districtOf(place, place)).toBe(place);
});

const instants = fc.date({
  min: new Date('2016-02-01T00:00:00Z'),
  max: new Date('2025-12-01T00:00:00Z'),
  noInvalidDate: true,
});

test('whatever the moment: critical waits for nothing, a warning never rings at night, a notice never outside working time', () => {
  fc.assert(
    fc.property(instants, (now) => {
      expect(deliverAt('NEVER', calendar, now)).toEqual(now);
      const morning = deliverAt('AT_NIGHT', calendar, now);
      const hour = (morning.getUTCHours() + 8) % 24;
      expect(hour >= 7 && hour < 22).toBe(true);
      expect(morning.getTime() - now.getTime()).toBeLessThanOrEqual(9 * 3_600_000);
      expect(morning >= now).toBe(true);
      const working = deliverAt('OUTSIDE_WORKING_TIME', calendar, now);
      expect(working >= now && isWorkingMoment(calendar, working)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('where nobody has published the year, a notice is delivered at once', () => {
  const now = new Date('2040-01-01T15:00:00Z');
  expect(deliverAt('OUTSIDE_WORKING_TIME', calendar, now)).toEqual(now);
});
