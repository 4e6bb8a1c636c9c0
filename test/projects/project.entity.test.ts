import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  firstStage,
  nextStages,
  PROJECT_KINDS,
  PROJECT_STAGES,
  type ProjectStage,
  suspendedFrom,
  WAYS,
} from '../../src/projects/project.entity.js';

interface Move {
  fromStage: ProjectStage | null;
  toStage: ProjectStage;
}

/** A project moved by whatever stage a list of numbers picks among those allowed. */
const journey = fc.record({
  kind: fc.constantFrom(...PROJECT_KINDS),
  picks: fc.array(fc.nat(), { maxLength: 25 }),
});

function travel({ kind, picks }: { kind: (typeof PROJECT_KINDS)[number]; picks: number[] }): Move[] {
  const moves: Move[] = [{ fromStage: null, toStage: firstStage(kind) }];
  for (const pick of picks) {
    const at = moves.at(-1)?.toStage ?? firstStage(kind);
    const allowed = nextStages(kind, at, suspendedFrom(moves));
    const toStage = allowed[pick % allowed.length];
    if (toStage) moves.push({ fromStage: at, toStage });
  }
  return moves;
}

const rank = (kind: (typeof PROJECT_KINDS)[number], stage: ProjectStage) => WAYS[kind].indexOf(stage);

test('whatever is moved, a project keeps to the stages of its kind, one step at a time', () => {
  fc.assert(
    fc.property(journey, ({ kind, picks }) => {
      let reached = 0;
      for (const { toStage } of travel({ kind, picks })) {
        if (toStage === 'SUSPENDED' || toStage === 'CLOSED') continue;
        // Never outside its way, never back, never past a stage; a pause changes nothing of that.
        expect(rank(kind, toStage)).toBeGreaterThanOrEqual(reached);
        expect(rank(kind, toStage) - reached).toBeLessThanOrEqual(1);
        reached = rank(kind, toStage);
      }
    }),
  );
});

test('a suspended project goes back to where it stopped, or is closed', () => {
  fc.assert(
    fc.property(journey, ({ kind, picks }) => {
      const moves = travel({ kind, picks });
      moves.forEach(({ fromStage, toStage }, at) => {
        const next = moves[at + 1]?.toStage;
        if (toStage === 'SUSPENDED' && next) expect([fromStage, 'CLOSED']).toContain(next);
        expect(toStage === 'CLOSED' && next).toBeFalsy();
      });
    }),
  );
});

test('the whole table: what each kind allows from each stage', () => {
  for (const kind of PROJECT_KINDS) {
    for (const stage of WAYS[kind]) {
      const step = WAYS[kind][rank(kind, stage) + 1];
      const expected = new Set([...(step ? [step] : []), 'SUSPENDED', 'CLOSED']);
      expect(new Set(nextStages(kind, stage, null))).toEqual(expected);
      expect(nextStages(kind, 'SUSPENDED', stage)).toEqual([stage, 'CLOSED']);
    }
    expect(nextStages(kind, 'CLOSED', null)).toEqual([]);
    expect(nextStages(kind, 'SUSPENDED', null)).toEqual(['CLOSED']);
  }
});

test('the ways together use every stage, and only a base or a workshop leaves those of the infrastructure', () => {
  const used = new Set<string>([...Object.values(WAYS).flat(), 'SUSPENDED', 'CLOSED']);
  expect([...used].sort()).toEqual([...PROJECT_STAGES].sort());
  expect(PROJECT_KINDS.filter((kind) => WAYS[kind] !== WAYS.WATER_NETWORK)).toEqual([
    'INDUSTRY_BASE',
    'EMPLOYMENT_WORKSHOP',
  ]);
});
