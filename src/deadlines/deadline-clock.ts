import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { nextAlertInstant, settleAlerts } from '../alerts/lapse.actions.js';
import { type Clock, shanghaiDay } from '../clock.js';
import { tables } from '../db/orm.js';
import { Backoff, Bell } from '../events/link.js';
import type { Tail } from '../events/tail.js';
import { forgetNotices } from '../inbox/inbox.actions.js';
import type { Log } from '../log.js';
import { lockTargets } from '../targets/lock.actions.js';
import type { TaskSchema } from '../tasks/task.entity.js';
import { awaitCalendars } from './awaited-calendars.js';
import { reviewRegister } from './daily-review.js';
import type { Deadline, DeadlineSchema } from './deadline.entity.js';
import { missedReceipts } from './missed-receipts.js';
import { missFindings } from './overdue-findings.js';
import { settle } from './settle.js';
import type { Source } from './source.js';

/** Deadlines per transaction: short enough that nobody who moves one of these tasks notices the wait. */
const BATCH = 500;
/** Longest and shortest pause, real time. A clock that another node has moved, or a deadline armed meanwhile, is seen
 * within the longest; a due deadline whose row somebody else holds is tried again after the shortest. */
const BACKSTOP_MS = 1000;
const REST_MS = 10;

interface Options {
  readonly orm: MikroORM;
  readonly clock: Clock;
  readonly tail: Pick<Tail, 'kick'>;
  readonly log: Log;
}

/**
 * Lets deadlines come, and whatever else has its time: sleeps until the next armed instant of campaign time, then
 * settles whatever is due, in batches. No job per deadline, and any number of nodes at once: a row that one of them
 * holds the others pass over.
 */
export class DeadlineClock {
  private readonly halt = new AbortController();
  private readonly bell = new Bell();
  private readonly backoff = new Backoff(100, 5000);
  private running: Promise<void> = Promise.resolve();
  private scanning: Promise<unknown> = Promise.resolve();
  /** On which day each of the daily watches was last kept: one that fails does not repeat the others. */
  private readonly watched = new Map<Watch, string>();

  constructor(private readonly options: Options) {}

  start(): void {
    this.running = this.run();
  }

  /** Finishes the batch in hand, if any, and ends. */
  async stop(): Promise<void> {
    this.halt.abort();
    this.bell.ring();
    await Promise.all([this.running, this.scanning]);
  }

  /** Settles everything that is due now; answers how many deadlines that were. One scan of a node at a time. */
  scanNow(): Promise<number> {
    const scan = this.scanning.then(() => this.scan());
    this.scanning = scan.catch(() => undefined);
    return scan;
  }

  private async run(): Promise<void> {
    while (!this.halt.signal.aborted) {
      await this.bell.wait(await this.round());
    }
  }

  /** One scan, and how long to sleep after it. */
  private async round(): Promise<number> {
    try {
      await this.scanNow();
      const next = await this.next();
      this.backoff.reset();
      const ms = next ? Math.ceil(this.options.clock.realMsUntil(next)) : BACKSTOP_MS;
      return Math.min(BACKSTOP_MS, Math.max(REST_MS, ms));
    } catch (error) {
      this.options.log.error({ err: error }, 'the deadline scan failed, trying again');
      return this.backoff.nextMs();
    }
  }

  /** The first armed instant of all sources. */
  private async next(): Promise<Date | null> {
    const em = this.options.orm.em.fork();
    const instants: number[] = [];
    for (const source of SOURCES)
      instants.push(...[await source.next(em)].filter((at) => at !== null).map(Number));
    return instants.length > 0 ? new Date(Math.min(...instants)) : null;
  }

  private async scan(): Promise<number> {
    let total = 0;
    for (const source of SOURCES) total += await this.exhaust(source);
    return total + (await this.watchDay(this.options.clock.now()));
  }

  /** Batch after batch until nothing of a source is due. */
  private async exhaust({ settle }: Source): Promise<number> {
    const { orm, clock, tail } = this.options;
    let total = 0;
    while (!this.halt.signal.aborted) {
      const now = clock.now();
      const settled = await orm.em.fork().transactional((em) => settle(em, now));
      if (settled === 0) break;
      total += settled;
      tail.kick();
    }
    return total;
  }

  /** Once for each day of campaign time: what goes by days alone. */
  private async watchDay(now: Date): Promise<number> {
    const day = shanghaiDay(now);
    let total = 0;
    for (const watch of DAILY) {
      if (this.watched.get(watch) === day) continue;
      total += await this.options.orm.em.fork().transactional((em) => watch(em, now));
      this.watched.set(watch, day);
    }
    if (total > 0) this.options.tail.kick();
    return total;
  }
}

type Tables = typeof DeadlineSchema | typeof TaskSchema;

/**
 * Due and free rows with their tasks, both locked: the index on armed rows gives them in order, and each task is found
 * by its key. Written as a plain join, the planner would now and then read the whole of `task` instead.
 */
export const dueDeadlines = (em: EntityManager, now: Date) =>
  tables<Tables>(em)
    .with('due', (db) =>
      db
        .selectFrom('deadline')
        .selectAll()
        .where('nextAt', '<=', now)
        .orderBy('nextAt')
        .limit(BATCH)
        .modifyEnd(sql`for update skip locked`),
    )
    .selectFrom('due')
    .innerJoinLateral(
      (db) =>
        db
          .selectFrom('task')
          .select([
            'task.status as workStatus',
            'task.deadlineVersion as workVersion',
            'task.standardItemId as workItem',
            'task.suspendedAt as workSuspendedAt',
          ])
          .whereRef('task.id', '=', 'due.taskId')
          .limit(1)
          .modifyEnd(sql`for share skip locked`)
          .as('work'),
      (join) => join.onTrue(),
    )
    .selectAll();

async function settleDue(em: EntityManager, now: Date): Promise<number> {
  const rows = await dueDeadlines(em, now).execute();
  const held = rows.map(({ workStatus, workVersion, workItem, workSuspendedAt, ...deadline }) => ({
    deadline: deadline as Deadline,
    task: {
      status: workStatus,
      deadlineVersion: workVersion,
      standardItemId: workItem,
      suspendedAt: workSuspendedAt,
    },
  }));
  if (held.length > 0) await settle(em, held, now);
  return held.length;
}

async function firstArmed(em: EntityManager): Promise<Date | null> {
  const row = await tables<Tables>(em)
    .selectFrom('deadline')
    .select('nextAt')
    .where('nextAt', 'is not', null)
    .orderBy('nextAt')
    .limit(1)
    .executeTakeFirst();
  return row?.nextAt ?? null;
}

/** What has an instant of its own. */
const SOURCES: readonly Source[] = [
  { settle: settleDue, next: firstArmed },
  missedReceipts,
  { settle: settleAlerts, next: nextAlertInstant },
];

type Watch = (em: EntityManager, now: Date) => Promise<number>;

/** What is looked at once a day. */
const DAILY: readonly Watch[] = [awaitCalendars, missFindings, lockTargets, forgetNotices, reviewRegister];
