import pg from 'pg';
import { withDatabase, withUser } from '../../dist/src/db/address.js';
import { prepareDatabase } from '../../dist/src/db/prepare.js';
import { nodeRole } from '../../dist/src/db/roles.js';
import { openLog } from '../../dist/src/log.js';

/** What one run of the tests shares; `test/helpers/database.ts` reads it from the environment. */
/** @typedef {{ prefix: string, adminUrl: string, secrets: import("../../src/secrets.ts").Secrets, role?: string }} Run */

/**
 * The template every other one starts from: all migrations, no rows but theirs.
 * @param {Run} run
 */
export async function makeMigrated(run) {
  const database = `${run.prefix}_migrated`;
  const { runtimeUrl } = await prepareDatabase({
    ownerUrl: run.adminUrl,
    database,
    secrets: run.secrets,
    log: openLog('warn'),
  });
  run.role = new URL(runtimeUrl).username || nodeRole(database);
  await seal(run, database);
}

/**
 * A further template: the migrated one, filled once. `fill` must close its connections.
 * @param {Run} run
 * @param {string} name
 * @param {(ownerUrl: string, more: { runtimeUrl: string, secrets: Run['secrets'] }) => Promise<void>} fill
 */
export async function makeTemplate(run, name, fill) {
  const database = `${run.prefix}_${name}`;
  await onServer(run, `CREATE DATABASE ${database} TEMPLATE ${run.prefix}_migrated`);
  const ownerUrl = withDatabase(run.adminUrl, database);
  const runtimeUrl = withUser(ownerUrl, run.role, run.secrets.databaseRuntimePassword);
  await fill(ownerUrl, { runtimeUrl, secrets: run.secrets });
  await seal(run, database);
}

/** Nobody may connect any more: a template with a visitor cannot be cloned. */
const seal = (run, database) =>
  onServer(run, `ALTER DATABASE ${database} IS_TEMPLATE true ALLOW_CONNECTIONS false`);

async function onServer({ adminUrl }, statement) {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
