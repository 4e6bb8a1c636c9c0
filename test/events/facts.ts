import { MikroORM } from '@mikro-orm/postgresql';
import { pino } from 'pino';
import { giveBackDead } from '../../src/db/orm.js';
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
