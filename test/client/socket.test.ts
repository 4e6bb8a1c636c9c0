import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  OverviewChangedDocument,
  type OverviewChangedSubscription,
} from '../../schema/generated/documents.js';
import { pauseAfter } from '../../src/client/backoff.js';
import { followValue } from '../../src/client/live.js';
import { type ApiError, Unreachable } from '../../src/client/post.js';
import { type Connection, Socket } from '../../src/client/socket.js';
import type { Surroundings } from '../../src/client/surroundings.js';
import { FakeSession } from './fake-session.js';
import { HandTime, surroundingsWith } from './hand-time.js';
import { Queue } from './queue.js';
import { type Asking, ScriptedServer } from './scripted-server.js';
import { Wire } from './wire.js';

const HERE = { region: '341200000000' };

let server: ScriptedServer;
let session: FakeSession;
let opened: Socket[];
beforeEach(async () => {
  server = await ScriptedServer.open();
  session = new FakeSession();
  opened = [];
});
afterEach(async () => {
  for (const socket of opened) socket.dispose();
  await server.close();
});

function open(own: Partial<Surroundings> = {}, address = server.address) {
  const socket = new Socket({ address, session, surroundings: surroundingsWith(own) });
  opened.push(socket);
  const states = new Queue<Connection>();
  socket.connection.subscribe(() => states.put(socket.connection.get()));
  return { socket, states };
}

function follow(socket: Socket) {
  const values = new Queue<OverviewChangedSubscription>();
  const ends: ApiError[] = [];
  const stop = followValue(socket, {
    document: OverviewChangedDocument,
    variables: HERE,
    onValue: values.put,
    onEnd: (refusal) => ends.push(refusal),
  });
  return { values, ends, stop };
}

const number = (open: number) => ({ overviewChanged: { alerts: { open } } });

/** The next connection, with what is asked on it. */
async function nextAsked(): Promise<{ asking: Asking; peer: Awaited<ReturnType<typeof server.peers.next>> }> {
  const peer = await server.peers.next();
  return { peer, asking: await peer.asked.next() };
}

describe('while all is well', () => {
  test('connects with the token and subscribes to everything that is followed', async () => {
    const { socket, states } = open();
    expect(socket.connection.get()).toMatchObject({ state: 'connecting', failures: 0, lastClose: null });
    const early = follow(socket);
    const { peer, asking } = await nextAsked();
    expect(peer.token).toBe('token 1');
    expect(asking.query).toContain('subscription OverviewChanged');
    expect(asking.variables).toEqual(HERE);
    expect((await states.next()).state).toBe('connected');
    asking.answer(number(1));
    expect(await early.values.next()).toEqual(number(1));
    const late = follow(socket);
    (await peer.asked.next()).answer(number(2));
    expect(await late.values.next()).toEqual(number(2));
    expect(early.values.drain()).toEqual([]);
  });

  test('who stops is unsubscribed, and the connection stays', async () => {
    const { socket } = open();
    const { stop } = follow(socket);
    const { peer } = await nextAsked();
    stop();
    await peer.left.next();
    follow(socket);
    await peer.asked.next();
    expect(server.connections).toBe(1);
  });

  test('who begins because it is connected is subscribed once', async () => {
    const { socket } = open();
    const leave = socket.connection.subscribe(() => {
      leave();
      follow(socket);
    });
    const { peer, asking } = await nextAsked();
    asking.answer(number(1));
    follow(socket);
    await peer.asked.next();
    expect(peer.asked.drain()).toEqual([]);
  });
});

test('a newer token of the session is said on the connection that there is, and that is the one it comes back with', async () => {
  const time = new HandTime();
  const { socket, states } = open({ now: time.now, after: time.after });
  const { values } = follow(socket);
  const { peer, asking } = await nextAsked();
  await states.until(({ state }) => state === 'connected');
  const hear = async (n: number) => {
    asking.answer(number(n));
    await values.until((value) => value.overviewChanged.alerts.open === n);
  };
  // Nothing is newer yet.
  await hear(1);
  time.advance(15_000);
  await hear(2);
  time.advance(6000);
  await hear(3);
  session.renew();
  time.advance(15_000);
  await hear(4);
  time.advance(6000);
  expect(await peer.renewed.next()).toBe('token 2');
  expect(peer.renewed.drain()).toEqual([]);
  peer.socket.close(1012);
  time.advance(60_000);
  expect((await server.peers.next()).token).toBe('token 2');
});

