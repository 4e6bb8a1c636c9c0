import type { Driver, Reading, Seen, Verdict } from './harness.js';

/** Longer than a new process takes to start on a busy machine. */
const QUIET_MS = 8000;

/** A reader that dies after every so many events, and a successor that goes on from the last position it saw. */
export class MortalReader {
  readonly seen: Seen[] = [];
  private position: string | null = null;
  private reading: Reading | null = null;
  private life = 0;
  private lives = 0;
  private changing: Promise<void> = Promise.resolve();
  private changed = () => {};

  constructor(
    private readonly driver: Driver,
    private readonly url: string,
    private readonly lifeLength: number,
  ) {}

  async open(): Promise<void> {
    const life = ++this.lives;
    this.life = 0;
    this.reading = await this.driver.open(this.url, this.position, (events, position) => {
      // A dead reader's last words arrive nowhere: only what was taken in together with its position counts.
      if (life !== this.lives) return;
      this.seen.push(...events);
      this.position = position;
      this.life += events.length;
      this.changed();
      if (this.life >= this.lifeLength) this.dieAndRise();
    });
  }

  /** Waits until it was told everything; nothing new for a long while means that the rest is lost. */
  async finish(committed: readonly Seen[]): Promise<void> {
    let told = -1;
    while (told !== this.seen.length && !this.isAtEnd(committed)) {
      told = this.seen.length;
      await this.nextChange();
    }
    this.lives++;
    await this.changing;
    await this.reading?.kill();
  }

  judge(committed: readonly Seen[]): Verdict {
    const told = new Set(this.seen.map(({ id }) => id));
    const newest = new Map<string, number>();
    let misordered = 0;
    for (const { subject, version } of this.seen) {
      if (version < (newest.get(subject) ?? 0)) misordered++;
      newest.set(subject, Math.max(version, newest.get(subject) ?? 0));
    }
    return {
      reader: this.driver.name,
      seen: this.seen.length,
      lost: committed.filter(({ id }) => !told.has(id)).length,
      doubled: this.seen.length - told.size,
      misordered,
      resumed: this.lives / 2 - 1,
    };
  }

  private dieAndRise(): void {
    this.life = Number.NEGATIVE_INFINITY;
    this.lives++;
    const dying = this.reading;
    this.changing = this.changing.then(async () => {
      await dying?.kill();
      await this.open();
    });
  }

  private isAtEnd(committed: readonly Seen[]): boolean {
    if (this.driver.atEnd?.(this.position, committed)) return true;
    return new Set(this.seen.map(({ id }) => id)).size >= committed.length;
  }

  private nextChange(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, QUIET_MS);
      this.changed = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
