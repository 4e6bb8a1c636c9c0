/** The part of the browser's Storage that is used; anything of that form will do. */
export interface Storing {
  getItem(key: string): string | null;
  setItem(key: string, text: string): void;
  removeItem(key: string): void;
}

/**
 * One value kept under one key. A storage that is full, forbidden or spoilt is as good as an empty one: nothing here
 * ever throws.
 */
export class Shelf<Value> {
  constructor(
    private readonly storage: Storing | null,
    private readonly key: string,
    private readonly isValue: (found: unknown) => found is Value,
  ) {}

  /** What is kept, or null when there is nothing, or nothing that can be read. */
  read(): Value | null {
    try {
      const found: unknown = JSON.parse(this.storage?.getItem(this.key) ?? 'null');
      return this.isValue(found) ? found : null;
    } catch {
      return null;
    }
  }

  /** Keeps the value. Where that fails nothing is kept: what was there before is no longer true. */
  write(value: Value): void {
    try {
      this.storage?.setItem(this.key, JSON.stringify(value));
    } catch {
      this.clear();
    }
  }

  clear(): void {
    try {
      this.storage?.removeItem(this.key);
    } catch {
      // A storage that may not be touched holds nothing of ours.
    }
  }
}

/** The browser's own storage, which outlives a restart of the kiosk; null where there is none or it is forbidden. */
export function browserStorage(): Storing | null {
  try {
    return (globalThis as { localStorage?: Storing }).localStorage ?? null;
  } catch {
    return null;
  }
}

export const isRecord = (found: unknown): found is Record<string, unknown> =>
  typeof found === 'object' && found !== null && !Array.isArray(found);
