import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { Clock } from '../clock.js';
import { Backoff, Bell } from '../events/link.js';
import type { Gateway } from '../http/gateway.js';
import type { Log } from '../log.js';
import { forgetAnswers } from './forget.js';
import { Patrol } from './patrol.js';
import type { DaySigner } from './signature.js';

/** Entries per call: a call holds the sealing lock, and no entry of the next one waits for it. */
const BATCH = 500;
/** Longest pause: entries of nodes that died before they rang. Shortest: under load more entries share a call. */
const BACKSTOP_MS = 1000;
const REST_MS = 20;
/** An entry that waits longer than this is an alarm; so long is also the pause between two such alarms. */
const ALARM_MS = 60_000;
const FORGET_MS = 3_600_000;
/** Three years of days are held against their seals within a day. */
const PATROL_MS = 60_000;

interface Options {
  readonly orm: MikroORM;
  readonly clock: Clock;
  readonly log: Log;
  readonly signer: DaySigner;
  readonly keepYears: number;
}

interface SealAnswer {
  sealed: number;
  head: string;
  due: boolean;
}

/**
 * What the ledger needs done again and again: what waits is sealed, a day that is over is signed, a day of the past is
 * looked at; and beside it, answers of keyed writes that nobody asks for any more are forgotten. Any number of nodes may
 * do so at once; the database lets one through at a time.
 */
export class LedgerRounds {
  private readonly halt = new AbortController();
  private readonly bell = new Bell();
  private readonly backoff = new Backoff(100, 5000);
  private running: Promise<void> = Promise.resolve();
  private sealing: Promise<unknown> = Promise.resolve();
  /** Real milliseconds. */
  private oldestAt: number | null = null;
  private alarmedAt = 0;
  private forgotAt = 0;
  private patrolledAt: number;
  /** How many entries are not sealed, as last seen. */
  private unsealed = 0;
  private readonly patrol: Patrol;

  constructor(private readonly options: Options) {
    this.patrol = new Patrol({ ...options, publicKey: options.signer.publicKey });
    // Not at once: nodes that start together would all begin with it.
    this.patrolledAt = this.now;
  }

  start(): void {
    this.running = this.run();
  }

  /** Says that something was committed. Costs nothing and never fails. */
  ring(): void {
    this.bell.ring();
  }

  /** Finishes the call in hand, if any, and ends. */
  async stop(): Promise<void> {
    this.halt.abort();
    this.bell.ring();
    await Promise.all([this.running, this.sealing]);
  }

  /** Everything committed before the call is sealed afterwards, and every day that is over is signed. */
  sealNow(): Promise<void> {
    const seal = this.sealing.then(() => this.seal());
    this.sealing = seal.catch(() => undefined);
    return seal;
  }

  /** Adds what operators must watch to /metrics. */
  measure(gateway: Pick<Gateway, 'measure'>): void {
    const age =
      'How long the oldest entry of the ledger has waited to be sealed, in seconds; 0 when none waits.';
    gateway.measure('ledger_seal_age_seconds', age, () => this.sealAge);
    gateway.measure('ledger_unsealed', 'Entries of the ledger that are not sealed.', () => this.unsealed);
    const findings = 'What is wrong with days of the ledger, as last looked at; anything but 0 is an alarm.';
    gateway.measure('ledger_findings', findings, () => this.patrol.findings);
  }

  /** How long the oldest entry that is not sealed has been waiting, in seconds; 0 when none is. */
  private get sealAge(): number {
    return this.oldestAt === null ? 0 : Math.max(0, this.now - this.oldestAt) / 1000;
  }

  private get now(): number {
    return this.options.clock.real().getTime();
  }

  private async run(): Promise<void> {
    while (!this.halt.signal.aborted) {
      const pause = await this.round();
      await this.bell.wait(pause);
    }
  }

  /** One round, and how long to sleep after it. */
  private async round(): Promise<number> {
    const { orm, log } = this.options;
    try {
      await this.sealNow();
      if (this.now - this.forgotAt > FORGET_MS) {
        await forgetAnswers(orm.em.fork());
        this.forgotAt = this.now;
      }
      if (this.now - this.patrolledAt > PATROL_MS) {
        this.patrolledAt = this.now;
        await this.patrol.step();
      }
      this.backoff.reset();
      await this.look();
      await sleep(REST_MS);
      return BACKSTOP_MS;
    } catch (error) {
      log.error({ err: error }, 'sealing the ledger failed, trying again');
      // A database that is away cannot say that anything waits; then this is since when nobody knows.
      const since = this.oldestAt ?? this.now;
      await this.look().catch(() => {
        this.oldestAt = since;
      });
      return this.backoff.nextMs();
    } finally {
      this.alarm();
    }
  }

  private async seal(): Promise<void> {
    const em = this.options.orm.em.fork();
    for (let more = true; more && !this.halt.signal.aborted; ) {
      const [answer] = await em.execute<SealAnswer[]>('select * from ledger_seal_pending(?)', [BATCH]);
      more = answer?.sealed === BATCH || (answer?.due === true && (await this.signDay(em)));
    }
  }

  /** Signs the oldest day that is over. The line in the log is the anchor that no operator of the database can reach. */
  private async signDay(em: EntityManager): Promise<boolean> {
    const { signer, log, clock } = this.options;
    const [day] = await em.execute<Parameters<DaySigner['sign']>[0][]>(DUE_DAY);
    if (!day) return false;
    const { signature, ...seal } = signer.sign(day, clock.real());
    const values = [seal.day, seal.hash, signature.toString('hex'), seal.keyId, seal.signedAt];
    const [kept] = await em.execute<{ kept: boolean }[]>(SIGN_DAY, values);
    if (kept?.kept)
      log.info({ ...seal, signature: signature.toString('base64url') }, 'a day of the ledger is sealed');
    return true;
  }

  /** Whatever still waits after sealing came meanwhile, or cannot be sealed. */
  private async look(): Promise<void> {
    const [waiting] = await this.options.orm.em
      .fork()
      .execute<{ unsealed: number; age: number | null }[]>(WAITING);
    this.unsealed = waiting?.unsealed ?? 0;
    this.oldestAt = this.unsealed === 0 ? null : this.now - (waiting?.age ?? 0);
  }

  private alarm(): void {
    if (this.sealAge * 1000 < ALARM_MS || this.now - this.alarmedAt < ALARM_MS) return;
    this.alarmedAt = this.now;
    const { unsealed, sealAge } = this;
    this.options.log.error({ unsealed, seconds: Math.round(sealAge) }, 'the ledger is not being sealed');
  }
}

const DUE_DAY = `select to_char(day, 'YYYY-MM-DD') as day, first_seq::text as "firstSeq", last_seq::text as "lastSeq",
  entries::text, encode(hash, 'hex') as hash from ledger_due_day()`;
const SIGN_DAY = `select ledger_sign_day(?::date, decode(?, 'hex'), decode(?, 'hex'), ?, ?::timestamptz) as kept`;
/** The age by the database's clock, which has also written the time of the entry. */
const WAITING = `select count(*)::int as unsealed,
  (extract(epoch from clock_timestamp() - min(entry.at)) * 1000)::float8 as age
  from ledger_pending left join ledger_entry entry on entry.id = ledger_pending.entry_id`;
