import type { WallOpenAlertsQuery } from '../../../../schema/generated/documents.js';
import type { Shelf, Storing } from '../../../client/shelf.js';
import { Store } from '../../../client/store.js';
import type { Surroundings } from '../../../client/surroundings.js';
import {
  EMPTY_TICKER,
  type KeptTicker,
  read,
  readAll,
  type Ticker,
  tickerShelf,
  told,
} from '../../../client/ticker.js';
import type { FeedEvent } from '../overview.js';

/** An alert that nobody has taken up. */
export type OpenAlert = WallOpenAlertsQuery['alerts']['edges'][number]['node'];

/** Changes with the form of what is kept. */
const KEY = 'duban.ticker.1';
/** A burst of batches is written down once. */
const KEEP_AFTER_MS = 1000;
const SHOW_AFTER_MS = 300;

interface BookOptions {
  readonly storage: Storing | null;
  /** Whose ticker of which region: another viewer finds nothing of it. */
  readonly owner: string;
  readonly surroundings: Pick<Surroundings, 'after'>;
}

/** The ticker of a screen, kept with its place in the feed, so that a reload goes on where it was. */
export class TickerBook {
  readonly ticker: Store<Ticker<FeedEvent>>;
  private readonly shelf: Shelf<KeptTicker<FeedEvent>>;
  private position: string | null;
  private hasBegun: boolean;
  private pending: FeedEvent[] = [];
  private showing: (() => void) | null = null;
  private callOff: (() => void) | null = null;

  constructor(private readonly options: BookOptions) {
    this.shelf = tickerShelf(options.storage, `${KEY}.${options.owner}`);
    const kept = this.shelf.read();
    this.position = kept?.cursor ?? null;
    this.hasBegun = kept !== null;
    this.ticker = new Store<Ticker<FeedEvent>>(kept?.ticker ?? EMPTY_TICKER);
  }

  get isBegun(): boolean {
    return this.hasBegun;
  }

  /** Where the feed goes on; null at the first time. */
  get cursor(): string | null {
    return this.position;
  }

  /** The alerts that were open before this ticker was: at its beginning only, later they have come by the feed. */
  seed(alerts: readonly OpenAlert[]): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    const events = alerts.map(
      ({ openedAt, ...alert }): FeedEvent => ({
        ...alert,
        mark: '',
        kind: 'ALERT_RAISED',
        happenedAt: openedAt,
        subject: { type: 'ALERT', id: alert.id },
      }),
    );
    events.sort((a, b) => (a.happenedAt < b.happenedAt ? -1 : 1));
    this.ticker.set(told(this.ticker.get(), events));
  }

  /** Gathered before it is shown: in a burst a line that is pushed on ten times a second cannot be read. */
  take(events: readonly FeedEvent[], cursor: string): void {
    this.position = cursor;
    this.pending.push(...events);
    this.showing ??= this.options.surroundings.after(SHOW_AFTER_MS, () => this.show());
    this.keepSoon();
  }

  private show(): void {
    this.showing?.();
    this.showing = null;
    this.ticker.set(told(this.ticker.get(), this.pending));
    this.pending = [];
  }

  read(id: string): void {
    this.ticker.set(read(this.ticker.get(), id));
    this.keepSoon();
  }

  readAll(): void {
    this.ticker.set(readAll(this.ticker.get()));
    this.keepSoon();
  }

  /** Writes down what there is at once: the page may be going. */
  keep(): void {
    this.show();
    this.callOff?.();
    this.callOff = null;
    if (this.position !== null) this.shelf.write({ cursor: this.position, ticker: this.ticker.get() });
  }

  /** Begins anew: somebody else will sit here, or the log has another history. */
  forget(): void {
    this.callOff?.();
    this.callOff = null;
    this.position = null;
    this.hasBegun = false;
    this.pending = [];
    this.ticker.set(EMPTY_TICKER);
    this.shelf.clear();
  }

  private keepSoon(): void {
    this.callOff ??= this.options.surroundings.after(KEEP_AFTER_MS, () => this.keep());
  }
}
