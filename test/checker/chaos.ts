import pg from 'pg';
import { between, pause } from './driver.js';

/** One statement on a connection of its own, tried again while the server is away. */
export async function ask<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  for (let attempt = 1; ; attempt++) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query<Row>(text, values)).rows;
    } catch (fault) {
      if (attempt === 50 || !isLost(fault)) throw fault;
      await pause(100);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** The server went away in between: what was asked may or may not have happened. */
export function isLost(fault: unknown): boolean {
  const { code = '', message = '' } = (fault ?? {}) as { code?: string; message?: string };
  return (
    /^(57P0[123]|08...|ECONN.*|EPIPE)$/.test(code) ||
    /connection|terminat|timeout|recovery mode/i.test(message)
  );
}

/** Something that is done to the log again and again while it is written and read. */
export interface Strike {
  readonly name: string;
  /** Seconds between one and the next. */
  readonly every: readonly [number, number];
  /** @returns how many things it struck */
  readonly strike: () => Promise<number>;
}

/** Connections of tickers, listeners and replays are cut. */
export const cuts = (url: string, every: Strike['every']): Strike => ({
  name: 'connections cut',
  every,
  strike: async () => {
    const rows = await ask(
      url,
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name in ('duban ticker', 'duban listener', 'duban replay')`,
    );
    return rows.length;
  },
});

/** A backend is killed with SIGKILL: the server throws everybody out and recovers, as after a crash. */
export const crashes = (url: string, every: Strike['every']): Strike => ({
  name: 'crashes of the database',
  every,
  strike: async () => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query('select pg_backend_pid() as pid');
    process.kill(rows[0].pid, 'SIGKILL');
    await client.end().catch(() => undefined);
    return 1;
  },
});

/** Strikes until it is stopped, and counts. */
export class Chaos {
  readonly counts: Record<string, number> = {};
  private readonly over = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  constructor(private readonly strikes: readonly Strike[]) {}

  start(): void {
    this.running = Promise.all(this.strikes.map((each) => this.again(each)));
  }

  async stop(): Promise<void> {
    this.over.abort();
    await this.running;
  }

  private async again({ name, every, strike }: Strike): Promise<void> {
    const { signal } = this.over;
    this.counts[name] = 0;
    for (;;) {
      await pause(1000 * between(...every), signal);
      if (signal.aborted) return;
      this.counts[name] += await strike();
    }
  }
}
