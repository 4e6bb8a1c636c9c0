import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { enterScope, openOwner } from '../db/orm.js';
import type { Log } from '../log.js';
import { hashPassword } from '../people/session.actions.js';
import { loadRegions } from '../regions/region.actions.js';
import { readRegionFile } from '../regions/region.file.js';
import { drawCity } from './city.js';
import { householdChunks, insertHouseholds } from './load.households.js';
import { insertPeople, insertStandard, markPlaces } from './load.places.js';
import { insertInspections, insertProjects, insertTasks } from './load.work.js';
import { readRegionList } from './reference.js';

export interface DemoOptions {
  readonly ownerUrl: string;
  readonly households: number;
  readonly password: string;
  /** The campaign instant at which the demo begins: its dates are counted from here. */
  readonly start: Date;
  readonly log: Log;
}

/** Same seed, same city. */
const SEED = 'duban 2016-12-08';
const EVERYWHERE = [{ from: '0', to: ':' }];

/**
 * Fills an empty database with the demo city: real places, the document's projects and meeting, synthetic people. Done
 * in stages, each one transaction with its facts, so that a load that was cut off goes on where it stopped. A database
 * that holds regions of its own is left alone.
 */
export async function loadDemo(options: DemoOptions): Promise<void> {
  const orm = await openOwner(options.ownerUrl);
  try {
    if (await isForeign(orm.em.fork())) return;
    await runStages(orm, options);
  } finally {
    await orm.close(true);
  }
}

/** Somebody else's regions, or a demo that is complete except for a new password. */
async function isForeign(em: EntityManager): Promise<boolean> {
  const [row] = await em.execute<{ foreign: boolean }[]>(
    'select exists (select from region) and not exists (select from demo_stage) as foreign',
  );
  return row?.foreign ?? false;
}

async function runStages(orm: MikroORM, options: DemoOptions): Promise<void> {
  const { start, log } = options;
  const regions = readRegionFile(readRegionList());
  const city = drawCity(regions, SEED, start);
  const stage = async (name: string, fill: (em: EntityManager) => Promise<unknown>) => {
    await orm.em.fork().transactional(async (em) => {
      const claimed = await em.execute(
        'insert into demo_stage (name) values (?) on conflict do nothing returning name',
        [name],
      );
      if (claimed.length === 0) return;
      await enterScope(em, EVERYWHERE);
      await fill(em);
      log.info({ stage: name }, 'demo data loaded');
    });
  };
  await stage('places', async (em) => {
    await loadRegions(em, regions, start);
    await markPlaces(em, city);
    await insertStandard(em);
  });
  await stage('people', (em) => insertPeople(em, city, start));
  await stage('tasks', (em) => insertTasks(em, city, start));
  await stage('projects', (em) => insertProjects(em, city, start));
  await stage('inspections', (em) => insertInspections(em, city, start));
  for (const { name, rows } of householdChunks(city, options.households, SEED)) {
    await stage(name, (em) => insertHouseholds(em, city, rows, start));
  }
  await keepPasswords(orm.em.fork(), city.accounts, options.password);
}

/** DEMO_PASSWORD may be another one at a later start; hashing anew each time is cheap and always right. */
async function keepPasswords(
  em: EntityManager,
  accounts: readonly { id: string; signsIn: boolean }[],
  password: string,
): Promise<void> {
  const hash = await hashPassword(password);
  const ids = accounts.filter(({ signsIn }) => signsIn).map(({ id }) => id);
  await em.execute('update account set password_hash = ? where id = any(?::uuid[])', [
    hash,
    `{${ids.join(',')}}`,
  ]);
}
