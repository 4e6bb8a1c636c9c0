import { type Client, createClient } from 'graphql-ws/client';
import { pauseAfter } from './backoff.js';
import { Patience } from './patience.js';
import type { Session } from './session.js';
import { Store, type Watched } from './store.js';
import { type Reason, type Subscribed, Subscription } from './subscription.js';
import type { Surroundings } from './surroundings.js';

/** Close codes that mean more than "come back": docs/errors.md. */
const EXPIRED = 4403;
const REVOKED = 4401;
/** What this client closes with, and reports, when nothing is heard any more; graphql-ws calls it "terminated". */
const SILENT = 4499;
const CODES: Readonly<Record<Reason, number>> = { expired: EXPIRED, revoked: REVOKED, silent: SILENT };

/** How long a connection may take to be opened and acknowledged. */
const CONNECT_MS = 10_000;
/** A quiet connection is pinged this often, … */
const PING_MS = 12_000;
/** … so on one that lives nothing takes longer than this. */
const SILENCE_MS = 18_000;
/** How often the server is told of a newer token, if there is one: more often than one is renewed ahead of its end. */
const RENEW_MS = 20_000;
/** A connection that held so long was a good one: what comes after it is a first failure again. */
const STABLE_MS = 10_000;

/** `ended`: for good, because the session is over or the socket was disposed of. */
export interface Connection {
  readonly state: 'connecting' | 'connected' | 'ended';
  /** When that began, on the clock of the surroundings: connected since then, or without a connection since then. */
  readonly since: number;
  /** Failures in a row since the last good connection. */
  readonly failures: number;
  /** What the last connection was closed with; null when there was none, or it never opened. */
  readonly lastClose: number | null;
}

/** What is needed of the socket itself. */
type Speaking = Pick<WebSocket, 'send'>;

/** What the socket does with a subscription, whatever it asks. */
type Follower = Pick<Subscription<unknown, unknown>, 'connected' | 'disconnected'>;

interface SocketOptions {
  /** Of the API over HTTP; the socket is at the same place. */
  readonly address: string;
  readonly session: Pick<Session, 'state' | 'token' | 'end'>;
  readonly surroundings: Surroundings;
}

/**
 * The one connection of a signed-in page, for all its subscriptions. It comes back after whatever cut it, for ever, with
 * a token that is good; only the end of the session (which the session tells) and `dispose` end it.
 *
 * graphql-ws is used for one connection at a time and never reconnects itself: it takes a dozen close codes for fatal,
 * and what it sends again is the old question, without the place a feed has reached.
 */
export class Socket {
  private readonly status: Store<Connection>;
  private readonly subscriptions = new Set<Follower>();
  private readonly patience: Patience;
  private readonly leave: readonly (() => void)[];
  private client: Client | null = null;
  private token = '';
  private callOffRenewal: () => void = () => undefined;
  /** The next attempt, while it is waited for, and what calls it off. */
  private next: { readonly attempt: () => void; readonly callOff: () => void } | null = null;

  constructor(private readonly options: SocketOptions) {
    const { session, surroundings } = options;
    this.status = new Store<Connection>({
      state: 'connecting',
      since: surroundings.now(),
      failures: 0,
      lastClose: null,
    });
    this.patience = new Patience(surroundings.after, () => this.drop('silent'));
    const endWithSession = () => session.state.get().is !== 'signedIn' && this.dispose();
    this.leave = [session.state.subscribe(endWithSession), surroundings.onOnline(() => this.next?.attempt())];
    void this.connect();
  }

  get connection(): Watched<Connection> {
    return this.status;
  }

  /** Subscribes now and on every later connection, until the returned function is called. */
  follow<Data, Variables>(subscribed: Subscribed<Data, Variables>): () => void {
    const { surroundings } = this.options;
    const forget = () => this.subscriptions.delete(subscription);
    const drop = (reason: Reason) => this.drop(reason);
    const subscription = new Subscription(subscribed, { surroundings, drop, forget });
    this.subscriptions.add(subscription);
    if (this.client && this.isConnected) subscription.connected(this.client);
    return () => {
      forget();
      subscription.stop();
    };
  }

