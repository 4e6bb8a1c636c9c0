import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Sealer } from '../../src/auth/seal.js';
import { Loaders } from '../../src/db/loaders.js';
import { FEED_EVENT_KINDS } from '../../src/events/facts.js';
import { Feed } from '../../src/feed/feed.js';
import { Hub } from '../../src/feed/hub.js';
import type { Batch } from '../../src/feed/stretch.js';
import type { Context } from '../../src/http/context.js';
import { Ending } from '../../src/http/frames.js';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { until } from '../helpers/scratch.js';
import { findingIn, state } from './facts.js';
import { VillageAtWork } from './moves.js';

let house: House;
let city: Client;
let team: Client;
let work: VillageAtWork;

beforeAll(async () => {
  house = await openHouse();
  city = await house.signIn('city.office');
  team = await house.signIn('hesheng.village');
  work = await VillageAtWork.of(team, VILLAGE);
});
afterAll(() => house.close());

const CITY = '341200000000';
const VILLAGE = '341225206205';
const FEED = operation('supervision-feed');

interface Event {
  id: string;
  kind: string;
  mark: string;
}
interface Told {
  cursor: string;
  reset: string | null;
  events: Event[];
}

/** The next batch. */
const batchOf = async (feed: { next(): Promise<{ data: { supervisionFeed: Told } }> }): Promise<Told> =>
  (await feed.next()).data.supervisionFeed;

/** A feed that stands at the present, when nothing of the past is still to follow. */
async function now(client: Client, variables: object = { within: VILLAGE }) {
  await house.settled();
  const feed = await client.subscribe(FEED, variables);
  return { feed, cursor: (await batchOf(feed)).cursor };
}

describe('where it begins', () => {
  test('without a position: an empty batch with the cursor of now, then what comes', async () => {
    await work.move();
    await house.settled();
    const feed = await team.subscribe(FEED, { within: VILLAGE });
    expect(await batchOf(feed)).toEqual({ cursor: expect.any(String), reset: null, events: [] });
    const { mark, taskId } = await work.move();
    expect(await batchOf(feed)).toEqual({
      cursor: expect.any(String),
      reset: null,
      events: [
        {
          id: expect.stringMatching(/^\d+$/),
          kind: 'TASK_STATUS_CHANGED',
          severity: null,
          happenedAt: '2016-12-08T01:00:00.000Z',
          mark,
          headline: expect.stringContaining('合胜村'),
          region: { code: VILLAGE, name: expect.stringContaining('合胜村') },
          subject: { type: 'TASK', id: taskId },
        },
      ],
    });
  });

  test('with a position: a batch at once, empty or not, then everything later', async () => {
    const { cursor } = await now(team);
    const idle = await team.subscribe(FEED, { within: VILLAGE, after: cursor });
    expect(await batchOf(idle)).toEqual({ cursor: expect.any(String), reset: null, events: [] });
    const marks = [(await work.move()).mark, (await work.move()).mark, (await work.move()).mark];
    await house.settled();
    const kinds = ['TASK_STATUS_CHANGED'];
    const late = await team.subscribe(FEED, { within: VILLAGE, after: cursor, kinds });
    const { events } = await batchOf(late);
    expect(events.map(({ mark }) => mark)).toEqual(marks);
    const { mark } = await work.move();
    expect((await batchOf(late)).events.map((event) => event.mark)).toEqual([mark]);
  });

  test('a position is good for every account and every question', async () => {
    const { cursor } = await now(team);
    const { mark } = await work.move();
    await house.settled();
    for (const username of ['city.leader', 'funan.office', 'wall.screen', 'admin']) {
      const client = await house.signIn(username);
      const feed = await client.subscribe(FEED, { within: '341225000000', after: cursor });
      expect((await batchOf(feed)).events.map((event) => event.mark)).toContain(mark);
    }
    const severe = await city.subscribe(FEED, { within: CITY, after: cursor, minSeverity: 'CRITICAL' });
    expect((await batchOf(severe)).events).toEqual([]);
    const inspector = await house.signIn('inspector.one');
    const own = await inspector.subscribe(
      'subscription ($after: FeedCursor) { workFeed(after: $after) { cursor reset } }',
      { after: cursor },
    );
    expect((await own.next()).data.workFeed.reset).toBeNull();
  });
});

