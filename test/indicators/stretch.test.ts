import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { daysOf } from '../../src/indicators/stretch.js';

const change = (at: string) => ({ at: new Date(at), regionCode: '341225206205', deltas: [] });
const days = (instants: string[], newest: string | null = null) =>
  daysOf(instants.map(change), newest).map(({ day, changes }) => `${day} ${changes.length}`);

test('a page is cut at midnight in Asia/Shanghai', () => {
  expect(
    days([
      '2016-12-08T15:59:59.999Z',
      '2016-12-08T16:00:00Z',
      '2016-12-09T08:00:00Z',
      '2016-12-10T00:00:00Z',
    ]),
  ).toEqual(['2016-12-08 1', '2016-12-09 2', '2016-12-10 1']);
});

test('what comes late counts on the day that is being counted: days never go back', () => {
  const late = ['2016-12-09T00:00:00+08:00', '2016-12-08T23:59:59+08:00', '2016-12-09T00:00:01+08:00'];
  expect(days(late)).toEqual(['2016-12-09 3']);
  expect(days(['2016-12-08T23:59:59+08:00'], '2016-12-10')).toEqual(['2016-12-10 1']);
  expect(days([], '2016-12-10')).toEqual([]);
});

test('however a log is cut into pages, its days are the same', () => {
  const instant = fc.date({ min: new Date('2016-12-01'), max: new Date('2016-12-20'), noInvalidDate: true });
  fc.assert(
    fc.property(fc.array(instant, { maxLength: 40 }), fc.nat({ max: 40 }), (instants, cut) => {
      const changes = instants.map((at) => change(at.toISOString()));
      const whole = daysOf(changes, null);
      const first = daysOf(changes.slice(0, cut), null);
      const rest = daysOf(changes.slice(cut), first.at(-1)?.day ?? null);
      const dayOf = (stretches: typeof whole) =>
        stretches.flatMap(({ day, changes: of }) => of.map(() => day));
      expect([...dayOf(first), ...dayOf(rest)]).toEqual(dayOf(whole));
      expect(dayOf(whole)).toEqual([...dayOf(whole)].sort());
      expect(whole.flatMap(({ changes: of }) => of)).toEqual(changes);
    }),
  );
});
