import { isInside } from '../auth/scope.js';
import {
  FEED_EVENT_KINDS,
  type FeedEventKind,
  placesOf,
  SEVERITIES,
  type Severity,
} from '../events/facts.js';
import { comparePositions, type FeedReset, writeCursor } from '../events/position.js';
import type { LoggedFact, Page } from '../events/read.js';
import { movedWithin } from '../events/waiting.js';
import type { Context } from '../http/context.js';
import { LiveRights } from '../people/grant.followers.js';
import { getRegion } from '../regions/region.queries.js';

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

/** What a feed needs of its subscription. */
type Reading = Pick<Context, 'asker' | 'em' | 'loaders' | 'clock' | 'sealer' | 'tail' | 'ended'>;
type Stretch = Pick<Page, 'position' | 'reset' | 'facts'>;

export interface Batch {
  readonly cursor: string;
  readonly asOf: Date;
  readonly heartbeatSeconds: number;
  readonly reset: FeedReset | null;
  readonly facts: readonly LoggedFact[];
}

/**
 * The feed: first a batch at once, then everything after it, replayed and live by the same reader. It is pulled by its
 * socket: a slow one is simply further behind, and what it has not taken yet waits in the log, not in memory.
 * @throws UNAUTHENTICATED · NOT_FOUND (no such region) · INVALID_CURSOR · FORBIDDEN and SESSION_REVOKED, also later
 */
export async function* readFeed(
  context: Reading,
  question: FeedQuestion,
  heartbeatMs = HEARTBEAT_MS,
): AsyncGenerator<Batch, void, void> {
  const { tail, sealer, clock, ended } = context;
  const rights = new LiveRights(context);
  if (question.within !== undefined) await getRegion(context, question.within);
  let dueAt = 0;
  for (let page = await begin(context, question.after); ; page = await tail.after(page.position, PAGE)) {
    // A change of rights may have been among what was missed.
    if (page.reset) rights.forget();
    await rights.see(page.facts);
    demandRight(rights, question);
    const facts = page.facts.filter((fact) => isWanted(fact, question) && maySee(rights, fact));
    const now = clock.real().getTime();
    if (facts.length > 0 || page.reset || now >= dueAt) {
      dueAt = now + heartbeatMs;
      const cursor = writeCursor(sealer, tail.line, page.position);
      const heartbeatSeconds = Math.ceil(heartbeatMs / 1000);
      yield { cursor, asOf: clock.now(), heartbeatSeconds, reset: page.reset, facts };
    }
    const isAtHead = comparePositions(page.position, tail.head) >= 0;
    if (isAtHead)
      await movedWithin(tail, page.position, dueAt - clock.real().getTime(), ended, rights.onTurn);
    if (ended.aborted) return;
  }
}

/** Where to begin and what is there: nothing yet without a position, or with one that cannot be continued. */
async function begin({ tail, sealer }: Reading, after: string | null | undefined): Promise<Stretch> {
  if (after === null || after === undefined) return { position: await tail.now(), reset: null, facts: [] };
  const { position, reset } = await tail.resume(sealer, after);
  return position ? tail.after(position, PAGE) : { position: tail.head, reset, facts: [] };
}

/** A feed of one region ends with the right to it; one of the viewer's own grants goes on, showing what it may. */
function demandRight(rights: LiveRights, { within }: FeedQuestion): void {
  if (within !== undefined) rights.demand('feed.read', within);
}

const FEED_KINDS: ReadonlySet<string> = new Set(FEED_EVENT_KINDS);

function isWanted(fact: LoggedFact, { within, kinds, minSeverity }: FeedQuestion): boolean {
  if (!fact.region || !FEED_KINDS.has(fact.kind)) return false;
  if (within !== undefined && !placesOf(fact).some((code) => isInside(code, within))) return false;
  if (kinds && !kinds.some((kind) => kind === fact.kind)) return false;
  if (!minSeverity) return true;
  return fact.severity !== null && SEVERITIES.indexOf(fact.severity) >= SEVERITIES.indexOf(minSeverity);
}

function maySee(rights: LiveRights, fact: LoggedFact): boolean {
  if (fact.audience === 'HOUSE') return false;
  const isConfided = isCarriedOutBy(fact, rights.accountId);
  return placesOf(fact).some(
    (code) => rights.may('feed.read', code) && (isConfided || rights.mayKnow(fact.audience, code)),
  );
}

/** The inspectors of an unannounced visit know of it from the start. */
const isCarriedOutBy = (fact: LoggedFact, accountId: string): boolean =>
  fact.kind === 'INSPECTION_CHANGED' && fact.params.inspectorIds.includes(accountId);
