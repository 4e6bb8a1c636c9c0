import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { pino } from 'pino';
import { Sealer } from '../../src/auth/seal.js';
import { type Position, START, writeCursor } from '../../src/events/position.js';
import type { LoggedFact } from '../../src/events/read.js';
import { Tail } from '../../src/events/tail.js';
import type { Driver, Seen } from './harness.js';

export const SEALER = new Sealer(Buffer.alloc(32, 7));

export const seenOf = (fact: LoggedFact): Seen => ({
  id: fact.id,
  subject: fact.subject.id,
  version: 'deadlineVersion' in fact.params ? fact.params.deadlineVersion : 0,
});

/** A started tail. The harness also cuts connections while they are being opened, so this tries again. */
export async function openTail(connectionString: string): Promise<Tail> {
  for (let attempt = 1; ; attempt++) {
    const tail = new Tail({ connectionString, log: pino({ level: 'silent' }) });
    try {
      await tail.start();
      return tail;
    } catch (error) {
      await tail.stop();
      if (attempt === 20) throw error;
    }
  }
}

/** Reads a tail from a cursor onward until told to stop, in pages. */
export async function readTail(
  tail: Tail,
  from: string | null,
  limit: number,
  signal: AbortSignal,
  see: (events: readonly Seen[], cursor: string) => void,
): Promise<void> {
  const reading = from === null ? { position: START, reset: null } : await tail.resume(SEALER, from);
  if (reading.position === null) throw new Error(`The cursor was refused: ${reading.reset}`);
  let position: Position = reading.position;
  while (!signal.aborted) {
    const page = await tail.after(position, limit);
    if (page.reset) throw new Error(`The reader was reset: ${page.reset}`);
    position = page.position;
    if (page.facts.length > 0) see(page.facts.map(seenOf), writeCursor(SEALER, page.line, position));
    else await tail.moved(position, signal);
  }
}

/** Snapshot ticks through a tail of its own in this process: it ticks, listens and reads like a node. */
export const tickDriver = (limit: number): Driver => ({
  name: `ticks, ${limit} a page`,
  open: async (url, from, see) => {
    const tail = await openTail(url);
    const abort = new AbortController();
    const reading = readTail(tail, from, limit, abort.signal, see).catch((error: unknown) => {
      // Its replay connection may be cut like any other; the next reader goes on from its cursor.
      if (!abort.signal.aborted) throw error;
    });
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
export const processDriver: Driver = {
  name: 'ticks, in a process killed -9',
  open: async (url, from, see) => {
    const file = fileURLToPath(new URL('./ticking-process.ts', import.meta.url));
    const child = spawn(
      process.execPath,
      ['--experimental-transform-types', '--no-warnings', file, url, from ?? ''],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    createInterface(child.stdout).on('line', (line) => {
      const { events, cursor } = JSON.parse(line) as { events: Seen[]; cursor: string };
      see(events, cursor);
    });
    return {
      kill: async () => {
        child.kill('SIGKILL');
        await ended;
      },
    };
  },
};

type Page = { readonly rows: readonly Seen[]; readonly position: string };

/** A reader that asks the table again and again for what comes after its position. */
const pollingDriver = (
  name: string,
  read: (client: pg.Client, after: string | null) => Promise<Page>,
  atEnd?: Driver['atEnd'],
): Driver => ({
  name,
  atEnd,
  open: async (url, from, see) => {
    const client = new pg.Client(url);
    await client.connect();
    let open = true;
    const poll = async () => {
      for (let after = from; open; ) {
        const { rows, position } = await read(client, after);
        if (open && rows.length > 0) see(rows, position);
        after = rows.length > 0 ? position : after;
        await client.query('select pg_sleep(0.002)');
      }
    };
    const reading = poll();
    return {
      kill: async () => {
        open = false;
        await reading;
        await client.end();
      },
    };
  },
});

const COLUMNS = `id::text, subject_id as subject, (params ->> 'deadlineVersion')::int as version`;

/** What the log must not be: a plain cursor on the serial id. Ids that commit late are passed by. */
export const serialDriver = pollingDriver(
  'serial id',
  async (client, after) => {
    const text = `select ${COLUMNS} from event where id > $1 order by event.id limit 500`;
    const { rows } = await client.query<Seen>(text, [after ?? 0]);
    return { rows, position: rows.at(-1)?.id ?? '' };
  },
  (position, committed) => committed.every(({ id }) => BigInt(id) <= BigInt(position ?? 0)),
);

/** What it must not be either: the order of transaction numbers below the horizon, which is not that of the locks. */
export const horizonDriver = pollingDriver('xid below the horizon', async (client, after) => {
  const [xid, id] = after?.split('.') ?? ['0', '0'];
  const text = `select ${COLUMNS}, xid::text from event where (xid, id) > ($1::text::xid8, $2)
    and xid < pg_snapshot_xmin(pg_current_snapshot()) order by event.xid, event.id limit 500`;
  const { rows } = await client.query<Seen & { xid: string }>(text, [xid, id]);
  const last = rows.at(-1);
  return { rows, position: last ? `${last.xid}.${last.id}` : '' };
});
