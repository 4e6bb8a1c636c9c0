import { setTimeout as sleep } from 'node:timers/promises';
import { Clock } from './clock.js';
import type { Config } from './config.js';
import { Opened, openDatabase } from './database.js';
import { pinClock } from './db/anchor.js';
import { holdDataDir } from './db/hold.js';
import { openOrm } from './db/orm.js';
import { type DemoOutcome, loadDemo } from './demo/load.js';
import { entities } from './entities.js';
import { EXIT_CONFIG, StartError } from './errors.js';
import { House } from './house.js';
import { Gateway, type Readiness } from './http/gateway.js';
import type { Log } from './log.js';
import { readSecrets } from './secrets.js';
import { openVault } from './vault/vault.js';

/** What a server is started with. */
export interface ServerOptions {
  readonly config: Config;
  readonly log: Log;
  /** Ends a start that is still under way. */
  readonly signal: AbortSignal;
  /** Called when the embedded database ends by itself. */
  readonly onFault: (how: string) => void;
}

/** A running server. */
export interface Running {
  readonly address: string;
  /** What became of the demo; null where none is wanted. */
  readonly demo: DemoOutcome | null;
  readonly demoPassword: string;
  readonly campaignNow: Date;
  stop(): Promise<void>;
}

/**
 * From nothing to serving. The port is taken before anything slow begins, so that a used one is found at once and
 * /readyz can say what the start is doing; everything opened is closed again when a later step fails.
 */
export async function startServer(options: ServerOptions): Promise<Running> {
  const opened = new Opened();
  try {
    return await open(options, opened);
  } catch (fault) {
    await opened
      .close()
      .catch((err) => options.log.error({ err }, 'a failed start could not be cleared away'));
    throw fault;
  }
}

async function open({ config, log, signal, onFault }: ServerOptions, opened: Opened): Promise<Running> {
  const readiness: Readiness = { reason: null };
  const now = (reason: string | null) => {
    signal.throwIfAborted();
    readiness.reason = reason;
  };
  now('The database is being prepared.');
  if (!config.databaseUrl) {
    const hold = await holdDataDir(config.dataDir, `http://${config.host}:${config.port}`);
    opened.add(() => hold.release());
  }
  const gateway = new Gateway(config, log, readiness);
  const drain = drainOf(gateway);
  opened.add(drain);
  const address = await listen(gateway, config);
  const { secrets, ownerUrl, runtimeUrl } = await openDatabase(config, log, opened, onFault);
  const clock = await openClock(runtimeUrl, config, log);

  now('The demo is being loaded.');
  const { demoPassword } = secrets;
  const plan = { households: config.demoHouseholds, start: clock.pinned.campaignAt };
  const vault = await openVault(runtimeUrl, () => secrets, log);
  const demo = config.demo
    ? await loadDemo({ ...plan, ownerUrl, password: demoPassword, vault, log, signal })
    : null;

  now('The log is being read.');
  const house = await House.open({
    config,
    secrets,
    secretsNow: () => readSecrets(config.secretsFile),
    runtimeUrl,
    clock,
    log,
  });
  opened.add(() => house.close());
  await orEnded(house.caughtUp(), signal);
  await house.serve(gateway);
  // Both doors before what is behind them, and at once: the port cannot close while a socket is open.
  opened.add(() => Promise.all([drain(), house.leave()]));
  now(null);
  return { address, demo, demoPassword, campaignNow: clock.now(), stop: () => opened.close() };
}

async function listen(gateway: Gateway, { host, port }: Config): Promise<string> {
  try {
    return await gateway.listen(host, port);
  } catch (fault) {
    const { code, message } = fault as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new StartError(`PORT ${port} on ${host} is in use; set PORT to a free one.`, 1);
    if (code === 'EACCES')
      throw new StartError(
        `PORT ${port} may not be used by this user; set PORT to 1024 or above.`,
        EXIT_CONFIG,
      );
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new StartError(`HOST ${host} is not an address of this machine.`, EXIT_CONFIG);
    throw new StartError(`HOST ${host} and PORT ${port} cannot be listened on: ${message}.`, 1);
  }
}

/** Requests under way may take this long when the server stops; then their connections are cut. */
const DRAIN_MS = 10_000;
const SWEEP_MS = 50;

/** What closes the port once: it takes no new requests and lets those under way finish, within a bound. */
function drainOf(gateway: Gateway): () => Promise<void> {
  let draining: Promise<void> | undefined;
  return () => {
    draining ??= close(gateway);
    return draining;
  };
}

async function close(gateway: Gateway): Promise<void> {
  const { server } = gateway.app;
  // A kept-alive connection whose last answer was under way when the port closed would hold it open for seconds.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const cut = new AbortController();
  const late = sleep(DRAIN_MS, undefined, cut).then(() => server.closeAllConnections());
  try {
    // Not only the cut: a connection that asked to become a socket is no longer among those that it reaches.
    await Promise.race([gateway.close(), late]);
  } finally {
    clearInterval(sweep);
    cut.abort();
    await late.catch(() => undefined);
  }
}

async function openClock(runtimeUrl: string, config: Config, log: Log): Promise<Clock> {
  const orm = await openOrm(runtimeUrl, entities, config.limits);
  try {
    const clock = new Clock({ campaignAt: new Date(0), realAt: new Date(0), speed: 1 });
    await pinClock(orm.em.fork(), clock, config, log);
    return clock;
  } finally {
    await orm.close(true);
  }
}

/** Waits for the work, or no longer when the signal comes: reading a long log has no end in between. */
async function orEnded(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  await Promise.race([work, ended]);
}
