import { isRecord, Shelf, type Storing } from './shelf.js';

/** Of the lines that flow by, the newest so many are held. */
export const MAX_FLOWING = 200;
/** So many unread critical lines are held whole; … */
export const MAX_PINNED = 100;
/** … of so many more it is known what they are about; what is beyond is only counted. */
export const MAX_HIDDEN = 10_000;

/** What the ticker looks at; an event may hold anything else. */
export interface TickerEvent {
  readonly id: string;
  readonly kind: string;
  readonly severity: string | null;
  readonly subject: { readonly type: string; readonly id: string };
}

export interface Line<Event extends TickerEvent> {
  readonly event: Event;
  /** Critical and unread: not to be scrolled away. */
  readonly isPinned: boolean;
}

/** What a ticker shows. Plain data of bounded size. */
export interface Ticker<Event extends TickerEvent> {
  /** Newest first. */
  readonly lines: readonly Line<Event>[];
  /** Subjects whose unread critical line had no room, newest first. */
  readonly hidden: readonly string[];
  /** How many had no room even there. */
  readonly uncounted: number;
}

export const EMPTY_TICKER: Ticker<never> = { lines: [], hidden: [], uncounted: 0 };

/** These say that something grave is over; they are no grave news themselves, whatever they were about. */
const OVER: ReadonlySet<string> = new Set(['ALERT_ACKNOWLEDGED', 'ALERT_RESOLVED', 'FINDING_CLOSED']);
/**
 * After these a task stands differently, so that what was warned of before is untrue: it was closed, or has another
 * deadline. A change of status alone is none of them: an overdue task that is declared met is overdue until it is
 * confirmed, and the supervised must not be able to clear the supervisor's screen.
 */
const MOVED: ReadonlySet<string> = new Set(['TASK_SCHEDULE_CHANGED', 'TASK_DEADLINE_CHANGED']);

const isGrave = ({ severity, kind }: TickerEvent) => severity === 'CRITICAL' && !OVER.has(kind);
const settles = (event: TickerEvent) => isGrave(event) || OVER.has(event.kind) || MOVED.has(event.kind);
const keyOf = ({ subject: { type, id } }: TickerEvent) => `${type} ${id}`;

/**
 * The ticker after these events, in the order of the feed. A critical line stays pinned until somebody has read it or a
 * later event about the same subject settles it: a newer critical line, its acknowledgement, its end. A feed that asks
 * for some kinds only must ask for ALERT_ACKNOWLEDGED, ALERT_RESOLVED, FINDING_CLOSED, TASK_SCHEDULE_CHANGED and
 * TASK_DEADLINE_CHANGED, too.
 */
export function told<Event extends TickerEvent>(
  ticker: Ticker<Event>,
  events: readonly Event[],
): Ticker<Event> {
  if (events.length === 0) return ticker;
  // From the newest back, so that whatever is later has been seen already.
  const settled = new Set<string>();
  const fresh = [...events].reverse().map((event) => {
    const isPinned = isGrave(event) && !settled.has(keyOf(event));
    if (settles(event)) settled.add(keyOf(event));
    return { event, isPinned };
  });
  const before = ticker.lines.map((line) => unpinnedIf(settled.has(keyOf(line.event)), line));
  const hidden = ticker.hidden.filter((key) => !settled.has(key));
  return bounded([...fresh, ...before], hidden, ticker.uncounted);
}

/** The viewer has read this line. */
export function read<Event extends TickerEvent>(ticker: Ticker<Event>, id: string): Ticker<Event> {
  const lines = ticker.lines.map((line) => unpinnedIf(line.event.id === id, line));
  return bounded(lines, ticker.hidden, ticker.uncounted);
}

/** The viewer has read all there is, also what had no room. */
export const readAll = <Event extends TickerEvent>({ lines }: Ticker<Event>): Ticker<Event> =>
  bounded(
    lines.map((line) => unpinnedIf(true, line)),
    [],
    0,
  );

/** How many unread critical lines are not among the lines: "and so many more". */
export const unseen = ({ hidden, uncounted }: Ticker<TickerEvent>): number => hidden.length + uncounted;

const unpinnedIf = <Event extends TickerEvent>(isRead: boolean, line: Line<Event>): Line<Event> =>
  isRead && line.isPinned ? { ...line, isPinned: false } : line;

function bounded<Event extends TickerEvent>(
  lines: readonly Line<Event>[],
  hidden: readonly string[],
  uncounted: number,
): Ticker<Event> {
  const kept: Line<Event>[] = [];
  const pushedOut: string[] = [];
  const room = { pinned: MAX_PINNED, flowing: MAX_FLOWING };
  for (const line of lines) {
    const hasRoom = room[line.isPinned ? 'pinned' : 'flowing']-- > 0;
    if (hasRoom) kept.push(line);
    else if (line.isPinned) pushedOut.push(keyOf(line.event));
  }
  const all = [...pushedOut, ...hidden];
  const beyond = uncounted + Math.max(0, all.length - MAX_HIDDEN);
  // What is older than ten thousand that are all settled counts as settled: nobody would ever clear it from a wall.
  return { lines: kept, hidden: all.slice(0, MAX_HIDDEN), uncounted: all.length === 0 ? 0 : beyond };
}

/** A ticker and the place of its feed: kept together, so that after a reload no line is lost or doubled. */
export interface KeptTicker<Event extends TickerEvent> {
  readonly cursor: string;
  readonly ticker: Ticker<Event>;
}

/** Where a ticker outlives the page; the key must change with the form of the events. What is spoilt reads as null. */
export const tickerShelf = <Event extends TickerEvent>(
  storage: Storing | null,
  key: string,
): Shelf<KeptTicker<Event>> =>
  new Shelf(storage, key, (found): found is KeptTicker<Event> => {
    if (!isRecord(found) || typeof found.cursor !== 'string' || !isRecord(found.ticker)) return false;
    const { lines, hidden, uncounted } = found.ticker;
    return (
      isListOf(lines, MAX_FLOWING + MAX_PINNED, isLine) &&
      isListOf(hidden, MAX_HIDDEN, (key) => typeof key === 'string') &&
      typeof uncounted === 'number'
    );
  });

const isListOf = (found: unknown, most: number, isItem: (item: unknown) => boolean): boolean =>
  Array.isArray(found) && found.length <= most && found.every(isItem);

function isLine(found: unknown): boolean {
  if (!isRecord(found) || typeof found.isPinned !== 'boolean' || !isRecord(found.event)) return false;
  const { id, kind, subject } = found.event;
  return typeof id === 'string' && typeof kind === 'string' && isRecord(subject);
}
