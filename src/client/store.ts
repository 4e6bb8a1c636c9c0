/** A value that can be watched, in the form that React's useSyncExternalStore takes. */
export interface Watched<Value> {
  readonly get: () => Value;
  /** Calls back after every change, until the returned function is called. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** A watched value and the right to change it. */
export class Store<Value> implements Watched<Value> {
  private readonly listeners = new Set<() => void>();

  constructor(private value: Value) {}

  readonly get = (): Value => this.value;

  readonly subscribe = (listener: () => void): (() => void) => {
    // The same function may be given twice; each must be able to leave without the other.
    const own = () => listener();
    this.listeners.add(own);
    return () => this.listeners.delete(own);
  };

  set(value: Value): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const listener of [...this.listeners]) listener();
  }
}
