import type { Config } from './config.js';
import { startEmbedded } from './db/embedded/embedded.js';
import { prepareDatabase } from './db/prepare.js';
import type { Log } from './log.js';
import { loadSecrets, type Secrets } from './secrets.js';

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
