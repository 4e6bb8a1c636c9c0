import { connect as dial } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TokenMint } from '../../src/auth/token.js';
import { findingIn, state } from '../feed/facts.js';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { until } from '../helpers/scratch.js';
import { RawSocket } from './raw-socket.js';

let house: House;
let village: Client;
let token: string;

beforeAll(async () => {
  house = await openHouse({
    env: { ALLOWED_ORIGINS: 'https://duban.example', LIMIT_SOCKETS_PER_ADDRESS: '40' },
  });
  village = await house.signIn('hesheng.village');
  token = village.accessToken ?? '';
});
afterAll(() => house.close());

const FEED = operation('supervision-feed');
const HERE = { within: '341225206205' };
const open = (options?: ConstructorParameters<typeof RawSocket>[1]) => new RawSocket(house.address, options);
const entered = () => open().enter(token);

/** A token of the village's session that was issued so long ago. */
async function tokenFrom(msAgo: number): Promise<string> {
  const [row] =
    await house.sql(`select session.id, account_id from session join account on account.id = account_id
    where username = 'hesheng.village' and ended_at is null limit 1`);
  const mint = new TokenMint(Buffer.from(house.database.secrets.tokenKey, 'base64url'), 15);
  return (await mint.issue(row.account_id, row.id, new Date(Date.now() - msAgo))).accessToken;
}

/** Closed by the server, and it goes on serving others. */
async function closedWith(socket: RawSocket) {
  const { code } = await socket.closed;
  expect((await village.ask('{ viewer { id } }')).errors).toBeUndefined();
  return code;
}

describe('what may be said', () => {
  test('subscriptions only', async () => {
    const socket = await entered();
    const refused = {
      OPERATION_NOT_ALLOWED: ['{ viewer { id } }', 'mutation { logout }'],
      GRAPHQL_PARSE_FAILED: ['subscription {', ''],
      GRAPHQL_VALIDATION_FAILED: ['subscription { nothing }'],
      OPERATION_RESOLUTION_FAILURE: [`${FEED} ${FEED.replace('SupervisionFeed', 'Other')}`],
    };
    for (const [code, documents] of Object.entries(refused)) {
      for (const document of documents) {
        await socket.subscribe('1', document, HERE);
        const answer = await socket.next();
        expect(answer).toMatchObject({ id: '1', type: 'error', payload: [{ extensions: { code } }] });
        expect(answer.payload[0].extensions.requestId).toMatch(/^[0-9a-f-]{36}$/);
      }
    }
    expect((await village.ask('{ viewer { id } }')).errors).toBeUndefined();
    socket.socket.close();
  });

  test('what is refused before and while it runs has its code', async () => {
    const socket = await entered();
    const code = async (variables: object) => {
      await socket.subscribe('1', FEED, variables);
      const { type, payload } = await socket.next();
      const [error] = type === 'error' ? payload : payload.errors;
      if (type !== 'error') expect(await socket.next()).toMatchObject({ type: 'complete' });
      expect(error.extensions.requestId).toMatch(/^[0-9a-f-]{36}$/);
      return error.extensions.code;
    };
    expect(await code({ within: '3412' })).toBe('INVALID_REGION_CODE');
    expect(await code({})).toBe('BAD_USER_INPUT');
    expect(await code({ ...HERE, minSeverity: 'LOUD' })).toBe('BAD_USER_INPUT');
    expect(await code({ ...HERE, after: 7 })).toBe('INVALID_CURSOR');
    expect(await code({ ...HERE, after: 'forged' })).toBe('INVALID_CURSOR');
    expect(await code({ within: '341225120206' })).toBe('FORBIDDEN');
    expect(await code({ within: '341299000000' })).toBe('NOT_FOUND');
    const literal = 'subscription { supervisionFeed(within: "3412") { cursor } }';
    await socket.subscribe('1', literal);
    expect((await socket.next()).payload[0].extensions.code).toBe('INVALID_REGION_CODE');
    socket.socket.close();
  });

  test('an operation before saying who one is', async () => {
    const socket = open();
    await socket.subscribe('1', FEED, HERE);
    expect(await closedWith(socket)).toBe(4401);
  });

  test('who one is, twice', async () => {
    const socket = await entered();
    await socket.init(token);
    expect(await closedWith(socket)).toBe(4429);
  });

  test('two operations under one id', async () => {
    const socket = await entered();
    await socket.subscribe('1', FEED, HERE);
    await socket.subscribe('1', FEED, HERE);
    expect(await closedWith(socket)).toBe(4409);
  });

  test('what is no message', async () => {
    for (const text of [
      '{',
      '[]',
      '"x"',
      '"{\\"type\\":\\"ping\\"}"',
      'null',
      '{"type":"nothing"}',
      '{"type":"subscribe"}',
    ]) {
      const socket = await entered();
      await socket.say(text);
      expect({ text, code: await closedWith(socket) }).toEqual({ text, code: 4400 });
    }
  });

  test('a message over 64 KiB', async () => {
    const fits = await entered();
    const bare = JSON.stringify({ type: 'ping', payload: { filler: '' } });
    const sized = (bytes: number) => bare.replace('""', `"${'x'.repeat(bytes - bare.length)}"`);
    await fits.say(sized(64 * 1024));
    expect(await fits.next()).toMatchObject({ type: 'pong' });
    await fits.say(sized(64 * 1024 + 1));
    expect(await closedWith(fits)).toBe(1009);
  });

  test('names that mean something to JavaScript are names like others', async () => {
    const socket = await entered();
    await socket.subscribe('__proto__', FEED, HERE);
    expect(await socket.next()).toMatchObject({ id: '__proto__', type: 'next' });
    socket.socket.close();
  });
});

