const PATIENCE_MS = 10_000;

/** A subscription as a queue: no payload is missed, and waiting for one is bounded. */
export class Feed {
  private readonly arrived: unknown[] = [];
  private readonly waiting: (() => void)[] = [];
  private fault: unknown = null;
  private ended = false;

  // biome-ignore lint/suspicious/noExplicitAny: payloads of many shapes
  constructor(private readonly iterator: AsyncIterableIterator<any>) {
    void this.read();
  }

  /** The next payload; the subscription's error when it has failed. */
  // biome-ignore lint/suspicious/noExplicitAny: payloads of many shapes
  async next(): Promise<any> {
    const deadline = Date.now() + PATIENCE_MS;
    while (this.arrived.length === 0) {
      if (this.fault) throw this.fault;
      if (this.ended) throw new Error('the subscription has ended');
      const left = deadline - Date.now();
      if (left <= 0) throw new Error('nothing came within 10 s');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return this.arrived.shift();
  }

  /** Payloads until one fits; it comes last. */
  // biome-ignore lint/suspicious/noExplicitAny: payloads of many shapes
  async until(fits: (payload: any) => boolean): Promise<any[]> {
    const seen = [];
    for (;;) {
      const payload = await this.next();
      seen.push(payload);
      if (fits(payload)) return seen;
    }
  }

  close(): void {
    this.ended = true;
    void this.iterator.return?.();
  }

  private async read(): Promise<void> {
    try {
      for await (const payload of this.iterator) {
        this.arrived.push(payload);
        this.wake();
      }
    } catch (fault) {
      this.fault = fault;
    }
    this.ended = true;
    this.wake();
  }

  private wake(): void {
    for (const wake of this.waiting.splice(0)) wake();
  }
}
