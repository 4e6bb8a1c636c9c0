import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  SupervisionFeedDocument,
  type SupervisionFeedSubscription,
} from '../../schema/generated/documents.js';
import { followFeed } from '../../src/client/feed.js';
import { Socket } from '../../src/client/socket.js';
import type { Surroundings } from '../../src/client/surroundings.js';
import { FakeSession } from './fake-session.js';
import { HandTime, surroundingsWith } from './hand-time.js';
import { Queue } from './queue.js';
import { type Asking, type Peer, ScriptedServer } from './scripted-server.js';

const HERE = { within: '341200000000' };

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

function open(own: Partial<Surroundings>): Socket {
  const socket = new Socket({ address: server.address, session, surroundings: surroundingsWith(own) });
  opened.push(socket);
  return socket;
}

/** A feed, and everything that it said in the order in which it did. */
function follow({
  after = null as string | null,
  own = {} as Partial<Surroundings>,
  taking = () => {},
  socket = open(own),
} = {}) {
  const said = new Queue<string>();
  const stop = followFeed(socket, {
    document: SupervisionFeedDocument,
    variables: HERE,
    after,
    onBatch: ({ events }: SupervisionFeedSubscription['supervisionFeed']) => {
      taking();
      said.put(`took ${events.map(({ id }) => id).join(' ')}`);
    },
    keep: (cursor) => said.put(`kept ${cursor}`),
    onReset: (why) => said.put(`reset ${why}`),
    onEnd: ({ code }) => said.put(`ended ${code}`),
  });
  return { socket, said, stop };
}

/** The next connection, with what the feed asks on it. */
async function nextAsked(): Promise<{ asking: Asking; peer: Peer }> {
  const peer = await server.peers.next();
  return { peer, asking: await peer.asked.next() };
}

function batch(cursor: string, ids: readonly (number | string)[], more: object = {}) {
  const events = ids.map((id) => ({ id: String(id) }));
  return { supervisionFeed: { cursor, reset: null, events, ...more } };
}

const span = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe('where it goes on', () => {
  test('from now without a cursor, from the cursor with one', async () => {
    follow();
    expect((await nextAsked()).asking.variables).toEqual({ ...HERE, after: null });
    follow({ after: 'c7' });
    expect((await nextAsked()).asking.variables).toEqual({ ...HERE, after: 'c7' });
  });

  test('after a cut: after the last batch that was taken, which was kept first thing after', async () => {
    const { said } = follow();
    const first = await nextAsked();
    first.asking.answer(batch('c1', []));
    first.asking.answer(batch('c2', [1, 2]));
    await said.until((word) => word === 'kept c2');
    first.peer.socket.terminate();
    const second = await nextAsked();
    expect(second.asking.variables).toEqual({ ...HERE, after: 'c2' });
    second.asking.answer(batch('c3', [3]));
    expect([await said.next(), await said.next()]).toEqual(['took 3', 'kept c3']);
    second.peer.socket.close(1012);
    expect((await nextAsked()).asking.variables).toEqual({ ...HERE, after: 'c3' });
  });

  test('after a cut before the first batch: where it would have begun', async () => {
    follow({ after: 'c1' });
    (await nextAsked()).peer.socket.terminate();
    expect((await nextAsked()).asking.variables.after).toBe('c1');
  });

  test('after an orderly close, too, which is no end', async () => {
    const { said } = follow();
    const { peer, asking } = await nextAsked();
    asking.answer(batch('c1', [1]));
    await said.until((word) => word === 'kept c1');
    peer.socket.close(1000);
    expect((await nextAsked()).asking.variables.after).toBe('c1');
  });

  test('a batch that could not be taken comes again, whole', async () => {
    let isFull = true;
    const taking = () => {
      if (isFull) throw new Error('no room');
    };
    const complaints: unknown[] = [];
    const { said } = follow({ taking, own: { complain: (fault) => complaints.push(fault) } });
    const { peer, asking } = await nextAsked();
    asking.answer(batch('c1', [1, 2]));
    const again = await peer.asked.next();
    expect(again.variables.after).toBeNull();
    isFull = false;
    again.answer(batch('c1', [1, 2]));
    expect([await said.next(), await said.next()]).toEqual(['took 1 2', 'kept c1']);
    expect(complaints).toHaveLength(1);
  });
});

test('what comes again is not handed over again, within the bound of what is remembered', async () => {
  const { said } = follow();
  const { asking } = await nextAsked();
  asking.answer(batch('c1', span(0, 2000)));
  asking.answer(batch('c2', [...span(0, 2000), 2000]));
  asking.answer(batch('c3', [1, 0, 2001]));
  const words = await said.until((word) => word === 'kept c3');
  expect(words.filter((word) => word.startsWith('took')).slice(1)).toEqual(['took 2000', 'took 0 2001']);
});

