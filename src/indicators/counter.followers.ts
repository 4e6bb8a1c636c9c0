import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { type Follower, follow, queryOf } from '../events/follow.js';
import type { LoggedFact } from '../events/read.js';
import type { Tail } from '../events/tail.js';
import type { Log } from '../log.js';
import { sumDeltas } from './fold.js';

/** The name under which the numbers' place in the log is stored. */
export const INDICATORS = 'indicators';

interface Options {
  readonly orm: MikroORM;
  readonly tail: Tail;
  readonly log: Log;
}

/** Keeps the numbers of every region as the log tells them. */
export const followIndicators = (options: Options): Follower =>
  follow({ ...options, name: INDICATORS, handle: keepCounters });

/** In the order of the key: two who add to the same numbers then never wait for each other in a ring. */
const ADD = `
insert into counter (region_code, measure, key, value)
select "regionCode", measure, key, by
from jsonb_to_recordset($1::jsonb) as delta ("regionCode" text, measure text, key text, by bigint)
on conflict (region_code, measure, key) do update set value = counter.value + excluded.value`;

/** One page of the log in one statement. */
export async function keepCounters(em: EntityManager, facts: readonly LoggedFact[]): Promise<void> {
  const deltas = sumDeltas(facts);
  if (deltas.length > 0) await queryOf(em)(ADD, [JSON.stringify(deltas)]);
}
