// A server of its own with the demo city, for as long as a measurement takes.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, prepare } from '../scripts/prepare.mjs';

/** When the demo begins. */
export const START = new Date('2016-12-08T09:00:00+08:00');

/** Runs `measure` with the addresses, secrets and vault of a new server, and takes it away again. */
export async function withScratch({ name, households }, measure) {
  await prepare();
  const { startEmbedded } = await load('db/embedded/embedded.js');
  const { prepareDatabase } = await load('db/prepare.js');
  const { loadSecrets } = await load('secrets.js');
  const { loadDemo } = await load('demo/load.js');
  const { openLog } = await load('log.js');
  const { openVault } = await load('vault/vault.js');
  const dataDir = await mkdtemp(join(tmpdir(), `duban-${name}-`));
  const log = openLog('error');
  const ownerPassword = randomBytes(16).toString('hex');
  const embedded = await startEmbedded({ dataDir, ownerPassword, log });
  try {
    const demoPassword = 'a-password-for-the-bench';
    const { secrets } = loadSecrets(join(dataDir, 'secrets.json'), { demoPassword });
    const admin = { ownerUrl: embedded.ownerUrl('postgres'), database: name, secrets, log };
    const { runtimeUrl } = await prepareDatabase(admin);
    const ownerUrl = embedded.ownerUrl(name);
    const vault = await openVault(runtimeUrl, () => secrets, log);
    await loadDemo({ ownerUrl, households, password: demoPassword, vault, start: START, log });
    await measure({ ownerUrl, runtimeUrl, secrets, vault, log });
  } finally {
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
