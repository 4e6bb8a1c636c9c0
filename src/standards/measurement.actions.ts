import { v7 as newId } from 'uuid';
import { isInScopes } from '../auth/may.js';
import { shanghaiDay } from '../clock.js';
import { lockRow, type Transaction, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import type { Fact } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { getRegion } from '../regions/region.queries.js';
import { plainText } from '../text.js';
import { type MeasureCode, measureOf } from './measure.rules.js';
import { Measurement } from './measurement.entity.js';

const SOURCE_LENGTH = 200;
const MOST = 1_000_000_000;
const MOST_EVIDENCE = 10;
const EVIDENCE = /^[A-Z][A-Z_]{0,39}$/;

export interface RecordMeasurement {
  regionCode: string;
  measure: MeasureCode;
  /** Left out with `denominator`: conditions do not allow it. */
  numerator?: number | null;
  denominator?: number | null;
  measuredOn: string;
  source: string;
  evidence: string[];
  idempotencyKey?: string | null;
}

/**
 * Records what was measured in a village; another office has to confirm it before it counts.
 * @throws FORBIDDEN · NOT_FOUND (unknown region, or outside your own) · INVALID_REGION_CODE (no village) ·
 *   INVALID_DATE (in the future) · INVALID_AMOUNT (no share, count or yes of this measure) · INVALID_TEXT ·
 *   BAD_USER_INPUT (the register answers it; evidence)
 */
export const recordMeasurement = (context: Context, input: RecordMeasurement) =>
  write(context, { act: 'measurement.record', operation: 'recordMeasurement', input }, async (tx) => {
    const { regionCode, measure, measuredOn } = input;
    await demandVillage(tx, regionCode);
    if (measureOf(measure).target !== 'VILLAGE')
      throw new Refusal('BAD_USER_INPUT', `${measure} is no measure of a village.`, { field: 'measure' });
    if (measureOf(measure).source === 'REGISTER') {
      const why = `${measure} is reckoned from the register and never typed.`;
      throw new Refusal('BAD_USER_INPUT', why, { field: 'measure' });
    }
    if (measuredOn > shanghaiDay(tx.now))
      throw new Refusal('INVALID_DATE', 'Nobody has measured it yet.', { field: 'measuredOn' });
    const measurement = tx.em.create(Measurement, {
      id: newId(),
      regionCode,
      measure,
      ...checkedValue(input),
      measuredOn,
      source: plainText(input.source, 'source', SOURCE_LENGTH),
      evidence: checkedEvidence(input.evidence),
      recordedAt: tx.now,
      recordedById: tx.viewer.accountId,
      confirmedAt: null,
      confirmedById: null,
      version: 1,
    });
    return { answer: measurement, facts: [await measurementFact(tx, measurement, 'RECORDED')] };
  });

async function demandVillage(tx: Transaction, regionCode: string): Promise<void> {
  const region = await getRegion(tx, regionCode);
  if (!isInScopes(region.code, tx.scopes)) throw notFound('region');
  if (region.level === 'VILLAGE') return;
  const why = `What is measured here is a village; ${regionCode} is a ${region.level}.`;
  throw new Refusal('INVALID_REGION_CODE', why, { field: 'regionCode' });
}

type Value = Pick<Measurement, 'numerator' | 'denominator'>;

/** A count is over one; whether something is so is one or none. */
function checkedValue({ measure, numerator = null, denominator = null }: RecordMeasurement): Value {
  const refuse = (field: string, why: string): never => {
    throw new Refusal('INVALID_AMOUNT', why, { field, limit: MOST });
  };
  if (numerator === null) {
    if (denominator !== null) refuse('numerator', 'A whole without its part.');
    return { numerator: null, denominator: null };
  }
  const { kind } = measureOf(measure);
  const most = kind === 'YES_NO' ? 1 : MOST;
  if (numerator < 0 || numerator > most) refuse('numerator', `A ${kind} is from 0 to ${most}.`);
  if (kind !== 'RATIO') {
    if (denominator !== null && denominator !== 1) refuse('denominator', `A ${kind} has no whole.`);
    return { numerator, denominator: 1 };
  }
  if (denominator === null || denominator < 1 || denominator > MOST)
    return refuse('denominator', `The whole is from 1 to ${MOST}.`);
  if (numerator > denominator) refuse('numerator', 'The part is larger than the whole.');
  return { numerator, denominator };
}

function checkedEvidence(evidence: readonly string[]): string[] {
  const words = [...new Set(evidence)];
  if (words.length <= MOST_EVIDENCE && words.every((word) => EVIDENCE.test(word))) return words;
  const why = `At most ${MOST_EVIDENCE} kinds of evidence, each a word in capitals such as PHOTO.`;
  throw new Refusal('BAD_USER_INPUT', why, { field: 'evidence', limit: MOST_EVIDENCE });
}

export interface ConfirmMeasurement {
  measurementId: string;
  expectedVersion: number;
  idempotencyKey?: string | null;
}

/**
 * Says that a measurement is right, on behalf of the bureau that the standard names.
 * @throws FORBIDDEN (also for who recorded it) · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (confirmed already)
 */
export const confirmMeasurement = (context: Context, input: ConfirmMeasurement) =>
  write(context, { act: 'measurement.confirm', operation: 'confirmMeasurement', input }, async (tx) => {
    const { measurementId: id, expectedVersion } = input;
    const measurement = await lockRow(tx, Measurement, 'measurement', { id, expectedVersion });
    if (measurement.recordedById === tx.viewer.accountId)
      throw new Refusal('FORBIDDEN', 'Whoever recorded a measurement cannot confirm it: another must.');
    if (measurement.confirmedAt)
      throw new Refusal('TRANSITION_NOT_ALLOWED', 'This measurement is confirmed already.', { allowed: [] });
    Object.assign(measurement, { confirmedAt: tx.now, confirmedById: tx.viewer.accountId });
    return { answer: measurement, facts: [await measurementFact(tx, measurement, 'CONFIRMED')] };
  });

async function measurementFact(
  tx: Transaction,
  { id, regionCode, measure }: Measurement,
  change: 'RECORDED' | 'CONFIRMED',
): Promise<Fact> {
  const { code, name } = await getRegion(tx, regionCode);
  return {
    kind: 'MEASUREMENT_CHANGED',
    region: { code, name },
    subject: { type: 'MEASUREMENT', id },
    severity: null,
    audience: 'REGION',
    params: { measure, change },
  };
}
