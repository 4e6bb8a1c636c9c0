import { NEWS_ELSEWHERE } from './facts.js';
import { comparePositions, type Position } from './position.js';
import { FACTS, type FactRow, type LoggedFact, type Query, toFact } from './read.js';

/** Ticks per look, and facts looked up at once: a tick may hold a hundred thousand. */
const TICKS = 500;
const BATCH = 2000;
/** So many facts are looked at for one page; what lies further back is left to the next. */
const MOST = 40_000;

const TICKS_BACK = `select id::text, ids::text[] from tick where id <= $1::bigint and ids <> '{}' order by tick.id desc limit $2`;

/** What may be sorted out where the facts lie; whatever is left out asks nothing. */
export interface Sieve {
  readonly kinds: readonly string[];
  readonly severities?: readonly string[] | null;
  /** In these regions, and whatever is news in other places than its own. */
  readonly region: { readonly from: string; readonly to: string };
  /** Campaign time at which it happened, from the one and before the other. */
  readonly from?: Date | null;
  readonly to?: Date | null;
}

const SIFTED = `${FACTS} where audience <> 'HOUSE' and kind = any ($4::text[])
  and ($5::text[] is null or severity = any ($5::text[]))
  and (region_code >= $6 and region_code < $7 or kind = any ($8::text[]))
  and ($9::timestamptz is null or happened_at >= $9::timestamptz)
  and ($10::timestamptz is null or happened_at < $10::timestamptz)`;

interface Place {
  readonly tick: bigint;
  readonly id: bigint;
}

/** Some of the past, newest first. */
export interface Past {
  readonly facts: readonly LoggedFact[];
  /** What lies before it begins here; null when nothing does. */
  readonly rest: Position | null;
}

/** The place right before a fact: a feed from there begins with it. */
export const placeBefore = ({
  tick,
  id,
}: {
  readonly tick: bigint;
  readonly id: string | bigint;
}): Position => ({
  tick,
  id: BigInt(id) - 1n,
});

/**
 * The newest facts up to a place that pass the sieve and are wanted, against the order of the log. At most `limit`, and
 * fewer when too much of what lies there is none of them: then `rest` says where to go on.
 */
export async function readBack(
  query: Query,
  from: Position,
  limit: number,
  sieve: Sieve,
  isWanted: (fact: LoggedFact) => boolean,
): Promise<Past> {
  const found: LoggedFact[] = [];
  let looked = 0;
  for await (const places of placesBack(query, from)) {
    for (const fact of await sifted(query, places, sieve)) {
      if (found.length === limit && isWanted(fact))
        return { facts: found, rest: placeBefore(found.at(-1) ?? fact) };
      if (found.length < limit && isWanted(fact)) found.push(fact);
    }
    looked += places.length;
    const last = places.at(-1);
    if (looked >= MOST && last) return { facts: found, rest: placeBefore(last) };
  }
  return { facts: found, rest: null };
}

/** Every place up to one, newest first, some at a time. */
async function* placesBack(query: Query, from: Position): AsyncGenerator<readonly Place[]> {
  for (let at: bigint = from.tick; ; ) {
    const ticks = (await query(TICKS_BACK, [at.toString(), TICKS])) as { id: string; ids: string[] }[];
    const places = ticks
      .flatMap(({ id: tick, ids }) => ids.reverse().map((id) => ({ tick: BigInt(tick), id: BigInt(id) })))
      .filter((place) => comparePositions(place, from) <= 0);
    for (let n = 0; n < places.length; n += BATCH) yield places.slice(n, n + BATCH);
    const oldest = ticks.at(-1);
    if (!oldest || ticks.length < TICKS) return;
    at = BigInt(oldest.id) - 1n;
  }
}

/** What is left of the facts at these places, in their order. A day that is dropped meanwhile is not missed. */
async function sifted(query: Query, places: readonly Place[], sieve: Sieve): Promise<LoggedFact[]> {
  const { kinds, severities = null, region, from, to } = sieve;
  const ids = places.map(({ id }) => id).sort((a, b) => (a < b ? -1 : 1));
  const rows = (await query(SIFTED, [
    ids.map(String),
    String(ids[0]),
    String(ids.at(-1)),
    kinds,
    severities,
    region.from,
    region.to,
    NEWS_ELSEWHERE,
    from?.toISOString() ?? null,
    to?.toISOString() ?? null,
  ])) as FactRow[];
  const found = new Map(rows.map((row) => [row.id, row]));
  return places.flatMap(({ tick, id }) => {
    const row = found.get(id.toString());
    return row ? [toFact(row, tick)] : [];
  });
}
