import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { COMPARATORS } from '../../src/standards/standard.entity.js';
import {
  type Clause,
  holds,
  type Input,
  isMetBy,
  nearestPassing,
  shortestRoad,
  shortfallOf,
  stateOf,
} from '../../src/standards/verdict.rules.js';

const RUNS = 2000;
const ORDERS = COMPARATORS.filter((comparator) => comparator !== 'HOLDS');
const count = fc.bigInt({ min: 0n, max: 5000n });
const whole = fc.bigInt({ min: 1n, max: 5000n });
const fraction = fc.record({ numerator: count, denominator: whole });

test('what falls short by so many passes with exactly so many more or fewer, and not with one less', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ORDERS), fraction, fraction, (comparator, value, threshold) => {
      const clause = { comparator, threshold } as Clause;
      const shortfall = shortfallOf(clause, value) as bigint;
      if (holds(comparator, value, threshold)) return shortfall === 0n;
      const sign = comparator === 'LT' || comparator === 'LE' ? -1n : 1n;
      const moved = (by: bigint) => ({ ...value, numerator: value.numerator + sign * by });
      expect(shortfall).toBeGreaterThan(0n);
      expect(holds(comparator, moved(shortfall), threshold)).toBe(true);
      expect(holds(comparator, moved(shortfall - 1n), threshold)).toBe(false);
      expect(moved(shortfall).numerator).toBe(nearestPassing(comparator, value, threshold));
      return true;
    }),
    { numRuns: RUNS },
  );
});

test('at the threshold itself the comparator decides, however large the numbers', () => {
  const scaled = fc.tuple(count, whole, fc.bigInt({ min: 1n, max: 10n ** 12n }));
  fc.assert(
    fc.property(scaled, ([numerator, denominator, by]) => {
      const threshold = { numerator, denominator };
      const value = { numerator: numerator * by, denominator: denominator * by };
      const at = ORDERS.map((comparator) => holds(comparator, value, threshold));
      expect(Object.fromEntries(ORDERS.map((name, index) => [name, at[index]]))).toEqual({
        LT: false,
        LE: true,
        GE: true,
        GT: false,
      });
    }),
    { numRuns: RUNS },
  );
});

const clause: fc.Arbitrary<Clause> = fc.record({
  code: fc.constant('V01'),
  kind: fc.constantFrom('VETO', 'REQUIRED', 'REFERENCE'),
  whereApplicable: fc.boolean(),
  comparator: fc.constantFrom(...ORDERS),
  threshold: fraction,
  points: fc.option(fc.integer({ min: 1, max: 20 })),
});
const input: fc.Arbitrary<Input> = fc.record({
  value: fc.option(fraction, { freq: 8 }),
  missing: fc.constantFrom(0, 0, 0, 2),
  isApplicable: fc.boolean(),
  isConfirmed: fc.boolean(),
});
const book = fc.record({
  pairs: fc.array(fc.tuple(clause, input), { minLength: 1, maxLength: 20 }),
  passPoints: fc.option(fc.integer({ min: 1, max: 120 })),
});

test('the shortest road: going exactly it passes, and leaving any step out does not', () => {
  let roads = 0;
  let closed = 0;
  fc.assert(
    fc.property(book, ({ pairs, passPoints }) => {
      const judged = pairs.map(([each, given]) => ({ clause: each, state: stateOf(each, given) }));
      const road = shortestRoad(judged, passPoints);
      const after = (gone: readonly object[]) =>
        judged.map((each) => (gone.includes(each) ? { ...each, state: 'MET' as const } : each));
      if (road === null) {
        closed += 1;
        return !isMetBy(after(judged), passPoints);
      }
      roads += 1;
      expect(isMetBy(after(road), passPoints)).toBe(true);
      expect(road.length === 0).toBe(isMetBy(judged, passPoints));
      for (const step of road)
        expect(isMetBy(after(road.filter((each) => each !== step)), passPoints)).toBe(false);
      return true;
    }),
    { numRuns: RUNS },
  );
  expect(roads).toBeGreaterThan(RUNS / 3);
  expect(closed).toBeGreaterThan(0);
});
