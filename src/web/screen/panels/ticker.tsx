import { memo, useEffect, useState } from 'react';
import { type Line, unseen } from '../../../client/ticker.js';
import { useWatch, useWatched } from '../data/watching.js';
import { Sign, toneOf } from '../levels.js';
import type { FeedEvent } from '../overview.js';
import { isInside } from '../place.js';
import { go } from '../route.js';
import { useLanguage } from '../words/language.js';
import { Panel } from './panel.js';

/** Lines of the pinned part that are seen at once; the rest takes turns. */
const PINNED_AT_ONCE = 4;
const TURN_MS = 12_000;

/** Everything that happens in the region, newest first; what is critical and unread stays on top until it is read. */
export function TickerPanel({ region }: { readonly region: string }) {
  const { words } = useLanguage();
  const { ticker: book, heard, options } = useWatch();
  const ticker = useWatched(book.ticker);
  const { asOf } = useWatched(heard);
  const lines = ticker.lines.filter(({ event }) => isInside(event.region.code, region));
  const flowing = lines.filter(({ isPinned }) => !isPinned);
  return (
    <Panel area="ticker" title={words.panels.ticker} asOf={asOf ?? undefined}>
      <Pinned
        lines={lines.filter(({ isPinned }) => isPinned)}
        more={region === options.region ? unseen(ticker) : 0}
      />
      {/* Not a live region: it never stands still, and who listens would hear nothing else. The pinned part is one. */}
      {flowing.length === 0 && <p className="empty">{words.ticker.none}</p>}
      <ol className="lines" aria-label={words.panels.ticker}>
        {flowing.map(({ event }) => (
          <TickerLine key={event.id} event={event} />
        ))}
      </ol>
    </Panel>
  );
}

interface PinnedProps {
  readonly lines: readonly Line<FeedEvent>[];
  /** Unread ones of which only the number is known. */
  readonly more: number;
}

function Pinned({ lines, more }: PinnedProps) {
  const { words, number } = useLanguage();
  const { ticker: book } = useWatch();
  const pages = Math.max(1, Math.ceil(lines.length / PINNED_AT_ONCE));
  const [page, turn] = useTurns(pages);
  if (lines.length === 0) return null;
  const shown = lines.slice(page * PINNED_AT_ONCE, (page + 1) * PINNED_AT_ONCE);
  return (
    <section className="pins" aria-label={words.ticker.pinned}>
      <p className="pin-head" role="status">
        <span>
          <Sign level="CRITICAL" /> {words.ticker.pinned} <b>{number(lines.length + more)}</b>
        </span>
        {pages > 1 && (
          <button type="button" className="quiet" onClick={turn}>
            {words.ticker.page(page + 1, pages)}
          </button>
        )}
        <button type="button" className="quiet" onClick={() => book.readAll()}>
          {words.ticker.readAll}
        </button>
      </p>
      <ol className="pinned">
        {shown.map(({ event }) => (
          <TickerLine key={event.id} event={event} onRead={() => book.read(event.id)} />
        ))}
      </ol>
      {more > 0 && <p className="beside">{words.ticker.more(more)}</p>}
    </section>
  );
}

/** Which page is shown: they take turns by themselves, at once and without any motion, or nobody would see the last. */
function useTurns(pages: number): [page: number, turn: () => void] {
  const [page, setPage] = useState(0);
  useEffect(() => {
    if (pages < 2) return;
    const timer = setInterval(() => setPage((before) => before + 1), TURN_MS);
    return () => clearInterval(timer);
  }, [pages]);
  return [page % pages, () => setPage((before) => before + 1)];
}

interface TickerLineProps {
  readonly event: FeedEvent;
  readonly onRead?: () => void;
}

/** These say that something is over: no longer as grave as what they are about. */
const OVER: ReadonlySet<string> = new Set(['ALERT_ACKNOWLEDGED', 'ALERT_RESOLVED', 'FINDING_CLOSED']);
const levelOf = ({ kind, severity }: FeedEvent) => (OVER.has(kind) ? 'MET' : (severity ?? null));

/** Drawn once: a line does not change, and three hundred of them stand there. */
const TickerLine = memo(function TickerLine({ event, onRead }: TickerLineProps) {
  const { words, dateTime, place, pick } = useLanguage();
  const { subject, region } = event;
  const level = levelOf(event);
  const open = () => {
    onRead?.();
    go(subject.type === 'TASK' ? { region: region.code, task: subject.id } : { region: region.code });
  };
  return (
    <li className={`line tone-${toneOf(level)}`} data-event={event.id}>
      <Sign level={level} {...(level === event.severity && level ? { label: words.severity[level] } : {})} />
      <small>{place(region)}</small>
      <time dateTime={event.happenedAt}>{dateTime(event.happenedAt)}</time>
      <button type="button" className="headline" onClick={open}>
        {pick(event)}
      </button>
      {onRead && (
        <button type="button" className="quiet" onClick={onRead}>
          {words.ticker.read}
        </button>
      )}
    </li>
  );
});
