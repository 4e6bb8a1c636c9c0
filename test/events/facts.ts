import { MikroORM } from '@mikro-orm/postgresql';
import type pg from 'pg';
import { pino } from 'pino';
import type { Fact } from '../../src/events/facts.js';
import { record } from '../../src/events/record.js';

/** The house's log kept quiet: these tests cut connections on purpose. */
export const QUIET = pino({ level: 'silent' });

export const ABOUT = { happenedAt: new Date('2016-12-08T01:00:00Z'), actorId: null };

/** The ORM without a room: enough to write facts. */
export const bareOrm = (clientUrl: string): Promise<MikroORM> =>
  MikroORM.init({
    clientUrl,
    entities: [],
    discovery: { warnWhenNoEntities: false },
    pool: { min: 0, max: 8 },
    driverOptions: { onPoolCreated: giveBackDead },
  });

/**
 * Kysely gives a transaction's connection back only after a commit or rollback that succeeded: one cut by the server
 * would keep its place in the pool for ever. A dead connection can do neither, so nobody else gives it back later.
 */
function giveBackDead(pool: pg.Pool): void {
  pool.on('connect', (client) => {
    client.once('end', () => {
      const giveBack = () => {
        try {
          (client as pg.PoolClient).release(true);
        } catch {
          // It was given back the ordinary way.
        }
      };
      setTimeout(giveBack, 1000).unref();
    });
  });
}

/** A fact about a subject at a version. */
export const factOf = (subject: string, version = 1): Fact => ({
  kind: 'TASK_DEADLINE_CHANGED',
  region: { code: '341225206205', name: '合胜村' },
  subject: { type: 'TASK', id: subject },
  severity: null,
  audience: 'REGION',
  params: { title: { zh: '通硬化路' }, from: '', to: '', status: 'IN_PROGRESS', deadlineVersion: version },
});

/** States facts in one transaction of their own. */
export const state = (orm: MikroORM, ...subjects: string[]): Promise<string> =>
  orm.em.fork().transactional((em) =>
    record(
      em,
      subjects.map((subject) => factOf(subject)),
      ABOUT,
    ),
  );