describe('comes back', () => {
  const CODES = [1000, 1001, 1005, 1006, 1008, 1009, 1011, 1012, 1013, 1014];
  const OF_THE_PROTOCOL = [4004, 4005, 4400, 4406, 4408, 4409, 4429, 4499, 4500, 4999];
  test.each([...CODES, ...OF_THE_PROTOCOL])('after %d, again and again', async (code) => {
    const { socket, states } = open();
    const { values } = follow(socket);
    for (let turn = 0; turn < 8; turn++) {
      const { peer, asking } = await nextAsked();
      asking.answer(number(turn));
      expect(await values.next()).toEqual(number(turn));
      if (code === 1006) peer.socket.terminate();
      else if (code === 1005) peer.socket.close();
      else peer.socket.close(code);
      const [lost] = (await states.until(({ state }) => state === 'connecting')).slice(-1);
      expect(lost).toMatchObject({ failures: turn + 1, lastClose: code });
    }
    expect(session.ended).toEqual([]);
  });

  test('to a server that was not there, when it is', async () => {
    const wire = await Wire.open(server.address);
    wire.target = null;
    const { socket, states } = open({}, wire.address);
    await states.until(({ failures }) => failures === 5);
    wire.target = server.address;
    const { values } = follow(socket);
    (await nextAsked()).asking.answer(number(1));
    await values.next();
    await wire.close();
  });

  test('when the token can be had again', async () => {
    session.trouble = new Unreachable('away');
    const { states } = open();
    await states.until(({ failures }) => failures === 5);
    session.trouble = null;
    await server.peers.next();
  });

  test('at once when the machine is on a network again', async () => {
    let online: () => void = () => undefined;
    const time = new HandTime();
    const onOnline = (listener: () => void) => {
      online = listener;
      return () => undefined;
    };
    const { states } = open({ ...time, onOnline, random: () => 0.99 });
    (await server.peers.next()).socket.close(1012);
    await states.until(({ state }) => state === 'connecting');
    online();
    await server.peers.next();
    expect(time.now()).toBe(0);
    online();
    await states.until(({ state }) => state === 'connected');
    expect(server.connections).toBe(1);
  });

  test('sooner after a connection that held than after one that did not', async () => {
    const time = new HandTime();
    const { states } = open({ ...time, random: () => 0.99 });
    for (const failures of [1, 2, 3]) {
      (await server.peers.next()).socket.close(1011);
      const [lost] = (await states.until(({ state }) => state === 'connecting')).slice(-1);
      expect(lost?.failures).toBe(failures);
      time.advance(15_000);
    }
    const peer = await server.peers.next();
    await states.until(({ state }) => state === 'connected');
    time.advance(10_000);
    peer.socket.close(1011);
    const [lost] = (await states.until(({ state }) => state === 'connecting')).slice(-1);
    expect(lost).toMatchObject({ failures: 1, since: time.now() });
  });

  test('after pauses that grow, are drawn, and stay short', () => {
    const drawn = (failures: number) => pauseAfter(failures, () => 0.5);
    expect([0, 1, 2, 3, 4, 5, 10_000].map(drawn)).toEqual([250, 500, 1000, 2000, 4000, 7500, 7500]);
    expect(pauseAfter(3, () => 0)).toBe(0);
  });
});

