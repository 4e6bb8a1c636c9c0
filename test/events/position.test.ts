import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Sealer } from '../../src/auth/seal.js';
import {
  comparePositions,
  eraOf,
  isSeen,
  type Line,
  type Position,
  readCursor,
  writeCursor,
} from '../../src/events/position.js';
import type { LoggedFact } from '../../src/events/read.js';
import { Ring } from '../../src/events/ring.js';

const sealer = new Sealer(Buffer.alloc(32, 1));
const line: Line = { epoch: 'a1b2c3d4', timeline: 3, first: 0n, last: 2n ** 62n };
const marks = fc.bigInt(1n, 2n ** 62n);
const snapshots = fc
  .uniqueArray(marks, { minLength: 1 })
  .map((all) => [...all].sort((a, b) => (a < b ? -1 : 1)))
  .map((all) => `${all[0]}:${(all.at(-1) ?? 0n) + 1n}:${all.join(',')}`);
const positions = fc.record<Position>(
  {
    tick: fc.bigInt(0n, 2n ** 62n),
    id: fc.option(marks),
    seen: fc.record({ snapshot: snapshots, until: fc.constant(null) }),
  },
  { requiredKeys: ['tick', 'id'] },
);

test('a cursor brings back the position it was written for', () => {
  fc.assert(
    fc.property(positions, (position) => {
      const read = readCursor(sealer, line, writeCursor(sealer, line, position));
      expect(read).toEqual({ position: { ...position, era: eraOf(line) }, reset: null });
    }),
  );
});

test('a snapshot has seen what was begun before it was taken, and is not among the unfinished', () => {
  const snapshot = { snapshot: '100:205:100,103,204', until: null };
  const seen = ['1', '99', '101', '102', '104', '203'];
  const unseen = ['100', '103', '204', '205', '206', '9007199254740993'];
  expect(seen.filter((mark) => !isSeen(snapshot, mark))).toEqual([]);
  expect(unseen.filter((mark) => isSeen(snapshot, mark))).toEqual([]);
  expect(isSeen({ snapshot: '7:7:', until: null }, '6')).toBe(true);
  expect(isSeen({ snapshot: '7:7:', until: null }, '7')).toBe(false);
});

test('any change to a cursor makes it invalid', () => {
  fc.assert(
    fc.property(positions, fc.nat(), fc.integer({ min: 1, max: 127 }), (position, at, flip) => {
      const cursor = writeCursor(sealer, line, position);
      const index = at % cursor.length;
      const forged = [...cursor]
        .map((c, i) => (i === index ? String.fromCharCode(c.charCodeAt(0) ^ flip) : c))
        .join('');
      expect(() => readCursor(sealer, line, forged)).toThrow(
        expect.objectContaining({ code: 'INVALID_CURSOR' }),
      );
    }),
  );
  for (const nonsense of [
    '',
    '.',
    'a.b',
    '1.2.3',
    writeCursor(new Sealer(Buffer.alloc(32, 2)), line, START_OF_IT),
  ]) {
    expect(() => readCursor(sealer, line, nonsense)).toThrow(
      expect.objectContaining({ code: 'INVALID_CURSOR' }),
    );
  }
  expect(() => readCursor(sealer, line, sealer.seal('list', 'a1b2c3d4.3.1'))).toThrow();
});

const START_OF_IT: Position = { tick: 0n, id: null };
const narrow: Line = { ...line, first: 10n, last: 20n };
test.each([
  ['inside the log', { tick: 15n, id: null }, {}, null],
  ['at the head', { tick: 20n, id: null }, {}, null],
  ['just before the oldest tick', { tick: 9n, id: null }, {}, null],
  ['inside a tick that is gone', { tick: 9n, id: 4n }, {}, 'EXPIRED'],
  ['before the oldest tick', { tick: 8n, id: null }, {}, 'EXPIRED'],
  ['beyond the head', { tick: 21n, id: null }, {}, 'TIMELINE_CHANGED'],
  ['from before a failover', { tick: 15n, id: null }, { timeline: 2 }, 'TIMELINE_CHANGED'],
  ['from before a restore', { tick: 15n, id: null }, { epoch: 'ffffffff' }, 'EPOCH_CHANGED'],
] as const)('a cursor %s', (_, position, given, reset) => {
  const cursor = writeCursor(sealer, { ...narrow, ...given }, position);
  expect(readCursor(sealer, narrow, cursor).reset).toBe(reset);
});

test('positions are in order: by tick, inside it by id, its end last', () => {
  const inOrder: Position[] = [
    { tick: 1n, id: 9n },
    { tick: 1n, id: null },
    { tick: 2n, id: 3n },
    { tick: 2n, id: 4n },
    { tick: 2n, id: null },
  ];
  for (const [i, a] of inOrder.entries()) {
    for (const [j, b] of inOrder.entries()) expect(Math.sign(comparePositions(a, b))).toBe(Math.sign(i - j));
  }
});

test('the ring pages like the table, whatever it has forgotten', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 10 }), fc.nat(), (ticks, limit, start) => {
      const facts = ticks.flatMap((size, tick) =>
        Array.from({ length: size }, (_, n) => ({ tick: BigInt(tick + 1), id: `${tick * 10 + n + 1}` })),
      ) as LoggedFact[];
      const ring = new Ring(30);
      for (const fact of facts) ring.push([fact]);
      const head = { tick: BigInt(ticks.length), id: null };
      let at: Position = { tick: BigInt(start % (ticks.length + 1)), id: null };
      const wanted = facts.filter(({ tick }) => tick > at.tick).map(({ id }) => id);
      const told: string[] = [];
      while (ring.holds(at) && comparePositions(at, head) < 0) {
        const page = ring.after(at, limit, head);
        expect(comparePositions(page.position, at)).toBeGreaterThan(0);
        told.push(...page.facts.map(({ id }) => id));
        at = page.position;
      }
      if (told.length > 0) expect(told).toEqual(wanted);
    }),
  );
});
