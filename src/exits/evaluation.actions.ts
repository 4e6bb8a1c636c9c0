import { lockRow, touchRow, write } from '../db/write.js';
import { Refusal } from '../errors.js';
import type { Context } from '../http/context.js';
import { Evaluation } from './evaluation.entity.js';
import { COUNTS, type Counts, PARTS } from './evaluation.rules.js';
import { exitFact } from './exit.actions.js';
import { Exit } from './exit.entity.js';

const MOST = 100_000_000;

export interface RecordEvaluation extends Counts {
  exitId: string;
  expectedVersion: number;
  idempotencyKey?: string | null;
}

/**
 * Records the numbers of a county's evaluation, or replaces them, while its case is reviewed.
 * @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (no county's case, or past its verification) ·
 *   INVALID_AMOUNT (with `field`: less than none, nothing sampled, or a part larger than its whole)
 */
export const recordEvaluation = (context: Context, input: RecordEvaluation) =>
  write(context, { act: 'exit.evaluate', operation: 'recordEvaluation', input }, async (tx) => {
    const { exitId: id, expectedVersion } = input;
    const counts = checkedCounts(input);
    const exit = await lockRow(tx, Exit, 'exit', { id, expectedVersion });
    if (exit.kind !== 'COUNTY' || !['APPLIED', 'CITY_REVIEWED'].includes(exit.status))
      throw new Refusal('TRANSITION_NOT_ALLOWED', 'Only a county that is reviewed is evaluated.', {
        allowed: [],
      });
    const by = { at: tx.now, byId: tx.viewer.accountId };
    const earlier = await tx.em.findOne(Evaluation, { exitId: exit.id });
    if (earlier) tx.em.assign(earlier, { ...counts, ...by });
    else tx.em.create(Evaluation, { exitId: exit.id, ...counts, ...by });
    await touchRow(tx, 'exit', exit);
    return { answer: exit, facts: [await exitFact(tx, exit, exit.status)] };
  });

function checkedCounts(given: Counts): Counts {
  const refuse = (field: string, why: string) => {
    throw new Refusal('INVALID_AMOUNT', why, { field, limit: MOST });
  };
  const counts = Object.fromEntries(COUNTS.map((name) => [name, given[name]])) as Counts;
  for (const name of COUNTS)
    if (counts[name] < 0 || counts[name] > MOST) refuse(name, `${name} is from 0 to ${MOST}.`);
  for (const [part, whole] of PARTS) {
    if (counts[whole] < 1) refuse(whole, `Without ${whole} there is no rate.`);
    if (counts[part] > counts[whole]) refuse(part, `${part} are some of ${whole}, and not more.`);
  }
  return counts;
}
