import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Sealer } from '../../src/auth/seal.js';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { until } from '../helpers/scratch.js';
import { findingIn, state } from './facts.js';

let house: House;
let city: Client;
let sealer: Sealer;

beforeAll(async () => {
  // One socket asks again and again until the node has noticed, faster than a client may.
  house = await openHouse({ env: { LIMIT_MESSAGE_BURST: '10000' } });
  city = await house.signIn('city.office');
  sealer = new Sealer(Buffer.from(house.database.secrets.cursorKey, 'base64url'));
});
afterAll(() => house.close());

const CITY = '341200000000';
const VILLAGE = '341225206205';
const FEED = operation('supervision-feed');
const from = (after: string | null) => city.subscribe(FEED, { within: CITY, after });
const cursorOfNow = async () => (await (await from(null)).next()).data.supervisionFeed.cursor as string;

/** The position asked for cannot be continued: says why, and goes on from now. */
async function expectReset(after: string, reset: string) {
  const feed = await from(after);
  const batch = (await feed.next()).data.supervisionFeed;
  expect(batch).toEqual({ cursor: expect.any(String), reset, events: [] });
  const mark = await state(house, findingIn(VILLAGE));
  const next = await feed.until(({ data }) => data.supervisionFeed.events.length > 0);
  expect(next.at(-1).data.supervisionFeed).toMatchObject({ reset: null, events: [{ mark }] });
  const resumed = await from(batch.cursor);
  const { reset: again, events } = (await resumed.next()).data.supervisionFeed;
  expect(again).toBeNull();
  expect(events.map((event: { mark: string }) => event.mark)).toEqual([mark]);
}

test('of another history of the log', async () => {
  const [, epoch = '', rest] = /^([^.]+)\.(.*)$/.exec(sealer.open('feed', await cursorOfNow()) ?? '') ?? [];
  const [timeline, tick] = rest?.split('.') ?? [];
  expect(epoch).not.toBe('');
  await expectReset(sealer.seal('feed', `other.${timeline}.${tick}`), 'EPOCH_CHANGED');
  await expectReset(sealer.seal('feed', `${epoch}.${Number(timeline) + 1}.${tick}`), 'TIMELINE_CHANGED');
  await expectReset(sealer.seal('feed', `${epoch}.${timeline}.${Number(tick) + 1000}`), 'TIMELINE_CHANGED');
});

test('older than what the log keeps', async () => {
  const old = await cursorOfNow();
  for (let facts = 0; facts < 3; facts++) {
    await state(house, findingIn(VILLAGE));
    await house.settled();
  }
  const [{ head }] = await house.sql('select max(id)::text as head from tick');
  await house.sql(
    `with gone as (delete from tick where id < $1 returning ids)
     delete from event using gone where event.id = any (gone.ids)`,
    [head],
  );
  // A node looks at how far back the log goes every other second.
  await until('the node has noticed', async () => {
    const batch = (await (await from(old)).next()).data.supervisionFeed;
    return batch.reset === 'EXPIRED';
  });
  await expectReset(old, 'EXPIRED');
});

test('a restored copy, while the feed is open', async () => {
  const before = await cursorOfNow();
  const feed = await from(null);
  await feed.next();
  await house.sql(`update log_epoch set epoch = 'restored'`);
  await state(house, findingIn(VILLAGE));
  const seen = await feed.until(({ data }) => data.supervisionFeed.reset !== null);
  expect(seen.at(-1).data.supervisionFeed).toMatchObject({ reset: 'EPOCH_CHANGED', events: [] });
  const mark = await state(house, findingIn(VILLAGE));
  const more = await feed.until(({ data }) => data.supervisionFeed.events.length > 0);
  expect(more.at(-1).data.supervisionFeed.events.at(-1)).toMatchObject({ mark });
  await expectReset(before, 'EPOCH_CHANGED');
});

test('a forged cursor is no reset', async () => {
  const good = await cursorOfNow();
  const stranger = new Sealer(Buffer.alloc(32)).seal('feed', 'x.1.1');
  for (const after of ['', 'x', `${good}x`, good.slice(1), stranger, sealer.seal('tasks', '["x"]')]) {
    const feed = await from(after);
    const fault = await feed.next().catch((errors) => errors[0].extensions.code);
    expect({ after, fault }).toEqual({ after, fault: 'INVALID_CURSOR' });
  }
});
