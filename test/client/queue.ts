const PATIENCE_MS = 10_000;

/** What has come and was not taken yet; waiting for more is bounded. */
export class Queue<Item> {
  private readonly items: Item[] = [];
  private wake: () => void = () => undefined;

  readonly put = (item: Item): void => {
    this.items.push(item);
    this.wake();
  };

  /** The next one; fails when none comes. */
  async next(): Promise<Item> {
    if (this.items.length === 0) await this.arrival();
    return this.items.shift() as Item;
  }

  /** Until one fits; it comes last. */
  async until(fits: (item: Item) => boolean): Promise<Item[]> {
    const seen: Item[] = [];
    do seen.push(await this.next());
    while (!fits(seen.at(-1) as Item));
    return seen;
  }

  /** What has come so far. */
  drain(): Item[] {
    return this.items.splice(0);
  }

  private arrival(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('nothing came')), PATIENCE_MS);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
