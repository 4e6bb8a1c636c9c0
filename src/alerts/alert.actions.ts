import { lockRow, type Transaction, write } from '../db/write.js';
import { Refusal } from '../errors.js';
import type { Fact } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { getRegion } from '../regions/region.queries.js';
import { optionalText } from '../text.js';
import { Alert, titleOf } from './alert.entity.js';
import { getAlert } from './alert.queries.js';

const NOTE_LENGTH = 500;

export interface AcknowledgeAlert {
  alertId: string;
  expectedVersion: number;
  note?: string | null;
  idempotencyKey?: string | null;
}

/**
 * Says that somebody has taken an alert up. It stays open, and is resolved by itself when its cause ends.
 * @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (not open) · INVALID_TEXT
 */
export const acknowledgeAlert = (context: Context, input: AcknowledgeAlert) =>
  write(context, { act: 'alert.acknowledge', operation: 'acknowledgeAlert', input }, async (tx) => {
    const note = optionalText(input.note, 'note', NOTE_LENGTH);
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
    return { answer: alert, facts: [await acknowledgedFact(tx, alert)] };
  });

async function acknowledgedFact(tx: Transaction, alert: Alert): Promise<Fact> {
  const { code, name } = await getRegion(tx, alert.regionCode);
  const { id, rule, severity, audience } = alert;
  return {
    kind: 'ALERT_ACKNOWLEDGED',
    region: { code, name },
    subject: { type: 'ALERT', id },
    severity,
    audience,
    params: { rule, title: titleOf(alert), severity },
  };
}
