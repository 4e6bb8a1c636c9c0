import DataLoader from 'dataloader';

/** Finds many things by key in one statement; the answer may come in any order and may miss some. */
export type Batch<K, V> = (keys: readonly K[]) => Promise<Map<K, V>>;

/** One set per request: look-ups of one kind made in the same moment become one statement. Knows no table by name. */
export class Loaders {
  private readonly byBatch = new Map<unknown, DataLoader<unknown, unknown>>();

  /** `remember: false` for sockets, whose context lives for hours: batch, but keep nothing. */
  constructor(private readonly remember: boolean) {}

  /** After a write: what was looked up before it may no longer be so. */
  forget(): void {
    this.byBatch.clear();
  }

  /** @param name the function that describes the look-up: one loader per name */
  load<K, V>(name: unknown, key: K, batch: Batch<K, V>): Promise<V | null> {
    let loader = this.byBatch.get(name) as DataLoader<K, V | null> | undefined;
    if (!loader) {
      loader = new DataLoader<K, V | null>(
        async (keys) => {
          const found = await batch([...new Set(keys)]);
          return keys.map((each) => found.get(each) ?? null);
        },
        { cache: this.remember, maxBatchSize: 1000 },
      );
      this.byBatch.set(name, loader as DataLoader<unknown, unknown>);
    }
    return loader.load(key);
  }
}
