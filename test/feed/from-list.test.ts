import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { record } from '../../src/events/record.js';
import { type Client, type House, openHouse } from '../helpers/house.js';
import { findingIn, state } from './facts.js';
import { VillageAtWork } from './moves.js';

let house: House;
let city: Client;
beforeAll(async () => {
  house = await openHouse();
  city = await house.signIn('city.office');
});
afterAll(() => house.close());

const VILLAGE = '341225206205';
const LIST = `query ($within: RegionCode!, $status: [TaskStatus!]) {
  tasks(within: $within, first: 100, filter: { status: $status }) {
    feedCursor totalCount edges { node { id version } }
  }
}`;
const FEED = `subscription ($within: RegionCode!, $after: FeedCursor, $kinds: [FeedEventKind!]) {
  supervisionFeed(within: $within, after: $after, kinds: $kinds) { cursor reset events { id mark } }
}`;

interface List {
  feedCursor: string;
  totalCount: number;
  edges: { node: { id: string; version: number } }[];
}

const list = async (status: string[] | null = null): Promise<List> =>
  (await city.data(LIST, { within: VILLAGE, status })).tasks;

/** Marks of what a feed tells after a place, up to and with the last. */
async function toldAfter(after: string, last: string, batches = Number.POSITIVE_INFINITY): Promise<string[]> {
  const marks: string[] = [];
  for (let cursor = after; !marks.includes(last); ) {
    const feed = await city.subscribe(FEED, {
      within: VILLAGE,
      after: cursor,
      kinds: ['TASK_STATUS_CHANGED', 'FINDING_CLOSED'],
    });
    for (let heard = 0; heard < batches && !marks.includes(last); heard++) {
      const { supervisionFeed: batch } = (await feed.next()).data;
      expect(batch.reset).toBeNull();
      cursor = batch.cursor;
      marks.push(...batch.events.map(({ mark }: { mark: string }) => mark));
    }
    feed.close();
  }
  return marks;
}

/** Nothing becomes a tick while this is done. */
async function untold<T>(work: () => Promise<T>): Promise<T> {
  await house.sql('select pg_advisory_lock(7166370001)');
  try {
    return await work();
  } finally {
    await house.sql('select pg_advisory_unlock(7166370001)');
  }
}

test('lists read while everybody writes: what each does not show yet is told after it, and nothing else', async () => {
  const team = await house.signIn('hesheng.village');
  const works = await Promise.all([0, 1, 2].map((n) => VillageAtWork.of(team, VILLAGE, [n, 3])));
  const moves: Awaited<ReturnType<VillageAtWork['move']>>[] = [];
  const lists: List[] = [];
  let isOver = false;
  const reading = (async () => {
    while (!isOver) lists.push(await list());
  })();
  await Promise.all(
    works.map(async (work) => {
      for (let turn = 0; turn < 40; turn++) moves.push(await work.move());
    }),
  );
  isOver = true;
  await reading;
  const end = await works[0]?.move();
  for (const { feedCursor, edges } of lists) {
    const versions = new Map(edges.map(({ node }) => [node.id, node.version]));
    const later = moves.filter(({ taskId, version }) => version > (versions.get(taskId) ?? 0));
    const told = await toldAfter(feedCursor, end?.mark ?? '');
    expect(told.slice(0, -1).sort()).toEqual(later.map(({ mark }) => mark).sort());
  }
  expect(lists.length).toBeGreaterThan(10);
});

test('shown before any tick told of it: not told again; committed after the list was read: told', async () => {
  const team = await VillageAtWork.of(await house.signIn('hesheng.village'), VILLAGE);
  const slow = house.node.orm.em.fork();
  await slow.begin();
  const late = await record(slow, [findingIn(VILLAGE)], { happenedAt: house.clock.now(), actorId: null });
  const shown: string[] = [];
  const { feedCursor, empty } = await untold(async () => {
    shown.push((await team.move()).mark, (await team.move()).mark);
    const [{ feedCursor }, none] = [await list(), await list([])];
    expect(none).toMatchObject({ totalCount: 0, edges: [] });
    await slow.commit();
    return { feedCursor, empty: none.feedCursor };
  });
  const next = (await team.move()).mark;
  for (const after of [feedCursor, empty]) expect(await toldAfter(after, next)).toEqual([late, next]);
});

test('more than fits into one batch, with the connection cut after each', async () => {
  const before = Array.from({ length: 700 }, () => findingIn(VILLAGE));
  const after = Array.from({ length: 700 }, () => findingIn(VILLAGE));
  const { cursor, mark } = await untold(async () => {
    await state(house, ...before);
    const { feedCursor } = await list();
    return { cursor: feedCursor, mark: await state(house, ...after) };
  });
  const last = await state(house, findingIn(VILLAGE));
  const told = await toldAfter(cursor, last, 1);
  expect(told).toEqual([...after.map(() => mark), last]);
});

test('lists of numbers are true where their numbers are', async () => {
  const document = `query ($within: RegionCode!, $standing: [Standing!]) {
    overview(region: $within) { cursor }
    some: benchmarkVillages(within: $within, first: 1) { feedCursor edges { node { met } } }
    none: benchmarkVillages(within: $within, first: 1, standing: $standing) { feedCursor edges { node { met } } }
  }`;
  await house.settled();
  const { overview, some, none } = await city.data(document, { within: '341225000000', standing: [] });
  expect(some.edges).toHaveLength(1);
  expect(none.edges).toHaveLength(0);
  expect([some.feedCursor, none.feedCursor]).toEqual([overview.cursor, overview.cursor]);
});

test('the place of a list is no place in a list', async () => {
  const { feedCursor } = await list();
  const { errors } = await city.ask(
    'query ($after: String) { alerts(within: "341225000000", first: 1, after: $after) { totalCount } }',
    {
      after: feedCursor,
    },
  );
  expect(errors?.[0]?.extensions.code).toBe('INVALID_CURSOR');
});
