import { Clock } from './clock.js';
import type { Config } from './config.js';
import { Opened, openDatabase } from './database.js';
import { pinClock } from './db/anchor.js';
import { holdDataDir } from './db/hold.js';
import { openOrm } from './db/orm.js';
import { loadDemo } from './demo/load.js';
import { entities } from './entities.js';
import { StartError } from './errors.js';
import { House } from './house.js';
import { Gateway, type Readiness } from './http/gateway.js';
import type { Log } from './log.js';

/** A running server. */
export interface Running {
  readonly address: string;
  /** Set when this start made the secrets: to be shown once. */
  readonly demoPassword: string | null;
  readonly campaignNow: Date;
  stop(): Promise<void>;
}

/**
 * From nothing to serving. The port is taken first, so that a used one is found at once and /readyz can say what the
 * start is doing; everything opened is closed again when a later step fails.
 */
export async function startServer(
  config: Config,
  log: Log,
  onFault: (how: string) => void,
): Promise<Running> {
  const opened = new Opened();
  try {
    return await open(config, log, onFault, opened);
  } catch (fault) {
    await opened.close();
    throw fault;
  }
}

async function open(
  config: Config,
  log: Log,
  onFault: (how: string) => void,
  opened: Opened,
): Promise<Running> {
  const hold = await holdDataDir(config.dataDir, `http://${config.host}:${config.port}`);
  opened.add(() => hold.release());
  const readiness: Readiness = { reason: 'The database is being prepared.' };
  const gateway = new Gateway(config, log, readiness);
  opened.add(() => gateway.close());
  const address = await listen(gateway, config);
  const { secrets, created, ownerUrl, runtimeUrl } = await openDatabase(config, log, opened, onFault);
  const clock = await openClock(runtimeUrl, config, log);
  readiness.reason = 'The demo is being loaded.';
  const demo = {
    ownerUrl,
    households: config.demoHouseholds,
    password: secrets.demoPassword,
    start: clock.pinned.campaignAt,
    log,
  };
  if (config.demo) await loadDemo(demo);
  readiness.reason = 'The log is being read.';
  const house = await House.open({ config, secrets, runtimeUrl, clock, log });
  opened.add(() => house.close());
  await house.settled();
  await house.serve(gateway);
  readiness.reason = null;
  const stop = () => {
    readiness.reason = 'This node is stopping.';
    return opened.close();
  };
  return {
    address,
    demoPassword: created && config.demo ? secrets.demoPassword : null,
    campaignNow: clock.now(),
    stop,
  };
}

async function listen(gateway: Gateway, { host, port }: Config): Promise<string> {
  try {
    return await gateway.listen(host, port);
  } catch (fault) {
    const code = (fault as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE')
      throw new StartError(`PORT ${port} on ${host} is in use; set PORT to a free one.`, 1);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new StartError(`HOST ${host} is not an address of this machine.`, 78);
    if (code === 'EACCES')
      throw new StartError(`PORT ${port} may not be used by this user; set PORT to 1024 or above.`, 78);
    throw fault;
  }
}

async function openClock(runtimeUrl: string, config: Config, log: Log): Promise<Clock> {
  const orm = await openOrm(runtimeUrl, entities);
  try {
    const clock = new Clock({ campaignAt: new Date(0), realAt: new Date(0), speed: 1 });
    await pinClock(orm.em.fork(), clock, config, log);
    return clock;
  } finally {
    await orm.close(true);
  }
}
