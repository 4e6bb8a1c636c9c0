import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { isLeaf } from '../auth/scope.js';
import { type Follower, follow, queryOf } from '../events/follow.js';
import type { LoggedFact, Query } from '../events/read.js';
import type { Tail } from '../events/tail.js';
import type { Log } from '../log.js';
import { DAILY_MEASURES } from './counter.entity.js';
import { addUp, type Change, type Delta, deltasOf, type RegionDelta } from './fold.js';
import { COUNTS, OF_ITEMS } from './items.js';
import { daysOf } from './stretch.js';

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

/** One page of the log, day by day: a few statements, however many facts. */
export async function keepCounters(em: EntityManager, facts: readonly LoggedFact[]): Promise<void> {
  const moving = facts.flatMap((fact) => {
    const deltas = deltasOf(fact);
    return fact.region && deltas.length > 0
      ? [{ at: fact.happenedAt, regionCode: fact.region.code, deltas }]
      : [];
  });
  if (moving.length === 0) return;
  const query = queryOf(em);
  const [row] = (await query('select last::text from counted_days', [])) as { last: string }[];
  const stretches = daysOf(moving, row?.last ?? null);
  for (const { day, changes } of stretches) await keepDay(query, day, changes);
  const [first, last] = [stretches.at(0)?.day, stretches.at(-1)?.day];
  if (last !== row?.last) await query(TURN, [first, last]);
}

const TURN = `
insert into counted_days (first, last) values ($1, $2)
on conflict (one) do update set last = excluded.last`;

async function keepDay(query: Query, day: string, changes: readonly Change[]): Promise<void> {
  await add(query, day, addUp(changes));
  const villages = new Set(changes.filter(movesItems).map(({ regionCode }) => regionCode));
  const held = await holdVillages(query, [...villages].filter(isLeaf));
  await add(query, day, addUp(held));
}

const movesItems = ({ deltas }: Change) => deltas.some(({ measure }) => measure.startsWith('item.'));

/**
 * In the order of the key: two who add to the same numbers then never wait for each other in a ring. What comes out is
 * what the number is at this place of the log, and so, until it moves again, at the end of the day.
 */
const ADD = `
with moved as (
  insert into counter (region_code, measure, key, value)
  select "regionCode", measure, key, by
  from jsonb_to_recordset($1::jsonb) as delta ("regionCode" text, measure text, key text, by bigint)
  on conflict (region_code, measure, key) do update set value = counter.value + excluded.value
  returning region_code, measure, key, value
)
insert into counter_day (region_code, measure, key, day, value)
select region_code, measure, key, $2::date, value from moved where measure = any ($3)
on conflict (region_code, measure, key, day) do update set value = excluded.value`;

async function add(query: Query, day: string, deltas: readonly RegionDelta[]): Promise<void> {
  if (deltas.length > 0) await query(ADD, [JSON.stringify(deltas), day, DAILY_MEASURES]);
}

const VILLAGES = `
select region_code as "regionCode", ${COUNTS},
  coalesce(sum(value) filter (where measure = 'village.benchmark' and key = 'PLANNED'), 0)::int as "wasPlanned",
  coalesce(sum(value) filter (where measure = 'village.benchmark' and key = 'MET'), 0)::int as "wasMet"
from counter where region_code = any ($1) and (${OF_ITEMS} or measure = 'village.benchmark')
group by region_code`;

interface VillageRow {
  readonly regionCode: string;
  readonly total: number;
  readonly met: number;
  readonly wasPlanned: number;
  readonly wasMet: number;
}

/** Villages whose items moved, each held against the standard as a whole: what that changes in their count. */
async function holdVillages(query: Query, codes: readonly string[]): Promise<Change[]> {
  if (codes.length === 0) return [];
  const rows = (await query(VILLAGES, [codes])) as VillageRow[];
  return rows.map(({ regionCode, total, met, wasPlanned, wasMet }) => {
    const step = (key: string, is: boolean, was: number): Delta[] =>
      Number(is) === was ? [] : [{ measure: 'village.benchmark', key, by: Number(is) - was }];
    const isPlanned = total > 0;
    const deltas = [
      ...step('PLANNED', isPlanned, wasPlanned),
      ...step('MET', isPlanned && met === total, wasMet),
    ];
    return { regionCode, deltas };
  });
}
