import { execSync } from 'node:child_process';
import { test } from '@jest/globals';
import pg from 'pg';
import { freshDatabase } from '../helpers/database.js';
import { openTail, processDriver, readTail, tickDriver } from './drivers.js';
import { MUTATION_TABLE, runTrial } from './zzharness.js';

const surviving = (n: number) => ({
  name: 'surviving tail ' + n,
  open: async (url: string, from: string | null, see: any) => {
    const tail = await openTail(url);
    const ab = new AbortController();
    let at = from;
    ((globalThis as any).tails ??= []).push(tail);
    (globalThis as any).dbg2 = 1;
    const loop = (async () => {
      while (!ab.signal.aborted) {
        try {
          await readTail(tail, at, n, ab.signal, (e, c) => {
            at = c;
            see(e, c);
          });
        } catch (e) {
          (globalThis as any).rd = String(e);
          await new Promise((r) => setTimeout(r, 20));
        }
      }
    })();
    return {
      kill: async () => {
        ab.abort();
        await loop;
        await tail.stop();
      },
    };
  },
});
test('crash', async () => {
  const db = await freshDatabase();
  const owner = new pg.Client(db.ownerUrl);
  await owner.connect();
  await owner.query(MUTATION_TABLE);
  await owner.query('alter role ' + new URL(db.runtimeUrl).username + ' set synchronous_commit = off');
  await owner.end();
  let n = 0;
  (globalThis as any).dbg = () => [
    (globalThis as any).done?.(),
    ((globalThis as any).tails ?? [])
      .slice(-2)
      .map((t: any) => [
        String(t.head.tick),
        t.stopped,
        t.ticker.stopped,
        t.ticker.link.socket !== null,
        t.listener.socket !== null,
        t.pool.totalCount,
        t.pool.idleCount,
        t.pool.waitingCount,
      ]),
  ];
  (globalThis as any).crash = async () => {
    n++;
    const c = new pg.Client(db.ownerUrl);
    c.on('error', () => 0);
    try {
      await c.connect();
      const { rows } = await c.query(
        "select pid from pg_stat_activity where application_name = 'duban ticker' and datname = current_database() limit 1",
      );
      execSync('kill -9 ' + rows[0].pid);
      await c.end();
    } catch (e) {
      return 0;
    }
    return 1;
  };
  const dbg = setInterval(
    () =>
      process.stdout.write(
        JSON.stringify((globalThis as any).dbg?.()) +
          ' crashes ' +
          n +
          ' broken ' +
          (globalThis as any).broken +
          '\n',
      ),
    3000,
  );
  const r = await runTrial({
    url: db.runtimeUrl,
    live: [surviving(500), surviving(3)],
    replay: tickDriver(7),
    transactions: 3000,
    longSeconds: 0.5,
  });
  process.stdout.write(
    JSON.stringify(r) + ' broken ' + (globalThis as any).broken + ' ' + (globalThis as any).rd + '\n',
  );
  await db.drop();
}, 120000);
