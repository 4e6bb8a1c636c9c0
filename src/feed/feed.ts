import { isInside } from '../auth/scope.js';
import { FEED_EVENT_KINDS, type FeedEventKind, SEVERITIES, type Severity } from '../events/facts.js';
import { comparePositions, type FeedReset, type Position, writeCursor } from '../events/position.js';
import type { LoggedFact } from '../events/read.js';
import type { Context } from '../http/context.js';
import { LiveRights } from '../people/grant.followers.js';

/** An empty batch with a newer cursor at least this often (real time): it says the feed lives, and where it is. */
const HEARTBEAT_MS = 15_000;
/** At most this many facts are looked at for one batch. */
const PAGE = 500;

export interface FeedQuestion {
  /** The region asked for; left out: everything inside the viewer's own grants. */
  readonly within?: string;
  readonly after?: string | null;
  readonly kinds?: readonly FeedEventKind[] | null;
  readonly minSeverity?: Severity | null;
}

export interface Batch {
  readonly cursor: string;
  readonly reset: FeedReset | null;
  readonly facts: readonly LoggedFact[];
}

/**
 * The feed: first a batch at once, then everything after it, replayed and live by the same reader. It is pulled by its
 * socket: a slow one is simply further behind, and what it has not taken yet waits in the log, not in memory.
 * @throws UNAUTHENTICATED · FORBIDDEN (also later, when the right ends) · INVALID_CURSOR
 */
export async function* readFeed(context: Context, question: FeedQuestion): AsyncGenerator<Batch, void, void> {
  const { tail, sealer, ended } = context;
  const rights = new LiveRights(context);
  const batch = (at: Position, facts: readonly LoggedFact[], reset: FeedReset | null): Batch => ({
    cursor: writeCursor(sealer, tail.line, at),
    reset,
    facts,
  });
  demandRight(rights, question);
  let { position, reset } = await begin(context, question.after);
  if (question.after === null || question.after === undefined || reset) yield batch(position, [], reset);
  let first = question.after !== null && question.after !== undefined && !reset;
  let lastSent = context.clock.real().getTime();
  while (!ended.aborted) {
    const page = await tail.after(position, PAGE);
    const shown = await visible(rights, question, page.facts);
    position = page.position;
    reset = page.reset;
    demandRight(rights, question);
    const now = context.clock.real().getTime();
    if (shown.length > 0 || first || reset || now - lastSent >= HEARTBEAT_MS) {
      first = false;
      lastSent = now;
      yield batch(position, shown, reset);
    }
    if (comparePositions(position, tail.head) >= 0) {
      const quiet = AbortSignal.timeout(Math.max(1, lastSent + HEARTBEAT_MS - now));
      await tail.moved(position, AbortSignal.any([ended, quiet]));
    }
  }
}

/** A feed of one region ends with the right to it; one of the viewer's own grants goes on, showing what it may. */
function demandRight(rights: LiveRights, { within }: FeedQuestion): void {
  if (within !== undefined) rights.demand('feed.read', within);
}

async function begin({ tail, sealer }: Context, after: string | null | undefined) {
  if (after === null || after === undefined) return { position: await tail.now(), reset: null };
  const { position, reset } = await tail.resume(sealer, after);
  return { position: position ?? tail.head, reset };
}

/** In order: a change of rights in the middle of a page holds for what comes after it, and not before. */
async function visible(
  rights: LiveRights,
  question: FeedQuestion,
  facts: readonly LoggedFact[],
): Promise<LoggedFact[]> {
  const shown: LoggedFact[] = [];
  for (const fact of facts) {
    if (fact.kind === 'GRANT_CHANGED') await rights.see([fact]);
    else if (isWanted(fact, question) && maySee(rights, fact)) shown.push(fact);
  }
  return shown;
}

const FEED_KINDS: ReadonlySet<string> = new Set(FEED_EVENT_KINDS);

function isWanted(fact: LoggedFact, { within, kinds, minSeverity }: FeedQuestion): boolean {
  if (!fact.region || !FEED_KINDS.has(fact.kind)) return false;
  if (within !== undefined && !isInside(fact.region.code, within)) return false;
  if (kinds && !kinds.some((kind) => kind === fact.kind)) return false;
  if (!minSeverity) return true;
  return fact.severity !== null && SEVERITIES.indexOf(fact.severity) >= SEVERITIES.indexOf(minSeverity);
}

function maySee(rights: LiveRights, fact: LoggedFact): boolean {
  if (!fact.region || fact.audience === 'HOUSE') return false;
  if (fact.audience === 'UNANNOUNCED' && !rights.may('inspection.readUnannounced', fact.region.code))
    return false;
  return rights.may('feed.read', fact.region.code);
}
