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
 * Where the next facts lie. Every tick but a seam holds an event, so a page of n events never needs more than n + 1
 * ticks; the array's size is taken once per tick, because unpacking a large array for every member is quadratic.
 */
export const PLACES_AFTER = `
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
  page.tick::text, page.id::text, page.ends
from line left join page on true
order by page.tick, page.id`;

/**
 * The facts with these ids. The bounds say which days are looked at, before anything is; `offset 0` keeps the planner
 * from turning the look-ups by primary key into a scan of a day.
 */
export const FACTS = `
select event.id::text, event.xid::text as mark, event.kind, event.severity, event.audience, event.region_code,
  event.region_name, event.subject_type, event.subject_id, event.actor_id::text,
  (extract(epoch from event.happened_at) * 1000)::bigint::text as happened_ms, event.params::text
from unnest($1::bigint[]) as wanted (id) cross join lateral (
  select * from event where event.id = wanted.id and event.id between $2::bigint and $3::bigint offset 0
) event`;

interface PlaceRow {
  epoch: string;
  timeline: number;
  first: string;
  last: string;
  through: string | null;
  tick: string | null;
  id: string | null;
  ends: boolean;
}

/** A fact as the log holds it, and as a tick's notice carries it. Bigints, times and JSON cross the wire as text: the
 * ORM's connections and bare ones parse types differently. */
export interface FactRow {
  id: string;
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
 * (tick, id) order. Head, line and places come from one statement and so from one snapshot: asked apart, a tick
 * committed in between would be counted as read and never be. The facts of a tick are there as soon as it is; where they
 * are not, their day went meanwhile, and a second look says so.
 */
export async function readAfter(query: Query, position: Position, limit: number): Promise<Page> {
  return (await tryRead(query, position, limit)) ?? (await tryRead(query, position, limit)) ?? lost(position);
}

// Going on would be a silent loss; a log whose events are gone while their tick is kept needs a person.
function lost(position: Position): never {
  throw new Error(`The log has lost events after tick ${position.tick}.`);
}

async function tryRead(query: Query, position: Position, limit: number): Promise<Page | null> {
  const from = position.id === null ? position.tick + 1n : position.tick;
  const places = (await query(PLACES_AFTER, [
    from.toString(),
    position.id?.toString() ?? '0',
    limit,
  ])) as PlaceRow[];
  const [top] = places;
  if (!top) throw new Error('The log has no epoch: the database is not migrated.');
  const line = lineOf(top);
  const era = eraOf(line);
  const head = { tick: line.last, id: null, era };
  const reset = whyNot(line, position);
  if (reset) return { facts: [], position: head, head, line, reset };
  const facts = top.tick === null ? [] : await factsAt(query, places);
  if (!facts) return null;
  const place = reached(places, facts.length === limit) ?? position;
  return { facts, position: { ...place, era }, head, line, reset };
}

/** The facts that lie at these places, in their order; null when one of them is not there. */
async function factsAt(
  query: Query,
  places: readonly Pick<PlaceRow, 'tick' | 'id'>[],
): Promise<LoggedFact[] | null> {
  const ids = places.map(({ id }) => BigInt(id ?? 0)).sort((a, b) => (a < b ? -1 : 1));
  const rows = (await query(FACTS, [ids.map(String), String(ids[0]), String(ids.at(-1))])) as FactRow[];
  const found = new Map(rows.map((row) => [row.id, row]));
  const facts = places.flatMap(({ tick, id }) => {
    const row = found.get(id ?? '');
    return row ? [toFact(row, BigInt(tick ?? 0))] : [];
  });
  return facts.length === places.length ? facts : null;
}

/** A place no log reaches: reading after it finds no fact and answers with the head. */
const BEYOND: Position = { tick: 2n ** 62n, id: null };

/** The newest place of the log, and which log it is. */
export const readHead = (query: Query): Promise<Pick<Page, 'head' | 'line'>> => readAfter(query, BEYOND, 1);

function reached(places: readonly PlaceRow[], full: boolean): Position | null {
  const last = places.at(-1);
  if (!last || last.through === null) return null;
  if (!full || last.tick === null) return { tick: BigInt(last.through), id: null };
  return { tick: BigInt(last.tick), id: last.ends ? null : BigInt(last.id ?? 0) };
}

const lineOf = (row: Pick<PlaceRow, 'epoch' | 'timeline' | 'first' | 'last'>): Line => ({
  epoch: row.epoch,
  timeline: row.timeline,
  first: BigInt(row.first),
  last: BigInt(row.last),
});

export function toFact(row: FactRow, tick: bigint): LoggedFact {
  return {
    id: row.id,
    tick,
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

/** What `feed_tick()` says of a tick that is small enough to be carried along. */
interface Told {
  readonly tick: string;
  readonly epoch: string;
  readonly timeline: number;
  readonly first: string;
  readonly facts: readonly FactRow[];
}

/** A tick that came with its facts: the page that a reader right before it would have read. */
export function pageOf(told: string): Page {
  const { tick, epoch, timeline, first, facts: rows } = JSON.parse(told) as Told;
  const line = { epoch, timeline, first: BigInt(first), last: BigInt(tick) };
  const head = { tick: line.last, id: null, era: eraOf(line) };
  const facts = rows.map((row) => toFact(row, head.tick));
  return { facts, position: head, head, line, reset: null };
}
