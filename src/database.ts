import type { Config } from './config.js';
import { runningOwnerUrl, startEmbedded } from './db/embedded/embedded.js';
import { holdDataDir } from './db/hold.js';
import { prepareDatabase } from './db/prepare.js';
import { StartError } from './errors.js';
import type { Log } from './log.js';
import { loadSecrets, readSecrets, type Secrets } from './secrets.js';

const DATABASE = 'duban';

/** What has been opened so far, to be closed in the opposite order, whether all of it is there or not. */
export class Opened {
  private readonly closers: (() => Promise<unknown>)[] = [];

  add(close: () => Promise<unknown>): void {
    this.closers.unshift(close);
  }

  /** Closes everything, also what comes after something that does not let itself be closed. */
  async close(): Promise<void> {
    const faults: unknown[] = [];
    for (const close of this.closers.splice(0)) await close().catch((fault) => faults.push(fault));
    if (faults.length > 0) throw faults[0];
  }
}

/** A prepared database, and what opens it. */
export interface OpenedDatabase {
  readonly secrets: Secrets;
  /** For loading lists and the demo. */
  readonly ownerUrl: string;
  /** For serving: this role owns nothing. */
  readonly runtimeUrl: string;
}

/** The database of the configuration, started if it is the embedded one, and brought to this version. */
export async function openDatabase(
  config: Config,
  log: Log,
  opened: Opened,
  onFault: (how: string) => void,
): Promise<OpenedDatabase> {
  const { secrets } = loadSecrets(config.secretsFile, { demoPassword: config.demoPassword });
  if (config.databaseUrl) {
    const ownerUrl = config.databaseUrl;
    return { secrets, ownerUrl, ...(await prepareDatabase({ ownerUrl, secrets, log })) };
  }
  const { dataDir } = config;
  const ownerPassword = secrets.databaseOwnerPassword;
  const embedded = await startEmbedded({ dataDir, ownerPassword, log, onExit: onFault });
  opened.add(() => embedded.stop());
  const what = 'embedded PostgreSQL: good for a laptop, tests and a pilot; set DATABASE_URL for more';
  log.info({ dataDir }, what);
  const ownerUrl = embedded.ownerUrl('postgres');
  const prepared = await prepareDatabase({ ownerUrl, database: DATABASE, secrets, log });
  return { secrets, ownerUrl: embedded.ownerUrl(DATABASE), ...prepared };
}

/**
 * The database for a command that works beside a running server: the embedded one, which has one owner at a time, is
 * reached through that server's; without one, or with DATABASE_URL, it is opened as by {@link openDatabase}.
 */
export async function joinDatabase(
  config: Config,
  log: Log,
  opened: Opened,
  about: string,
): Promise<{ ownerUrl: string }> {
  const open = () => openDatabase(config, log, opened, () => process.exit(1));
  if (config.databaseUrl) return open();
  try {
    const hold = await holdDataDir(config.dataDir, about);
    opened.add(() => hold.release());
  } catch (fault) {
    if (!(fault instanceof StartError) || fault.exitCode !== 1) throw fault;
    const { databaseOwnerPassword } = readSecrets(config.secretsFile);
    const ownerUrl = await runningOwnerUrl(config.dataDir, databaseOwnerPassword, DATABASE);
    if (ownerUrl === null) throw fault;
    return { ownerUrl };
  }
  return open();
}
