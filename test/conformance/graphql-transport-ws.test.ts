// PROTOCOL.md of graphql-transport-ws (enisdenjo/graphql-ws), sentence by sentence, with nothing but bare sockets.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import WebSocket from 'ws';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { until } from '../helpers/scratch.js';
import { RawSocket } from '../http/raw-socket.js';
import { say, upgrade } from '../http/wire.js';

let house: House;
let village: Client;
const FEED = operation('supervision-feed');
const HERE = { within: '341225206205' };

beforeAll(async () => {
  house = await openHouse({
    env: { LIMIT_INIT_MS: '1000', LIMIT_MESSAGE_BURST: '1000', LIMIT_SUBSCRIPTIONS: '10' },
  });
  village = await house.signIn('hesheng.village');
});
afterAll(() => house.close());

type Options = ConstructorParameters<typeof RawSocket>[1];
const open = (options?: Options) => new RawSocket(house.address, options);
const entered = () => open().enter(village.accessToken);
const closeOf = async (socket: RawSocket) => {
  const { code } = await socket.closed;
  expect((await village.ask('{ viewer { id } }')).errors).toBeUndefined();
  return code;
};
const leave = async (socket: RawSocket) => {
  socket.socket.close();
  await socket.closed;
};

describe('the handshake', () => {
  test('chooses the sub-protocol wherever it stands among those offered', async () => {
    for (const protocols of [
      ['graphql-transport-ws'],
      ['graphql-ws', 'graphql-transport-ws'],
      ['graphql-transport-ws', 'other'],
    ]) {
      const socket = open({ protocols });
      await socket.open();
      expect(socket.socket.protocol).toBe('graphql-transport-ws');
      await leave(socket);
    }
  });

  test.each([[[]], [['graphql-ws']], [['graphql-transport-ws2']], [['GRAPHQL-TRANSPORT-WS']]])(
    'is not made with %j',
    async (protocols) => {
      const socket = open({ protocols });
      const refused = await socket.open().then(
        () => socket.closed.then(({ code }) => code),
        () => 'not opened',
      );
      // A client that offered something is turned away by its own library: nothing of that was chosen.
      expect(refused).toBe(protocols.length === 0 ? 4406 : 'not opened');
    },
  );

  test.each([
    ['no key', /Sec-WebSocket-Key.*\r\n/],
    ['no version', /Sec-WebSocket-Version.*\r\n/],
    ['no upgrade', /Upgrade: websocket\r\n/],
  ])('is not made with %s', async (_, line) => {
    const { status } = await say(house.address, upgrade().replace(line, ''));
    expect(status).toBeGreaterThanOrEqual(400);
  });
});

describe('connection_init', () => {
  test('is acknowledged, once', async () => {
    const socket = open();
    await socket.init(village.accessToken);
    expect(await socket.next()).toEqual({ type: 'connection_ack' });
    await leave(socket);
  });

  test('must come in time: 4408', async () => {
    const socket = open();
    await socket.open();
    expect(await closeOf(socket)).toBe(4408);
  });

  test('may wait behind pings, which do not count as it', async () => {
    const socket = open();
    await socket.say({ type: 'ping' });
    expect(await socket.next()).toEqual({ type: 'pong' });
    expect(await closeOf(socket)).toBe(4408);
  });

  test('may come once: 4429, also before the first is acknowledged', async () => {
    const twice = open();
    await twice.init(village.accessToken);
    await twice.init(village.accessToken);
    expect(await closeOf(twice)).toBe(4429);
    const later = await entered();
    await later.init(village.accessToken);
    expect(await closeOf(later)).toBe(4429);
  });

  test('that proves nobody ends the connection: 4401', async () => {
    for (const payload of [
      undefined,
      null,
      {},
      { accessToken: 'x' },
      { accessToken: { x: 1 } },
      { accesstoken: 1 },
    ]) {
      const socket = open();
      await socket.say({
        type: 'connection_init',
        ...(payload !== undefined && payload !== null && { payload }),
      });
      expect(await closeOf(socket)).toBe(4401);
    }
  });

  test.each(['[]', '"x"', '1', 'true'])('whose payload is %s and no object: 4400', async (payload) => {
    const socket = open();
    await socket.say(`{"type":"connection_init","payload":${payload}}`);
    expect(await closeOf(socket)).toBe(4400);
  });
});

