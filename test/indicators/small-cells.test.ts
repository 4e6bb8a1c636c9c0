import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Counts,
  type Shown,
  type ShownCounts,
  SMALLEST,
  shownCounts,
  shownParts,
} from '../../src/indicators/small-cells.js';

// A city of counties, townships and villages, each village with its households by status.
type Village = { byStatus: number[]; planned: number; lifted: number };
type City = Village[][][];

const STATUSES = 3;
/** Mostly none or few, as in a village; sometimes enough to be shown. */
const count = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }) },
  { weight: 3, arbitrary: fc.integer({ min: 5, max: 9 }) },
  { weight: 1, arbitrary: fc.constant(1) },
);
const village: fc.Arbitrary<Village> = fc
  .tuple(fc.array(count, { minLength: STATUSES, maxLength: STATUSES }), count, count)
  .map(([byStatus, rest, lifted]) => ({ byStatus, planned: rest + lifted, lifted }));
const several = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: 1, maxLength: 3 });
const city: fc.Arbitrary<City> = several(several(several(village)));

const addUp = (parts: readonly Village[]): Village => ({
  byStatus: Array.from({ length: STATUSES }, (_, status) =>
    parts.reduce((sum, part) => sum + (part.byStatus[status] ?? 0), 0),
  ),
  planned: parts.reduce((sum, part) => sum + part.planned, 0),
  lifted: parts.reduce((sum, part) => sum + part.lifted, 0),
});

interface Region extends Counts {
  /** The villages inside, by their place in the whole. */
  readonly villages: readonly number[];
}

/** Every region of a city, the largest first, and all its villages. */
function regionsOf(counties: City): { regions: Region[]; villages: Village[] } {
  const villages = counties.flat(2);
  let next = 0;
  const levels: Region[][] = [[], [], [], []];
  const add = (level: number, code: string, parentCode: string | null, inside: readonly number[]) =>
    levels[level]?.push({
      code,
      parentCode,
      ...addUp(inside.map((at) => villages[at] as Village)),
      villages: inside,
    });
  const all = villages.map((_, at) => at);
  add(0, 'city', null, all);
  counties.forEach((townships, c) => {
    const first = next;
    townships.forEach((inside, t) => {
      const from = next;
      inside.forEach((_, v) => {
        add(3, `${c}.${t}.${v}`, `${c}.${t}`, [next++]);
      });
      add(2, `${c}.${t}`, `${c}`, all.slice(from, next));
    });
    add(1, `${c}`, 'city', all.slice(first, next));
  });
  return { regions: levels.flat(), villages };
}

/** One number that a viewer sees, or does not see: the sum of these unknowns. */
interface Cell {
  readonly name: string;
  readonly of: readonly number[];
  readonly value: number;
  readonly shown: Shown;
}

/** Every status of every village is an unknown of its own. */
function statusCells(regions: readonly Region[], shown: ReadonlyMap<string, ShownCounts>): Cell[] {
  return regions.flatMap(({ code, villages, byStatus }) => {
    const seen = shown.get(code) as ShownCounts;
    const unknowns = (statuses: number[]) => villages.flatMap((v) => statuses.map((s) => v * STATUSES + s));
    const every = byStatus.map((_, status) => status);
    return [
      {
        name: `${code} total`,
        of: unknowns(every),
        value: byStatus.reduce((a, b) => a + b, 0),
        shown: seen.total,
      },
      ...byStatus.map((value, status) => ({
        name: `${code} ${status}`,
        of: unknowns([status]),
        value,
        shown: seen.byStatus[status] as Shown,
      })),
    ];
  });
}

const planCells = (
  regions: readonly Region[],
  shown: ReadonlyMap<string, ShownCounts>,
  which: 'planned' | 'lifted',
): Cell[] =>
  regions.map((region) => ({
    name: `${region.code} ${which}`,
    of: region.villages,
    value: region[which],
    shown: (shown.get(region.code) as ShownCounts)[which],
  }));

/** Arithmetic modulo a prime: exact, and as good as fractions for telling what follows from what. */
const PRIME = 1_000_003;
const mod = (n: number) => ((n % PRIME) + PRIME) % PRIME;
function inverse(n: number): number {
  let [result, base, power] = [1, mod(n), PRIME - 2];
  for (; power > 0; power = Math.floor(power / 2)) {
    if (power % 2 === 1) result = (result * base) % PRIME;
    base = (base * base) % PRIME;
  }
  return result;
}

/** Everything that follows by adding and subtracting what is known. */
class Span {
  private readonly rows = new Map<number, number[]>();

  constructor(private readonly width: number) {}

  private rest(of: readonly number[]): number[] {
    const row = Array<number>(this.width).fill(0);
    for (const at of of) row[at] = 1;
    for (const [lead, known] of this.rows) {
      const factor = row[lead] ?? 0;
      if (factor !== 0)
        for (let i = 0; i < row.length; i++) row[i] = mod((row[i] ?? 0) - factor * (known[i] ?? 0));
    }
    return row;
  }

  add(of: readonly number[]): void {
    const row = this.rest(of);
    const lead = row.findIndex((n) => n !== 0);
    if (lead < 0) return;
    const by = inverse(row[lead] ?? 1);
    const next = row.map((n) => (n * by) % PRIME);
    for (const [other, known] of this.rows) {
      const factor = known[lead] ?? 0;
      if (factor !== 0)
        this.rows.set(
          other,
          known.map((n, i) => mod(n - factor * (next[i] ?? 0))),
        );
    }
    this.rows.set(lead, next);
  }

  holds(of: readonly number[]): boolean {
    return this.rest(of).every((n) => n === 0);
  }
}

