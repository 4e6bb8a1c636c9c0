import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { compile } from '../../scripts/build.mjs';
import { buildPages } from '../../scripts/pages.mjs';
import { prepareChromium } from './chromium.ts';

/**
 * Before all tests: one PostgreSQL (our own, or TEST_DATABASE_URL) and the template databases that every
 * `freshDatabase()` is cloned from. Plain JavaScript on the compiled house, because jest loads this file without its
 * own transformation.
 */
async function globalSetup() {
  const chromium = prepareChromium();
  await compile();
  await buildPages();
  const prefix = `duban_test_${randomBytes(4).toString('hex')}`;
  const { keeper, adminUrl } = await startKeeper(prefix);
  globalThis.testKeeper = keeper;

  const { loadSecrets } = await import('../../dist/src/secrets.js');
  const { makeMigrated, makeTemplate } = await import('./templates.mjs');
  const secrets = await inTemporaryFile(loadSecrets);
  const run = { prefix, adminUrl, secrets };
  await makeMigrated(run);
  for (const { name, fill } of await furtherTemplates()) await makeTemplate(run, name, fill);
  // The only way into the workers is the environment, which they inherit.
  process.env.DUBAN_TEST_RUN = JSON.stringify(run);
  process.env.DUBAN_TEST_CHROMIUM = await chromium;
}

/** Templates beyond `migrated`, each `{ name, fill(ownerUrl, { runtimeUrl, secrets }) }`. */
async function furtherTemplates() {
  const { fillDemo } = await import('./demo.mjs');
  return [{ name: 'demo', fill: fillDemo }];
}

/** The keeper is a process of its own, so that it cleans up however this one ends: done, Ctrl-C or killed. */
async function startKeeper(prefix) {
  const file = fileURLToPath(new URL('./keeper.mjs', import.meta.url));
  const keeper = fork(file, [prefix], { detached: true, execArgv: [] });
  const { adminUrl } = await new Promise((resolve, reject) => {
    keeper.once('message', resolve);
    keeper.once('exit', (code) => reject(new Error(`the test database did not start (exit ${code})`)));
  });
  keeper.unref();
  keeper.channel.unref();
  return { keeper, adminUrl };
}

async function inTemporaryFile(load) {
  const { mkdtemp, rm } = await import('node:fs/promises');
  const { tmpdir } = await import('node:os');
  const { join } = await import('node:path');
  const folder = await mkdtemp(join(tmpdir(), 'duban-secrets-'));
  const { secrets } = load(join(folder, 'secrets.json'), { demoPassword: 'demo-password' });
  await rm(folder, { recursive: true });
  return secrets;
}

// biome-ignore lint/style/noDefaultExport: jest takes only the default export.
export { globalSetup as default };