describe('who may stay', () => {
  test('nobody who does not say who it is within 3 s', async () => {
    const socket = open();
    await socket.open();
    expect(await closedWith(socket)).toBe(4408);
  });

  test('nobody with a token that is missing, forged, or of another kind', async () => {
    for (const accessToken of [null, '', 'forged', `${token}x`, 7, {}, [token]]) {
      const socket = open();
      await socket.say({ type: 'connection_init', payload: { accessToken } });
      expect(await closedWith(socket)).toBe(4401);
    }
    const silent = open();
    await silent.say({ type: 'connection_init' });
    expect(await closedWith(silent)).toBe(4401);
  });

  test('a token that has expired sends one back for another', async () => {
    const socket = open();
    await socket.init(await tokenFrom(15 * 60_000 + 1000));
    expect(await socket.closed).toEqual({ code: 4403, reason: 'TOKEN_EXPIRED' });
  });

  test('also when it expires while the socket is open', async () => {
    const socket = await open().enter(await tokenFrom(15 * 60_000 - 2000));
    await socket.subscribe('1', FEED, HERE);
    expect(await socket.next()).toMatchObject({ type: 'next' });
    expect(await socket.closed).toEqual({ code: 4403, reason: 'TOKEN_EXPIRED' });
  });

  test('a newer token, said in a ping, lets it stay: nothing is cut, and the token is not said back', async () => {
    const socket = await open().enter(await tokenFrom(15 * 60_000 - 1500));
    await socket.subscribe('1', FEED, HERE);
    await socket.next();
    await socket.say({ type: 'ping', payload: { accessToken: token, other: 'words' } });
    expect(await socket.next()).toEqual({ type: 'pong', payload: { other: 'words' } });
    await socket.say({ type: 'ping', payload: { accessToken: token } });
    expect(await socket.next()).toEqual({ type: 'pong' });
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(socket.socket.readyState).toBe(socket.socket.OPEN);
    const mark = await state(house, findingIn(HERE.within));
    const { payload } = await socket.next();
    expect(payload.data.supervisionFeed.events.map((event: { mark: string }) => event.mark)).toContain(mark);
    socket.socket.close();
  });

  test('a ping with another\u2019s token, a bad or an old one ends it, as coming with it would', async () => {
    const other = await house.signIn('city.office');
    const words: [unknown, number][] = [
      [other.accessToken, 4401],
      ['forged', 4401],
      [7, 4401],
      [await tokenFrom(15 * 60_000 + 1000), 4403],
    ];
    for (const [accessToken, code] of words) {
      const socket = await entered();
      await socket.say({ type: 'ping', payload: { accessToken } });
      expect(await closedWith(socket)).toBe(code);
    }
    // Before it has said who it is a ping renews nothing, and does not let it in.
    const stranger = open();
    await stranger.say({ type: 'ping', payload: { accessToken: token } });
    expect(await stranger.next()).toEqual({ type: 'pong' });
    await stranger.subscribe('1', FEED, HERE);
    expect(await closedWith(stranger)).toBe(4401);
  });

  test('no other protocol', async () => {
    const old = open({ protocols: ['graphql-ws'] });
    await expect(old.open()).rejects.toThrow();
    const none = open({ protocols: [] });
    expect(await closedWith(none)).toBe(4406);
  });

  test('browsers of our own and of allowed origins only', async () => {
    const enter = (origin: string) => open({ headers: { origin } }).enter(token);
    for (const origin of ['https://duban.example', house.address]) {
      (await enter(origin)).socket.close();
    }
    for (const origin of ['https://evil.example', 'null', 'not an origin', `${house.address}.evil.example`]) {
      await expect(enter(origin)).rejects.toThrow('403');
    }
    await expect(open({ path: '/elsewhere' }).open()).rejects.toThrow('404');
  });
});

