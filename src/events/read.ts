import type { Fact } from './facts.js';
import { eraOf, type FeedReset, type Line, type Position, whyNot } from './position.js';

/** A fact as the log holds it. (tick, id) is its place, the same for everybody and for ever. */
export type LoggedFact = Fact & {
  readonly id: string;
  readonly tick: bigint;
  /** The transaction that stated it: what the writer was answered. */
  readonly mark: string;
  readonly happenedAt: Date;
  readonly actorId: string | null;
};

/** A stretch of the log. */
export interface Page {
  readonly facts: readonly LoggedFact[];
  /** Where to go on from: after the last fact, or at the head when nothing more is there. */
  readonly position: Position;
  readonly head: Position;
  readonly line: Line;
  /** Not null: the position could not be continued, the page is empty and stands at the head. */
  readonly reset: FeedReset | null;
}

/** Runs one statement with `$1` parameters: on a pool, a client, or inside a transaction of the ORM. */
export type Query = (text: string, values: unknown[]) => Promise<readonly unknown[]>;

/**
 * Every tick but a seam holds an event, so a page of n events never needs more than n + 1 ticks. `offset 0` keeps
 * the planner from turning n look-ups by primary key into a scan of the whole log; the array's size is taken once
 * per tick, because unpacking a large array for every member is quadratic.
 */
export const READ_AFTER = `
with line as (
  select epoch, log_timeline() as timeline, (select min(id) from tick) as first, (select max(id) from tick) as last
  from log_epoch limit 1
), ticks as materialized (
  select id, ids, cardinality(ids) as size from tick where id >= $1::bigint order by id limit $3::integer + 1
), page as materialized (
  select ticks.id as tick, member.id, member.nth = ticks.size as ends
  from ticks cross join lateral unnest(ticks.ids) with ordinality as member (id, nth)
  where ticks.id > $1::bigint or member.id > $2::bigint
  order by ticks.id, member.id limit $3::integer
)
select line.epoch, line.timeline, line.first::text, line.last::text, (select max(id) from ticks)::text as through,
  page.tick::text, page.ends, event.id::text, event.xid::text as mark, event.kind, event.severity, event.audience,
  event.region_code, event.region_name, event.subject_type, event.subject_id, event.actor_id::text,
  (extract(epoch from event.happened_at) * 1000)::bigint::text as happened_ms, event.params::text
from line
left join page on true
left join lateral (select * from event where event.id = page.id offset 0) event on true
order by page.tick, page.id`;

interface Row {
  epoch: string;
  timeline: number;
  first: string;
  last: string;
  through: string | null;
  tick: string | null;
  ends: boolean;
  id: string | null;
  mark: string;
  kind: string;
  severity: string | null;
  audience: string;
  region_code: string | null;
  region_name: string | null;
  subject_type: string;
  subject_id: string;
  actor_id: string | null;
  happened_ms: string;
  params: string;
}

/**
 * The one reader of the log, for replay, live and followers alike: at most `limit` facts after a position, in
 * (tick, id) order. Facts, head and line come from one statement and so from one snapshot: asked apart, a tick
 * committed in between would be counted as read and never be.
 */
export async function readAfter(query: Query, position: Position, limit: number): Promise<Page> {
  const from = position.id === null ? position.tick + 1n : position.tick;
  const rows = (await query(READ_AFTER, [from.toString(), position.id?.toString() ?? '0', limit])) as Row[];
  const [top] = rows;
  if (!top) throw new Error('The log has no epoch: the database is not migrated.');
  const line = lineOf(top);
  const era = eraOf(line);
  const head = { tick: line.last, id: null, era };
  const reset = whyNot(line, position);
  if (reset) return { facts: [], position: head, head, line, reset };
  const facts = top.tick === null ? [] : rows.map(toFact);
  const place = reached(rows, facts.length === limit) ?? position;
  return { facts, position: { ...place, era }, head, line, reset };
}

/** A place no log reaches: reading after it finds no fact and answers with the head. */
const BEYOND: Position = { tick: 2n ** 62n, id: null };

/** The newest place of the log, and which log it is. */
export const readHead = (query: Query): Promise<Pick<Page, 'head' | 'line'>> => readAfter(query, BEYOND, 1);

function reached(rows: readonly Row[], full: boolean): Position | null {
  const last = rows.at(-1);
  if (!last || last.through === null) return null;
  if (!full || last.tick === null) return { tick: BigInt(last.through), id: null };
  return { tick: BigInt(last.tick), id: last.ends ? null : BigInt(last.id ?? 0) };
}

const lineOf = (row: Row): Line => ({
  epoch: row.epoch,
  timeline: row.timeline,
  first: BigInt(row.first),
  last: BigInt(row.last),
});

/** Bigints, times and JSON cross the wire as text: the ORM's connections and bare ones parse types differently. */
function toFact(row: Row): LoggedFact {
  // Going on would be a silent loss; a log whose events are gone while their tick is kept needs a person.
  if (row.id === null) throw new Error(`The log has lost events of tick ${row.tick}.`);
  return {
    id: row.id,
    tick: BigInt(row.tick ?? 0),
    mark: row.mark,
    kind: row.kind,
    severity: row.severity,
    audience: row.audience,
    region: row.region_code === null ? null : { code: row.region_code, name: row.region_name ?? '' },
    subject: { type: row.subject_type, id: row.subject_id },
    happenedAt: new Date(Number(row.happened_ms)),
    actorId: row.actor_id,
    params: JSON.parse(row.params),
  } as LoggedFact;
}
