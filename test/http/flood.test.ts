import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import WebSocket from 'ws';
import { DEFAULT_LIMITS } from '../../src/limits.js';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { until } from '../helpers/scratch.js';
import { RawSocket } from './raw-socket.js';

let house: House;
let village: Client;
const FEED = operation('supervision-feed');
const HERE = { within: '341225206205' };
type Options = ConstructorParameters<typeof RawSocket>[1];
const open = (options?: Options) => new RawSocket(house.address, options);
const entered = () => open().enter(village.accessToken);
const from = (address: string) => open({ headers: { 'x-forwarded-for': address } });

async function gone(...sockets: RawSocket[]): Promise<void> {
  for (const { socket } of sockets) socket.terminate();
  await Promise.all(sockets.map(({ closed }) => closed));
}

describe('what one socket may say', () => {
  beforeAll(async () => {
    house = await openHouse({ env: { LIMIT_BUFFERED_CHUNKS: '64' } });
    village = await house.signIn('hesheng.village');
  });
  afterAll(() => house.close());

  /** One message in so many frames. */
  function inFrames(socket: RawSocket, count: number): void {
    const text = JSON.stringify({ type: 'ping', payload: { filler: 'x'.repeat(100) } });
    for (let nth = 0; nth < count - 1; nth += 1) socket.socket.send(text[nth] ?? '', { fin: false });
    socket.socket.send(text.slice(count - 1), { fin: true });
  }

  test('a message in so many frames, and in one more', async () => {
    const socket = await entered();
    inFrames(socket, DEFAULT_LIMITS.fragments);
    expect(await socket.next()).toMatchObject({ type: 'pong' });
    inFrames(socket, DEFAULT_LIMITS.fragments + 1);
    expect((await socket.closed).code).toBe(1008);
  });

  test('no frame that trickles in byte by byte', async () => {
    const socket = await entered();
    const { _socket: wire } = socket.socket as unknown as {
      _socket: { write(bytes: Buffer, sent: () => void): void };
    };
    const write = (bytes: Buffer) =>
      new Promise<void>((resolve) => wire.write(bytes, () => setImmediate(resolve)));
    // A masked text frame of 60,000 bytes.
    await write(Buffer.from([0x81, 0xfe, 0xea, 0x60, 0, 0, 0, 0]));
    for (let sent = 0; sent < 59_000 && socket.socket.readyState === WebSocket.OPEN; sent += 1) {
      await write(Buffer.from('x'));
    }
    expect((await socket.closed).code).toBe(1008);
  });

  test('so many messages at once, each of them answered', async () => {
    const socket = await entered();
    // It has said one already.
    const left = DEFAULT_LIMITS.messageBurst - 1;
    for (let nth = 0; nth < left; nth += 1) await socket.say({ type: 'ping' });
    for (let nth = 0; nth < left; nth += 1) expect(await socket.next()).toEqual({ type: 'pong' });
    await gone(socket);
  });

  test.each([
    ['messages', (socket: WebSocket) => socket.send('{"type":"ping"}')],
    ['messages that are none', (socket: WebSocket) => socket.send('{"type":"pong"}')],
    ['pings', (socket: WebSocket) => socket.ping('x'.repeat(125))],
    ['pongs', (socket: WebSocket) => socket.pong()],
  ])('no flood of %s', async (_, say) => {
    const socket = await entered();
    for (let nth = 0; nth < 1000; nth += 1) say(socket.socket);
    expect(await socket.closed).toEqual({ code: 1008, reason: 'Too many messages' });
    expect((await village.ask('{ viewer { id } }')).errors).toBeUndefined();
  });

  test('nothing compressed', async () => {
    const socket = await entered();
    expect(socket.socket.extensions).toBe('');
    await gone(socket);
  });
});

