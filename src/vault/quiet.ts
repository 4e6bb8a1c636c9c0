import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { StartError } from '../errors.js';
import type { Log } from '../log.js';

const LOOK_MS = 100;
/** A minute of them; a later start goes on from here. */
const MOST_LOOKS = 600;

/**
 * Snapshots of this database older than $1, and older writers anywhere on the server, because of which a snapshot that is
 * taken here now would be as old: through them old versions of rows are still seen.
 */
const OLDER = `
select pid from pg_stat_activity where pid <> pg_backend_pid()
  and (age(backend_xid) > age($1::xid) or (datname = current_database() and age(backend_xmin) > age($1::xid)))`;

/**
 * Resolves when nobody can see what was deleted or overwritten before the call any more. Until then no rewriting of a
 * table leaves old versions behind: a statistics run or a backup that began earlier keeps them alive, readable on disk.
 * What the server hides from this role (other roles' sessions, without pg_read_all_stats) is not waited for.
 * @throws StartError when somebody does not end
 */
export async function untilUnseen(client: pg.Client, log: Log): Promise<void> {
  const { rows } = await client.query<{ limit: string }>(
    'select pg_snapshot_xmax(pg_current_snapshot())::xid::text as limit',
  );
  let pids: number[] = [];
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const older = await client.query<{ pid: number }>(OLDER, [rows[0]?.limit]);
    if (older.rows.length === 0) return;
    pids = older.rows.map(({ pid }) => pid);
    if (look === 0) log.info({ pids }, 'older transactions must end before readable values can be forgotten');
    await pause(LOOK_MS);
  }
  const who = `The transactions of the server processes ${pids.join(', ')} keep deleted values readable.`;
  throw new StartError(`${who} End them, and start again.`, 1);
}
