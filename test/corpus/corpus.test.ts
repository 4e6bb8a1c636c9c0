import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Case, readGroups } from './case.js';
import { LiveNode } from './live.js';
import { type Outcome, play } from './play.js';

/** Played at once; most of a case is waiting. */
const LANES = 8;

const groups = readGroups();
const outcomes = new Map<string, Outcome | Error>();
let node: LiveNode;
let ending: Awaited<ReturnType<LiveNode['stop']>>;

beforeAll(async () => {
  node = await LiveNode.start();
  const all = groups.flatMap(({ cases, documents }) => cases.map((each) => ({ each, documents })));
  // The slow ones first, so that they wait beside the others and not after them.
  const queue = all.sort((a, b) => slowness(b.each) - slowness(a.each));
  const lane = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { each, documents } = next;
      const outcome = await play(node, each, documents).catch((fault: Error) => fault);
      outcomes.set(each.id, outcome);
      if (!(await node.isAlive())) {
        outcomes.set(each.id, new Error('the process did not answer afterwards'));
        return;
      }
    }
  };
  const patient = queue.splice(0, queue.filter((entry) => slowness(entry.each) > 1).length);
  await Promise.all([
    ...patient.map(async ({ each, documents }) => {
      outcomes.set(each.id, await play(node, each, documents).catch((fault: Error) => fault));
    }),
    ...Array.from({ length: LANES }, lane),
  ]);
  ending = await node.stop();
}, 180_000);

/** Those that wait for a timer of the server take no lane. */
const slowness = ({ transport, expect: { ends, close } }: Case): number =>
  transport === 'raw' && (ends || close) ? 2 : close === 4408 ? 2 : 1;

describe.each(groups.map((group) => [group.name, group] as const))('%s', (_, { about, cases }) => {
  test('says what it is about', () => expect(about.length).toBeGreaterThan(10));

  test.each(cases.map((each) => [each.id, each] as const))('%s', (id, { expect: expected }) => {
    const outcome = outcomes.get(id);
    if (!outcome) throw new Error('it was not played');
    if (outcome instanceof Error) throw outcome;
    const { reply, faults, ...told } = outcome;
    expect({ reply, faults, told }).toMatchObject({ reply, faults: [], told: expected });
  });
});

test('every case has an id of its own, and an expectation', () => {
  const ids = groups.flatMap(({ cases }) => cases.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
  const idle = groups.flatMap(({ cases }) => cases).filter((each) => Object.keys(each.expect).length === 0);
  expect(idle).toEqual([]);
});

test('there are 600 at least', () => {
  expect(groups.flatMap(({ cases }) => cases).length).toBeGreaterThanOrEqual(600);
});

test('the process ended when it was told to, and not before', () => {
  expect(ending).toMatchObject({ code: 0, err: '' });
});

test('nothing was a fault of ours, and nothing was left unhandled', () => {
  const lines = ending.out.split('\n').filter((line) => line.startsWith('{'));
  expect(lines.filter((line) => (JSON.parse(line) as { level: number }).level >= 50)).toEqual([]);
});

test('nobody was sent what is not his, and the log holds none of it', () => {
  for (const line of ending.out.split('\n')) node.canary.kept(line, 'the log');
  expect(node.canary.spilt).toEqual([]);
  expect(ending.leaks).toEqual([]);
  expect(node.canary.searched).toBeGreaterThan(100_000);
});

afterAll(() => {
  if (node && !node.server.hasEnded) node.server.signal('SIGKILL');
});
