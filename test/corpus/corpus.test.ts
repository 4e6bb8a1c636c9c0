import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Case, readGroups } from './case.js';
import { LiveNode } from './live.js';
import { type Outcome, play } from './play.js';

/** Played at once; most of a case is waiting. */
const LANES = 8;

const groups = readGroups();
const outcomes = new Map<string, Outcome | Error>();
const nodes: LiveNode[] = [];
const endings: Awaited<ReturnType<LiveNode['stop']>>[] = [];

beforeAll(async () => {
  // One node for all groups that want the same of it.
  const alike = Map.groupBy(groups, ({ env }) => JSON.stringify(env));
  for (const [env, those] of alike) {
    const node = await LiveNode.start(JSON.parse(env) as Record<string, string>);
    nodes.push(node);
    await playAll(
      node,
      those.flatMap(({ cases, documents }) => cases.map((each) => ({ each, documents }))),
    );
    endings.push(await node.stop());
  }
}, 180_000);

interface Entry {
  readonly each: Case;
  readonly documents: Record<string, string>;
}

async function playAll(node: LiveNode, entries: readonly Entry[]): Promise<void> {
  const one = async ({ each, documents }: Entry) => {
    const outcome = await play(node, each, documents).catch((fault: Error) => fault);
    const isAlive = await node.isAlive();
    outcomes.set(each.id, isAlive ? outcome : new Error('the process did not answer afterwards'));
  };
  const queue = entries.filter(({ each }) => !isPatient(each));
  const lane = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await one(next);
  };
  await Promise.all([
    ...entries.filter(({ each }) => isPatient(each)).map(one),
    ...Array.from({ length: LANES }, lane),
  ]);
}

/** Those that wait for a timer of the server take no lane. */
const isPatient = ({ transport, expect: { ends, close } }: Case): boolean =>
  (transport === 'raw' && (ends || close !== undefined)) || close === 4408;

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

test('each process ended when it was told to, and not before', () => {
  expect(endings.length).toBeGreaterThan(1);
  for (const { code, err } of endings) expect({ code, err }).toEqual({ code: 0, err: '' });
});

test('nothing was a fault of ours, and nothing was left unhandled', () => {
  const lines = endings.flatMap(({ out }) => out.split('\n')).filter((line) => line.startsWith('{'));
  expect(lines.filter((line) => (JSON.parse(line) as { level: number }).level >= 50)).toEqual([]);
});

test('nobody was sent what is not his, and the log holds none of it', () => {
  expect(endings.flatMap(({ leaks }) => leaks)).toEqual([]);
  for (const { canary } of nodes) expect(canary.searched).toBeGreaterThan(10_000);
});

afterAll(() => {
  for (const { server } of nodes) if (!server.hasEnded) server.signal('SIGKILL');
});
