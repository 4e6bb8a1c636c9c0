import type { MikroORM } from '@mikro-orm/postgresql';
import { queryOf } from '../events/follow.js';
import type { Log } from '../log.js';
import { verifyLedger } from './verify.js';

interface Options {
  readonly orm: MikroORM;
  readonly log: Log;
  readonly publicKey: string;
  readonly keepYears: number;
}

/** The signed day before this one, and after the oldest the newest again. */
const NEXT = `select to_char(coalesce((select max(day) from ledger_day where day < $1::date), max(day)), 'YYYY-MM-DD') as day
  from ledger_day`;

/**
 * Holds one signed day after the other against its seals, newest first and then from the newest again, so that what
 * went missing or was changed is noticed by itself and not only when an auditor asks.
 */
export class Patrol {
  private day: string | null = null;
  private readonly wrong = new Map<string, number>();

  constructor(private readonly options: Options) {}

  /** How much is wrong, as far as it has been seen since the start. */
  get findings(): number {
    return [...this.wrong.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Looks at the next day, if any has been signed. */
  async step(): Promise<void> {
    const { orm, log, publicKey, keepYears } = this.options;
    const ask = queryOf(orm.em.fork());
    const [next] = (await ask(NEXT, [this.day])) as { day: string | null }[];
    this.day = next?.day ?? null;
    if (this.day === null) return;
    const { day } = this;
    const wanted = { from: day, to: day, publicKeys: [publicKey], keepYears };
    const { ok, findings } = await verifyLedger(ask, wanted);
    this.wrong.delete(day);
    if (ok) return;
    this.wrong.set(day, findings.length);
    log.error({ day, findings: findings.slice(0, 10) }, 'the ledger was changed: verify it');
  }
}
