// What a standard says of a village at an instant, with all that it looked at. A verdict is never changed: the next one
// supersedes it. Its items are rows only while it is the latest, for lists and counts; the whole of it is its outcome.
import { defineEntity, type Opt, p } from '@mikro-orm/postgresql';
import type { ClauseState } from './verdict.rules.js';

export const VerdictSchema = defineEntity({
  name: 'Verdict',
  tableName: 'verdict',
  properties: {
    id: p.uuid().primary(),
    standardId: p.uuid(),
    regionCode: p.text(),
    /** The same for every verdict of one standard on one village, made by the database: what alerts are about. */
    standingId: p
      .uuid()
      .generated(() => `(md5(standard_id::text || region_code)::uuid) stored`)
      .$type<Opt<string>>(),
    met: p.boolean(),
    points: p.integer().nullable(),
    /** Vetoes and required items, or items with points, that do not pass. */
    unmet: p.integer(),
    at: p.datetime(),
    byId: p.uuid(),
    /** What was looked at, as JSON whose bytes do not change. */
    inputs: p.text(),
    /** What came out, likewise. */
    outcome: p.text(),
    /** SHA-256 of inputs and outcome, in hexadecimal. */
    inputsHash: p.text(),
    outcomeHash: p.text(),
    supersededAt: p.datetime().nullable(),
  },
});
export class Verdict extends VerdictSchema.class {}
VerdictSchema.setClass(Verdict);

export const VerdictItemSchema = defineEntity({
  name: 'VerdictItem',
  tableName: 'verdict_item',
  properties: {
    verdictId: p.uuid().primary(),
    itemId: p.uuid().primary(),
    standardId: p.uuid(),
    regionCode: p.text(),
    position: p.integer(),
    state: p.text().$type<ClauseState>(),
    /** True for what keeps the village from passing. */
    isGap: p.boolean(),
    numerator: p.bigint('number').nullable(),
    denominator: p.bigint('number').nullable(),
    /** By how many the value falls short; null where nobody has measured it. */
    shortfall: p.bigint('number').nullable(),
  },
});
export class VerdictItem extends VerdictItemSchema.class {}
VerdictItemSchema.setClass(VerdictItem);
