import pg from 'pg';
import { EXIT_CONFIG, StartError } from '../errors.js';
import { scramVerifier } from './scram.js';

/** The role that migrations grant to. Nobody signs in as it, and every database of one server shares it. */
export const RUNTIME_GROUP = 'duban_runtime';

/** PostgreSQL cuts names at 63 bytes; cut here, so that the name we look for is the one that was made. */
export const nodeRole = (database: string): string => `${Buffer.from(database).subarray(0, 58)}_node`;

/**
 * Makes the role the nodes sign in with, a member of the runtime group that owns nothing and bypasses nothing.
 * An existing one is left as it is, its password too: whoever holds other secrets must not lock the others out.
 */
export async function ensureRoles(client: pg.Client, role: string, password: string): Promise<void> {
  const name = pg.escapeIdentifier(role);
  await createRole(client, RUNTIME_GROUP, 'NOLOGIN');
  await createRole(client, role, `LOGIN PASSWORD ${pg.escapeLiteral(scramVerifier(password))}`);
  const { rows } = await client.query<{ member: boolean; mighty: boolean }>(
    `select pg_has_role(oid, $2, 'MEMBER') as member, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb as mighty
     from pg_roles where rolname = $1`,
    [role, RUNTIME_GROUP],
  );
  if (rows[0]?.mighty) {
    throw new StartError(
      `The role ${role} has more rights than a node may have: make it NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB.`,
      EXIT_CONFIG,
    );
  }
  if (!rows[0]?.member) await tolerant(client, `GRANT ${RUNTIME_GROUP} TO ${name}`, role);
}

async function createRole(client: pg.Client, role: string, attributes: string): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  if (rowCount) return;
  const limits = 'NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION';
  await tolerant(client, `CREATE ROLE ${pg.escapeIdentifier(role)} ${limits} ${attributes}`, role);
}

/** duplicate_object and unique_violation: another database of this server is being prepared in the same moment. */
const MADE_MEANWHILE = ['42710', '23505'];

async function tolerant(client: pg.Client, statement: string, role: string): Promise<void> {
  try {
    await client.query(statement);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== undefined && MADE_MEANWHILE.includes(code)) return;
    if (code !== '42501') throw error;
    throw new StartError(
      `The user of DATABASE_URL may not make roles: give it CREATEROLE, or have ${RUNTIME_GROUP} (NOLOGIN) and its member ${role} (LOGIN, with databaseRuntimePassword from SECRETS_FILE) made for it.`,
      EXIT_CONFIG,
    );
  }
}
