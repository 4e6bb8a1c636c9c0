import { describe, expect, test } from '@jest/globals';
import { LoginDocument, LogoutDocument, RefreshDocument } from '../../schema/generated/documents.js';
import { type Answer, ApiError, type Post, Unreachable } from '../../src/client/post.js';
import { Session } from '../../src/client/session.js';
import { HandTime, inTurn, MemoryStorage } from './hand-time.js';

const MINUTE = 60_000;
/** By how much the server's clock differs from every other. */
const SKEW = 9_876_543;

/** Gives and takes tokens as the house does: a refresh token is good once. */
class Office {
  readonly asked: string[] = [];
  minutes = 15;
  /** Thrown instead of the next answers. */
  trouble: Error | null = null;
  tellsTime = true;
  private issued = 0;
  private good = '';

  constructor(private readonly time: HandTime) {}

  readonly post: Post = async <Data, Variables>(document: unknown, variables: Variables) => {
    const given = variables as { username?: string; refreshToken?: string };
    this.asked.push(
      document === LoginDocument ? 'login' : document === RefreshDocument ? 'refresh' : 'logout',
    );
    await Promise.resolve();
    if (this.trouble) throw this.trouble;
    if (document === LogoutDocument) return { data: { logout: true }, servedAt: null } as Answer<Data>;
    const isKnown = given.refreshToken === undefined || given.refreshToken === this.good;
    if (!isKnown) throw new ApiError('SESSION_REVOKED', 'used');
    const id = given.username ?? 'a';
    const data = { ...this.issue(), viewer: { id, name: id, grants: [] } };
    const servedAt = this.tellsTime ? this.clock() : null;
    return { data: { login: data, refreshSession: data }, servedAt } as Answer<Data>;
  };

  get refreshes(): number {
    return this.asked.filter((what) => what === 'refresh').length;
  }

  private issue() {
    this.issued++;
    this.good = `refresh ${this.issued}`;
    const expiresAt = new Date(this.clock() + this.minutes * MINUTE).toISOString();
    return { accessToken: `access ${this.issued}`, refreshToken: this.good, expiresAt };
  }

  private clock(): number {
    return this.time.now() + SKEW;
  }
}

function setUp({ storage = new MemoryStorage() as MemoryStorage | null, time = new HandTime() } = {}) {
  const office = new Office(time);
  const page = () => new Session({ post: office.post, storage, surroundings: { ...time, alone: null } });
  return { office, time, storage, page, session: page() };
}

const flush = () => new Promise((resolve) => setImmediate(resolve));

