import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/**
 * Owns the test databases of one run: starts the server, says where it is, and takes everything away when the
 * channel to jest closes, whatever closed it.
 */
const [prefix] = process.argv.slice(2);
const given = process.env.TEST_DATABASE_URL;
const { adminUrl, clean } = given ? { adminUrl: given, clean: () => dropAll(given) } : await ownServer();

process.once('disconnect', async () => {
  await clean();
  process.exit(0);
});
if (process.connected) process.send({ adminUrl });
else await clean();

async function ownServer() {
  const { startEmbedded } = await import('../../dist/src/db/embedded/embedded.js');
  const { openLog } = await import('../../dist/src/log.js');
  const dataDir = await mkdtemp(join(tmpdir(), 'duban-test-'));
  const remove = () => rm(dataDir, { recursive: true, force: true });
  const settings = {
    fsync: 'off',
    full_page_writes: 'off',
    autovacuum: 'off',
    max_connections: '300',
    max_prepared_transactions: '20',
  };
  const ownerPassword = randomBytes(16).toString('hex');
  try {
    const embedded = await startEmbedded({ dataDir, ownerPassword, log: openLog('error'), settings });
    return { adminUrl: embedded.ownerUrl('postgres'), clean: () => embedded.stop().then(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function dropAll(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('select datname from pg_database where starts_with(datname, $1)', [
    prefix,
  ]);
  for (const { datname } of rows) {
    await client.query(`ALTER DATABASE ${datname} IS_TEMPLATE false`);
    await client.query(`DROP DATABASE ${datname} WITH (FORCE)`);
  }
  // Nodes first: an owner that granted them their membership cannot go before them.
  const roles = await client.query(
    `select rolname from pg_roles where starts_with(rolname, $1) order by rolname like '%\\_node' desc`,
    [prefix],
  );
  for (const { rolname } of roles.rows) await client.query(`DROP ROLE ${rolname}`);
  await client.end();
}
