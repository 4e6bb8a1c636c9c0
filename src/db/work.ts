import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import { Refusal } from '../errors.js';

const current = new AsyncLocalStorage<Work>();

export const tookTooLong = (limit?: number): Refusal =>
  new Refusal('TIMEOUT', 'This took longer than it may. Ask for less.', {
    ...(limit !== undefined && { limit }),
  });

/** How long what was stopped may take to notice; whoever waits for it is answered without it then. */
const GRACE_MS = 1000;

/**
 * What is done in the database for one request, and an end to it. When its time is up the connections it holds are
 * ended by the server, so that what they were doing is rolled back and not merely forgotten, and it gets no others.
 */
export class Work {
  private readonly held = new Set<pg.PoolClient>();
  private pool: pg.Pool | null = null;
  private over = false;

  private constructor(private readonly ms: number) {}

  /** Whether the time of the work that asks is up. */
  static get isOver(): boolean {
    return current.getStore()?.over ?? false;
  }

  /**
   * Does it within the time.
   * @throws TIMEOUT when it does not even end once it was stopped
   */
  static async within<T>(ms: number, task: () => Promise<T>, onFault: (fault: unknown) => void): Promise<T> {
    const work = new Work(ms);
    let grace: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const giveUp = () => reject(tookTooLong(ms));
      grace = setTimeout(() => {
        void work.stop().catch(onFault);
        grace = setTimeout(giveUp, GRACE_MS);
      }, ms);
    });
    try {
      return await Promise.race([current.run(work, task), late]);
    } finally {
      clearTimeout(grace);
    }
  }

  /** A connection for this work, as long as there is time. */
  async hold(pool: pg.Pool, connect: () => Promise<pg.PoolClient>): Promise<pg.PoolClient> {
    if (this.over) throw tookTooLong(this.ms);
    const client = await connect();
    if (this.over) {
      client.release();
      throw tookTooLong(this.ms);
    }
    this.held.add(client);
    this.pool = pool;
    const release = client.release.bind(client);
    client.release = (fault) => {
      this.held.delete(client);
      // The server has been told to end this connection: nobody else may get it.
      release(fault ?? this.over);
    };
    return client;
  }

  private async stop(): Promise<void> {
    this.over = true;
    if (!this.pool || this.held.size === 0) return;
    // Not one of the pool's own: all of those may be waiting for the same thing.
    const { connectionString, options, ssl } = this.pool.options;
    const client = new pg.Client({ connectionString, options, ssl });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const ids = [...this.held].map((each) => (each as unknown as { processID: number }).processID);
      await client.query('select pg_terminate_backend(id) from unnest($1::int[]) as id', [ids]);
    } finally {
      await client.end();
    }
  }
}

/** Connections of this pool know for which work they are taken. */
export function stopWithWork(pool: pg.Pool): void {
  const connect = pool.connect.bind(pool) as () => Promise<pg.PoolClient>;
  pool.connect = ((done?: Parameters<typeof pool.connect>[0]) => {
    // The pool's own query() asks with a callback, and nobody here uses it.
    if (done) return pg.Pool.prototype.connect.call(pool, done);
    const work = current.getStore();
    return work ? work.hold(pool, connect) : connect();
  }) as typeof pool.connect;
}