describe('what cannot be continued', () => {
  test.each(['EXPIRED', 'EPOCH_CHANGED', 'TIMELINE_CHANGED'])(
    '%s is told before anything else, and the feed goes on from now',
    async (reset) => {
      const { said } = follow({ after: 'old' });
      const { peer, asking } = await nextAsked();
      asking.answer(batch('c1', [1]));
      asking.answer(batch('c2', [], { reset }));
      // In another history the same id is another event.
      asking.answer(batch('c3', [1]));
      const words = await said.until((word) => word === 'kept c3');
      expect(words).toEqual(['took 1', 'kept c1', `reset ${reset}`, 'took ', 'kept c2', 'took 1', 'kept c3']);
      peer.socket.terminate();
      expect((await nextAsked()).asking.variables.after).toBe('c3');
    },
  );

  test('a cursor that the server does not know: from now, which is told', async () => {
    const { said } = follow({ after: 'forged' });
    const { peer, asking } = await nextAsked();
    asking.refuse('INVALID_CURSOR');
    const again = await peer.asked.next();
    expect(again.variables.after).toBeNull();
    again.answer(batch('c1', [1]));
    expect(await said.until((word) => word === 'kept c1')).toEqual([
      'reset INVALID_CURSOR',
      'took 1',
      'kept c1',
    ]);
  });

  test('a server that does not know any cursor is not asked for ever', async () => {
    const { said } = follow();
    (await nextAsked()).asking.refuse('INVALID_CURSOR');
    expect(await said.next()).toBe('ended INVALID_CURSOR');
  });

  test.each(['FORBIDDEN', 'NOT_FOUND'])('a right that ended: %s, also later', async (code) => {
    const { said, socket } = follow();
    const { peer, asking } = await nextAsked();
    asking.answer(batch('c1', [1]));
    asking.refuse(code);
    expect(await said.until((word) => word.startsWith('ended'))).toEqual([
      'took 1',
      'kept c1',
      `ended ${code}`,
    ]);
    peer.socket.close(1012);
    follow({ socket, after: 'other' });
    const next = await nextAsked();
    expect(next.asking.variables.after).toBe('other');
  });
});

describe('a feed that falls silent', () => {
  /** A feed in hand-moved time that has had one batch. */
  async function begun(heartbeatSeconds?: number) {
    const time = new HandTime();
    const { said, socket, stop } = follow({ own: { ...time } });
    const { peer, asking } = await nextAsked();
    asking.answer(batch('c1', [1], { heartbeatSeconds }));
    await said.until((word) => word === 'kept c1');
    return { time, said, socket, stop, peer, asking };
  }

  test.each([
    [undefined, 18_000],
    [15, 18_000],
    [5, 8000],
  ])(
    'loses its connection with its first missed heartbeat (%s s), and goes on over another',
    async (seconds, limit) => {
      const { time, said, peer, asking, socket } = await begun(seconds);
      time.advance(limit - 1);
      expect(socket.connection.get().state).toBe('connected');
      asking.answer(batch('c2', [], { heartbeatSeconds: seconds }));
      await said.until((word) => word === 'kept c2');
      time.advance(limit - 1);
      // The connection itself lives; that is not enough.
      peer.socket.send('{"type":"ping"}');
      time.advance(1);
      const again = await nextAsked();
      expect(again.asking.variables.after).toBe('c2');
      // What the dead one still says is not heard.
      asking.answer(batch('c3', [2]));
      again.asking.answer(batch('c4', [3]));
      expect(await said.until((word) => word === 'kept c4')).toEqual(['took 3', 'kept c4']);
    },
  );

  test('also when nothing comes at all', async () => {
    const time = new HandTime();
    follow({ own: { ...time }, after: 'c1' });
    await nextAsked();
    time.advance(18_000);
    expect((await nextAsked()).asking.variables.after).toBe('c1');
  });

  test('nobody waits for one that was stopped', async () => {
    const { time, stop, asking, said } = await begun();
    stop();
    asking.answer(batch('c2', [2]));
    time.advance(17_999);
    expect(said.drain()).toEqual([]);
  });

  test('not even when it stopped itself', async () => {
    const time = new HandTime();
    const itself = { stop: () => {} };
    const { said, stop } = follow({ own: { ...time }, taking: () => itself.stop() });
    itself.stop = stop;
    const { peer, asking } = await nextAsked();
    asking.answer(batch('c1', [1]));
    await said.until((word) => word === 'kept c1');
    time.advance(0);
    await peer.left.next();
    // The connection's own patience and its next look at the session's token are all that is left.
    expect(time.waiting).toBe(2);
  });
});