describe('what one socket may listen to', () => {
  beforeAll(async () => {
    const env = {
      LIMIT_MESSAGES_PER_SECOND: '100000',
      LIMIT_MESSAGE_BURST: '100000',
      LIMIT_SUBSCRIPTIONS: String(DEFAULT_LIMITS.subscriptions),
    };
    house = await openHouse({ env });
    village = await house.signIn('hesheng.village');
  });
  afterAll(() => house.close());

  test('so much at once however often it changes its mind: every end gives the place back', async () => {
    const socket = await entered();
    const answerTo = async (id: string, query: string, variables: object) => {
      await socket.subscribe(id, query, variables);
      for (;;) {
        const message = await socket.next();
        if (message.id === id) return message;
      }
    };
    const refused = async (id: string) => {
      const { type, payload } = await answerTo(id, FEED, HERE);
      return type === 'error' ? payload[0].extensions : null;
    };
    // Ended by the client, by a refusal before it began, and by an error of its own.
    for (let nth = 0; nth < 300; nth += 1) {
      await socket.subscribe(`done-${nth}`, FEED, HERE);
      await socket.say({ id: `done-${nth}`, type: 'complete' });
      await answerTo(`wrong-${nth}`, 'subscription { nothing }', {});
      await answerTo(`failed-${nth}`, FEED, { within: '341225120206' });
    }
    const most = DEFAULT_LIMITS.subscriptions;
    for (let nth = 0; nth < most; nth += 1) expect(await refused(`held-${nth}`)).toBeNull();
    expect(await refused('over')).toMatchObject({ code: 'RATE_LIMITED', limit: most });
    await socket.say({ id: 'held-0', type: 'complete' });
    expect(await refused('again')).toBeNull();
    expect(await refused('over')).toMatchObject({ code: 'RATE_LIMITED' });
    await gone(socket);
  });
});

describe('who may stand at the door', () => {
  beforeAll(async () => {
    const env = {
      LIMIT_INIT_MS: '60000',
      LIMIT_SOCKETS_PER_ADDRESS: '30',
      TRUSTED_PROXIES: '127.0.0.0/8',
    };
    house = await openHouse({ env });
    village = await house.signIn('hesheng.village');
  });
  afterAll(() => house.close());

  test('so many who say nothing; the next is let in when one of them speaks or leaves', async () => {
    const silent = Array.from({ length: DEFAULT_LIMITS.socketsUnauthenticated }, () => open());
    await Promise.all(silent.map((socket) => socket.open()));
    const [next, last] = [open(), open()];
    // Whoever comes from elsewhere does not wait for them.
    await gone(await from('10.0.0.1').enter(village.accessToken));
    expect((await village.ask('{ viewer { id } }')).errors).toBeUndefined();
    expect([next.socket.readyState, last.socket.readyState]).toEqual([
      WebSocket.CONNECTING,
      WebSocket.CONNECTING,
    ]);
    await silent[0]?.enter(village.accessToken);
    await next.open();
    expect(last.socket.readyState).toBe(WebSocket.CONNECTING);
    silent[1]?.socket.terminate();
    await last.open();
    await gone(...silent, next, last);
  });

  test('whoever leaves while it waits makes no room and takes none', async () => {
    const silent = Array.from({ length: DEFAULT_LIMITS.socketsUnauthenticated }, () => open());
    await Promise.all(silent.map((socket) => socket.open()));
    const impatient = open();
    const patient = open();
    await until('both have come', async () => patient.socket.readyState === WebSocket.CONNECTING);
    impatient.socket.terminate();
    await expect(impatient.open()).rejects.toThrow();
    await silent[0]?.enter(village.accessToken);
    await patient.open();
    await gone(...silent, patient);
  });

  test('so many of one address behind the proxy, and as many of another', async () => {
    const enter = (address: string) => from(address).enter(village.accessToken);
    const one = await Promise.all(Array.from({ length: 30 }, () => enter('10.0.0.1')));
    const over = from('10.0.0.1');
    expect((await over.closed).code).toBe(1013);
    const other = await enter('10.0.0.2');
    // What stands further left is what the client itself may have written.
    const liar = from('10.0.0.9, 10.0.0.1');
    expect((await liar.closed).code).toBe(1013);
    await gone(...one, other);
  });
});

describe('without a trusted proxy', () => {
  beforeAll(async () => {
    house = await openHouse({ env: { LIMIT_SOCKETS_PER_ADDRESS: '3' } });
    village = await house.signIn('hesheng.village');
  });
  afterAll(() => house.close());

  test('what a client writes about where it comes from changes nothing', async () => {
    const held = [];
    for (const address of ['10.0.0.1', '10.0.0.2', '10.0.0.3'])
      held.push(await from(address).enter(village.accessToken));
    expect((await from('10.0.0.4').closed).code).toBe(1013);
    await gone(...held);
  });
});
