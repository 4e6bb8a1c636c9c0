import { type MikroORM, TransactionPropagation } from '@mikro-orm/postgresql';
import pg from 'pg';
import { record } from '../../src/events/record.js';
import { ABOUT, bareOrm, factOf } from './facts.js';

/** What a reader is told of one event. */
export interface Seen {
  readonly id: string;
  readonly subject: string;
  /** The subject's version after the change: counts up by one with every committed change. */
  readonly version: number;
}

/** A running reader that can be killed at any moment. */
export interface Reading {
  kill(): Promise<void>;
}

/** A way to read the log from a place (null: its start) onward, live. Other techniques are plugged in here. */
export interface Driver {
  readonly name: string;
  /** For a technique that passes events by: true when a reader at this position will never be told more. */
  readonly atEnd?: (position: string | null, committed: readonly Seen[]) => boolean;
  open(
    url: string,
    from: string | null,
    see: (events: readonly Seen[], position: string) => void,
  ): Promise<Reading>;
}

export interface Verdict {
  readonly reader: string;
  readonly seen: number;
  readonly lost: number;
  readonly doubled: number;
  /** Events that came after a later version of the same subject. */
  readonly misordered: number;
  readonly resumed: number;
}

export interface Report {
  readonly committed: number;
  readonly rolledBack: number;
  readonly tickersKilled: number;
  readonly readers: readonly Verdict[];
  readonly sameOrder: boolean;
}

interface Trial {
  readonly url: string;
  /** Live readers, each killed and resumed again and again. */
  readonly live: readonly Driver[];
  /** Reads everything from the start, once, when the writers are done. */
  readonly replay: Driver;
  readonly transactions: number;
  /** The unrelated transaction that stays open all the while. */
  readonly longSeconds: number;
}

const SUBJECTS = 12;
const WRITERS = 6;
/** Longer than a new process takes to start on a busy machine. */
const QUIET_MS = 8000;
const DOOMED = new Error('rolled back on purpose');

/** Runs writers, killers and readers against one log, and says what each reader was told. */
export async function runTrial(trial: Trial): Promise<Report> {
  const writing = new Writing(trial);
  await writing.open();
  const readers = trial.live.map((driver, index) => new MortalReader(driver, trial.url, Number.POSITIVE_INFINITY));
  await Promise.all(readers.map((reader) => reader.open()));
  await writing.run();
  const committed = await writing.committed();
  await Promise.all(readers.map((reader) => reader.finish(committed)));
  const replay = new MortalReader(trial.replay, trial.url, Number.POSITIVE_INFINITY);
  await replay.open();
  await replay.finish(committed);
  await writing.close();
  const orders = [...readers, replay].map((reader) => reader.seen.map(({ id }) => id).join());
  return {
    committed: committed.length,
    rolledBack: writing.rolledBack,
    tickersKilled: writing.killed,
    readers: [...readers, replay].map((reader) => reader.judge(committed)),
    sameOrder: new Set(orders).size === 1,
  };
}

/** A reader that dies after every so many events, and a successor that goes on from the last position it saw. */
class MortalReader {
  readonly seen: Seen[] = [];
  private position: string | null = null;
  private reading: Reading | null = null;
  private life = 0;
  private lives = 0;
  private changing: Promise<void> = Promise.resolve();
  private changed = () => {};

  constructor(
    private readonly driver: Driver,
    private readonly url: string,
    private readonly lifeLength: number,
  ) {}

  async open(): Promise<void> {
    const life = ++this.lives;
    this.life = 0;
    this.reading = await this.driver.open(this.url, this.position, (events, position) => {
      // A dead reader's last words arrive nowhere: only what was taken in together with its position counts.
      if (life !== this.lives) return;
      this.seen.push(...events);
      this.position = position;
      this.life += events.length;
      this.changed();
      if (this.life >= this.lifeLength) this.dieAndRise();
    });
  }

  /** Waits until it was told everything; nothing new for a long while means that the rest is lost. */
  async finish(committed: readonly Seen[]): Promise<void> {
    let told = -1;
    while (told !== this.seen.length && !this.isAtEnd(committed)) {
      told = this.seen.length;
      await this.nextChange();
    }
    this.lives++;
    await this.changing;
    await this.reading?.kill();
  }

  judge(committed: readonly Seen[]): Verdict {
    const told = new Set(this.seen.map(({ id }) => id));
    const newest = new Map<string, number>();
    let misordered = 0;
    for (const { subject, version } of this.seen) {
      if (version < (newest.get(subject) ?? 0)) misordered++;
      newest.set(subject, Math.max(version, newest.get(subject) ?? 0));
    }
    return {
      reader: this.driver.name,
      seen: this.seen.length,
      lost: committed.filter(({ id }) => !told.has(id)).length,
      doubled: this.seen.length - told.size,
      misordered,
      resumed: this.lives / 2 - 1,
    };
  }

  private dieAndRise(): void {
    this.life = Number.NEGATIVE_INFINITY;
    this.lives++;
    const dying = this.reading;
    this.changing = this.changing.then(async () => {
      await dying?.kill();
      await this.open();
    });
  }

  private isAtEnd(committed: readonly Seen[]): boolean {
    if (this.driver.atEnd?.(this.position, committed)) return true;
    return new Set(this.seen.map(({ id }) => id)).size >= committed.length;
  }

