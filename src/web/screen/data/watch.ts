import {
  type FeedEventKind,
  type Severity,
  WallBeginDocument,
  type WallBeginQuery,
  WallFeedDocument,
  WallOpenAlertsDocument,
  type WallOpenAlertsQuery,
} from '../../../../schema/generated/documents.js';
import type { Ask } from '../../../client/ask.js';
import { type CampaignClock, campaignClock, heardAsOf } from '../../../client/campaign.js';
import type { Duban } from '../../../client/duban.js';
import { type FeedReset, followFeed } from '../../../client/feed.js';
import type { Heard } from '../../../client/freshness.js';
import { ApiError } from '../../../client/post.js';
import type { Storing } from '../../../client/shelf.js';
import type { Socket } from '../../../client/socket.js';
import { Store } from '../../../client/store.js';
import type { Surroundings } from '../../../client/surroundings.js';
import { isPassing } from '../fault.js';
import type { FeedEvent } from '../overview.js';
import { type OpenAlert, TickerBook } from './ticker.js';

/** What a ticker on a wall is for: moves, warnings, alerts. A register being filled in would drown them. */
const KINDS: FeedEventKind[] = [
  'ALERT_RAISED',
  'ALERT_ACKNOWLEDGED',
  'ALERT_LAPSED',
  'ALERT_RESOLVED',
  'DEADLINE_WARNING',
  'TASK_STATUS_CHANGED',
  'TASK_SCHEDULE_CHANGED',
  'TASK_DEADLINE_CHANGED',
  'FINDING_ISSUED',
  'FINDING_OVERDUE',
  'FINDING_CLOSED',
  'INSPECTION_CHANGED',
  'PROJECT_CHANGED',
];

const BEGIN_AGAIN_MS = 4000;
/** Of what is open at the beginning; more than that no ticker holds. */
const MOST_CRITICAL = 2000;
const OTHERS = 50;

export interface WatchOptions {
  readonly duban: Duban;
  /** The region whose feed is followed: the viewer's own. */
  readonly region: string;
  /** Identity of the viewer. */
  readonly viewer: string;
  /** Where the ticker outlives the page; null: nowhere. */
  readonly storage: Storing | null;
  readonly surroundings: Surroundings;
  /** Called when the feed is refused for good. */
  readonly refused: () => void;
}

/**
 * One signed-in screen: its connection, its feed from a cursor that outlives the page, the campaign clock. It lives as
 * long as the viewer stays; the panels come and go.
 */
export class Watch {
  readonly ask: Ask;
  readonly socket: Socket;
  readonly ticker: TickerBook;
  readonly clock = new Store<CampaignClock | null>(null);
  /** End of the campaign's year, ms since 1970. */
  readonly yearEndsAt = new Store<number | null>(null);
  readonly heard: Store<Pick<Heard, 'heardAt' | 'heartbeatSeconds'> & { readonly asOf: string | null }>;
  /** Why the feed could not go on from where it was, until somebody has read it. */
  readonly notice = new Store<FeedReset | null>(null);
  /** Why there is no feed, or no more of it; null while there is nothing to say. */
  readonly refusal = new Store<ApiError | null>(null);
  /** Grows whenever something may have been missed: what was asked once must be asked again. */
  readonly generation = new Store(0);
  private readonly listeners = new Set<(events: readonly FeedEvent[]) => void>();
  private leave: (() => void)[] = [];
  private callOff: () => void = () => undefined;
  private isOver = false;

  constructor(readonly options: WatchOptions) {
    const { duban, region, viewer, storage, surroundings } = options;
    this.ask = duban.ask;
    this.socket = duban.connect();
    this.ticker = new TickerBook({ storage, owner: `${viewer}.${region}`, surroundings });
    this.heard = new Store({ heardAt: null, heartbeatSeconds: 15, asOf: null } as ReturnType<
      typeof this.heard.get
    >);
    const keep = () => this.ticker.keep();
    addEventListener('pagehide', keep);
    this.leave.push(this.watchConnection(), () => removeEventListener('pagehide', keep));
    void this.begin();
  }

