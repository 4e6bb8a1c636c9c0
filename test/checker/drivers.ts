import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createClient } from 'graphql-ws';
import { pino } from 'pino';
import WebSocket from 'ws';
import { Sealer } from '../../src/auth/seal.js';
import { type Position, START, writeCursor } from '../../src/events/position.js';
import { Tail } from '../../src/events/tail.js';
import { type Driver, pause, type See, SUBJECT } from './driver.js';

export const SEALER = new Sealer(Buffer.alloc(32, 7));
const RETRY_MS = 50;

/** A started tail. Connections are also cut while they are being opened, so this tries again. */
export async function openTail(connectionString: string): Promise<Tail> {
  for (let attempt = 1; ; attempt++) {
    const tail = new Tail({ connectionString, log: pino({ level: 'silent' }) });
    try {
      await tail.start();
      return tail;
    } catch (error) {
      await tail.stop();
      if (attempt === 100) throw error;
      await pause(RETRY_MS);
    }
  }
}

/** Reads a tail from a cursor onward until told to stop, in pages. */
export async function readTail(
  tail: Tail,
  from: string | null,
  limit: number,
  signal: AbortSignal,
  see: See,
): Promise<void> {
  const reading = from === null ? { position: START, reset: null } : await tail.resume(SEALER, from);
  if (reading.position === null) throw new Error(`The cursor was refused: ${reading.reset}`);
  let position: Position = reading.position;
  while (!signal.aborted) {
    const page = await tail.after(position, limit);
    if (page.reset) throw new Error(`The reader was reset: ${page.reset}`);
    position = page.position;
    const ids = page.facts.filter(({ subject }) => subject.id.startsWith(SUBJECT)).map(({ id }) => id);
    if (page.facts.length > 0) see(ids, writeCursor(SEALER, page.line, position));
    else await tail.moved(position, signal);
  }
}

/** Snapshot ticks through a tail of its own in this process: it ticks, listens and reads like a node. */
export const tickDriver = (url: string, limit: number): Driver => ({
  name: `ticks, ${limit} a page`,
  open: async (from, see) => {
    const tail = await openTail(url);
    const abort = new AbortController();
    let position = from;
    const reading = (async () => {
      while (!abort.signal.aborted) {
        const take: See = (ids, at) => {
          position = at;
          see(ids, at);
        };
        await readTail(tail, position, limit, abort.signal, take).catch(async (fault: Error) => {
          if (/refused|reset/.test(fault.message)) throw fault;
          // Its replay connection may be cut like any other; it goes on from its cursor.
          await pause(RETRY_MS);
        });
      }
    })();
    return {
      kill: async () => {
        abort.abort();
        await reading;
        await tail.stop();
      },
    };
  },
});

/** The same in a process of its own, that ticks and reads until it is killed with SIGKILL. */
export const processDriver = (url: string): Driver => ({
  name: 'ticks, in a process killed -9',
  open: async (from, see) => {
    const file = fileURLToPath(new URL('./ticking-process.ts', import.meta.url));
    const flags = ['--experimental-transform-types', '--no-warnings'];
    const child = spawn(process.execPath, [...flags, file, url, from ?? ''], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    createInterface(child.stdout).on('line', (line) => {
      const { ids, cursor } = JSON.parse(line) as { ids: string[]; cursor: string };
      see(ids, cursor);
    });
    return {
      kill: async () => {
        child.kill('SIGKILL');
        await ended;
      },
    };
  },
});

/** Where a subscriber may go, and by which token; a node may be dead. */
export interface Doors {
  readonly addresses: () => readonly string[];
  readonly accessToken: () => Promise<string>;
}

const FEED = `subscription ($after: FeedCursor) {
  supervisionFeed(within: "341200000000", after: $after, kinds: [TASK_DEADLINE_CHANGED]) {
    cursor reset events { id subject { id } } } }`;

interface Batch {
  readonly cursor: string;
  readonly reset: string | null;
  readonly events: readonly { readonly id: string; readonly subject: { readonly id: string } }[];
}

/**
 * A subscriber at the front door: over the socket of one of several nodes, and after every cut at another, from the last
 * cursor it has seen. Any server with such a subscription can be asked the same.
 */
export const frontDoorDriver = ({ addresses, accessToken }: Doors, start: string): Driver => ({
  name: 'subscriber at the front door',
  open: async (from, see) => {
    const abort = new AbortController();
    let cursor = from ?? start;
    const reading = (async () => {
      while (!abort.signal.aborted) {
        const all = addresses();
        const address = all[Math.floor(Math.random() * all.length)] ?? '';
        await listen(address, await accessToken(), cursor, abort.signal, (batch) => {
          if (batch.reset) throw new Error(`The subscriber was reset: ${batch.reset}`);
          cursor = batch.cursor;
          see(
            batch.events.filter(({ subject }) => subject.id.startsWith(SUBJECT)).map(({ id }) => id),
            cursor,
          );
        });
        await pause(RETRY_MS, abort.signal);
      }
    })();
    return {
      kill: async () => {
        abort.abort();
        await reading;
      },
    };
  },
});

/** Until the socket is cut, or nobody listens any more. */
async function listen(
  address: string,
  accessToken: string,
  after: string,
  signal: AbortSignal,
  take: (batch: Batch) => void,
): Promise<void> {
  const client = createClient({
    url: `${address.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { accessToken },
    retryAttempts: 0,
    onNonLazyError: () => undefined,
  });
  await new Promise<void>((resolve) => {
    const end = () => {
      signal.removeEventListener('abort', end);
      unsubscribe();
      resolve();
    };
    const unsubscribe = client.subscribe<{ supervisionFeed: Batch }>(
      { query: FEED, variables: { after } },
      {
        next: ({ data }) => data && take(data.supervisionFeed),
        error: end,
        complete: end,
      },
    );
    signal.addEventListener('abort', end, { once: true });
  });
  // Where no connection came about, there is none to be closed, and that is said once more.
  await Promise.resolve(client.dispose()).catch(() => undefined);
}