describe('ping and pong', () => {
  test('a ping is answered at any time, with its own payload', async () => {
    const socket = open();
    await socket.say({ type: 'ping' });
    expect(await socket.next()).toEqual({ type: 'pong' });
    await socket.enter(village.accessToken);
    await socket.say({ type: 'ping', payload: { at: 1 } });
    expect(await socket.next()).toEqual({ type: 'pong', payload: { at: 1 } });
    await leave(socket);
  });

  test('a pong may come unasked, and is not answered', async () => {
    const socket = await entered();
    await socket.say({ type: 'pong' });
    await socket.say({ type: 'pong', payload: { at: 1 } });
    await socket.say({ type: 'ping' });
    expect(await socket.next()).toEqual({ type: 'pong' });
    await leave(socket);
  });

  test.each(['[]', '"x"', '1'])('a ping whose payload is %s and no object: 4400', async (payload) => {
    const socket = await entered();
    await socket.say(`{"type":"ping","payload":${payload}}`);
    expect(await closeOf(socket)).toBe(4400);
  });

  test('the frames of WebSocket itself are answered by it', async () => {
    const socket = await entered();
    const pong = new Promise((resolve) => socket.socket.once('pong', (data) => resolve(String(data))));
    socket.socket.ping('here');
    expect(await pong).toBe('here');
    await leave(socket);
  });
});

describe('subscribe', () => {
  test('before the acknowledgement: 4401', async () => {
    const early = open();
    await early.subscribe('1', FEED, HERE);
    expect(await closeOf(early)).toBe(4401);
    const hasty = open();
    await hasty.init(village.accessToken);
    await hasty.subscribe('1', FEED, HERE);
    expect(await closeOf(hasty)).toBe(4401);
  });

  test('an id that is taken: 4409, also while it is being prepared', async () => {
    const socket = await entered();
    await socket.subscribe('1', FEED, HERE);
    await socket.subscribe('1', FEED, HERE);
    expect(await closeOf(socket)).toBe(4409);
    const later = await entered();
    await later.subscribe('1', FEED, HERE);
    await later.next();
    await later.subscribe('1', FEED, HERE);
    expect(await closeOf(later)).toBe(4409);
  });

  test('an id that is free again may be taken again', async () => {
    const socket = await entered();
    for (let nth = 0; nth < 3; nth += 1) {
      await socket.subscribe('again', FEED, HERE);
      expect(await socket.next()).toMatchObject({ id: 'again', type: 'next' });
      await socket.say({ id: 'again', type: 'complete' });
    }
    await socket.subscribe('again', 'subscription { nothing }');
    expect(await socket.next()).toMatchObject({ id: 'again', type: 'error' });
    await socket.subscribe('again', FEED, HERE);
    expect(await socket.next()).toMatchObject({ id: 'again', type: 'next' });
    await leave(socket);
  });

  test.each(['a', ' ', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '合胜村', 'x'.repeat(1000)])(
    'any word is an id: %j',
    async (id) => {
      const socket = await entered();
      await socket.subscribe(id, FEED, HERE);
      expect(await socket.next()).toMatchObject({ id, type: 'next' });
      await socket.say({ id, type: 'complete' });
      await socket.subscribe(id, FEED, HERE);
      expect(await socket.next()).toMatchObject({ id, type: 'next' });
      expect(Object.keys(Object.prototype)).toEqual([]);
      await leave(socket);
    },
  );

  test.each([
    ['no id', { type: 'subscribe', payload: { query: FEED } }],
    ['an empty id', { id: '', type: 'subscribe', payload: { query: FEED } }],
    ['a number as id', { id: 1, type: 'subscribe', payload: { query: FEED } }],
    ['no payload', { id: '1', type: 'subscribe' }],
    ['no query', { id: '1', type: 'subscribe', payload: {} }],
    ['a query that is no text', { id: '1', type: 'subscribe', payload: { query: 1 } }],
    [
      'variables that are no object',
      { id: '1', type: 'subscribe', payload: { query: FEED, variables: 'x' } },
    ],
    ['a name that is no text', { id: '1', type: 'subscribe', payload: { query: FEED, operationName: 1 } }],
    [
      'extensions that are no object',
      { id: '1', type: 'subscribe', payload: { query: FEED, extensions: 'x' } },
    ],
  ])('%s: 4400', async (_, message) => {
    const socket = await entered();
    await socket.say(message);
    expect(await closeOf(socket)).toBe(4400);
  });

  test('null where something may be left out', async () => {
    const socket = await entered();
    const payload = { query: FEED, operationName: null, variables: null, extensions: null };
    await socket.say({ id: '1', type: 'subscribe', payload: { ...payload, variables: HERE } });
    expect(await socket.next()).toMatchObject({ id: '1', type: 'next' });
    await socket.say({ id: '2', type: 'subscribe', payload });
    expect(await socket.next()).toMatchObject({ id: '2', type: 'next', payload: { errors: [{}] } });
    await leave(socket);
  });

  test('several at once, each under its own id, and what one is told no other hears', async () => {
    const socket = await entered();
    await socket.subscribe('feed', FEED, HERE);
    await socket.subscribe('numbers', operation('overview-changed'), { region: HERE.within });
    await socket.subscribe('wrong', 'subscription { nothing }');
    const first = [await socket.next(), await socket.next(), await socket.next()];
    const byId = Object.fromEntries(first.map(({ id, type }) => [id, type]));
    expect(byId).toEqual({ feed: 'next', numbers: 'next', wrong: 'error' });
    await socket.say({ id: 'numbers', type: 'complete' });
    const { tasks } = await village.data(operation('tasks'), {
      ...HERE,
      filter: { status: ['NOT_STARTED'] },
      first: 1,
    });
    const { id: taskId, version: expectedVersion } = tasks.edges[0].node;
    const input = { taskId, to: 'IN_PROGRESS', expectedVersion };
    const { mark } = (await village.data(operation('change-task-status'), { input })).changeTaskStatus;
    for (;;) {
      const { id, payload } = await socket.next();
      expect(id).toBe('feed');
      if (payload.data.supervisionFeed.events.some((event: { mark: string }) => event.mark === mark)) break;
    }
    await leave(socket);
  });
});

