import { type MikroORM, TransactionPropagation } from '@mikro-orm/postgresql';
import pg from 'pg';
import { record } from '../../src/events/record.js';
import { ABOUT, bareOrm, factOf } from './facts.js';
import { MortalReader } from './mortal-reader.js';

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
const DOOMED = new Error('rolled back on purpose');

/** Runs writers, killers and readers against one log, and says what each reader was told. */
export async function runTrial(trial: Trial): Promise<Report> {
  const writing = new Writing(trial);
  await writing.open();
  const readers = trial.live.map((driver, index) => new MortalReader(driver, trial.url, 120 + 40 * index));
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

/** Concurrent writers that hold, roll back, use savepoints and prepare, while tickers are killed under them. */
class Writing {
  rolledBack = 0;
  killed = 0;
  private orm!: MikroORM;
  private side!: pg.Client;
  private done = 0;

  constructor(private readonly trial: Trial) {}

  async open(): Promise<void> {
    this.orm = await bareOrm(this.trial.url);
    this.side = new pg.Client(this.trial.url);
    await this.side.connect();
  }

  async run(): Promise<void> {
    await Promise.all([
      ...Array.from({ length: WRITERS }, () => this.writer()),
      this.preparingWriter(),
      this.longWriter(),
    ]);
  }

  async committed(): Promise<Seen[]> {
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
        if (error !== DOOMED) throw error;
        this.rolledBack++;
      });
      // Killed by count, not by time: a ticker dies about twice a second, in the middle of whatever it does.
      if (++this.done % 50 === 0) this.killed += await this.killTickers();
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
