import { Clock } from '../../dist/src/clock.js';
import { DEMO_CLOCK, readConfig } from '../../dist/src/config.js';
import { loadDemo } from '../../dist/src/demo/load.js';
import { House } from '../../dist/src/house.js';
import { openLog } from '../../dist/src/log.js';
import { openVault } from '../../dist/src/vault/vault.js';
import { plantCanary } from './canary.mjs';

/** Few enough to clone in a moment, enough for pages, counts and both demo teams. */
const HOUSEHOLDS = 200;

/**
 * The demo city, with every follower caught up, so that a test begins with true counters, alerts and armed deadlines.
 * @param {string} ownerUrl
 * @param {{ runtimeUrl: string, secrets: import('../../src/secrets.ts').Secrets }} more
 */
export async function fillDemo(ownerUrl, { runtimeUrl, secrets }) {
  const log = openLog('warn');
  const start = new Date(DEMO_CLOCK);
  const clock = new Clock({ campaignAt: start, realAt: new Date(), speed: 1e-9 });
  const vault = await openVault(runtimeUrl, () => secrets, log);
  await loadDemo({ ownerUrl, households: HOUSEHOLDS, password: secrets.demoPassword, vault, start, log });
  await plantCanary(ownerUrl, vault);
  const house = await House.open({ config: readConfig({ DEMO: 'on' }), secrets, runtimeUrl, clock, log });
  await house.settled();
  await house.close();
}
