import { SupervisionFeedDocument } from '../../schema/generated/documents.js';
import { type Ask, asking } from '../../src/client/ask.js';
import { followFeed } from '../../src/client/feed.js';
import { posting } from '../../src/client/post.js';
import { Session } from '../../src/client/session.js';
import { type Connection, Socket } from '../../src/client/socket.js';
import type { Surroundings } from '../../src/client/surroundings.js';
import { MemoryStorage, surroundingsWith } from './hand-time.js';
import { Queue } from './queue.js';

/** A page of the client at a house: what a browser tab would hold. */
export class Page {
  readonly session: Session;
  readonly ask: Ask;
  /** The operations that it sent over HTTP. */
  readonly sent: string[] = [];
  private readonly surroundings: Surroundings;
  private readonly sockets: Socket[] = [];

  constructor(
    private readonly address: string,
    readonly storage = new MemoryStorage(),
    own: Partial<Surroundings> = {},
  ) {
    this.surroundings = surroundingsWith({ fetch: this.fetch, ...own });
    const { surroundings } = this;
    const post = posting(address, surroundings);
    this.session = new Session({ post, storage, surroundings });
    this.ask = asking(post, this.session);
  }

  /** The address of the same house by another way, with what is kept here. */
  at(address: string, own: Partial<Surroundings> = {}): Page {
    const page = new Page(address, this.storage, own);
    page.session.restore();
    return page;
  }

  /** Follows a region's feed over a socket of its own; by another way than the requests, if one is given. */
  follow(within: string, address = this.address): Followed {
    const { session, surroundings } = this;
    const socket = new Socket({ address, session, surroundings });
    this.sockets.push(socket);
    return new Followed(socket, within);
  }

  close(): void {
    for (const socket of this.sockets) socket.dispose();
  }

  private readonly fetch: typeof fetch = (input, init) => {
    const { query } = JSON.parse(String(init?.body)) as { query: string };
    this.sent.push(/\w+ (\w+)/.exec(query)?.[1] ?? '');
    return fetch(input, init);
  };
}

/** A feed that is followed, with everything that came of it. */
export class Followed {
  readonly ids: string[] = [];
  readonly resets: string[] = [];
  readonly ends: string[] = [];
  readonly states = new Queue<Connection>();
  cursor: string | null = null;
  private readonly said = new Queue<null>();

  constructor(
    readonly socket: Socket,
    within: string,
  ) {
    socket.connection.subscribe(() => this.states.put(socket.connection.get()));
    followFeed(socket, {
      document: SupervisionFeedDocument,
      variables: { within },
      after: null,
      onBatch: ({ events }) => {
        this.ids.push(...events.map(({ id }) => String(id)));
      },
      keep: (cursor) => {
        this.cursor = cursor;
        this.said.put(null);
      },
      onReset: (why) => this.resets.push(why),
      onEnd: ({ code }) => {
        this.ends.push(code);
        this.said.put(null);
      },
    });
  }

  /** It stands somewhere: what happens from now on will come. */
  async begun(): Promise<this> {
    while (this.cursor === null) await this.said.next();
    return this;
  }

  async until(holds: (followed: this) => boolean): Promise<void> {
    while (!holds(this)) await this.said.next();
  }
}
