import type { EntityManager } from '@mikro-orm/postgresql';
import { calendarFor } from '../calendars/calendar.queries.js';
import { addWorkingMinutes } from '../calendars/working-time.rules.js';
import { lockRow, type Transaction, write } from '../db/write.js';
import { Refusal } from '../errors.js';
import type { Fact } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { getRegion } from '../regions/region.queries.js';
import { optionalText, plainText } from '../text.js';
import { Alert, titleOf } from './alert.entity.js';
import { getAlert } from './alert.queries.js';
import { Rules } from './rule.queries.js';

const NOTE_LENGTH = 500;
const HOUR_MS = 3_600_000;

export interface ChangeAlert {
  alertId: string;
  expectedVersion: number;
  idempotencyKey?: string | null;
}
export interface AcknowledgeAlert extends ChangeAlert {
  note?: string | null;
}
export interface DismissAlert extends ChangeAlert {
  reason: string;
}

/**
 * Says that somebody has taken an alert up. It is resolved by itself when its cause ends, and open again when that has
 * not come within the rule's working time.
 * @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (not open) · INVALID_TEXT
 */
export const acknowledgeAlert = (context: Context, input: AcknowledgeAlert) =>
  write(context, { act: 'alert.acknowledge', operation: 'acknowledgeAlert', input }, async (tx) => {
    const note = optionalText(input.note, 'note', NOTE_LENGTH);
    const alert = await takeUp(context, tx, input, note);
    const { lapseHours } = (await Rules.read(tx.em)).get(alert.rule);
    alert.lapsesAt = await lapseOf(tx.em, alert.regionCode, tx.now, lapseHours);
    return { answer: alert, facts: [await acknowledgedFact(tx, alert)] };
  });

/**
 * Says that an alert asks for nothing. It stays until its cause ends, lapses never, and counts against its rule.
 * @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (not open) · INVALID_TEXT
 */
export const dismissAlert = (context: Context, input: DismissAlert) =>
  write(context, { act: 'alert.acknowledge', operation: 'dismissAlert', input }, async (tx) => {
    const reason = plainText(input.reason, 'reason', NOTE_LENGTH);
    const alert = await takeUp(context, tx, input, reason);
    alert.dismissed = true;
    return { answer: alert, facts: [await acknowledgedFact(tx, alert)] };
  });

/** The alert, held and in the hands of the viewer. */
async function takeUp(context: Context, tx: Transaction, input: ChangeAlert, note: string | null) {
  // Before the lock, whose refusals would tell that a concealed one exists.
  await getAlert({ ...context, em: tx.em, loaders: tx.loaders }, input.alertId);
  const wanted = { id: input.alertId, expectedVersion: input.expectedVersion };
  const alert = await lockRow(tx, Alert, 'alert', wanted);
  if (alert.status !== 'OPEN') {
    throw new Refusal('TRANSITION_NOT_ALLOWED', `This alert is ${alert.status}, no longer OPEN.`, {
      allowed: [],
    });
  }
  alert.status = 'ACKNOWLEDGED';
  alert.acknowledgedAt = tx.now;
  alert.acknowledgedById = tx.viewer.accountId;
  alert.acknowledgeNote = note;
  return alert;
}

/**
 * So many working hours on, where it is. Where nobody has published the year, by the clock: the shortest that it can
 * be, so that nothing is forgotten over a calendar.
 */
async function lapseOf(em: EntityManager, regionCode: string, from: Date, hours: number): Promise<Date> {
  const calendar = await calendarFor(em, regionCode);
  try {
    return addWorkingMinutes(calendar, from, hours * 60);
  } catch (fault) {
    if (!(fault instanceof Refusal) || fault.code !== 'CALENDAR_MISSING') throw fault;
    return new Date(from.getTime() + hours * HOUR_MS);
  }
}

async function acknowledgedFact(tx: Transaction, alert: Alert): Promise<Fact> {
  const { code, name } = await getRegion(tx, alert.regionCode);
  const { id, rule, severity, audience, dismissed } = alert;
  return {
    kind: 'ALERT_ACKNOWLEDGED',
    region: { code, name },
    subject: { type: 'ALERT', id },
    severity,
    audience,
    params: { rule, title: titleOf(alert), severity, ...(dismissed ? { dismissed } : {}) },
  };
}
