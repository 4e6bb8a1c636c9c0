// This project's node with everything on: log, ticker, rights, pipeline, followers. Events are written into the log by
// the one who measures, as any room does; the node is only told to look.
import { load } from '../../../scripts/prepare.mjs';
import { serve } from './serve.mjs';

const { runtimeUrl, secrets, start } = JSON.parse(process.env.BENCH_NODE);
const { House } = await load('house.js');
const { Gateway } = await load('http/gateway.js');
const { Clock } = await load('clock.js');
const { openLog } = await load('log.js');
const { readConfig } = await load('config.js');

const MANY = '1000000';
const config = readConfig({
  DEMO: 'on',
  LOG_LEVEL: 'error',
  LIMIT_SOCKETS_PER_ACCOUNT: MANY,
  LIMIT_SOCKETS_PER_ADDRESS: MANY,
  LIMIT_SOCKETS_UNAUTHENTICATED: MANY,
  LIMIT_INIT_MS: '60000',
  LIMIT_POOL_WAIT_MS: '60000',
});
const log = openLog('error');
const gateway = new Gateway(config, log, { reason: null });
const address = await gateway.listen('127.0.0.1', 0);
const clock = new Clock({ campaignAt: new Date(start), realAt: new Date(), speed: 1e-9 });
const house = await House.open({ config, secrets, runtimeUrl, clock, log });
await house.serve(gateway);
await house.settled();

serve(`${address.replace('http', 'ws')}/graphql`, {
  publish: () => house.tail.kick(),
  close: () => house.close(),
});
