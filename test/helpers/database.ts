import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { withDatabase, withUser } from '../../src/db/address.js';
import type { Secrets } from '../../src/secrets.js';

interface Run {
  readonly prefix: string;
  readonly adminUrl: string;
  readonly role: string;
  readonly secrets: Secrets;
}

/** A database of its own for one test file. */
export interface FreshDatabase {
  readonly name: string;
  /** The superuser, who is above row-level security: for arranging and looking, never for the code under test. */
  readonly ownerUrl: string;
  /** What the house serves from. */
  readonly runtimeUrl: string;
  readonly secrets: Secrets;
  /** Removes it, ending whatever connections are left. */
  drop(): Promise<void>;
}

/** The server that `global-setup.mjs` started, for tests that make their own databases. */
export const testRun = (): Run => JSON.parse(process.env.DUBAN_TEST_RUN ?? '{}') as Run;

/** Clones a template: `migrated` (tables, no rows) or one that the global setup filled. */
export async function freshDatabase({ template = 'migrated' } = {}): Promise<FreshDatabase> {
  const { prefix, adminUrl, role, secrets } = testRun();
  const name = `${prefix}_x${randomBytes(5).toString('hex')}`;
  // Copying files beats writing pages through the log here: no fsync, and no checkpoint worth waiting for.
  await onServer(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${prefix}_${template} STRATEGY file_copy`);
  const ownerUrl = withDatabase(adminUrl, name);
  return {
    name,
    ownerUrl,
    runtimeUrl: withUser(ownerUrl, role, secrets.databaseRuntimePassword),
    secrets,
    drop: () => onServer(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function onServer(adminUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
