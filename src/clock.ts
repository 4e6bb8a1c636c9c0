const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;
/** setTimeout takes at most 2^31 - 1 ms and fires at once beyond. */
const MAX_TIMER_MS = 2_147_483_647;

/** Where campaign time is pinned to real time. One row in the database, the same for all nodes. */
export interface Anchor {
  readonly campaignAt: Date;
  readonly realAt: Date;
  readonly speed: number;
}

/**
 * The two times of the house. Campaign time governs deadlines, dates, notices and grants; real time governs
 * tokens, limits, heartbeats, retries and retention. Passed in, never imported as a singleton, so that a test
 * moves it by hand. The only reader of the machine's clock.
 */
export class Clock {
  /** Alarms that are set: a clock that is moved tells them. */
  private readonly alarms = new Set<() => void>();

  constructor(
    private anchor: Anchor,
    private readonly machine: () => number = Date.now,
  ) {}

  /** Real time. */
  real(): Date {
    return new Date(this.machine());
  }

  /** Campaign time. */
  now(): Date {
    const passed = this.machine() - this.anchor.realAt.getTime();
    return new Date(this.anchor.campaignAt.getTime() + passed * this.anchor.speed);
  }

  /** Real milliseconds until campaign time reaches `instant`; 0 when it is past. */
  realMsUntil(instant: Date): number {
    return Math.max(0, (instant.getTime() - this.now().getTime()) / this.anchor.speed);
  }

  /** Takes the anchor another node (or a test) has stored. */
  pin(anchor: Anchor): void {
    this.anchor = anchor;
    for (const rearm of [...this.alarms]) rearm();
  }

  /**
   * Rings once when campaign time reaches `instant`, however far that is and however often the clock is moved until
   * then; at the earliest in the next turn of the event loop. The answer takes the alarm back.
   */
  alarm(instant: Date, ring: () => void): () => void {
    let timer: NodeJS.Timeout | undefined;
    const arm = () => {
      clearTimeout(timer);
      // Rounded up: a timer that is early by part of a millisecond would find the instant not yet reached.
      timer = setTimeout(look, Math.min(Math.ceil(this.realMsUntil(instant)), MAX_TIMER_MS));
    };
    const look = () => {
      if (this.now() < instant) return arm();
      cancel();
      ring();
    };
    const cancel = () => {
      clearTimeout(timer);
      this.alarms.delete(arm);
    };
    this.alarms.add(arm);
    arm();
    return cancel;
  }

  /** How many alarms are set: none may be left behind by those who have gone. */
  get alarmsSet(): number {
    return this.alarms.size;
  }

  get pinned(): Anchor {
    return this.anchor;
  }
}

/** The calendar day in Asia/Shanghai (UTC+8, no daylight saving since 1991) as YYYY-MM-DD. */
export const shanghaiDay = (instant: Date): string =>
  new Date(instant.getTime() + SHANGHAI_OFFSET_MS).toISOString().slice(0, 10);

/** The calendar year in Asia/Shanghai. */
export const shanghaiYear = (instant: Date): number => Number(shanghaiDay(instant).slice(0, 4));

/** The first instant of a calendar day in Asia/Shanghai. */
export const startOfShanghaiDay = (day: string): Date => new Date(`${day}T00:00:00+08:00`);

/** The last second of a calendar day in Asia/Shanghai: what "due on the 31st" means as an instant. */
export const endOfShanghaiDay = (day: string): Date => new Date(`${day}T23:59:59+08:00`);

/** Whole calendar days in Asia/Shanghai from one instant's day to another's; negative when `to` is earlier. */
export const shanghaiDaysBetween = (from: Date, to: Date): number =>
  (Date.parse(shanghaiDay(to)) - Date.parse(shanghaiDay(from))) / DAY_MS;

/** True for a day that exists; `Date` would roll 2016-02-30 over to March. */
export function isCalendarDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** 24:00 is left out: `Date` would roll it over to the next day. */
const INSTANT = /^\d{4}-\d\d-\d\d[Tt]([01]\d|2[0-3]):\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;
const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00Z');
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');

/** An RFC 3339 instant with offset, in years that every part of the house can write; null for anything else. */
export function readInstant(text: string): Date | null {
  const instant = new Date(text);
  if (!INSTANT.test(text) || !isCalendarDay(text.slice(0, 10))) return null;
  return instant.getTime() >= FIRST_INSTANT && instant.getTime() <= LAST_INSTANT ? instant : null;
}
