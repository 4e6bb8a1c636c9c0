import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { hashPassword } from '../auth/hasher.js';
import { EVERYWHERE } from '../auth/scope.js';
import { enterScope, openOwner } from '../db/orm.js';
import type { Log } from '../log.js';
import { loadRegions } from '../regions/region.actions.js';
import { readRegionFile } from '../regions/region.file.js';
import type { Vault } from '../vault/vault.js';
import { DEMO_USERNAMES } from './draw/accounts.js';
import { drawCity } from './draw/city.js';
import { drawTrend } from './draw/trend.js';
import { insertRows } from './insert.js';
import { householdChunks, insertHouseholds } from './load.households.js';
import { insertMeasurements } from './load.measurements.js';
import { insertPeople, insertStandards, markPlaces } from './load.places.js';
import { insertInspections, insertProjects, insertTasks } from './load.work.js';
import { readRegionList } from './reference.js';

/** What decides how the city looks. */
interface Plan {
  readonly households: number;
  /** The campaign instant at which the demo begins: its dates are counted from here. */
  readonly start: Date;
}

export interface DemoOptions extends Plan {
  readonly ownerUrl: string;
  readonly password: string;
  /** Of this database: what is sensitive about a person goes in sealed. */
  readonly vault: Vault;
  readonly log: Log;
  /** Ends the load after the stage in hand; a later one goes on from there. */
  readonly signal?: AbortSignal;
}

/** LOADED now, PRESENT since an earlier load, or REFUSED because the database holds regions of somebody else. */
export type DemoOutcome = 'LOADED' | 'PRESENT' | 'REFUSED';

/** Same seed, same city. */
const SEED = 'duban 2016-12-08';
const FIRST = 'places';
const LAST = 'whole';

/**
 * Fills an empty database with the demo city: real places, the document's projects and meeting, synthetic people. Done
 * in stages, each one transaction with its facts, so that a load that was cut off goes on where it stopped. A database
 * that holds regions of its own is left alone.
 */
export async function loadDemo(options: DemoOptions): Promise<DemoOutcome> {
  const orm = await openOwner(options.ownerUrl);
  try {
    const em = orm.em.fork();
    if (await isForeign(em)) {
      options.log.warn('the demo is not loaded: the database holds regions that are not its own');
      return 'REFUSED';
    }
    const isWhole = await isDone(em, LAST);
    if (!isWhole) await runStages(orm, options);
    await keepPasswords(em, options.password);
    return isWhole ? 'PRESENT' : 'LOADED';
  } finally {
    await orm.close(true);
  }
}

async function isForeign(em: EntityManager): Promise<boolean> {
  const [row] = await em.execute<{ foreign: boolean }[]>(
    'select exists (select from region) and not exists (select from demo_stage) as foreign',
  );
  return row?.foreign ?? false;
}

async function isDone(em: EntityManager, stage: string): Promise<boolean> {
  return (await em.execute('select from demo_stage where name = ?', [stage])).length > 0;
}

async function runStages(orm: MikroORM, options: DemoOptions): Promise<void> {
  const { log, signal } = options;
  const plan = await planOf(orm.em.fork(), options);
  const stage = async (name: string, fill: (em: EntityManager) => Promise<unknown>) => {
    signal?.throwIfAborted();
    await orm.em.fork().transactional(async (em) => {
      if (!(await claim(em, name, name === FIRST ? plan : null))) return;
      await enterScope(em, EVERYWHERE);
      await fill(em);
      log.debug({ stage: name }, 'demo data loaded');
    });
  };
  log.info({ households: plan.households }, 'loading the demo city');
  const regions = readRegionFile(readRegionList());
  const { start } = plan;
  const city = drawCity(regions, SEED, start);
  await stage(FIRST, async (em) => {
    await loadRegions(em, regions, start);
    await markPlaces(em, city);
    await insertStandards(em);
  });
  await stage('people', (em) => insertPeople(em, city, start));
  await stage('tasks', (em) => insertTasks(em, city, start));
  await stage('measurements', (em) => insertMeasurements(em, city, start));
  // What the follower of the log would have kept on the days before: the log begins at the start and knows none of them.
  await stage('trend', (em) => insertRows(em, 'counter_day', drawTrend(city.tasks, start)));
  await stage('projects', (em) => insertProjects(em, city, start));
  await stage('inspections', (em) => insertInspections(em, city, start));
  // Read again: of two nodes that began at once, the one whose first stage came through has decided.
  const { households } = await planOf(orm.em.fork(), plan);
  for (const { name, rows } of householdChunks(city, households, SEED)) {
    await stage(name, (em) => insertHouseholds(em, options.vault, city, rows, start));
  }
  await stage(LAST, async () => undefined);
}

/** What an earlier load began with, else what is wished now: half a city of each would be neither. */
async function planOf(em: EntityManager, { households, start }: Plan): Promise<Plan> {
  const [row] = await em.execute<{ plan: { households: number; start: string } | null }[]>(
    'select plan from demo_stage where name = ?',
    [FIRST],
  );
  return row?.plan
    ? { households: row.plan.households, start: new Date(row.plan.start) }
    : { households, start };
}

/** Takes the stage for this transaction; false when it is in already. Of two nodes the second waits for the first. */
async function claim(em: EntityManager, stage: string, plan: Plan | null): Promise<boolean> {
  const claimed = await em.execute(
    'insert into demo_stage (name, plan) values (?, ?::jsonb) on conflict do nothing returning name',
    [stage, plan && JSON.stringify(plan)],
  );
  return claimed.length > 0;
}

/** DEMO_PASSWORD may be another one at a later start; hashing anew each time is cheap and always right. */
async function keepPasswords(em: EntityManager, password: string): Promise<void> {
  const hash = await hashPassword(password);
  await em.execute(
    'update account set password_hash = ?, must_change_password = false where username = any(?::text[])',
    [hash, `{${DEMO_USERNAMES.join(',')}}`],
  );
}
