import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';
import type { Log } from '../log.js';
import { Backoff, Bell } from './link.js';
import type { Position } from './position.js';
import { type LoggedFact, type Query, readAfter } from './read.js';
import type { Tail } from './tail.js';
import { reaching, Waiting } from './waiting.js';

const PAGE = 500;
/** A place that was passed by without anything to do is stored after so many facts, or so long (real time). */
const PASSED = 400;
const PASSING_MS = 5000;
/** How long to leave another owner of the same name alone before looking again. */
const BUSY_MS = 250;

export interface FollowerOptions {
  /** The name under which the position is stored: one per purpose, the same on all nodes. */
  readonly name: string;
  readonly orm: MikroORM;
  readonly tail: Tail;
  readonly log: Log;
  /** Facts per transaction, at most. */
  readonly page?: number;
  /**
   * Whether there may be anything to do about a fact; left out, about each. Where a node has heard nothing but what is none
   * of its business, the place moves in memory alone: others may read an older one, after which nothing is to be done.
   */
  readonly concerns?: (fact: LoggedFact) => boolean;
  /** Does what follows from the facts, in the transaction that also moves the position. May record facts itself. */
  readonly handle: (em: EntityManager, facts: readonly LoggedFact[]) => Promise<void>;
}

/** Starts a follower of the log. */
export function follow(options: FollowerOptions): Follower {
  const follower = new Follower(options);
  follower.start();
  return follower;
}

/**
 * Reads the log from its own stored position, every fact once, in order. What it writes and how far it has read are
 * one transaction, so a crash repeats a page and never half of it. A page that fails is tried again, never skipped.
 */
export class Follower {
  private readonly halt = new AbortController();
  private readonly bell = new Bell();
  private readonly backoff = new Backoff(100, 5000);
  private readonly waiters = new Waiting();
  private at: Position | null = null;
  /** Facts passed by since the place was stored, and when that was, on a clock that only goes forward. */
  private passed = 0;
  private storedAtMs = 0;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: FollowerOptions) {}

  start(): void {
    this.running = this.run();
  }

  /** Finishes the page in hand, if any, and ends. To be stopped before its tail, which wakes it. */
  async stop(): Promise<void> {
    this.halt.abort();
    this.bell.ring();
    await this.running;
    this.waiters.release();
  }

  /** Resolves when everything up to the position has been handled, by this owner or another; also when stopped. */
  async caughtUp(position: Position): Promise<void> {
    if (this.halt.signal.aborted || (this.at && reaching(position)(this.at))) return;
    await this.waiters.until(reaching(position));
  }

  private async run(): Promise<void> {
    const { tail, log, name } = this.options;
    const { signal } = this.halt;
    while (!signal.aborted) {
      try {
        const step = this.pass() ?? (await this.step());
        this.backoff.reset();
        if (step.busy) await this.bell.wait(BUSY_MS);
        else if (step.handled > 0) tail.kick();
        else await tail.moved({ tick: step.position.tick, id: step.position.id }, signal);
      } catch (error) {
        log.error({ err: error, follower: name, at: String(this.at?.tick) }, 'follower failed, trying again');
        await this.bell.wait(this.backoff.nextMs());
      }
    }
  }

  /** Past what this node has heard and is none of its business; null when there may be something to do. */
  private pass(): Step | null {
    const { tail, concerns } = this.options;
    const isDue = this.passed >= PASSED || performance.now() - this.storedAtMs > PASSING_MS;
    const page = concerns && this.at && !isDue ? tail.recent(this.at) : null;
    if (!page || !concerns || page.facts.some(concerns)) return null;
    this.passed += page.facts.length;
    return this.reach({ busy: false, handled: 0, position: page.position });
  }

  private reach(step: Step & { busy: false }): Step {
    this.at = step.position;
    this.waiters.arrive(this.at);
    return step;
  }

  /** One page in one transaction. */
  private async step(): Promise<Step> {
    const { orm, handle, name, page: limit = PAGE } = this.options;
    const step = await orm.em.fork().transactional(async (em) => {
      const query = queryOf(em);
      const stored = await this.claim(query);
      if (!stored) return { busy: true } as const;
      // Read in this transaction, not from memory: what is handled is then exactly what this database holds.
      const page = await readAfter(query, stored, limit);
      if (page.reset) throw new Error(`Follower ${name} cannot go on: ${page.reset}`);
      if (page.facts.length > 0) {
        await handle(em, page.facts);
        await em.flush();
        await query('update follower set tick = $2, id = $3, moved_at = clock_timestamp() where name = $1', [
          name,
          page.position.tick.toString(),
          page.position.id?.toString() ?? null,
        ]);
      }
      return { busy: false, handled: page.facts.length, position: page.position } as const;
    });
    if (step.busy) return step;
    this.passed = 0;
    this.storedAtMs = performance.now();
    return this.reach(step);
  }

  /** The stored position with its row locked, or null while another owner holds it. New names begin at the start. */
  private async claim(query: Query): Promise<Position | null> {
    const { name } = this.options;
    const select = 'select tick::text, id::text from follower where name = $1';
    let [row] = (await query(`${select} for update skip locked`, [name])) as StoredRow[];
    if (!row && (await query(select, [name])).length === 0) {
      const insert = `insert into follower (name, tick) select $1, greatest(min(id) - 1, 0) from tick
        on conflict do nothing returning tick::text, id::text`;
      [row] = (await query(insert, [name])) as StoredRow[];
    }
    return row ? { tick: BigInt(row.tick), id: row.id === null ? null : BigInt(row.id) } : null;
  }
}

type Step =
  | { readonly busy: true }
  | { readonly busy: false; readonly handled: number; readonly position: Position };

interface StoredRow {
  tick: string;
  id: string | null;
}

/** The log's statements inside the transaction of an entity manager. */
export const queryOf =
  (em: EntityManager): Query =>
  async (text, values) =>
    (await em.getKysely().executeQuery<object>(CompiledQuery.raw(text, values))).rows;
