import pg from 'pg';
import { isLost } from './chaos.js';
import { type Driver, pause, SUBJECT } from './driver.js';
import { PLAIN, type Style } from './writers.js';

/** Another way to make a feed of a table, with what it asks of the writers. */
export interface Technique {
  readonly name: string;
  readonly style: Style;
  readonly driver: (url: string) => Driver;
}

interface Page {
  readonly ids: readonly string[];
  readonly position: string;
}

/** A reader that asks the table again and again for what comes after its position. */
const polling = (
  name: string,
  url: string,
  read: (client: pg.Client, after: string | null) => Promise<Page>,
  atEnd?: Driver['atEnd'],
): Driver => ({
  name,
  atEnd,
  open: async (from, see) => {
    let isOpen = true;
    let after = from;
    const poll = async () => {
      const client = new pg.Client({ connectionString: url });
      client.on('error', () => undefined);
      await client.connect();
      try {
        while (isOpen) {
          const { ids, position } = await read(client, after);
          if (isOpen && ids.length > 0) see(ids, position);
          if (ids.length > 0) after = position;
          await client.query('select pg_sleep(0.002)');
        }
      } finally {
        await client.end().catch(() => undefined);
      }
    };
    const reading = untilClosed(poll, () => isOpen);
    return {
      kill: async () => {
        isOpen = false;
        await reading;
      },
    };
  },
});

/** Begins again whenever the server went away. */
async function untilClosed(work: () => Promise<void>, isOpen: () => boolean): Promise<void> {
  while (isOpen())
    await work().catch(async (fault) => {
      if (!isLost(fault)) throw fault;
      await pause(50);
    });
}

const OURS = `starts_with(subject_id, '${SUBJECT}')`;

const serial = (name: string, url: string): Driver =>
  polling(
    name,
    url,
    async (client, after) => {
      const text = `select id::text from event where id > $1 and ${OURS} order by event.id limit 500`;
      const { rows } = await client.query<{ id: string }>(text, [after ?? 0]);
      return { ids: rows.map(({ id }) => id), position: rows.at(-1)?.id ?? '' };
    },
    (position, committed) => committed.every(({ id }) => BigInt(id) <= BigInt(position ?? 0)),
  );

/** A plain cursor on the serial id: ids that commit late are passed by. */
export const serialId: Technique = {
  name: 'serial id as cursor',
  style: PLAIN,
  driver: (url) => serial('serial id as cursor', url),
};

/** Transaction numbers below the horizon: not the order of the locks, and it waits for the oldest transaction. */
export const horizon: Technique = {
  name: 'xid below the horizon',
  style: PLAIN,
  driver: (url) =>
    polling('xid below the horizon', url, async (client, after) => {
      const [xid, id] = after?.split('.') ?? ['0', '0'];
      const text = `select id::text, xid::text from event where (xid, id) > ($1::text::xid8, $2) and ${OURS}
        and xid < pg_snapshot_xmin(pg_current_snapshot()) order by event.xid, event.id limit 500`;
      const { rows } = await client.query<{ id: string; xid: string }>(text, [xid, id]);
      const last = rows.at(-1);
      return { ids: rows.map((row) => row.id), position: last ? `${last.xid}.${last.id}` : '' };
    }),
};

/** One lock that every writer holds to its commit: then a serial cursor is right, and everybody waits for everybody. */
export const lock: Technique = {
  name: 'serial id under one lock',
  style: { before: 'select pg_advisory_xact_lock(4711)', twoPhase: true },
  driver: (url) => serial('serial id under one lock', url),
};

/** What the stock engines do: the event travels in the NOTIFY of its transaction, to whoever listens at that moment. */
export const notify: Technique = {
  name: 'NOTIFY in the transaction',
  style: {
    after: `select pg_notify('checker', string_agg(id::text, ',' order by id)) from event where xid = pg_current_xact_id()`,
    // PostgreSQL refuses to prepare a transaction that has notified.
    twoPhase: false,
  },
  driver: (url) => ({
    name: 'NOTIFY in the transaction',
    open: async (_, see) => {
      let isOpen = true;
      let cut = () => {};
      const hear = async () => {
        const client = new pg.Client({ connectionString: url, application_name: 'duban listener' });
        const ended = new Promise<void>((resolve) => {
          client.on('end', resolve);
          client.on('error', () => resolve());
          cut = resolve;
        });
        client.on('notification', ({ payload = '' }) => {
          if (isOpen && payload !== '') see(payload.split(','), '');
        });
        await client.connect();
        await client.query('listen checker');
        await ended;
        await client.end().catch(() => undefined);
      };
      const reading = untilClosed(hear, () => isOpen);
      return {
        kill: async () => {
          isOpen = false;
          cut();
          await reading;
        },
      };
    },
  }),
};

export const TECHNIQUES: readonly Technique[] = [serialId, horizon, lock, notify];