describe('tokens', () => {
  test('an expired one: at once with another', async () => {
    const { socket } = open({ random: () => 0.99 });
    const { values } = follow(socket);
    const first = await nextAsked();
    first.peer.socket.close(4403);
    const second = await nextAsked();
    expect(second.peer.token).toBe('token 2');
    second.asking.answer(number(1));
    await values.next();
  });

  test('a server that calls every token expired is not stormed', async () => {
    const time = new HandTime();
    const { states } = open({ ...time, random: () => 0.99 });
    const expire = async () => {
      (await server.peers.next()).socket.close(4403);
      await states.until(({ state }) => state === 'connecting');
    };
    await expire();
    time.advance(0);
    await expire();
    expect(time.waiting).toBe(1);
    time.advance(0);
    expect(time.waiting).toBe(1);
  });

  test('a revoked one ends the session, and nobody comes back', async () => {
    const { socket, states } = open();
    const { ends } = follow(socket);
    const { peer } = await nextAsked();
    peer.socket.close(4401);
    await states.until(({ state }) => state === 'ended');
    expect(session.ended).toEqual(['token 1']);
    expect(ends).toEqual([]);
    await peer.closed;
    expect(server.peers.drain()).toEqual([]);
  });

  test('one of before a renewal proves nothing about the session', async () => {
    const { states } = open();
    const peer = await server.peers.next();
    session.renew();
    peer.socket.close(4401);
    expect((await server.peers.next()).token).toBe('token 2');
    await states.until(({ state }) => state === 'connected');
    expect(session.state.get().is).toBe('signedIn');
  });

  test('when the session ends elsewhere, the connection is closed', async () => {
    const { socket } = open();
    const peer = await server.peers.next();
    session.state.set({ is: 'signedOut' });
    expect(socket.connection.get().state).toBe('ended');
    await peer.closed;
  });

  test.each([
    ['TOKEN_EXPIRED', 'token 2'],
    ['SESSION_REVOKED', null],
    ['UNAUTHENTICATED', null],
  ])('said of a subscription, it is true of the connection: %s', async (code, next) => {
    const { socket, states } = open();
    follow(socket);
    (await nextAsked()).asking.refuse(code);
    if (next) expect((await server.peers.next()).token).toBe(next);
    else await states.until(({ state }) => state === 'ended');
    expect(session.ended).toEqual(next ? [] : ['token 1']);
  });
});

describe('a connection that died without a word', () => {
  test('is given up when nothing comes, and another made', async () => {
    const time = new HandTime();
    const { socket, states } = open({ ...time });
    const dead = await server.peers.next();
    await states.until(({ state }) => state === 'connected');
    // Pongs are all that a quiet connection hears, and they are enough.
    const { values } = follow(socket);
    const asking = await dead.asked.next();
    for (let turn = 0; turn < 10; turn++) {
      time.advance(17_000);
      dead.socket.send('{"type":"pong"}');
      asking.answer(number(turn));
      await values.next();
    }
    expect(socket.connection.get().state).toBe('connected');
    time.advance(18_000);
    expect(socket.connection.get()).toMatchObject({ state: 'connecting', lastClose: 4499 });
    await server.peers.next();
  });

  test('also when it was never acknowledged', async () => {
    const time = new HandTime();
    server.isMute = true;
    open({ ...time });
    await server.peers.next();
    time.advance(10_000);
    server.isMute = false;
    await server.peers.next();
  });
});

