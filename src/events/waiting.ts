import { comparePositions, type Position } from './position.js';

interface Waiter {
  readonly isOver: (at: Position) => boolean;
  readonly wake: () => void;
}

/** Those who wait for a reader of the log to get somewhere. */
export class Waiting {
  private readonly waiters = new Set<Waiter>();

  /** How many wait: none may be left behind by those who gave up. */
  get size(): number {
    return this.waiters.size;
  }

  /** Resolves at the first place for which `isOver` holds; also when the signal aborts or everybody is released. */
  until(isOver: Waiter['isOver'], signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const waiter: Waiter = {
        isOver,
        wake: () => {
          this.waiters.delete(waiter);
          signal?.removeEventListener('abort', waiter.wake);
          resolve();
        },
      };
      this.waiters.add(waiter);
      signal?.addEventListener('abort', waiter.wake, { once: true });
    });
  }

  arrive(at: Position): void {
    for (const waiter of this.waiters) if (waiter.isOver(at)) waiter.wake();
  }

  release(): void {
    for (const waiter of this.waiters) waiter.wake();
  }
}

/** A condition for {@link Waiting.until}: beyond the position, or in another history, where it will never come. */
export const beyond = (position: Position) => (at: Position) =>
  comparePositions(at, position) > 0 || (position.era !== undefined && position.era !== at.era);

/** A condition for {@link Waiting.until}: at the position or beyond it. */
export const reaching = (position: Position) => (at: Position) => comparePositions(at, position) >= 0;

/** Arranges that `wake` is called once; the answer takes that back. */
type Arrange = (wake: () => void) => () => void;

/**
 * Until the log goes on, the time is over, nobody listens any more or, where something else may happen, it has. One
 * timer, gone with the wait.
 */
export async function movedWithin(
  tail: { moved(position: Position, signal: AbortSignal): Promise<void> },
  position: Position,
  ms: number,
  ended: AbortSignal,
  orWhen: Arrange = () => () => undefined,
): Promise<void> {
  const over = new AbortController();
  const stop = () => over.abort();
  const timer = setTimeout(stop, ms);
  const takeBack = orWhen(stop);
  ended.addEventListener('abort', stop, { once: true });
  if (!ended.aborted) await tail.moved(position, over.signal);
  ended.removeEventListener('abort', stop);
  takeBack();
  clearTimeout(timer);
}
