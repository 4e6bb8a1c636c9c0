/** What the client takes from the place it runs in, passed in so that a test moves time and cuts lines by hand. */
export interface Surroundings {
  readonly fetch: typeof fetch;
  readonly WebSocket: typeof WebSocket;
  /** Milliseconds that only go forward. Never the wall clock: on a kiosk it is wrong, and it jumps. */
  readonly now: () => number;
  /** Does the task after so long, unless the returned function is called before. */
  readonly after: (ms: number, task: () => void) => () => void;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Calls back whenever the machine is on a network again, until the returned function is called. */
  readonly onOnline: (listener: () => void) => () => void;
  /**
   * Does the work while no other page of the same storage does work of that name. Null where that cannot be had: not in
   * a browser, or in one that was reached over plain HTTP.
   */
  readonly alone: (<Result>(name: string, work: () => Promise<Result>) => Promise<Result>) | null;
  /** Takes note of a fault in a callback of the owner, for whoever develops it. */
  readonly complain: (fault: unknown) => void;
}

/** A browser, or Node 22 and newer. */
export function ordinarySurroundings(): Surroundings {
  return {
    fetch: (input, init) => fetch(input, init),
    WebSocket,
    now: () => performance.now(),
    after: (ms, task) => {
      const timer = setTimeout(task, ms);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    onOnline,
    alone: locksHere(),
    complain: (fault) => console.error(fault),
  };
}

/** Node has no such events; there the pauses between attempts are all there is. */
function onOnline(listener: () => void): () => void {
  const here = globalThis as Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>>;
  here.addEventListener?.('online', listener);
  return () => here.removeEventListener?.('online', listener);
}

interface Locks {
  request<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
}

function locksHere(): Surroundings['alone'] {
  const { locks } = ((globalThis as { navigator?: unknown }).navigator ?? {}) as { locks?: Locks };
  if (!locks) return null;
  return async (name, work) => {
    let isBegun = false;
    const begin = () => {
      isBegun = true;
      return work();
    };
    try {
      return await locks.request(name, begin);
    } catch (fault) {
      // A page in a sandbox may not lock; it shares no storage either.
      if (isBegun) throw fault;
      return work();
    }
  };
}
