import pg from 'pg';
import type { Sealer } from '../auth/seal.js';
import type { Log } from '../log.js';
import { type Past, readBack, type Sieve } from './back.js';
import { Backoff, Bell, Link } from './link.js';
import {
  type CursorReading,
  comparePositions,
  type Line,
  type Position,
  readCursor,
  START,
} from './position.js';
import { type LoggedFact, type Page, pageOf, type Query, readAfter, readHead } from './read.js';
import { Ring } from './ring.js';
import { Ticker } from './ticker.js';
import { beyond, reaching, Waiting } from './waiting.js';

const PAGE = 500;
const RING = 10_000;
/** How often a quiet connection is asked whether it still lives; also how old `line.first` may be. */
const KEEPALIVE_MS = 2000;

interface TailOptions {
  readonly connectionString: string;
  readonly log: Log;
}

interface Listener {
  readonly onFacts: (facts: readonly LoggedFact[]) => void;
  readonly onReset: () => void;
}

/**
 * The live end of the log in one node. Commits are kicked into ticks, ticks are read by the one reader, and whoever
 * waits is woken. NOTIFY only says "look": whatever is missed is found by looking again after the last known place,
 * so connections may be cut and the server restarted at any moment.
 */
export class Tail {
  private readonly ticker: Ticker;
  private readonly listener: Link;
  private readonly pool: pg.Pool;
  private readonly bell = new Bell();
  private readonly backoff = new Backoff(50, 2000);
  private readonly ring = new Ring(RING);
  private readonly waiters = new Waiting();
  private readonly listeners = new Set<Listener>();
  /** How often facts came along with their tick, and how often they had to be read. */
  readonly counts = { carried: 0, read: 0 };
  private at: Position = START;
  private is: Line | null = null;
  private stopped = false;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: TailOptions) {
    const { connectionString, log } = options;
    this.ticker = new Ticker(connectionString, log, (tick, told) =>
      told === null ? this.look(tick) : this.hear(told),
    );
    this.listener = new Link({
      connectionString,
      log,
      name: 'duban listener',
      greeting: 'listen duban_tick',
      onNotice: (payload) => (/^\d+$/.test(payload) ? this.look(BigInt(payload)) : this.hear(payload)),
      onLost: () => this.bell.ring(),
    });
    this.pool = new pg.Pool({
      connectionString,
      application_name: 'duban replay',
      max: 4,
      connectionTimeoutMillis: 5000,
      query_timeout: 8000,
      statement_timeout: 8000,
    });
    this.pool.on('error', (error) => log.debug({ err: error }, 'idle replay connection lost'));
  }

  /** Begins at the present end of the log. Fails when the database does not answer. */
  async start(): Promise<void> {
    // The first tick comes before the first look: after a restore it is what opens the new epoch.
    await this.ticker.tick();
    const { head, line } = await readHead(this.listener.query);
    this.is = line;
    this.restart(head);
    this.ticker.start();
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.bell.ring();
    await this.ticker.stop();
    await this.running;
    this.waiters.release();
    this.listener.close();
    await this.pool.end();
  }

  /** Says that a transaction has committed; its facts become a tick at once. */
  kick(): void {
    this.ticker.kick();
  }

  /** Everything up to here has been seen by this node. */
  get head(): Position {
    return this.at;
  }

  /** Which history the log is and how far it reached when last looked at. */
  get line(): Line {
    if (!this.is) throw new Error('The tail has not been started.');
    return this.is;
  }

  /** Ticks now, and answers a head that includes everything committed before the call. */
  async now(): Promise<Position> {
    const head = { tick: await this.ticker.tick(), id: null };
    if (!this.stopped && !reaching(head)(this.at)) await this.waiters.until(reaching(head));
    return this.at;
  }

  /** The next facts after a position that this node still remembers; null when it does not. */
  recent(position: Position, limit = PAGE): Page | null {
    if (!this.ring.holds(position) || comparePositions(position, this.at) > 0) return null;
    return { ...this.ring.after(position, limit, this.at), head: this.at, line: this.line, reset: null };
  }

  /**
   * The next facts after a position: from memory when they are recent, else from the table by the same reader.
   * Never beyond this node's own head: what its caches have not been told yet, nobody is told by this node.
   */
  async after(position: Position, limit = PAGE): Promise<Page> {
    const recent = this.recent(position, limit);
    if (recent) return recent;
    const page = await readAfter(this.query, position, limit);
    if (page.reset || comparePositions(page.position, this.at) <= 0) return page;
    const facts = page.facts.filter(
      ({ tick, id }) => comparePositions({ tick, id: BigInt(id) }, this.at) <= 0,
    );
    const place = comparePositions(position, this.at) > 0 ? position : this.at;
    return { ...page, facts, position: place, head: this.at };
  }

  /** The past, newest first, from a place that this node has reached; see {@link readBack}. */
  back(from: Position, limit: number, sieve: Sieve, isWanted: (fact: LoggedFact) => boolean): Promise<Past> {
    return readBack(this.query, from, limit, sieve, isWanted);
  }

  /**
   * Where a cursor leads. One given by a node that is ahead of this one is not lost, so before saying so the table
   * is asked.
   * @throws INVALID_CURSOR
   */
  async resume(sealer: Sealer, cursor: string): Promise<CursorReading> {
    const reading = readCursor(sealer, this.line, cursor);
    if (reading.reset === null) return reading;
    return readCursor(sealer, (await readHead(this.query)).line, cursor);
  }

  /** Resolves when the head lies beyond the position; also when the signal aborts or the tail stops or restarts. */
  moved(position: Position, signal?: AbortSignal): Promise<void> {
    if (this.stopped || beyond(position)(this.at)) return Promise.resolve();
    return this.waiters.until(beyond(position), signal);
  }

  /** How many wait for the head to move. */
  get waiting(): number {
    return this.waiters.size;
  }

  /** Hands every new fact to a cache of this process. `onReset`: some were missed, so forget what was derived. */
  onFacts(onFacts: Listener['onFacts'], onReset: Listener['onReset'] = () => undefined): () => void {
    const listener = { onFacts, onReset };
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private readonly query: Query = async (text, values) => (await this.pool.query<object>(text, values)).rows;

  private look(tick: bigint): void {
    if (tick > this.at.tick) this.bell.ring();
  }

  /** A tick that came with its facts. Only the very next one is taken as it is; before any other, something is missing. */
  private hear(told: string): void {
    try {
      const page = pageOf(told);
      const { tick, era } = page.position;
      const isNext = this.at.id === null && tick === this.at.tick + 1n && era === this.at.era;
      if (isNext && !this.stopped) {
        this.counts.carried += 1;
        this.take(page);
      } else this.look(tick);
    } catch (error) {
      // Said by somebody else than the log; the log itself is read, as ever.
      this.options.log.warn({ err: error }, 'a notice of a tick cannot be read, reading the log');
      this.bell.ring();
    }
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      try {
        const { at } = this;
        const page = await readAfter(this.listener.query, at, PAGE);
        this.backoff.reset();
        // What was heard meanwhile is part of this page, too.
        if (this.at !== at) continue;
        if (page.facts.length > 0) this.counts.read += 1;
        this.take(page);
        if (comparePositions(page.position, page.head) >= 0) await this.bell.wait(KEEPALIVE_MS);
      } catch (error) {
        this.options.log.warn({ err: error }, 'reading the log failed, trying again');
        await this.bell.wait(this.backoff.nextMs());
      }
    }
  }

  private take(page: Page): void {
    const before = this.line;
    this.is = page.line;
    if (page.reset) {
      this.options.log.warn(
        { before, after: page.line, reset: page.reset },
        'the log cannot be continued, going on from its head',
      );
      this.restart(page.head);
      return;
    }
    this.ring.push(page.facts);
    this.at = page.position;
    if (page.facts.length > 0) this.tell((listener) => listener.onFacts(page.facts));
    this.waiters.arrive(this.at);
  }

  private restart(head: Position): void {
    this.at = head;
    this.ring.restart(head);
    this.tell((listener) => listener.onReset());
    this.waiters.release();
  }

  private tell(say: (listener: Listener) => void): void {
    for (const listener of this.listeners) {
      try {
        say(listener);
      } catch (error) {
        this.options.log.error({ err: error }, 'a listener of the log failed');
      }
    }
  }
}
