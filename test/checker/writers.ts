import { type MikroORM, TransactionPropagation } from '@mikro-orm/postgresql';
import pg from 'pg';
import { record } from '../../src/events/record.js';
import { ABOUT, bareOrm, factOf } from '../events/facts.js';
import { ask, isLost } from './chaos.js';
import { between, type Committed, pause, SUBJECT } from './driver.js';

/** What a technique makes the writers do besides; ours makes them do nothing. */
export interface Style {
  /** Said first in the transaction. */
  readonly before?: string;
  /** Said last in the transaction. */
  readonly after?: string;
  /** False where the technique forbids two-phase commits. */
  readonly twoPhase: boolean;
}
export const PLAIN: Style = { twoPhase: true };

export interface Load {
  readonly writers: number;
  /** Transactions after which the writers end; or seconds. */
  readonly transactions: number;
  readonly seconds: number;
  /** How long each of the unrelated long transactions stays open. */
  readonly longSeconds: readonly [number, number];
}

const SUBJECTS = 12;
const TWO_PHASE = `${SUBJECT}two-phase`;
const LONG = `${SUBJECT}long`;
const DOOMED = new Error('rolled back on purpose');

const INSERT = `insert into event (kind, audience, region_code, region_name, subject_type, subject_id, happened_at, params)
  values ('TASK_DEADLINE_CHANGED', 'REGION', '341225206205', '合胜村', 'TASK', $1, now(), $2)`;
const BUMP = 'update mutation set version = version + 1 where subject = $1 returning version';

/** The writers' table: one row per subject, open to the runtime role. */
export const MUTATION_TABLE = `create table mutation (subject text primary key, version integer not null default 0);
  insert into mutation select '${SUBJECT}' || n from generate_series(1, ${SUBJECTS}) n;
  insert into mutation values ('${TWO_PHASE}'), ('${LONG}'); grant select, update on mutation to duban_runtime`;

/** Concurrent writers that hold, roll back, use savepoints, prepare and stay open, whatever happens to the server. */
export class Writers {
  rolledBack = 0;
  /** Transactions whose writer never heard whether they were committed. */
  unknown = 0;
  /** When the writer heard of the commit, by subject and version. */
  readonly committedAt = new Map<string, number>();
  private orm!: MikroORM;
  private done = 0;
  private endsAt = 0;

  constructor(
    private readonly url: string,
    private readonly load: Load,
    private readonly style: Style,
  ) {}

  async run(): Promise<void> {
    this.orm = await bareOrm(this.url);
    this.endsAt = performance.now() + 1000 * this.load.seconds;
    await Promise.all([
      ...Array.from({ length: this.load.writers }, () => this.again(() => this.write())),
      ...(this.style.twoPhase ? [this.again(() => this.prepare())] : []),
      this.again(() => this.stayOpen()),
    ]);
    await this.settlePrepared();
    await this.orm.close();
  }

  /** Everything that was committed, whoever heard of it. */
  committed(): Promise<Committed[]> {
    return ask<Committed & pg.QueryResultRow>(
      this.url,
      `select id::text, subject_id as subject, (params ->> 'deadlineVersion')::int as version from event
       where starts_with(subject_id, '${SUBJECT}')`,
    );
  }

  private get isOver(): boolean {
    return this.done >= this.load.transactions || performance.now() > this.endsAt;
  }

  private async again(work: () => Promise<void>): Promise<void> {
    while (!this.isOver) {
      try {
        await work();
      } catch (fault) {
        if (fault === DOOMED) this.rolledBack++;
        else if (isLost(fault)) {
          this.unknown++;
          await pause(100);
        } else throw fault;
      }
    }
  }

  private heard(events: readonly (readonly [string, number])[]): void {
    const now = performance.now();
    for (const [subject, version] of events) this.committedAt.set(`${subject} ${version}`, now);
  }

  /** Two changes of two subjects, each stated while its row is locked. */
  private async write(): Promise<void> {
    this.done++;
    const fate = Math.random();
    const events: [string, number][] = [];
    await this.orm.em.fork().transactional(async (em) => {
      if (this.style.before) await em.execute(this.style.before);
      // Locked in one order, so that the writers never deadlock among themselves.
      for (const subject of twoOf(SUBJECTS)) {
        const [row] = await em.execute<{ version: number }[]>(
          'update mutation set version = version + 1 where subject = ? returning version, pg_sleep(random() * 0.004)',
          [subject],
        );
        const version = row?.version ?? 0;
        await record(em, [factOf(subject, version)], ABOUT);
        events.push([subject, version]);
        if (fate > 0.9) {
          const savepoint = em.transactional(
            async (inner) => {
              await record(inner, [factOf(subject, -1)], ABOUT);
              throw DOOMED;
            },
            { propagation: TransactionPropagation.NESTED },
          );
          await savepoint.catch((fault: unknown) => {
            if (fault !== DOOMED) throw fault;
          });
        }
        await em.execute('select pg_sleep(random() * 0.004)');
      }
      if (this.style.after) await em.execute(this.style.after);
      if (fate < 0.1) throw DOOMED;
    });
    this.heard(events);
  }

  /** Prepared, left alone, then committed, or now and then not. What a crash left prepared is settled first. */
  private async prepare(): Promise<void> {
    await this.settlePrepared();
    await this.connected(async (client) => {
      for (let n = 0; !this.isOver; n++) {
        const gid = `checker-${process.pid}-${n}-${Math.random()}`;
        await client.query('begin');
        const version = await this.bump(client, TWO_PHASE);
        await client.query(`prepare transaction '${gid}'`);
        await client.query('select pg_sleep(random() * 0.05)');
        const isKept = n % 10 !== 9;
        await client.query(`${isKept ? 'commit' : 'rollback'} prepared '${gid}'`);
        if (isKept) this.heard([[TWO_PHASE, version]]);
      }
    });
  }

  private async settlePrepared(): Promise<void> {
    const rows = await ask<{ gid: string }>(
      this.url,
      'select gid from pg_prepared_xacts where database = current_database()',
    );
    for (const { gid } of rows) await ask(this.url, `commit prepared '${gid}'`);
  }

  /** An old transaction that keeps the horizon of the whole server back, and commits its own event last. */
  private async stayOpen(): Promise<void> {
    await this.connected(async (client) => {
      await client.query('begin');
      const version = await this.bump(client, LONG);
      await pause(1000 * between(...this.load.longSeconds));
      if (this.style.after) await client.query(this.style.after);
      await client.query('commit');
      this.heard([[LONG, version]]);
    });
  }

  private async bump(client: pg.Client, subject: string): Promise<number> {
    if (this.style.before) await client.query(this.style.before);
    const { rows } = await client.query<{ version: number }>(BUMP, [subject]);
    const version = rows[0]?.version ?? 0;
    await client.query(INSERT, [
      subject,
      JSON.stringify({ deadlineVersion: version, title: { zh: '核对' } }),
    ]);
    return version;
  }

  private async connected(work: (client: pg.Client) => Promise<void>): Promise<void> {
    const client = new pg.Client({ connectionString: this.url });
    client.on('error', () => undefined);
    await client.connect();
    await work(client).finally(() => client.end().catch(() => undefined));
  }
}

function twoOf(count: number): [string, string] {
  const first = Math.floor(Math.random() * count);
  const second = (first + 1 + Math.floor(Math.random() * (count - 1))) % count;
  const [low, high] = [Math.min(first, second), Math.max(first, second)];
  return [`${SUBJECT}${low + 1}`, `${SUBJECT}${high + 1}`];
}
