import { setTimeout as pause } from 'node:timers/promises';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { migrations } from '../../migrations/index.js';
import { EXIT_CONFIG, StartError } from '../errors.js';
import type { Log } from '../log.js';
import type { Secrets } from '../secrets.js';
import { prepareVault } from '../vault/seal-plain.js';
import { withDatabase, withUser } from './address.js';
import { ensureRoles, nodeRole } from './roles.js';

const OLDEST = 18;
/** security/floors.json says why. */
const PATCHED = { number: 180_006, name: '18.6' };

/** Any number that no other program on the server takes; the lock is per database. */
const PREPARE_LOCK = 7_219_340_120_001n;
const TRY_AGAIN_MS = 50;

/** What a database is prepared from. */
export interface PrepareOptions {
  /** A user that owns the database and may make roles. */
  readonly ownerUrl: string;
  /** Made on the server when it is missing (the embedded one); without it, the database that `ownerUrl` names. */
  readonly database?: string;
  readonly secrets: Pick<Secrets, 'databaseRuntimePassword' | 'personalDataKey' | 'nextPersonalDataKey'>;
  readonly log: Log;
}

/**
 * Brings a database from whatever it is to what this version needs, and returns the address the nodes serve from.
 * Several nodes may do so at once. The runtime role behind that address owns nothing.
 */
export async function prepareDatabase(options: PrepareOptions): Promise<{ runtimeUrl: string }> {
  const { ownerUrl, database, secrets, log } = options;
  if (database !== undefined) await ensureDatabase(ownerUrl, database);
  const target = database === undefined ? ownerUrl : withDatabase(ownerUrl, database);
  return connected(target, async (client) => {
    await checkVersion(client, database === undefined ? log : null);
    const { rows } = await client.query<{ name: string }>('select current_database() as name');
    const role = nodeRole(rows[0]?.name ?? '');
    const runtimeUrl = withUser(target, role, secrets.databaseRuntimePassword);
    // Of several nodes starting at once one does the work and the others find it done. Held by this connection,
    // so a node that dies on the way lets it go.
    await takePreparation(client);
    await ensureRoles(client, role, secrets.databaseRuntimePassword);
    await checkRuntime(runtimeUrl, role);
    await migrate(target, log);
    await prepareVault(client, secrets, log);
    return { runtimeUrl };
  });
}

/** Asked for again and again: one statement that waits would hold a snapshot all the while (vault/quiet.ts). */
async function takePreparation(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [
      PREPARE_LOCK,
    ]);
    if (rows[0]?.mine) return;
    await pause(TRY_AGAIN_MS);
  }
}

/** Runs the migrations that this database has not had yet, all or none of them. */
async function migrate(ownerUrl: string, log: Log): Promise<void> {
  const orm = await MikroORM.init({
    clientUrl: ownerUrl,
    // clientUrl alone would lose the address's TLS settings.
    driverOptions: { connectionString: ownerUrl, max: 2 },
    entities: [],
    discovery: { warnWhenNoEntities: false },
    extensions: [Migrator],
    ensureDatabase: false,
    migrations: { migrationsList: migrations, snapshot: false },
    logger: (message) => log.debug(message),
  });
  try {
    const done = await orm.migrator.up();
    if (done.length > 0) log.info({ migrations: done.map(({ name }) => name) }, 'migrated the database');
  } finally {
    await orm.close(true);
  }
}

/** A server below the oldest stops the start; one with known holes is warned of, if there is a log to warn in. */
async function checkVersion(client: pg.Client, log: Log | null): Promise<void> {
  const { rows } = await client.query<{ number: number; name: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as name`,
  );
  const { number = 0, name = '' } = rows[0] ?? {};
  if (number >= OLDEST * 10_000) {
    const said = `this PostgreSQL is ${name}, which has known holes; bring it to ${PATCHED.name} or newer`;
    if (number < PATCHED.number) log?.warn({ version: name }, said);
    return;
  }
  throw new StartError(
    `DATABASE_URL must be a PostgreSQL ${OLDEST} or newer; this one is ${name}.`,
    EXIT_CONFIG,
  );
}

async function ensureDatabase(serverUrl: string, database: string): Promise<void> {
  await connected(serverUrl, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (rowCount) return;
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)}`).catch((error) => {
      // duplicate_database, or the same as a lost race on the catalogue's index: another start was quicker.
      if (error.code !== '42P04' && error.code !== '23505') throw error;
    });
  });
}

/** Signing in is the one proof that these secrets fit the role, whoever made it. */
async function checkRuntime(runtimeUrl: string, role: string): Promise<void> {
  const client = new pg.Client({ connectionString: runtimeUrl });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === '28P01') {
      throw new StartError(
        `SECRETS_FILE is not the one this database was set up with: ${role} has another password there.`,
        EXIT_CONFIG,
      );
    }
    throw new StartError(`The database does not let ${role} in: ${message}.`, EXIT_CONFIG);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** invalid password, authorization or database name: starting again will not help. */
const WRONG_ADDRESS = ['28P01', '28000', '3D000'];

async function connected<T>(address: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: address, connectionTimeoutMillis: 10_000 });
  // A connection lost between two statements is reported by the next one.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    throw new StartError(
      `The database of DATABASE_URL cannot be reached: ${message || code}.`,
      WRONG_ADDRESS.includes(code) ? EXIT_CONFIG : 1,
    );
  }
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