describe('how many', () => {
  test('too many of one account are told to come back later, and only they', async () => {
    const small = await openHouse({ env: { LIMIT_SOCKETS_PER_ACCOUNT: '2' } });
    const [one, other] = [await small.signIn('hesheng.village'), await small.signIn('longwang.town')];
    const enter = (client: Client) => new RawSocket(small.address).enter(client.accessToken);
    const held = [await enter(one), await enter(one)];
    const third = new RawSocket(small.address);
    await third.init(one.accessToken);
    expect((await third.closed).code).toBe(1013);
    (await enter(other)).socket.close();
    held[0]?.socket.close();
    await held[0]?.closed;
    await until('the seat is free again', () =>
      enter(one).then(
        () => true,
        () => false,
      ),
    );
    await small.close();
  });

  test('too many of one address, and what those say then harms nobody', async () => {
    const held = await Promise.all(Array.from({ length: 40 }, entered));
    const over = open();
    await over.open();
    // A frame that breaks the protocol, on a socket that is being closed.
    (over.socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(
      Buffer.from([0xff, 0xff, 0xff, 0xff]),
    );
    expect(await closedWith(over)).toBe(1013);
    for (const { socket } of held) socket.close();
    await Promise.all(held.map(({ closed }) => closed));
    await until('there is room again', () =>
      entered().then(
        ({ socket }) => socket.close() === undefined,
        () => false,
      ),
    );
  });
});

test('a client that leaves is forgotten at once', async () => {
  const listening = () => house.metric('feed_members');
  const before = await listening();
  const sockets = await Promise.all(Array.from({ length: 5 }, entered));
  for (const socket of sockets) {
    await socket.subscribe('a', FEED, HERE);
    await socket.subscribe('b', 'subscription { workFeed { cursor } }');
    await socket.next();
    await socket.next();
  }
  await until('all ten listen', async () => (await listening()) === before + 10);
  await sockets[0]?.say({ id: 'a', type: 'complete' });
  await until('one has stopped listening', async () => (await listening()) === before + 9);
  for (const { socket } of sockets.slice(0, 3)) socket.close();
  for (const { socket } of sockets.slice(3)) socket.terminate();
  await until('nobody is left', async () => (await listening()) === before);
});

test('no request line ends the process', async () => {
  for (const path of ['//', '/graphql%', '*', 'http://', '/\\', '/graphql/../x']) {
    await new Promise<void>((resolve) => {
      const socket = dial(Number(new URL(house.address).port), '127.0.0.1', () =>
        socket.write(
          `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${'a'.repeat(22)}==\r\n\r\n`,
        ),
      );
      socket.on('error', () => undefined);
      socket.on('data', () => socket.destroy());
      socket.on('close', () => resolve());
    });
  }
  expect((await village.ask('{ viewer { id } }')).errors).toBeUndefined();
});

test('a restart tells everybody to come back, and waits for nobody for ever', async () => {
  const leaving = await openHouse();
  const client = await leaving.signIn('hesheng.village');
  const polite = await new RawSocket(leaving.address).enter(client.accessToken);
  await polite.subscribe('1', FEED, HERE);
  await polite.next();
  const mute = await new RawSocket(leaving.address).enter(client.accessToken);
  mute.socket.pause();
  await leaving.close();
  expect(await polite.closed).toEqual({ code: 1012, reason: 'Restarting' });
  mute.socket.terminate();
});
