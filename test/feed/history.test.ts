import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Sealer } from '../../src/auth/seal.js';
import { START, writeCursor } from '../../src/events/position.js';
import { type Client, type House, openHouse } from '../helpers/house.js';
import { findingIn, state } from './facts.js';
import { VillageAtWork } from './moves.js';

let house: House;
let sealer: Sealer;
beforeAll(async () => {
  house = await openHouse();
  sealer = new Sealer(Buffer.from(house.database.secrets.cursorKey, 'base64url'));
});
afterAll(() => house.close());

const COUNTY = '341225000000';
const VILLAGE = '341225206205';
const SIBLING = '341225206206';
const HISTORY = `query ($within: RegionCode!, $first: Int!, $after: FeedCursor, $kinds: [FeedEventKind!],
  $minSeverity: Severity, $from: DateTime, $to: DateTime) {
  feedHistory(within: $within, first: $first, after: $after, kinds: $kinds, minSeverity: $minSeverity, from: $from, to: $to) {
    feedCursor edges { cursor node { id kind severity happenedAt mark headline region { code } } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const FEED = `subscription ($within: RegionCode!, $after: FeedCursor, $kinds: [FeedEventKind!], $minSeverity: Severity) {
  supervisionFeed(within: $within, after: $after, kinds: $kinds, minSeverity: $minSeverity) { cursor reset events { id } }
}`;

interface Question {
  within: string;
  kinds?: string[];
  minSeverity?: string;
  after?: string | null;
}
interface Past {
  feedCursor: string;
  edges: { cursor: string; node: { id: string; mark: string; happenedAt: string; headline: string } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

const ask = async (
  client: Client,
  question: Question & { first: number; from?: string; to?: string },
): Promise<Past> => (await client.data(HISTORY, question)).feedHistory;

/** Every page, each as large as the list says, again and again. */
async function walk(client: Client, question: Question, sizes: readonly number[]): Promise<string[]> {
  const ids: string[] = [];
  let { after = null } = question;
  for (let turn = 0; ; turn++) {
    const { edges, pageInfo } = await ask(client, {
      ...question,
      after,
      first: sizes[turn % sizes.length] ?? 1,
    });
    ids.push(...edges.map(({ node }) => node.id));
    if (!pageInfo.hasNextPage) return ids;
    after = pageInfo.endCursor;
  }
}

/** What a feed tells from a place on until it has told so much, or has been read to its end. */
async function follow(client: Client, question: Question, atLeast: number): Promise<string[]> {
  const feed = await client.subscribe(FEED, question);
  const ids: string[] = [];
  while (ids.length < atLeast) {
    const { supervisionFeed: batch } = (await feed.next()).data;
    expect(batch.reset).toBeNull();
    ids.push(...batch.events.map(({ id }: { id: string }) => id));
  }
  feed.close();
  return ids;
}

const theStart = () => writeCursor(sealer, house.node.tail.line, START);

test.each([
  ['of a county, grave ones', 'funan.office', { within: COUNTY, minSeverity: 'WARNING' }],
  ['of a village', 'hesheng.village', { within: VILLAGE }],
  ['of a county, by somebody who may not know of everything', 'inspector.one', { within: VILLAGE }],
  ['of some kinds', 'city.office', { within: COUNTY, kinds: ['ALERT_RAISED', 'INSPECTION_CHANGED'] }],
])(
  'the past %s: what a feed tells from the start on, backwards, on pages of any size',
  async (_, username, question) => {
    const client = await house.signIn(username);
    await house.settled();
    const past = await walk(client, question, [100, 7, 1, 50]);
    expect(past.length).toBeGreaterThan(3);
    expect(await follow(client, { ...question, after: theStart() }, past.length)).toEqual(
      [...past].reverse(),
    );
  },
);

test('a ticker begins with the newest lines and goes on from there, with no hole and none twice', async () => {
  const city = await house.signIn('city.office');
  const work = await VillageAtWork.of(await house.signIn('hesheng.village'), VILLAGE);
  const isAtWork = (async () => {
    const marks: string[] = [];
    for (let turn = 0; turn < 30; turn++) marks.push((await work.move()).mark);
    return marks;
  })();
  const question = { within: VILLAGE, kinds: ['TASK_STATUS_CHANGED'] };
  const begun: Past[] = [];
  for (let n = 0; n < 10; n++) begun.push(await ask(city, { ...question, first: 100 }));
  const marks = await isAtWork;
  const all = await walk(city, question, [100]);
  expect(all.length).toBeGreaterThanOrEqual(marks.length);
  for (const { feedCursor, edges } of begun) {
    const older = edges.map(({ node }) => node.id).reverse();
    const later =
      all.length - older.length > 0
        ? await follow(city, { ...question, after: feedCursor }, all.length - older.length)
        : [];
    expect([...older, ...later]).toEqual([...all].reverse());
  }
});

test('what is committed is in it at once', async () => {
  const city = await house.signIn('city.office');
  const mark = await state(house, findingIn(VILLAGE));
  const { edges } = await ask(city, { within: VILLAGE, first: 1 });
  expect(edges[0]?.node).toMatchObject({ mark, headline: expect.stringContaining('饮水未达标') });
});

test('the place of an entry lies right before it: a feed from there begins with it', async () => {
  const city = await house.signIn('city.office');
  for (let n = 0; n < 3; n++) await state(house, findingIn(VILLAGE), findingIn(VILLAGE));
  const { edges } = await ask(city, { within: VILLAGE, first: 6 });
  const ids = edges.map(({ node }) => node.id);
  for (const [n, { cursor }] of edges.entries()) {
    expect(await follow(city, { within: VILLAGE, after: cursor }, n + 1)).toEqual(
      ids.slice(0, n + 1).reverse(),
    );
    const before = await ask(city, { within: VILLAGE, first: 6, after: cursor });
    expect(before.edges.slice(0, 5 - n).map(({ node }) => node.id)).toEqual(ids.slice(n + 1));
    expect(before.feedCursor).toBe(cursor);
  }
});

test('from what a list has seen back', async () => {
  const city = await house.signIn('city.office');
  await house.sql('select pg_advisory_lock(7166370001)');
  const shown = await state(house, findingIn(VILLAGE));
  const { tasks } = await city.data(`query { tasks(within: "${VILLAGE}", first: 1) { feedCursor } }`);
  const later = await state(house, findingIn(VILLAGE));
  await house.sql('select pg_advisory_unlock(7166370001)');
  const { edges } = await ask(city, { within: VILLAGE, first: 3, after: tasks.feedCursor });
  const marks = edges.map(({ node }) => node.mark);
  expect(marks[0]).toBe(shown);
  expect(marks).not.toContain(later);
});

test('of a span of campaign time', async () => {
  const city = await house.signIn('city.office');
  await house.settled();
  const begun = house.clock.now();
  house.moveClock(new Date(begun.getTime() + 3_600_000).toISOString());
  const inside = await state(house, findingIn(VILLAGE));
  house.moveClock(new Date(begun.getTime() + 7_200_000).toISOString());
  await state(house, findingIn(VILLAGE));
  const [from, to] = [1, 2].map((hours) => new Date(begun.getTime() + hours * 3_600_000).toISOString());
  const { edges } = await ask(city, { within: COUNTY, first: 100, from, to, kinds: ['FINDING_CLOSED'] });
  expect(edges.map(({ node }) => node.mark)).toEqual([inside]);
});

test('where others fill the log, a page ends before it is full, and the next goes on', async () => {
  const city = await house.signIn('city.office');
  await house.settled();
  const before = await ask(city, { within: VILLAGE, first: 2 });
  await house.sql(
    `insert into event (kind, audience, region_code, region_name, subject_type, subject_id, happened_at, params)
     select 'FINDING_CLOSED', 'REGION', '${SIBLING}', '某村', 'FINDING', 'x' || n, now(), '{"title": {"zh": "x", "en": "x"}, "inspectionId": "x"}'
     from generate_series(1, 45000) n`,
  );
  await house.node.tail.now();
  const page = await ask(city, { within: VILLAGE, first: 2 });
  expect(page).toMatchObject({ edges: [], pageInfo: { hasNextPage: true } });
  const next = await ask(city, { within: VILLAGE, first: 2, after: page.pageInfo.endCursor });
  expect(next.edges).toEqual(before.edges);
});

test('what is refused', async () => {
  const city = await house.signIn('city.office');
  const village = await house.signIn('hesheng.village');
  const codeOf = async (client: Client, variables: object) =>
    (await client.ask(HISTORY, variables)).errors?.[0]?.extensions.code ?? null;
  expect(await codeOf(village, { within: COUNTY, first: 1 })).toBe('FORBIDDEN');
  expect(await codeOf(city, { within: '341225206999', first: 1 })).toBe('NOT_FOUND');
  expect(await codeOf(city, { within: COUNTY, first: 0 })).toBe('INVALID_PAGE_SIZE');
  expect(await codeOf(city, { within: COUNTY, first: 101 })).toBe('INVALID_PAGE_SIZE');
  const { feedCursor } = await ask(city, { within: COUNTY, first: 1 });
  expect(await codeOf(city, { within: COUNTY, first: 1, after: `${feedCursor}x` })).toBe('INVALID_CURSOR');
  const { epoch, ...line } = house.node.tail.line;
  const restored = writeCursor(sealer, { ...line, epoch: `${epoch}0` }, START);
  expect(await codeOf(city, { within: COUNTY, first: 1, after: restored })).toBe('INVALID_CURSOR');
});
