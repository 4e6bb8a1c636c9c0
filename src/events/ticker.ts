import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.js';
import { Backoff, Bell, Link } from './link.js';

/** Shortest and longest time between two ticks of this node. */
const REST_MS = 2;
const BUSY_MS = 50;
/** Poll for events nobody kicked for: a node that died between commit and kick, or SQL typed by hand. */
const BACKSTOP_MS = 100;
const BACKSTOP_JITTER_MS = 150;

/**
 * Turns committed events into ticks: one call of `feed_tick()` in flight, kicks in between are remembered as one.
 * Any number of nodes may do this at the same time; the database lets one through at a time.
 */
export class Ticker {
  private readonly bell = new Bell();
  private readonly backoff = new Backoff(50, 2000);
  private readonly link: Link;
  private stopped = false;
  private running: Promise<void> = Promise.resolve();
  private current: Promise<unknown> = Promise.resolve();
  private next: Promise<bigint> | null = null;
  /** How many facts the last tick took in. */
  private facts = 0;

  constructor(
    connectionString: string,
    private readonly log: Log,
    /** The log's newest tick; `told` when this call made it and it is small. */
    private readonly onHead: (tick: bigint, told: string | null) => void,
  ) {
    this.link = new Link({ connectionString, log, name: 'duban ticker' });
  }

  start(): void {
    this.running = this.run();
  }

  /** Says that something was committed. Costs nothing and never fails. */
  kick(): void {
    this.bell.ring();
  }

  /** One tick that begins after the call, shared by all who ask meanwhile; answers the log's newest tick. */
  tick(): Promise<bigint> {
    this.next ??= this.current.then(() => {
      this.next = null;
      const call = this.call();
      this.current = call.catch(() => undefined);
      return call;
    });
    return this.next;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.bell.ring();
    await this.running;
    this.link.close();
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      try {
        const started = performance.now();
        await this.tick();
        this.backoff.reset();
        // A full batch or a slow server asks for a longer breath: the ticker never takes more than half of one
        // backend, and under load more events share a tick.
        const breath = Math.max(this.facts, performance.now() - started);
        await sleep(Math.min(BUSY_MS, Math.max(REST_MS, breath)));
        if (!this.stopped) await this.bell.wait(BACKSTOP_MS + Math.random() * BACKSTOP_JITTER_MS);
      } catch (error) {
        this.log.warn({ err: error }, 'tick failed, trying again');
        await this.bell.wait(this.backoff.nextMs());
      }
    }
  }

  private async call(): Promise<bigint> {
    const rows = await this.link.query('select head::text, facts, told from feed_tick()', []);
    const [{ head, facts, told }] = rows as [{ head: string; facts: number; told: string | null }];
    this.facts = facts;
    this.onHead(BigInt(head), told);
    return BigInt(head);
  }
}
