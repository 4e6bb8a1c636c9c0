import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { Beginning, Ending, frameSender } from '../../src/http/frames.js';
import { Line, payloadOf } from '../../src/http/line.js';

const server = createServer();
let wss: WebSocketServer;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  wss.close();
  server.close();
});

const MOST = Number.MAX_SAFE_INTEGER;
/** Lengths at which a frame's header changes its form, and beyond. */
const LENGTHS = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000];
const IDS = ['1', 'x'.repeat(100), '村'.repeat(60), '"\\'];

/** Both ends of a connection to a server with these options. */
async function connected(options: object = {}): Promise<{ near: WebSocket; far: WebSocket }> {
  wss?.close();
  server.removeAllListeners('upgrade');
  wss = new WebSocketServer({ server, perMessageDeflate: false, ...options });
  const far = new Promise<WebSocket>((resolve) => wss.once('connection', resolve));
  const near = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await new Promise((resolve) => near.once('open', resolve));
  return { near, far: await far };
}

const without = (socket: WebSocket): WebSocket =>
  new Proxy(socket, {
    get: (target, name) => {
      if (name === '_sender') return undefined;
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

/** What is heard of everything that a line says, with something else said in between. */
async function heardOf(
  { near, far }: { near: WebSocket; far: WebSocket },
  through: (socket: WebSocket) => WebSocket,
) {
  const heard: string[] = [];
  const all = new Promise<void>((resolve) =>
    near.on('message', (data, isBinary) => {
      expect(isBinary).toBe(false);
      if (String(data) === 'the end') resolve();
      else heard.push(String(data));
    }),
  );
  for (const id of IDS) {
    const line = new Line(through(far), id, MOST);
    for (const length of LENGTHS) {
      expect(
        line.send(payloadOf({ data: { text: '督'.repeat(length / 3) + '.'.repeat(length % 3) } })),
      ).toBeNull();
      far.ping();
      far.send('between');
    }
  }
  far.send('the end');
  await all;
  near.terminate();
  return heard;
}

const SAID = IDS.flatMap((id) =>
  LENGTHS.flatMap((length) => [
    JSON.stringify({
      id,
      type: 'next',
      payload: { data: { text: '督'.repeat(length / 3) + '.'.repeat(length % 3) } },
    }),
    'between',
  ]),
);

test('the installed ws sends frames as they are, below its public interface', async () => {
  const { near, far } = await connected();
  expect(frameSender(far)).not.toBeNull();
  near.terminate();
});

test('two fragments are heard as the one message', async () => {
  expect(await heardOf(await connected(), (socket) => socket)).toEqual(SAID);
});

test('a ws that cannot do so any more says the same by its public interface', async () => {
  expect(frameSender(without((await connected()).far))).toBeNull();
  expect(await heardOf(await connected(), without)).toEqual(SAID);
});

test('where an extension may change what is sent, the public interface is used, too', async () => {
  const { near, far } = await connected({ perMessageDeflate: true });
  expect(far.extensions).not.toBe('');
  expect(frameSender(far)).toBeNull();
  expect(await heardOf({ near, far }, (socket) => socket)).toEqual(SAID);
});

test('its callback comes once all has left, by either way', async () => {
  for (const through of [(socket: WebSocket) => socket, without]) {
    const { near, far } = await connected();
    const line = new Line(through(far), '1', 10);
    await line.send(new Ending('"more than ten bytes"}'));
    expect(far.bufferedAmount).toBe(0);
    near.terminate();
  }
});

test('beginnings that lie side by side stay what they are', () => {
  const texts = Array.from({ length: 300 }, (_, n) => `${n} ${'村'.repeat(n % 90)}`);
  const all = [...texts, 'x'.repeat(10_000), ...texts];
  const made = all.map((text) => new Beginning(text));
  expect(made.map(({ bytes }) => String(bytes))).toEqual(all);
  // A frame holds its own text and what it shares with others of its kind, nothing of the pool of all buffers.
  expect(Math.max(...made.slice(0, 300).map(({ frame }) => frame.buffer.byteLength))).toBe(4096);
});