describe('signing in', () => {
  test('says who it is, and has a token at once', async () => {
    const { session, office } = setUp();
    const told: string[] = [];
    session.state.subscribe(() => told.push(session.state.get().is));
    const viewer = await session.signIn('a', 'secret');
    expect(viewer).toEqual({ id: 'a', name: 'a', grants: [] });
    expect(session.state.get()).toEqual({ is: 'signedIn', viewer });
    expect(await session.token()).toBe('access 1');
    expect(office.asked).toEqual(['login']);
    expect(told).toEqual(['signedIn']);
  });

  test('a refusal is handed on, and nobody is signed in', async () => {
    const { session, office, storage } = setUp();
    office.trouble = new ApiError('UNAUTHENTICATED', 'Wrong username or password.');
    await expect(session.signIn('a', 'x')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(session.state.get()).toEqual({ is: 'signedOut' });
    expect(storage?.items.size).toBe(0);
    await expect(session.token()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('renewing', () => {
  test('ahead of the end, whatever the clocks of the world say', async () => {
    const { session, office, time } = setUp();
    await session.signIn('a', 'secret');
    time.advance(13.9 * MINUTE);
    expect(await session.token()).toBe('access 1');
    time.advance(0.2 * MINUTE);
    expect(await session.token()).toBe('access 2');
    expect(office.asked).toEqual(['login', 'refresh']);
  });

  test('a short life: in its last fifth', async () => {
    const { session, office, time } = setUp();
    office.minutes = 1;
    await session.signIn('a', 'secret');
    time.advance(47_000);
    expect(await session.token()).toBe('access 1');
    time.advance(2000);
    expect(await session.token()).toBe('access 2');
  });

  test('a server that does not tell its time is believed for the shortest life', async () => {
    const { session, office, time } = setUp();
    office.tellsTime = false;
    await session.signIn('a', 'secret');
    time.advance(47_000);
    expect(await session.token()).toBe('access 1');
    time.advance(2000);
    expect(await session.token()).toBe('access 2');
  });

  test('once, however many ask', async () => {
    const { session, office, time } = setUp();
    await session.signIn('a', 'secret');
    time.advance(20 * MINUTE);
    const tokens = await Promise.all(Array.from({ length: 10 }, () => session.token()));
    expect(new Set(tokens)).toEqual(new Set(['access 2']));
    expect(office.refreshes).toBe(1);
  });

  test('a token that was refused is renewed although it looks good, once', async () => {
    const { session, office } = setUp();
    await session.signIn('a', 'secret');
    const tokens = await Promise.all(Array.from({ length: 10 }, () => session.token('access 1')));
    expect(new Set(tokens)).toEqual(new Set(['access 2']));
    // Who comes late with the old one gets the new one.
    expect(await session.token('access 1')).toBe('access 2');
    expect(office.refreshes).toBe(1);
  });

  test.each([new Unreachable('away'), new ApiError('SERVICE_UNAVAILABLE', 'starting', 503)])(
    'a server that is away ends nothing: $message',
    async (trouble) => {
      const { session, office, time } = setUp();
      await session.signIn('a', 'secret');
      office.trouble = trouble;
      time.advance(14.5 * MINUTE);
      expect(await session.token()).toBe('access 1');
      time.advance(MINUTE);
      await expect(session.token()).rejects.toBe(trouble);
      expect(session.state.get().is).toBe('signedIn');
      office.trouble = null;
      expect(await session.token()).toBe('access 2');
    },
  );

  test('a server that does not take the refresh token ends the session', async () => {
    const { session, office, time, storage } = setUp();
    const viewer = await session.signIn('a', 'secret');
    office.trouble = new ApiError('SESSION_REVOKED', 'expired');
    time.advance(20 * MINUTE);
    const token = session.token();
    const refused = expect(token).rejects.toMatchObject({ code: 'SESSION_REVOKED' });
    await flush();
    time.advance(2000);
    await refused;
    expect(session.state.get()).toEqual({ is: 'ended', why: 'expired', viewer });
    expect(storage?.items.size).toBe(0);
    expect(time.waiting).toBe(0);
  });
});

describe('ending', () => {
  test('by the word of the server about the token in use, and no other', async () => {
    const { session, storage } = setUp();
    const viewer = await session.signIn('a', 'secret');
    session.end('access 0');
    expect(session.state.get().is).toBe('signedIn');
    session.end('access 1');
    expect(session.state.get()).toEqual({ is: 'ended', why: 'revoked', viewer });
    expect(storage?.items.size).toBe(0);
  });

  test('signing out forgets at once and tells the server', async () => {
    const { session, office, storage } = setUp();
    await session.signIn('a', 'secret');
    const over = session.signOut();
    expect(session.state.get()).toEqual({ is: 'signedOut' });
    expect(storage?.items.size).toBe(0);
    await over;
    expect(office.asked).toEqual(['login', 'logout']);
    await session.signOut();
    expect(office.asked).toHaveLength(2);
  });

  test('signing out while it is renewed leaves nothing behind', async () => {
    const { session, office, time, storage } = setUp();
    await session.signIn('a', 'secret');
    time.advance(20 * MINUTE);
    const token = session.token();
    await session.signOut();
    expect(await token).toBe('access 2');
    expect(office.asked).toEqual(['login', 'refresh', 'logout']);
    expect(storage?.items.size).toBe(0);
    expect(session.state.get()).toEqual({ is: 'signedOut' });
  });

  test('signing out when the server is away is signing out all the same', async () => {
    const { session, office, storage } = setUp();
    await session.signIn('a', 'secret');
    office.trouble = new Unreachable('away');
    await session.signOut();
    expect(session.state.get()).toEqual({ is: 'signedOut' });
    expect(storage?.items.size).toBe(0);
  });
});

describe('pages that share a storage', () => {
  test('a later page goes on with the session of an earlier one', async () => {
    const { session, page } = setUp();
    expect(page().restore()).toBe(false);
    const viewer = await session.signIn('a', 'secret');
    const later = page();
    expect(later.restore()).toBe(true);
    expect(later.state.get()).toEqual({ is: 'signedIn', viewer });
    expect(await later.token()).toBe('access 2');
  });

  test('each renews with what the other got last', async () => {
    const { session, page, time, office } = setUp();
    await session.signIn('a', 'secret');
    const other = page();
    other.restore();
    for (let turn = 2; turn < 10; turn += 2) {
      time.advance(20 * MINUTE);
      expect(await other.token()).toBe(`access ${turn}`);
      expect(await session.token()).toBe(`access ${turn + 1}`);
    }
    expect(office.refreshes).toBe(8);
  });

  test('both at once, without locks: the slower one goes on with what the faster one got', async () => {
    const { session, page, time } = setUp();
    await session.signIn('a', 'secret');
    const other = page();
    other.restore();
    time.advance(20 * MINUTE);
    const both = Promise.all([session.token(), other.token()]);
    await flush();
    time.advance(2000);
    expect((await both).toSorted()).toEqual(['access 2', 'access 3']);
    expect([session, other].map(({ state }) => state.get().is)).toEqual(['signedIn', 'signedIn']);
  });

  test('with locks: one after the other', async () => {
    const { office, storage, time } = setUp();
    const alone = inTurn();
    const page = () => new Session({ post: office.post, storage, surroundings: { ...time, alone } });
    const [session, other] = [page(), page()];
    await session.signIn('a', 'secret');
    other.restore();
    time.advance(20 * MINUTE);
    expect(await Promise.all([session.token(), other.token()])).toEqual(['access 2', 'access 3']);
    expect(time.waiting).toBe(0);
  });

  test('who signs in as somebody else in another page takes nothing away', async () => {
    const { session, page, time } = setUp();
    await session.signIn('a', 'secret');
    const stranger = page();
    await stranger.signIn('b', 'secret');
    time.advance(20 * MINUTE);
    expect(await stranger.token()).toBe('access 3');
    session.end('access 1');
    const next = page();
    expect(next.restore()).toBe(true);
    expect(next.state.get()).toMatchObject({ viewer: { id: 'b' } });
  });

  test('what is spoilt there is as if nothing had been kept', () => {
    for (const text of ['{', '[]', '{"refreshToken":1}', '{"refreshToken":"r","viewer":{"id":"a"}}']) {
      const { page, storage } = setUp();
      storage?.setItem('duban.session', text);
      expect({ text, isRestored: page().restore() }).toEqual({ text, isRestored: false });
    }
  });

  test('without a storage the page keeps its session to itself', async () => {
    const { session, page, time } = setUp({ storage: null });
    await session.signIn('a', 'secret');
    time.advance(20 * MINUTE);
    expect(await session.token()).toBe('access 2');
    expect(page().restore()).toBe(false);
  });
});