  /** Calls with every batch's events until the returned function is called. */
  onEvents(listener: (events: readonly FeedEvent[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  dispose(): void {
    this.isOver = true;
    this.ticker.keep();
    this.callOff();
    for (const leave of this.leave) leave();
    this.leave = [];
    this.socket.dispose();
    this.listeners.clear();
  }

  /** After a cut, answers from before it may be old. */
  private watchConnection(): () => void {
    let isFirst = true;
    return this.socket.connection.subscribe(() => {
      if (this.socket.connection.get().state !== 'connected') return;
      if (!isFirst) this.askAnew();
      isFirst = false;
    });
  }

  /** Whatever was asked once: by the panels, and here the clock, which may go at another speed now. */
  private askAnew(): void {
    this.generation.set(this.generation.get() + 1);
    this.ask(WallBeginDocument, { region: this.options.region }).then(
      (found) => {
        if (!this.isOver) this.setClock(found);
      },
      // The next connection asks again.
      () => undefined,
    );
  }

  /** State first, then the feed from exactly there; again and again until the server answers. */
  private async begin(): Promise<void> {
    const { region, surroundings } = this.options;
    try {
      const found = await this.ask(WallBeginDocument, { region });
      if (this.isOver) return;
      this.setClock(found);
      await this.seed();
      if (!this.isOver) this.follow(this.ticker.cursor ?? found.overview.cursor);
    } catch (fault) {
      if (this.isOver) return;
      if (fault instanceof ApiError && !isPassing(fault)) this.refuse(fault);
      else this.callOff = surroundings.after(BEGIN_AGAIN_MS, () => void this.begin());
    }
  }

  private setClock({ campaignClock: clock }: WallBeginQuery): void {
    this.clock.set(campaignClock(clock, this.options.surroundings.now()));
    this.yearEndsAt.set(Date.parse(clock.yearEndsAt));
  }

  private refuse(refusal: ApiError): void {
    this.refusal.set(refusal);
    this.options.refused();
  }

  /** A ticker that begins shows what is open already: every critical alert, and the newest of the others. */
  private async seed(): Promise<void> {
    if (this.ticker.isBegun) return;
    const critical = await this.openAlerts(['CRITICAL'], MOST_CRITICAL);
    const other = await this.openAlerts(['WARNING', 'NOTICE'], OTHERS);
    if (!this.isOver) this.ticker.seed([...critical, ...other]);
  }

  private async openAlerts(severity: Severity[], most: number): Promise<OpenAlert[]> {
    const found: OpenAlert[] = [];
    const asked = { within: this.options.region, severity, first: Math.min(100, most) };
    for (let after: string | null = null; ; ) {
      const { alerts }: WallOpenAlertsQuery = await this.ask(WallOpenAlertsDocument, { ...asked, after });
      found.push(...alerts.edges.map(({ node }) => node));
      after = alerts.pageInfo.endCursor ?? null;
      if (!alerts.pageInfo.hasNextPage || found.length >= most) return found;
    }
  }

  /** A new campaign year has another end. */
  private turnYear(now: number): void {
    const end = this.yearEndsAt.get();
    if (end === null || now < end) return;
    this.yearEndsAt.set(null);
    this.askAnew();
  }

  private follow(after: string): void {
    const { region, surroundings } = this.options;
    const leave = followFeed(this.socket, {
      document: WallFeedDocument,
      variables: { within: region, kinds: KINDS },
      after,
      onBatch: ({ events, asOf, heartbeatSeconds, cursor }) => {
        const heardAt = surroundings.now();
        const clock = this.clock.get();
        if (clock) this.clock.set(heardAsOf(clock, asOf, heardAt));
        this.heard.set({ heardAt, heartbeatSeconds, asOf });
        this.turnYear(Date.parse(asOf));
        this.ticker.take(events, cursor);
        if (events.length > 0) for (const listener of this.listeners) listener(events);
      },
      onReset: (why) => {
        this.notice.set(why);
        // Its lines may be of another history: it begins anew, with what is open now.
        this.ticker.forget();
        this.askAnew();
        void this.seed().catch(() => undefined);
      },
      onEnd: (refusal) => this.refuse(refusal),
    });
    this.leave.push(leave);
  }
}
