import type { AddressInfo } from 'node:net';
import { readConfig } from '../../src/config.js';
import { House as Node } from '../../src/house.js';
import { Gateway } from '../../src/http/gateway.js';
import { openLog } from '../../src/log.js';
import type { House } from '../helpers/house.js';

/** Another node on a house's database, as the one that comes after a restart. */
export async function openTwin({
  database,
  clock,
}: House): Promise<{ address: string; close: () => Promise<void> }> {
  const config = readConfig({ DEMO: 'on', LOG_LEVEL: 'warn', LIMIT_SOCKETS_PER_ACCOUNT: '1000' });
  const log = openLog('fatal');
  const gateway = new Gateway(config, log, { reason: null });
  await gateway.listen('127.0.0.1', 0);
  const { secrets, runtimeUrl } = database;
  const node = await Node.open({ config, secrets, runtimeUrl, clock, log });
  await node.serve(gateway);
  const { port } = gateway.app.server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    close: async () => {
      await node.close();
      await gateway.close();
    },
  };
}
