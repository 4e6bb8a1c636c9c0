import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { tables } from '../db/orm.js';
import { namesOf } from '../regions/region.queries.js';
import type { Alert, AlertSchema } from './alert.entity.js';
import { resolve } from './cause.rules.js';
import { type Change, keepAlerts } from './change.actions.js';
import { rollUp } from './roll-up.actions.js';
import { Rules } from './rule.queries.js';

/** Alerts per transaction: short enough that nobody who takes one of them up notices the wait. */
const BATCH = 500;

const alerts = (em: EntityManager) => tables<typeof AlertSchema>(em).selectFrom('alert');

/**
 * Opens what was taken up and not brought to an end in time, and resolves what was held open for its least time.
 * Rows that somebody else holds are left for the next look. @returns how many alerts that were
 */
export async function settleAlerts(em: EntityManager, now: Date): Promise<number> {
  const due = (await alerts(em)
    .selectAll()
    .where((eb) => eb.or([eb('resolvesAt', '<=', now), eb('lapsesAt', '<=', now)]))
    .orderBy('id')
    .limit(BATCH)
    .modifyEnd(sql`for update skip locked`)
    .execute()) as Alert[];
  if (due.length === 0) return 0;
  const names = await namesOf(
    em,
    due.map(({ regionCode }) => regionCode),
  );
  const changes = due.map((alert): Change => {
    const region = { code: alert.regionCode, name: names.get(alert.regionCode) ?? '' };
    if (alert.resolvesAt && alert.resolvesAt <= now) {
      const at = alert.resolvesAt;
      resolve(alert, at);
      return { kind: 'RESOLVED', alert, at, region };
    }
    const at = alert.lapsesAt as Date;
    lapse(alert);
    return { kind: 'LAPSED', alert, at, region };
  });
  await keepAlerts(em, changes);
  await rollUp(em, await Rules.read(em), changes);
  return due.length;
}

/** Nobody has it in hand any more; the log and the ledger keep who had. */
function lapse(alert: Alert): void {
  alert.status = 'OPEN';
  alert.lapses += 1;
  alert.acknowledgedAt = null;
  alert.acknowledgedById = null;
  alert.acknowledgeNote = null;
}

/** When the next of them is due; null while none is. */
export async function nextAlertInstant(em: EntityManager): Promise<Date | null> {
  const [held] = await alerts(em)
    .select('resolvesAt')
    .where('resolvesAt', 'is not', null)
    .orderBy('resolvesAt')
    .limit(1)
    .execute();
  const [taken] = await alerts(em)
    .select('lapsesAt')
    .where('lapsesAt', 'is not', null)
    .orderBy('lapsesAt')
    .limit(1)
    .execute();
  const instants = [held?.resolvesAt, taken?.lapsesAt].filter((instant) => instant instanceof Date);
  return instants.length > 0 ? new Date(Math.min(...instants.map(Number))) : null;
}