describe('what it shows', () => {
  test('the mark of the mutation, on every event of its transaction', async () => {
    const { feed } = await now(team);
    const mark = await state(house, findingIn(VILLAGE), findingIn(VILLAGE), findingIn(VILLAGE));
    const { events } = await batchOf(feed);
    expect(events.map((event) => event.mark)).toEqual([mark, mark, mark]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
  });

  test('only the kinds that were asked for; none for an empty list', async () => {
    const { cursor } = await now(team);
    const finding = await state(house, findingIn(VILLAGE));
    const { mark } = await work.move();
    await house.settled();
    const shown = async (kinds: string[] | null) => {
      const feed = await team.subscribe(FEED, { within: VILLAGE, after: cursor, kinds });
      return (await batchOf(feed)).events.map((event) => event.mark);
    };
    expect(await shown(['FINDING_CLOSED'])).toEqual([finding]);
    expect(await shown(['FINDING_CLOSED', 'TASK_STATUS_CHANGED'])).toEqual([finding, mark]);
    // The move may have changed the task's schedule, too.
    expect((await shown(null)).slice(0, 2)).toEqual([finding, mark]);
    expect(await shown([...FEED_EVENT_KINDS])).toEqual(await shown(null));
    expect(await shown([])).toEqual([]);
  });

  test('only what is grave enough', async () => {
    const { cursor } = await now(team);
    const severities = [null, 'NOTICE', 'WARNING', 'CRITICAL'] as const;
    const marks: Record<string, string> = {};
    for (const severity of severities) {
      marks[String(severity)] = await state(house, findingIn(VILLAGE, { severity }));
    }
    await house.settled();
    const shown = async (minSeverity: string | null) => {
      const feed = await team.subscribe(FEED, { within: VILLAGE, after: cursor, minSeverity });
      return (await batchOf(feed)).events.map((event) => event.mark);
    };
    const { null: none, NOTICE, WARNING, CRITICAL } = marks;
    expect(await shown(null)).toEqual([none, NOTICE, WARNING, CRITICAL]);
    expect(await shown('NOTICE')).toEqual([NOTICE, WARNING, CRITICAL]);
    expect(await shown('WARNING')).toEqual([WARNING, CRITICAL]);
    expect(await shown('CRITICAL')).toEqual([CRITICAL]);
  });

  test('one line in the language that was asked for', async () => {
    const { cursor } = await now(team);
    await state(house, findingIn(VILLAGE));
    await house.settled();
    const document = `subscription ($within: RegionCode!, $after: FeedCursor) {
      supervisionFeed(within: $within, after: $after) { events { headline zh: headline(locale: ZH) en: headline(locale: EN) } } }`;
    const feed = await team.subscribe(document, { within: VILLAGE, after: cursor });
    const [event] = (await feed.next()).data.supervisionFeed.events;
    expect(event.headline).toBe(event.zh);
    expect(event.zh).toContain('饮水未达标');
    expect(event.en).toContain('Water below standard');
  });
});

test('a batch says when it was made and how soon another follows', async () => {
  const document = `subscription ($within: RegionCode!) {
    supervisionFeed(within: $within) { asOf heartbeatSeconds events { id } } }`;
  const feed = await team.subscribe(document, { within: VILLAGE });
  const { asOf, heartbeatSeconds } = (await feed.next()).data.supervisionFeed;
  expect(asOf).toBe(house.clock.now().toISOString());
  expect(heartbeatSeconds).toBe(15);
});

/** A feed of the whole city that beats every 20 ms, without a socket: what it is told, and what ends it. */
async function beating(render: (batch: Batch) => Promise<void> = async () => undefined) {
  const { tail, orm } = house.node;
  const [row] =
    await house.sql(`select session.id, account_id from session join account on account.id = account_id
    where username = 'city.office' limit 1`);
  const context = {
    asker: { accountId: row.account_id, sessionId: row.id, name: '', grants: [] },
    em: orm.em.fork(),
    loaders: new Loaders(false),
    clock: house.clock,
    sealer: new Sealer(Buffer.from(house.database.secrets.cursorKey, 'base64url')),
    tail,
  } satisfies Partial<Context>;
  const hub = new Hub({ ...context, heartbeatMs: 20 });
  const told: { cursor: string; reset: null; facts: object[] }[] = [];
  const line = {
    isOver: false,
    onOver: () => {},
    send: (payload: Ending) => {
      told.push(JSON.parse(String(payload.bytes)));
      return null;
    },
  };
  const served = new Feed(context, { within: CITY }, hub).serve({
    line,
    question: '',
    fields: new Set(),
    render: async (batch) => {
      await render(batch as Batch);
      return new Ending(
        JSON.stringify(batch, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
      );
    },
  });
  const leave = async () => {
    line.isOver = true;
    line.onOver();
    await served;
    expect(hub.size).toEqual({ groups: 0, members: 0 });
  };
  const placeOf = (cursor: string) => Number(context.sealer.open('feed', cursor)?.split('.')[2]);
  return { told, leave, placeOf };
}

test('a quiet feed says where it is, again and again', async () => {
  const { told, leave } = await beating();
  await until('three batches', () => told.length >= 3);
  for (const batch of told) expect(batch).toMatchObject({ facts: [], reset: null });
  // Nothing for this feed, but the log goes on, and the heartbeat with it.
  const before = told.at(-1)?.cursor;
  await state(house, { ...findingIn(CITY), audience: 'HOUSE' });
  await house.settled();
  await until('a newer cursor', () => told.at(-1)?.cursor !== before);
  expect(told.at(-1)?.facts).toEqual([]);
  const cursor = told.at(-1)?.cursor;
  await leave();
  const resumed = await city.subscribe(FEED, { within: CITY, after: cursor });
  expect((await batchOf(resumed)).reset).toBeNull();
});

test('a heartbeat that was overtaken is not told: its cursor would lead back', async () => {
  const { told, leave, placeOf } = await beating(async ({ facts }) => {
    if (facts.length === 0) await new Promise((resolve) => setTimeout(resolve, 60));
  });
  await until('it has begun', () => told.length >= 1);
  for (let n = 1; n <= 20; n++) {
    await state(house, findingIn(VILLAGE));
    await until('the event', () => told.filter(({ facts }) => facts.length > 0).length >= n);
  }
  const before = told.length;
  await until('heartbeats', () => told.length >= before + 3);
  const places = told.map(({ cursor }) => placeOf(cursor));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  await leave();
});