/** What is withheld, and yet follows from what is shown. Where none are shown, every part is known to be none. */
function derivable(cells: readonly Cell[], width: number): string[] {
  const span = new Span(width);
  for (const { of, shown } of cells) {
    if (shown === null) continue;
    span.add(of);
    if (shown === 0) for (const unknown of of) span.add([unknown]);
  }
  return cells.filter(({ shown, of }) => shown === null && span.holds(of)).map(({ name }) => name);
}

/** The true numbers of all cells fit what is shown; which values can each withheld one have beside the true one? */
function alternatives(cells: readonly Cell[], width: number, sum: number): Map<string, Set<number>> {
  const known = cells.filter(({ shown }) => shown !== null);
  const found = new Map(
    cells.filter(({ shown }) => shown === null).map(({ name }) => [name, new Set<number>()]),
  );
  const values = Array<number>(width).fill(0);
  const total = (of: readonly number[]) => of.reduce((all, at) => all + (values[at] ?? 0), 0);
  const fill = (at: number, left: number): void => {
    // Those whose last unknown has just been chosen are settled.
    if (known.some(({ of, shown }) => Math.max(...of) < at && total(of) !== shown)) return;
    if (at === width) {
      for (const { name, of, shown } of cells) if (shown === null) found.get(name)?.add(total(of));
      return;
    }
    for (let value = 0; value <= left; value++) {
      values[at] = value;
      fill(at + 1, left - value);
    }
    values[at] = 0;
  };
  fill(0, sum);
  return found;
}

describe('counts of households for those who may not see households', () => {
  test('one to four are withheld everywhere, none is shown as none unless a withheld one would follow', () => {
    fc.assert(
      fc.property(city, (counties) => {
        const { regions } = regionsOf(counties);
        const shown = shownCounts(regions);
        const cells = [
          ...statusCells(regions, shown),
          ...planCells(regions, shown, 'planned'),
          ...planCells(regions, shown, 'lifted'),
        ];
        for (const { value, shown: seen } of cells) {
          if (value > 0 && value < SMALLEST) expect(seen).toBeNull();
          if (seen !== null) expect(seen).toBe(value);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('no withheld count follows from everything that is shown, in any region, by adding and subtracting', () => {
    fc.assert(
      fc.property(city, (counties) => {
        const { regions, villages } = regionsOf(counties);
        const shown = shownCounts(regions);
        expect(derivable(statusCells(regions, shown), villages.length * STATUSES)).toEqual([]);
        for (const which of ['planned', 'lifted'] as const)
          expect(derivable(planCells(regions, shown, which), villages.length)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('the check itself finds what follows: a region alone, a sibling, a status', () => {
    const cells = (shown: Shown[]): Cell[] =>
      [[0, 1, 2], [0], [1], [2]].map((of, at) => ({
        name: String(at),
        of,
        value: 0,
        shown: shown[at] as Shown,
      }));
    expect(derivable(cells([9, 5, 1, null]), 3)).toEqual(['3']);
    expect(derivable(cells([9, null, 1, null]), 3)).toEqual([]);
    expect(derivable(cells([0, null, null, null]), 3)).toEqual(['1', '2', '3']);
  });

  const few = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 4 });

  test('along one sum every withheld part can have another value, in whole households', () => {
    fc.assert(
      fc.property(few, (parts) => {
        const sum = parts.reduce((a, b) => a + b, 0);
        fc.pre(sum === 0 || sum >= SMALLEST);
        const seen = shownParts(parts, true);
        const cells: Cell[] = [
          { name: 'sum', of: parts.map((_, at) => at), value: sum, shown: sum },
          ...parts.map((value, at) => ({ name: `${at}`, of: [at], value, shown: seen[at] as Shown })),
        ];
        for (const values of alternatives(cells, parts.length, sum).values())
          expect(values.size).toBeGreaterThan(1);
      }),
      { numRuns: 500 },
    );
  });

  test('where regions and statuses meet, too', () => {
    const tiny = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: STATUSES, maxLength: STATUSES });
    const table = fc.array(tiny, { minLength: 2, maxLength: 3 });
    fc.assert(
      fc.property(table, (rows) => {
        const inside = rows.map((byStatus) => ({ byStatus, planned: 0, lifted: 0 }));
        const { regions, villages } = regionsOf([[inside]]);
        const sum = villages.flatMap(({ byStatus }) => byStatus).reduce((a, b) => a + b, 0);
        fc.pre(sum <= 12);
        const cells = statusCells(regions, shownCounts(regions));
        for (const values of alternatives(cells, villages.length * STATUSES, sum).values())
          expect(values.size).toBeGreaterThan(1);
      }),
      { numRuns: 60 },
    );
  });

  test.each<[string, number[], Shown[]]>([
    ['nothing small: all shown', [0, 5, 60], [0, 5, 60]],
    ['two small ones hide each other', [0, 2, 3, 50], [0, null, null, 50]],
    ['one alone takes the smallest other with it', [0, 2, 60, 50], [0, null, 60, null]],
    ['nothing but ones takes another with it', [1, 1, 7, 9, 0], [null, null, null, 9, 0]],
    ['five ones: those without any are not told either', [1, 1, 1, 1, 1, 0], Array<null>(6).fill(null)],
  ])('%s', (_, parts, expected) => {
    expect(shownParts(parts, true)).toEqual(expected);
  });

  test('inside a withheld region nothing is shown but none', () => {
    expect(shownParts([0, 60, 2], false)).toEqual([0, null, null]);
    expect(shownParts([0, 0], false)).toEqual([null, null]);
  });
});
