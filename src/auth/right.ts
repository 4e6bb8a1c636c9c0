import { Extensions } from 'type-graphql';
import type { Act } from './may.js';

/**
 * Under which right something of the API is answered.
 *
 * - an act of may.ts: for those whose grants allow it, in the regions where they do
 * - `SIGNED_IN`: for every account, whatever its grants
 * - `IDENTIFIED`: the same, also for one that must change its password before anything else
 * - `ANYBODY`: also without a token
 * - `WITH_PARENT`: a part of its parent, for whoever was given that
 */
export type Right = Act | 'SIGNED_IN' | 'IDENTIFIED' | 'ANYBODY' | 'WITH_PARENT';

/**
 * Declares the right of a query, mutation or subscription, of an object type (all its fields), or of one field that
 * leads to things under another right than its own type's. Without it the schema does not build (http/rights.ts).
 */
export const Under = (right: Right) => Extensions({ right });