  private nextChange(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, QUIET_MS);
      this.changed = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Concurrent writers that hold, roll back, use savepoints and prepare, while tickers are killed under them. */
class Writing {
  rolledBack = 0;
  killed = 0;
  private orm!: MikroORM;
  private side!: pg.Pool;
  private done = 0;

  constructor(private readonly trial: Trial) {}

  async open(): Promise<void> {
    this.orm = await bareOrm(this.trial.url);
    this.side = new pg.Pool({ connectionString: this.trial.url });
    this.side.on('error', () => 0);
  }

  async run(): Promise<void> {
    await Promise.all([...Array.from({ length: WRITERS }, () => this.writer())]);
  }

  async committed(): Promise<Seen[]> {
    for (;;) {
      try {
        await this.side.query('select 1');
        break;
      } catch {
        await new Promise((r) => setTimeout(r, 50));
      }
    }
    const { rows } = await this.side.query(
      `select id::text, subject_id as subject, (params ->> 'deadlineVersion')::int as version from event`,
    );
    return rows;
  }

  async close(): Promise<void> {
    await this.side.end();
    await this.orm.close();
  }

  private async writer(): Promise<void> {
    while (this.done < this.trial.transactions) {
      await this.write().catch((error: unknown) => {
        if (error !== DOOMED) {
          (globalThis as any).broken = ((globalThis as any).broken ?? 0) + 1;
          this.done--;
          (globalThis as any).err = String(error);
          return new Promise<void>((r) => setTimeout(r, 30));
        }
        this.rolledBack++;
      });
      // Killed by count, not by time: a ticker dies about twice a second, in the middle of whatever it does.
      if (++this.done % 250 === 0) this.killed += await (globalThis as any).crash();
    }
  }

  /** Two changes of two subjects, each stated while its row is locked. */
  private async write(): Promise<void> {
    const fate = Math.random();
    await this.orm.em.fork().transactional(async (em) => {
      // Locked in one order, so that the writers never deadlock among themselves.
      for (const subject of twoOf(SUBJECTS)) {
        const [row] = await em.execute<{ version: number }[]>(
          'update mutation set version = version + 1 where subject = ? returning version, pg_sleep(random() * 0.004)',
          [subject],
        );
        await record(em, [factOf(subject, row?.version ?? 0)], ABOUT);
        if (fate > 0.9) {
          const savepoint = em.transactional(
            async (inner) => {
              await record(inner, [factOf(subject, -1)], ABOUT);
              throw DOOMED;
            },
            { propagation: TransactionPropagation.NESTED },
          );
          await savepoint.catch(() => undefined);
        }
        await em.execute('select pg_sleep(random() * 0.004)');
      }
      if (fate < 0.1) throw DOOMED;
    });
  }

  /** Two-phase commits, where the server allows them: prepared, left alone, then committed. */
  private async preparingWriter(): Promise<void> {
    const { rows } = await this.side.query('show max_prepared_transactions');
    if (Number(rows[0].max_prepared_transactions) === 0) return;
    const client = new pg.Client(this.trial.url);
    await client.connect();
    for (let n = 0; this.done < this.trial.transactions; n++) {
      await client.query('begin');
      const { rows } = await client.query(
        `update mutation set version = version + 1 where subject = 'two-phase' returning version`,
      );
      await client.query(INSERT, ['two-phase', JSON.stringify({ deadlineVersion: rows[0].version })]);
      await client.query(`prepare transaction 'harness-${process.pid}-${n}'`);
      await client.query('select pg_sleep(random() * 0.05)');
      await client.query(`${n % 10 === 0 ? 'rollback' : 'commit'} prepared 'harness-${process.pid}-${n}'`);
    }
    await client.end();
  }

  /** One old transaction that keeps the horizon of the whole server back, and commits its own event last. */
  private async longWriter(): Promise<void> {
    const client = new pg.Client(this.trial.url);
    await client.connect();
    await client.query('begin');
    await client.query(INSERT, ['long', JSON.stringify({ deadlineVersion: 1 })]);
    await client.query('select pg_sleep($1)', [this.trial.longSeconds]);
    await client.query('commit');
    await client.end();
  }

  private async killTickers(): Promise<number> {
    const { rowCount } = await this.side.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name in ('duban ticker', 'duban listener')`,
    );
    return rowCount ?? 0;
  }
}

const INSERT = `insert into event (kind, audience, region_code, region_name, subject_type, subject_id, happened_at, params)
  values ('TASK_DEADLINE_CHANGED', 'REGION', '341225206205', '合胜村', 'TASK', $1, now(), $2)`;

/** The writers' table: one row per subject, open to the runtime role. */
export const MUTATION_TABLE = `create table mutation (subject text primary key, version integer not null default 0);
  insert into mutation select n::text from generate_series(1, ${SUBJECTS}) n;
  insert into mutation values ('two-phase'); grant select, update on mutation to duban_runtime`;

function twoOf(count: number): [string, string] {
  const first = Math.floor(Math.random() * count);
  const second = (first + 1 + Math.floor(Math.random() * (count - 1))) % count;
  const [low, high] = [Math.min(first, second), Math.max(first, second)];
  return [String(low + 1), String(high + 1)];
}