describe('an error', () => {
  test('is a list of GraphQL errors, ends its operation without a word more, and leaves the socket open', async () => {
    const socket = await entered();
    await socket.subscribe('1', 'subscription { supervisionFeed }');
    const { id, type, payload } = await socket.next();
    expect([id, type]).toEqual(['1', 'error']);
    expect(payload).toEqual([
      {
        message: expect.any(String),
        locations: [{ line: 1, column: 16 }],
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED', requestId: expect.any(String) },
      },
      expect.objectContaining({ message: expect.any(String) }),
    ]);
    await socket.say({ type: 'ping' });
    expect(await socket.next()).toEqual({ type: 'pong' });
    await leave(socket);
  });
});

describe('complete', () => {
  test('from the client ends the operation at once: nothing of it comes any more', async () => {
    const socket = await entered();
    await socket.subscribe('1', FEED, HERE);
    await socket.next();
    await socket.say({ id: '1', type: 'complete' });
    await socket.say({ type: 'ping' });
    expect(await socket.next()).toEqual({ type: 'pong' });
    await leave(socket);
  });

  test('of what was never begun, or has ended, is nothing', async () => {
    const socket = await entered();
    for (const id of ['never', '__proto__', 'never']) await socket.say({ id, type: 'complete' });
    await socket.say({ type: 'ping' });
    expect(await socket.next()).toEqual({ type: 'pong' });
    await leave(socket);
  });

  test('may overtake the first answer', async () => {
    const socket = await entered();
    await socket.subscribe('1', FEED, HERE);
    await socket.say({ id: '1', type: 'complete' });
    await socket.subscribe('2', FEED, HERE);
    expect(await socket.next()).toMatchObject({ id: '2', type: 'next' });
    await leave(socket);
  });

  test('from the server follows what failed before there was anything to listen to', async () => {
    const socket = await entered();
    await socket.subscribe('1', FEED, { within: '3412' });
    expect(await socket.next()).toMatchObject({ id: '1', type: 'next', payload: { errors: [{}] } });
    expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
    await leave(socket);
  });

  test('without an id: 4400', async () => {
    const socket = await entered();
    await socket.say({ type: 'complete' });
    expect(await closeOf(socket)).toBe(4400);
  });
});

