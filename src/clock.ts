const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

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
  }

  get pinned(): Anchor {
    return this.anchor;
  }
}

/** The calendar day in Asia/Shanghai (UTC+8, no daylight saving since 1991) as YYYY-MM-DD. */
export const shanghaiDay = (instant: Date): string =>
  new Date(instant.getTime() + SHANGHAI_OFFSET_MS).toISOString().slice(0, 10);

/** The first instant of a calendar day in Asia/Shanghai. */
export const startOfShanghaiDay = (day: string): Date => new Date(`${day}T00:00:00+08:00`);

/** The last second of a calendar day in Asia/Shanghai: what "due on the 31st" means as an instant. */
export const endOfShanghaiDay = (day: string): Date => new Date(`${day}T23:59:59+08:00`);

/** Whole calendar days in Asia/Shanghai from one instant's day to another's; negative when `to` is earlier. */
export const shanghaiDaysBetween = (from: Date, to: Date): number =>
  (Date.parse(shanghaiDay(to)) - Date.parse(shanghaiDay(from))) / DAY_MS;
