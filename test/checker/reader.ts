import { between, type Committed, type Driver, pause, type Reading } from './driver.js';

/** What came of one reader: every count but `seen` and `resumed` is to be 0. */
export interface Verdict {
  readonly reader: string;
  readonly seen: number;
  readonly lost: number;
  readonly doubled: number;
  /** Events that came after a later version of the same subject. */
  readonly misordered: number;
  /** Events that were never committed. */
  readonly phantom: number;
  readonly resumed: number;
  /** Milliseconds from the answer of the commit to the reader, of events whose writer heard that answer. */
  readonly late: { readonly p50: number; readonly p99: number; readonly most: number };
}

/** After how many events, or how much time, a reader dies. */
export interface Life {
  readonly events: number;
  readonly ms: readonly [number, number];
  /** Nothing new for so long, when all is written, means that the rest is lost: longer than one takes to be born. */
  readonly patienceMs: number;
}

/** A reader that dies again and again, and a successor that goes on from the last position it saw. */
export class MortalReader {
  readonly seen: string[] = [];
  private readonly seenAt: number[] = [];
  private position: string | null = null;
  private reading: Reading | null = null;
  private life = 0;
  private lives = 0;
  private deaths = 0;
  private readonly over = new AbortController();
  private changing: Promise<void> = Promise.resolve();
  private changed = () => {};

  constructor(
    private readonly driver: Driver,
    private readonly span: Life,
  ) {}

  async open(): Promise<void> {
    const life = ++this.lives;
    this.life = 0;
    const reading = await this.driver.open(this.position, (ids, position) => {
      // A dead reader's last words arrive nowhere: only what was taken in together with its position counts.
      if (life !== this.lives) return;
      const now = performance.now();
      for (const id of ids) {
        this.seen.push(id);
        this.seenAt.push(now);
      }
      this.position = position;
      this.life += ids.length;
      if (ids.length > 0) this.changed();
      if (this.life >= this.span.events) this.dieAndRise(life);
    });
    this.reading = reading;
    const [least, most] = this.span.ms;
    if (Number.isFinite(least))
      void pause(between(least, most), this.over.signal).then(() => this.dieAndRise(life));
  }

  /** Waits until it was told everything; nothing new for a long while means that the rest is lost. */
  async finish(committed: readonly Committed[]): Promise<void> {
    this.over.abort();
    let told = -1;
    while (told !== this.seen.length && !this.isAtEnd(committed)) {
      told = this.seen.length;
      await this.nextChange();
    }
    await this.changing;
    this.lives++;
    await this.reading?.kill();
  }

  judge(committed: readonly Committed[], committedAt: ReadonlyMap<string, number>): Verdict {
    const known = new Map(committed.map((event) => [event.id, event]));
    const told = new Set(this.seen);
    const newest = new Map<string, number>();
    let misordered = 0;
    const lateness: number[] = [];
    for (const [at, id] of this.seen.entries()) {
      const { subject, version } = known.get(id) ?? { subject: '', version: 0 };
      if (version < (newest.get(subject) ?? 0)) misordered++;
      newest.set(subject, Math.max(version, newest.get(subject) ?? 0));
      const since = committedAt.get(`${subject} ${version}`);
      if (since !== undefined) lateness.push(Math.max(0, (this.seenAt[at] ?? 0) - since));
    }
    lateness.sort((a, b) => a - b);
    const quantile = (q: number) =>
      Math.round((lateness[Math.floor(q * (lateness.length - 1))] ?? 0) * 10) / 10;
    return {
      reader: this.driver.name,
      seen: this.seen.length,
      lost: committed.filter(({ id }) => !told.has(id)).length,
      doubled: this.seen.length - told.size,
      misordered,
      phantom: [...told].filter((id) => !known.has(id)).length,
      resumed: this.deaths,
      late: { p50: quantile(0.5), p99: quantile(0.99), most: quantile(1) },
    };
  }

  private dieAndRise(life: number): void {
    if (life !== this.lives || this.over.signal.aborted) return;
    this.lives++;
    this.deaths++;
    this.changing = this.changing.then(async () => {
      await this.reading?.kill();
      await this.open();
    });
  }

  private isAtEnd(committed: readonly Committed[]): boolean {
    if (this.driver.atEnd?.(this.position, committed)) return true;
    return this.seen.length >= committed.length && new Set(this.seen).size >= committed.length;
  }

  private nextChange(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.span.patienceMs);
      this.changed = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
