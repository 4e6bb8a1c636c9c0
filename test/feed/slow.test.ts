import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WebSocket } from 'ws';
import { Ending } from '../../src/http/frames.js';
import { Line } from '../../src/http/line.js';
import { type House, openHouse, operation } from '../helpers/house.js';
import { until } from '../helpers/scratch.js';
import { RawSocket } from '../http/raw-socket.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const VILLAGE = '341225206205';
const FEED = operation('supervision-feed');
const EVENTS = 20_000;
/** On a busy machine, too. */
const PATIENCE_MS = 90_000;

/** Events with long titles, straight into the log: more than the kernel's buffers between two sockets hold. */
const flood = () =>
  house.sql(
    `insert into event (kind, severity, audience, region_code, region_name, subject_type, subject_id, happened_at, params)
     select 'FINDING_CLOSED', 'WARNING', 'REGION', $1, '某村', 'FINDING', gen_random_uuid()::text, now(),
       jsonb_build_object('title', jsonb_build_object('zh', repeat('饮水未达标', 60)), 'inspectionId', gen_random_uuid())
     from generate_series(1, $2::int)`,
    [VILLAGE, EVENTS],
  );

class Reader {
  readonly ids: string[] = [];
  batches = 0;

  static async open(): Promise<Reader> {
    const { accessToken } = await house.signIn('hesheng.village');
    const reader = new Reader(await new RawSocket(house.address).enter(accessToken));
    await reader.raw.subscribe('feed', FEED, { within: VILLAGE });
    await reader.raw.next();
    reader.raw.socket.on('message', (data) => {
      const { events } = JSON.parse(String(data)).payload.data.supervisionFeed;
      reader.batches += 1;
      for (const { id } of events) reader.ids.push(id);
    });
    return reader;
  }

  private constructor(readonly raw: RawSocket) {}
}

const sent = () => house.metric('feed_sent_total');

test('who does not read is kept as a place, holds up nobody, and misses nothing', async () => {
  await house.settled();
  const [slow, quick] = [await Reader.open(), await Reader.open()];
  slow.raw.socket.pause();
  const start = await sent();
  await flood();
  house.node.tail.kick();
  await until('the quick one has everything', () => quick.ids.length === EVENTS, PATIENCE_MS);
  // What the slow one was sent lies in the buffers of two kernels; the rest is not even written down for it.
  expect((await sent()) - start).toBeLessThan(2 * quick.batches);
  expect(slow.ids).toEqual([]);
  slow.raw.socket.resume();
  await until('the slow one has everything', () => slow.ids.length === EVENTS, PATIENCE_MS);
  expect(slow.ids).toEqual(quick.ids);
  expect(new Set(slow.ids).size).toBe(EVENTS);
});

test('who leaves without having read is forgotten', async () => {
  const slow = await Reader.open();
  slow.raw.socket.pause();
  const start = await sent();
  await flood();
  house.node.tail.kick();
  let before = start;
  await until(
    'it is behind',
    async () => {
      const now = await sent();
      const stands = now === before && now > start;
      before = now;
      return stands;
    },
    PATIENCE_MS,
  );
  slow.raw.socket.terminate();
  await until(
    'nobody is left but the quick and the slow',
    async () => (await house.metric('feed_members')) === 2,
  );
});

test('beyond its bound a socket is left alone until all that waits has left', async () => {
  const left: (() => void)[] = [];
  const socket = {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    send(message: Buffer, _: object, done?: () => void) {
      this.bufferedAmount += message.length;
      if (done) left.push(done);
    },
  };
  const line = new Line(socket as unknown as WebSocket, 'a', 100);
  expect(line.send(new Ending('x'.repeat(40)))).toBeNull();
  const behind = line.send(new Ending('x'.repeat(40)));
  expect(behind).toBeInstanceOf(Promise);
  expect(left).toHaveLength(1);
  left[0]?.();
  await behind;
  let over = 0;
  line.onOver = () => {
    over += 1;
  };
  line.end();
  line.end();
  expect(over).toBe(1);
  expect(line.send(new Ending('x'.repeat(40)))).toBeNull();
  expect(left).toHaveLength(1);
});
