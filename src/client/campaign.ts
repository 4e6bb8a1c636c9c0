/** Nothing is later than this and still comes: a connection that is silent for longer is given up. */
const LATEST_MS = 18_000;
/** By how much of real time one batch may set the clock back. */
const STEP_MS = 100;

/** Campaign time as this page reckons it: known at one moment, and going on from there. */
export interface CampaignClock {
  /** Campaign time (ms since 1970) at … */
  readonly campaignAt: number;
  /** … this moment on the clock of the surroundings. */
  readonly at: number;
  /** Campaign seconds per real second. */
  readonly speed: number;
}

/** From the server's `campaignClock`, which came at this moment. */
export const campaignClock = (
  { now, speed }: { readonly now: string; readonly speed: number },
  at: number,
): CampaignClock => ({ campaignAt: Date.parse(now), at, speed });

/** Campaign time (ms since 1970) at this moment. */
export const campaignNow = ({ campaignAt, at, speed }: CampaignClock, now: number): number =>
  campaignAt + (now - at) * speed;

/**
 * The clock set by the `asOf` of a batch that came at this moment. What is ahead of the clock sets it: that message was
 * faster. What is behind was late on its way rather than wrong, so it sets the clock back by a step only, which still
 * follows a machine whose own clock runs fast; unless it is further behind than anything can be late: then campaign time
 * was moved.
 */
export function heardAsOf(clock: CampaignClock, asOf: string, at: number): CampaignClock {
  const told = Date.parse(asOf);
  const reckoned = campaignNow(clock, at);
  const behindMs = (reckoned - told) / clock.speed;
  const isLate = behindMs > STEP_MS && behindMs <= LATEST_MS;
  return { ...clock, at, campaignAt: isLate ? reckoned - STEP_MS * clock.speed : told };
}
