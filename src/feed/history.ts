import { scopeOf } from '../auth/scope.js';
import { demandPageSize } from '../db/page.js';
import { Refusal } from '../errors.js';
import { placeBefore } from '../events/back.js';
import { FEED_EVENT_KINDS, SEVERITIES } from '../events/facts.js';
import { comparePositions, isSeen, type Position, START, writeCursor } from '../events/position.js';
import type { LoggedFact } from '../events/read.js';
import type { Context } from '../http/context.js';
import { demandRegion } from '../regions/region.queries.js';
import { type FeedQuestion, isWanted, maySee } from './feed.rules.js';

/** What of the past is asked for. */
export interface PastQuestion extends FeedQuestion {
  readonly within: string;
  readonly from?: Date | null;
  readonly to?: Date | null;
  readonly first: number;
  readonly after?: string | null;
}

/** A page of the past, newest first. */
export interface PastPage {
  readonly edges: readonly { readonly cursor: string; readonly fact: LoggedFact }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly feedCursor: string;
}

/**
 * What the feed has told in a region, as the viewer's rights are now.
 * @throws FORBIDDEN · NOT_FOUND · INVALID_PAGE_SIZE · INVALID_CURSOR
 */
export async function readPast(context: Context, question: PastQuestion): Promise<PastPage> {
  const { within, first, from, to } = question;
  const { sealer, tail, now } = context;
  const viewer = await demandRegion(context, 'feed.read', within);
  demandPageSize(first);
  const { upTo, shown, holds } = await beginningOf(context, question.after);
  const isTold = (fact: LoggedFact) => holds(fact) && isWanted(fact, question) && maySee(viewer, fact, now);
  const sieve = { ...sieveOf(question), region: scopeOf(within), from, to };
  const { facts, rest } = await tail.back(upTo, first, sieve, isTold);
  const cursorAt = (position: Position) => writeCursor(sealer, tail.line, position);
  const edges = facts.map((fact) => ({ cursor: cursorAt(placeBefore(fact)), fact }));
  const endCursor = rest ? cursorAt(rest) : (edges.at(-1)?.cursor ?? null);
  return { edges, pageInfo: { hasNextPage: rest !== null, endCursor }, feedCursor: cursorAt(shown) };
}

const sieveOf = ({ kinds, minSeverity }: FeedQuestion) => ({
  kinds: kinds ?? FEED_EVENT_KINDS,
  severities: minSeverity ? SEVERITIES.slice(SEVERITIES.indexOf(minSeverity)) : null,
});

interface Beginning {
  /** Nothing beyond is looked at. */
  readonly upTo: Position;
  /** A feed from here goes on from the newest that may be shown. */
  readonly shown: Position;
  readonly holds: (fact: LoggedFact) => boolean;
}

const anything = () => true;

/** From now, or before any place on the feed: the end of a page, what a list has seen, or where a feed has got to. */
async function beginningOf({ tail, sealer }: Context, after: string | null | undefined): Promise<Beginning> {
  if (after === null || after === undefined) {
    const head = await tail.now();
    return { upTo: head, shown: head, holds: anything };
  }
  const { position, reset } = await tail.resume(sealer, after);
  if (reset === 'EXPIRED') return { upTo: START, shown: tail.head, holds: anything };
  if (!position) throw new Refusal('INVALID_CURSOR', 'This place is in a history of the log that is over.');
  const { seen } = position;
  if (!seen) return { upTo: position, shown: position, holds: anything };
  const isBefore = ({ tick, id }: LoggedFact) => comparePositions({ tick, id: BigInt(id) }, position) <= 0;
  return {
    upTo: await tail.now(),
    shown: position,
    holds: (fact) => isBefore(fact) || isSeen(seen, fact.mark),
  };
}
