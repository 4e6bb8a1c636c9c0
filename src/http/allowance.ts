/** So many at once, and so many more each second. */
export class Allowance {
  private left: number;
  private at: number | null = null;

  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
  ) {
    this.left = burst;
  }

  /** Whether there is one left at this time, in milliseconds of any clock that only goes forward; it is gone then. */
  take(now: number): boolean {
    const earned = ((now - (this.at ?? now)) / 1000) * this.perSecond;
    this.left = Math.min(this.burst, this.left + earned);
    this.at = now;
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}
