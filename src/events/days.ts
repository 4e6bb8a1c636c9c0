import type { MikroORM } from '@mikro-orm/postgresql';
import type { Log } from '../log.js';
import { Bell } from './link.js';

/** A new day is entered within this time (real time), and an old one that could not go is tried again. */
const ROUND_MS = 60_000;

interface Options {
  readonly orm: MikroORM;
  readonly log: Log;
  /** Whole days (real time, Asia/Shanghai) for which a place in the log can be gone on from. */
  readonly keepDays: number;
}

/**
 * The log's days: the next one is made ahead, the present one entered, and what is older than is kept goes, a whole day
 * at a time. Any number of nodes may see to it at once; the database lets one through at a time.
 */
export class LogDays {
  private readonly bell = new Bell();
  private stopped = false;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: Options) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.bell.ring();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.round();
      } catch (error) {
        // A backup reads every table for as long as it takes; a day waits for it, and nobody for the day.
        this.options.log.warn({ err: error }, 'the days of the log were not turned, trying again');
      }
      await this.bell.wait(ROUND_MS);
    }
  }

  private async round(): Promise<void> {
    const { log, keepDays } = this.options;
    const entered = await this.call('log_turn_day()');
    if (entered) log.info({ day: entered }, 'the log has entered a new day');
    for (;;) {
      const gone = await this.call('log_forget_day(?)', [keepDays]);
      if (!gone) return;
      log.info({ day: gone, keepDays }, 'a day of the log is no longer kept');
    }
  }

  private async call(statement: string, values: unknown[] = []): Promise<string | null> {
    const em = this.options.orm.em.fork();
    const [row] = await em.execute<{ day: string | null }[]>(`select ${statement}::text as day`, values);
    return row?.day ?? null;
  }
}
