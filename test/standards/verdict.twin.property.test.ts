import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/postgresql';
import fc from 'fast-check';
import { openOwner } from '../../src/db/orm.js';
import { clauseOf } from '../../src/standards/gap.queries.js';
import { MEASURES, type MeasureCode } from '../../src/standards/measure.rules.js';
import type { StandardItem } from '../../src/standards/standard.entity.js';
import { reckonAgain } from '../../src/standards/verdict.queries.js';
import { type Input, isMetBy, pointsOf, shortfallOf, stateOf } from '../../src/standards/verdict.rules.js';
import { type FreshDatabase, freshDatabase } from '../helpers/database.js';
import { book, HESHENG } from './books.js';

const RUNS = 300;
const ORDERS = ['LT', 'LE', 'GE', 'GT'] as const;

let database: FreshDatabase;
let orm: MikroORM;
beforeAll(async () => {
  database = await freshDatabase({ template: 'demo' });
  orm = await openOwner(database.ownerUrl);
});
afterAll(async () => {
  await orm.close(true);
  await database.drop();
});

const [pattern] = book('village-2016.json').items;
const codes = Object.keys(MEASURES) as MeasureCode[];
const share = fc.record({
  numerator: fc.integer({ min: 0, max: 300 }),
  denominator: fc.integer({ min: 1, max: 300 }),
});

/** One item as its row, and what is known of it. */
const asked = fc
  .record({
    measure: fc.constantFrom(...codes),
    kind: fc.constantFrom('VETO' as const, 'REQUIRED' as const, 'REFERENCE' as const),
    whereApplicable: fc.boolean(),
    order: fc.constantFrom(...ORDERS),
    share,
    count: fc.integer({ min: 0, max: 20 }),
    points: fc.option(fc.integer({ min: 1, max: 20 })),
  })
  .map(({ measure, order, share: rate, count, ...more }) => {
    const { kind: form } = MEASURES[measure];
    if (form === 'YES_NO')
      return { ...more, measure, comparator: 'HOLDS' as const, threshold: { text: '是' } };
    return { ...more, measure, comparator: order, threshold: form === 'RATIO' ? rate : { count } };
  });
const known = fc.record({
  value: fc.option(share, { freq: 6 }),
  missing: fc.constantFrom(0, 0, 3),
  isApplicable: fc.boolean(),
  isConfirmed: fc.boolean(),
});
const whole = fc.record({
  pairs: fc.array(fc.tuple(asked, known), { minLength: 1, maxLength: 18 }),
  passPoints: fc.option(fc.integer({ min: 1, max: 100 })),
});

/** A standard with these items, in a transaction that is taken back. */
const STANDARD = `insert into exit_standard (id, code, edition, status, target_level, year, jurisdiction_code, name_zh, name_en,
  source, effective_from, pass_points) values (?, 'TWIN', 1, 'DRAFT', 'VILLAGE', 2016, '341200000000', '标准', 'standard', 'test', '2016-01-01', ?)`;
const ITEM = `insert into standard_item (id, standard_id, code, position, name_zh, name_en, kind, measure, points, evidence,
  where_applicable, comparator, threshold, unit, basis, to_be_confirmed, bureau_zh, bureau_en)
  values (?, ?, ?, ?, '项', 'item', ?, ?, ?, '{}', ?, ?, ?::jsonb, 'u', 'b', false, '局', 'bureau')`;

test('SQL says of every village what the rules say', async () => {
  const states = new Set<string>();
  await fc.assert(
    fc.asyncProperty(whole, async ({ pairs, passPoints }) => {
      const em = orm.em.fork();
      await em.begin();
      try {
        const standardId = crypto.randomUUID();
        await em.execute(STANDARD, [standardId, passPoints]);
        const items = pairs.map(([item], index) => ({
          ...pattern,
          ...item,
          id: crypto.randomUUID(),
          code: `T${index}`,
        }));
        for (const [index, item] of items.entries())
          await em.execute(ITEM, [
            item.id,
            standardId,
            item.code,
            index,
            item.kind,
            item.measure,
            item.points,
            item.whereApplicable,
            item.comparator,
            JSON.stringify(item.threshold),
          ]);
        const inputs = pairs.map(([{ measure }, { value, missing, isApplicable, isConfirmed }], index) => ({
          ...{ item: `T${index}`, id: items[index]?.id, measure, missing },
          ...{ applicable: isApplicable, confirmed: isConfirmed, source: 'x', stamp: 1 },
          ...{ numerator: value?.numerator ?? null, denominator: value?.denominator ?? null },
        }));
        const kept = { inputs: JSON.stringify(inputs), regionCode: HESHENG, standardId };
        const again = await reckonAgain(em, kept);
        const outcome = JSON.parse(again?.outcome ?? '{}');
        const judged = items.map((item, index) => {
          const clause = clauseOf(item as unknown as StandardItem);
          const given = pairs[index]?.[1];
          const value = given?.value && {
            numerator: BigInt(given.value.numerator),
            denominator: BigInt(given.value.denominator),
          };
          const state = stateOf(clause, { ...given, value } as Input);
          states.add(state);
          return { clause, state, shortfall: shortfallOf(clause, value ?? null) };
        });
        expect(
          outcome.items.map(({ state, shortfall }: { state: string; shortfall: number | null }) => [
            state,
            shortfall,
          ]),
        ).toEqual(
          judged.map(({ state, shortfall }) => [state, shortfall === null ? null : Number(shortfall)]),
        );
        expect({ met: outcome.met, points: outcome.points }).toEqual({
          met: isMetBy(judged, passPoints),
          points: passPoints === null ? null : pointsOf(judged),
        });
      } finally {
        await em.rollback();
      }
    }),
    { numRuns: RUNS },
  );
  expect([...states].sort()).toEqual(['MET', 'NOT_APPLICABLE', 'NOT_MET', 'UNCONFIRMED', 'UNKNOWN']);
}, 120_000);
