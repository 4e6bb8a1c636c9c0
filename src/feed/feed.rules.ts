import { actOfAudience, CONFIDED_AUDIENCES, grantsFor, may, mayKnow } from '../auth/may.js';
import { isInside } from '../auth/scope.js';
import type { Viewer } from '../auth/viewer.js';
import {
  FEED_EVENT_KINDS,
  type FeedEventKind,
  placesOf,
  SEVERITIES,
  type Severity,
} from '../events/facts.js';
import type { LoggedFact } from '../events/read.js';

/** What a feed is asked for. */
export interface FeedQuestion {
  /** The region asked for; left out: everything inside the viewer's own grants. */
  readonly within?: string;
  readonly kinds?: readonly FeedEventKind[] | null;
  readonly minSeverity?: Severity | null;
}

/** Who reads, as far as it matters what is shown. */
export type Reader = Pick<Viewer, 'accountId' | 'grants'>;

const FEED_KINDS: ReadonlySet<string> = new Set(FEED_EVENT_KINDS);

/** Whether a fact is among those asked for. */
export function isWanted(fact: LoggedFact, { within, kinds, minSeverity }: FeedQuestion): boolean {
  if (!fact.region || !FEED_KINDS.has(fact.kind)) return false;
  if (within !== undefined && !placesOf(fact).some((code) => isInside(code, within))) return false;
  if (kinds && !kinds.some((kind) => kind === fact.kind)) return false;
  if (!minSeverity) return true;
  return fact.severity !== null && SEVERITIES.indexOf(fact.severity) >= SEVERITIES.indexOf(minSeverity);
}

/** Whether a fact may be told to the reader. */
export function maySee(reader: Reader, fact: LoggedFact, now: Date): boolean {
  if (fact.audience === 'HOUSE') return false;
  const isConfided = isCarriedOutBy(fact, reader.accountId);
  return placesOf(fact).some(
    (code) =>
      may(reader, 'feed.read', code, now) && (isConfided || mayKnow(reader, fact.audience, code, now)),
  );
}

/** The inspectors of an unannounced visit know of it from the start. */
export const isCarriedOutBy = (fact: LoggedFact, accountId: string): boolean =>
  fact.kind === 'INSPECTION_CHANGED' && fact.params.inspectorIds.includes(accountId);

/** Whether the reader learns of no unannounced visit but by carrying it out itself, in some of the regions it reads. */
export const isInTheDark = (reader: Reader, now: Date): boolean =>
  grantsFor(reader, 'feed.read', now).some(
    ({ regionCode }) => !mayKnow(reader, 'UNANNOUNCED', regionCode, now),
  );

/** All that what is told depends on: to read the feed, and to know of what is for one of the narrower audiences. */
const SIGHTS = [
  'feed.read',
  ...CONFIDED_AUDIENCES.flatMap((audience) => actOfAudience(audience) ?? []),
] as const;

/**
 * The reader with its grants of now, as if they had no end, and what they come to where the question looks: two for whom
 * that reads the same are told the same until a grant turns, whatever their roles are called.
 */
export function readerOf(
  { accountId, grants }: Reader,
  { within }: FeedQuestion,
  now: Date,
): { reader: Reader; digest: string } {
  const isNear = (code: string) => within === undefined || isInside(code, within) || isInside(within, code);
  const held = grants
    .filter(({ validFrom, validTo }) => validFrom <= now && (!validTo || now < validTo))
    .filter(({ regionCode }) => isNear(regionCode))
    .map((grant) => ({ ...grant, validFrom: ALWAYS, validTo: null }));
  const sights = held.map((grant) => {
    const acts = SIGHTS.filter((act) => grantsFor({ grants: [grant] }, act, now).length > 0);
    return `${grant.regionCode} ${acts.join(' ')}`;
  });
  return { reader: { accountId, grants: held }, digest: [...new Set(sights)].sort().join(', ') };
}

const ALWAYS = new Date(0);
