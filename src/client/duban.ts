import { type Ask, asking } from './ask.js';
import { type Batch, type FeedOptions, followFeed } from './feed.js';
import { type Freshness, watchFreshness } from './freshness.js';
import { followValue, type ValueOptions } from './live.js';
import { ApiError, type PostOptions, posting } from './post.js';
import { Session, type SessionState } from './session.js';
import type { Viewer } from './session.kept.js';
import type { Storing } from './shelf.js';
import { Socket } from './socket.js';
import type { Watched } from './store.js';
import { ordinarySurroundings, type Surroundings } from './surroundings.js';

interface DubanOptions {
  /** Of the API over HTTP, such as `http://127.0.0.1:4000/graphql`; the socket is at the same place. */
  readonly address: string;
  /** Where the session outlives the page, such as localStorage; left out, nowhere. */
  readonly storage?: Storing | null;
  /** What is taken from where it runs; left out, a browser or Node 22 and newer. */
  readonly surroundings?: Surroundings;
}

/** A feed to follow; see {@link FeedOptions}. */
interface FollowOptions<Data extends Readonly<Record<string, Batch>>, Variables>
  extends Omit<FeedOptions<Data, Variables>, 'after' | 'onEnd'> {
  /** Go on after this cursor: of a batch, an overview, a list (`feedCursor`). Left out or null: from now. */
  readonly after?: string | null;
  readonly onEnd?: FeedOptions<Data, Variables>['onEnd'];
  /** Whether what is shown may be believed: at once, and whenever that changes. */
  readonly onFreshness?: (freshness: Freshness) => void;
}

/**
 * Somebody's access to an installation: signs in and keeps the token good, asks, and follows feeds and values over
 * whatever happens to the connection. One for each signed-in user; all that it follows shares one socket.
 */
export class Duban {
  /** Who is signed in, watched. */
  readonly session: Session;
  /** Asks as whoever is signed in. Rejects with ApiError, Unreachable or the reason of the signal. */
  readonly ask: Ask;
  private readonly surroundings: Surroundings;
  private shared: Socket | null = null;

  constructor(private readonly options: DubanOptions) {
    const { address, storage = null, surroundings = ordinarySurroundings() } = options;
    const post = posting(address, surroundings);
    this.surroundings = surroundings;
    this.session = new Session({ post, storage, surroundings });
    this.ask = asking(post, this.session);
  }

  get state(): Watched<SessionState> {
    return this.session.state;
  }

  /** Rejects with ApiError: UNAUTHENTICATED (the name or the password), RATE_LIMITED; or with Unreachable. */
  signIn(username: string, password: string): Promise<Viewer> {
    return this.session.signIn(username, password);
  }

  /** Takes up the session that the storage has kept; false when there is none. */
  restore(): boolean {
    return this.session.restore();
  }

  /** Ends the session and all that is followed by it. */
  signOut(): Promise<void> {
    return this.session.signOut();
  }

  /** A connection apart from the shared one, to be disposed of by whoever makes it. */
  connect(): Socket {
    const { session, surroundings } = this;
    return new Socket({ address: this.options.address, session, surroundings });
  }

  /**
   * Follows a feed until the returned function is called: every event once, in order, over all cuts. After the end of
   * the session, which `state` tells, nothing comes any more.
   * @throws ApiError UNAUTHENTICATED when nobody is signed in
   */
  follow<Data extends Readonly<Record<string, Batch>>, Variables>({
    after = null,
    onEnd = () => undefined,
    onFreshness,
    ...options
  }: FollowOptions<Data, Variables>): () => void {
    const socket = this.socket();
    const fresh = onFreshness && watchFreshness(socket.connection, this.surroundings, onFreshness);
    const leave = followFeed<Data, Variables>(socket, {
      ...options,
      after,
      onEnd,
      onBatch: (batch) => {
        options.onBatch(batch);
        fresh?.heard(batch.heartbeatSeconds);
      },
    });
    return () => {
      fresh?.stop();
      leave();
    };
  }

  /**
   * Follows a value of which only the newest counts, such as `overviewChanged`, until the returned function is called.
   * @throws ApiError UNAUTHENTICATED when nobody is signed in
   */
  watch<Data, Variables>(options: ValueOptions<Data, Variables>): () => void {
    return followValue(this.socket(), options);
  }

  private socket(): Socket {
    if (this.state.get().is !== 'signedIn') throw new ApiError('UNAUTHENTICATED', 'Nobody is signed in.');
    // The one before ended with the session before.
    if (this.shared?.connection.get().state === 'ended') this.shared = null;
    this.shared ??= this.connect();
    return this.shared;
  }
}

export { type CampaignClock, campaignClock, campaignNow, heardAsOf } from './campaign.js';
export type { FeedReset } from './feed.js';
export { ApiError, type Asked, Unreachable } from './post.js';
export { browserStorage } from './shelf.js';
export { EMPTY_TICKER, read, readAll, type Ticker, told, unseen } from './ticker.js';
export type { Batch, Freshness, PostOptions, SessionState, Socket, Storing, Surroundings, Viewer, Watched };