  /** Closes the connection for good. Whoever follows hears nothing more. */
  dispose(): void {
    if (this.isOver) return;
    this.status.set({ ...this.status.get(), state: 'ended', since: this.options.surroundings.now() });
    for (const leave of this.leave) leave();
    this.next?.callOff();
    this.release();
    this.subscriptions.clear();
  }

  private get isConnected(): boolean {
    return this.status.get().state === 'connected';
  }

  private get isOver(): boolean {
    return this.status.get().state === 'ended';
  }

  private async connect(refused?: string): Promise<void> {
    const { address, session, surroundings } = this.options;
    try {
      this.token = await session.token(refused);
    } catch {
      // The session tells its own end; what else kept the token away passes.
      return this.lost(null);
    }
    if (this.isOver) return;
    const client: Client = createClient({
      url: address.replace(/^http/, 'ws'),
      webSocketImpl: surroundings.WebSocket,
      connectionParams: { accessToken: this.token },
      lazy: false,
      retryAttempts: 0,
      onNonLazyError: () => undefined,
      keepAlive: PING_MS,
      on: {
        message: () => this.client === client && this.patience.expect(SILENCE_MS),
        connected: (socket) => this.client === client && this.connected(client, socket as Speaking),
        closed: (event) => this.client === client && this.lost((event as { code: number }).code),
      },
    });
    this.client = client;
    this.patience.expect(CONNECT_MS);
  }

  private connected(client: Client, socket: Speaking): void {
    this.renewLater(socket);
    const since = this.options.surroundings.now();
    // Before it is told: whoever hears of it may add another, which then is connected already.
    for (const subscription of this.subscriptions) subscription.connected(client);
    this.status.set({ ...this.status.get(), state: 'connected', since });
  }

  /** Says the session's newer tokens on the connection that there is, so that no token's end cuts it. */
  private renewLater(socket: Speaking): void {
    const { session, surroundings } = this.options;
    const renew = async () => {
      const { client } = this;
      // What keeps a token away passes; the connection then ends with the old one, and comes back.
      const token = await session.token().catch(() => this.token);
      if (this.client !== client || !client) return;
      if (token !== this.token)
        socket.send(JSON.stringify({ type: 'ping', payload: { accessToken: token } }));
      this.token = token;
      this.renewLater(socket);
    };
    this.callOffRenewal = surroundings.after(RENEW_MS, () => void renew());
  }

  private drop(reason: Reason): void {
    this.lost(CODES[reason]);
  }

  /** There is no connection any more: arranges the next one. */
  private lost(code: number | null): void {
    const { session, surroundings } = this.options;
    this.release();
    if (code === REVOKED) session.end(this.token);
    if (this.isOver) return;
    const { state, since, failures: before } = this.status.get();
    const isConnected = state === 'connected';
    const now = surroundings.now();
    const earlier = isConnected && now - since >= STABLE_MS ? 0 : before;
    this.status.set({
      state: 'connecting',
      since: isConnected ? now : since,
      failures: earlier + 1,
      lastClose: code,
    });
    // An expired token is no failure of anybody, unless it is so again at once.
    const isExpired = code === EXPIRED;
    this.retry(isExpired && earlier === 0 ? 0 : pauseAfter(earlier, surroundings.random), isExpired);
  }

  private retry(pauseMs: number, isRefused: boolean): void {
    // Whoever watches the connection may have disposed of it.
    if (this.isOver) return;
    const attempt = () => {
      this.next?.callOff();
      this.next = null;
      void this.connect(isRefused ? this.token : undefined);
    };
    this.next = { attempt, callOff: this.options.surroundings.after(pauseMs, attempt) };
  }

  /** Lets go of the connection, whatever state it is in. */
  private release(): void {
    const { client } = this;
    this.client = null;
    this.callOffRenewal();
    this.patience.rest();
    for (const subscription of this.subscriptions) subscription.disconnected();
    // First the end for good: on an orderly close graphql-ws would come back by itself.
    void Promise.resolve(client?.dispose()).catch(() => undefined);
    client?.terminate();
  }
}