describe('what is no message of this protocol', () => {
  test.each([
    'x',
    '',
    '{',
    'null',
    '[]',
    '{}',
    '{"type":null}',
    '{"type":"subscribed"}',
    '{"type":"start","id":"1","payload":{}}',
    '{"type":"stop","id":"1"}',
    '{"type":"connection_terminate"}',
    '{"type":"toString"}',
  ])('%j: 4400', async (text) => {
    const socket = await entered();
    await socket.say(text);
    expect(await closeOf(socket)).toBe(4400);
  });

  test.each(['connection_ack', 'next', 'error'])(
    '%s, which only a server says: 4400 or 4500',
    async (type) => {
      const socket = await entered();
      await socket.say({
        id: '1',
        type,
        ...(type === 'error' ? { payload: [{ message: 'x' }] } : { payload: {} }),
      });
      expect([4400, 4500]).toContain(await closeOf(socket));
    },
  );

  test('bytes instead of text: 4400', async () => {
    const socket = await entered();
    socket.socket.send(Buffer.from('{"type":"ping"}'));
    expect(await closeOf(socket)).toBe(4400);
  });
});

describe('frames that break WebSocket itself', () => {
  /** A frame as it stands on the wire; the mask is nothing but zeros. */
  const frame = (first: number, payload: Buffer, isMasked = true) =>
    Buffer.concat([
      Buffer.from([first, (isMasked ? 0x80 : 0) | payload.length]),
      Buffer.alloc(isMasked ? 4 : 0),
      payload,
    ]);
  const hello = Buffer.from('{"type":"ping"}');

  test.each([
    ['unmasked', frame(0x81, hello, false), 1002],
    ['with a reserved bit', frame(0xa1, hello), 1002],
    ['said to be compressed', frame(0xc1, hello), 1002],
    ['of an unknown kind', frame(0x8b, hello), 1002],
    ['a continuation of nothing', frame(0x80, hello), 1002],
    ['text that is no UTF-8', frame(0x81, Buffer.from([0xff, 0xfe])), 1007],
    [
      'a ping of 126 bytes',
      Buffer.concat([Buffer.from([0x89, 0xfe, 0, 126, 0, 0, 0, 0]), Buffer.alloc(126)]),
      1002,
    ],
    ['a ping in pieces', frame(0x09, Buffer.from('x')), 1002],
    ['a close with half a code', frame(0x88, Buffer.from([3])), 1002],
    [
      'larger than anything',
      Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
      1009,
    ],
  ])('%s', async (_, bytes, code) => {
    const socket = await entered();
    (socket.socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(bytes);
    expect(await closeOf(socket)).toBe(code);
  });
});

test('an id that is taken again at once is counted, and ended with its socket', async () => {
  const listening = () => house.metric('feed_members');
  const before = await listening();
  const socket = await entered();
  for (let nth = 0; nth < 8; nth += 1) {
    const id = String(nth);
    await socket.subscribe(id, FEED, HERE);
    expect(await socket.next()).toMatchObject({ id, type: 'next' });
    await socket.say({ id, type: 'complete' });
    await socket.subscribe(id, FEED, HERE);
    expect(await socket.next()).toMatchObject({ id, type: 'next' });
  }
  await until('eight listen', async () => (await listening()) === before + 8);
  for (const id of ['8', '9']) {
    await socket.subscribe(id, FEED, HERE);
    expect(await socket.next()).toMatchObject({ id, type: 'next' });
  }
  await socket.subscribe('over', FEED, HERE);
  expect(await socket.next()).toMatchObject({
    id: 'over',
    payload: [{ extensions: { code: 'RATE_LIMITED' } }],
  });
  await leave(socket);
  await until('nobody is left', async () => (await listening()) === before);
});

test('whoever comes back goes on from where it was', async () => {
  const socket = await entered();
  await socket.subscribe('1', FEED, HERE);
  const { cursor } = (await socket.next()).payload.data.supervisionFeed;
  socket.socket.terminate();
  await socket.closed;
  const back = await entered();
  await back.subscribe('1', FEED, { ...HERE, after: cursor });
  expect(await back.next()).toMatchObject({
    type: 'next',
    payload: { data: { supervisionFeed: { reset: null, events: [] } } },
  });
  expect(back.socket.readyState).toBe(WebSocket.OPEN);
  await leave(back);
});