describe('subscriptions', () => {
  test.each(['INTERNAL_SERVER_ERROR', 'SERVICE_UNAVAILABLE', 'RATE_LIMITED'])(
    'refused for the moment are asked again: %s',
    async (code) => {
      const { socket } = open();
      const { values, ends } = follow(socket);
      const peer = await server.peers.next();
      for (let turn = 0; turn < 10; turn++) (await peer.asked.next()).refuse(code);
      (await peer.asked.next()).refuseInAnswer(code);
      (await peer.asked.next()).complete();
      (await peer.asked.next()).answer(number(1));
      expect(await values.next()).toEqual(number(1));
      expect(ends).toEqual([]);
      expect(server.connections).toBe(1);
    },
  );

  test.each(['FORBIDDEN', 'NOT_FOUND', 'GRAPHQL_VALIDATION_FAILED', 'OPERATION_NOT_ALLOWED'])(
    'refused for good end with the reason, and are not asked again: %s',
    async (code) => {
      const { socket } = open();
      const [refused, other, third] = [follow(socket), follow(socket), follow(socket)];
      const peer = await server.peers.next();
      (await peer.asked.next()).refuse(code);
      (await peer.asked.next()).refuseInAnswer(code);
      (await peer.asked.next()).answer(number(1));
      await third.values.next();
      expect([...refused.ends, ...other.ends].map((end) => end.code)).toEqual([code, code]);
      expect(refused.ends[0]).toMatchObject({ requestId: 'r', status: null });
      peer.socket.close(1012);
      const again = await nextAsked();
      again.asking.answer(number(2));
      await third.values.next();
      expect(again.peer.asked.drain()).toEqual([]);
    },
  );

  test('a listener that fails costs itself its value, and nobody else anything', async () => {
    const complaints: unknown[] = [];
    const { socket } = open({ complain: (fault) => complaints.push(fault) });
    const taken: unknown[] = [];
    const fault = new Error('of the owner');
    followValue(socket, {
      document: OverviewChangedDocument,
      variables: HERE,
      onValue: (value) => {
        if (complaints.length === 0) throw fault;
        taken.push(value);
      },
      onEnd: () => undefined,
    });
    const { peer, asking } = await nextAsked();
    asking.answer(number(1));
    (await peer.asked.next()).answer(number(2));
    const { values } = follow(socket);
    (await peer.asked.next()).answer(number(3));
    await values.next();
    expect(complaints).toEqual([fault]);
    expect(taken).toEqual([number(2)]);
  });
});

test('hundreds of cuts later it holds no more than at the beginning', async () => {
  const time = new HandTime();
  const { socket, states } = open({ ...time });
  const { values } = follow(socket);
  const timers: number[] = [];
  for (let cuts = 0; cuts < 300; cuts++) {
    const { peer, asking } = await nextAsked();
    asking.answer(number(cuts));
    await values.next();
    timers.push(time.waiting);
    peer.socket.terminate();
    await states.until(({ state }) => state === 'connecting');
    time.advance(0);
  }
  expect(timers.at(-1)).toBe(timers[0]);
  expect(server.connections).toBeLessThanOrEqual(1);
});

describe('disposed of', () => {
  test('nothing is left: no connection, no timer, no listener', async () => {
    const time = new HandTime();
    let listeners = 0;
    const onOnline = () => {
      listeners++;
      return () => {
        listeners--;
      };
    };
    const { socket, states } = open({ ...time, onOnline });
    follow(socket);
    const { peer } = await nextAsked();
    expect(listeners).toBe(1);
    socket.dispose();
    socket.dispose();
    await peer.closed;
    expect(
      (await states.until(({ state }) => state === 'ended')).filter(({ state }) => state === 'ended'),
    ).toHaveLength(1);
    expect({ listeners, timers: time.waiting, connections: server.connections }).toEqual({
      listeners: 0,
      timers: 0,
      connections: 0,
    });
    session.renew();
    follow(socket);
    expect(time.waiting).toBe(0);
  });

  test('also while it waits for the next attempt', async () => {
    const time = new HandTime();
    const { socket, states } = open({ ...time, random: () => 0.99 });
    (await server.peers.next()).socket.close(1012);
    await states.until(({ state }) => state === 'connecting');
    socket.dispose();
    expect(time.waiting).toBe(0);
  });

  test('and by whoever hears that the connection was lost', async () => {
    const time = new HandTime();
    const { socket, states } = open({ ...time });
    socket.connection.subscribe(() => socket.connection.get().lastClose === 1012 && socket.dispose());
    (await server.peers.next()).socket.close(1012);
    await states.until(({ state }) => state === 'ended');
    expect(time.waiting).toBe(0);
  });

  test('while a token is waited for', async () => {
    const { socket } = open();
    socket.dispose();
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.connections).toBe(0);
  });
});
