import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { startEmbedded } from '../../src/db/embedded/embedded.js';
import { prepareDatabase } from '../../src/db/prepare.js';
import { loadSecrets } from '../../src/secrets.js';
import { scratchFolder } from '../helpers/scratch.js';
import { MUTATION_TABLE } from './writers.js';

const QUIET = pino({ level: 'silent' });
export const DEMO_PASSWORD = 'a-password-for-the-checker';

/** A database of the house for one trial, as its owner and as the nodes see it. */
export interface Ground {
  readonly ownerUrl: string;
  readonly runtimeUrl: string;
  readonly secretsFile: string;
}

/** A database server of the checker's own, that may be crashed. */
export class OwnServer {
  private constructor(
    private readonly folder: string,
    private readonly embedded: Awaited<ReturnType<typeof startEmbedded>>,
    private readonly remove: () => Promise<void>,
  ) {}

  /** `isSafe`: what is written is on the disk, as it is for users. */
  static async start(isSafe: boolean): Promise<OwnServer> {
    const { folder, remove } = await scratchFolder();
    const settings = {
      max_prepared_transactions: '20',
      max_connections: '300',
      ...(isSafe ? {} : { fsync: 'off', full_page_writes: 'off' }),
    };
    const ownerPassword = randomBytes(16).toString('hex');
    const embedded = await startEmbedded({ dataDir: folder, ownerPassword, log: QUIET, settings });
    return new OwnServer(folder, embedded, remove);
  }

  /** A new database with all migrations and the writers' table. */
  async ground(database: string): Promise<Ground> {
    const secretsFile = join(this.folder, database, 'secrets.json');
    const { secrets } = loadSecrets(secretsFile, { demoPassword: DEMO_PASSWORD });
    const admin = { ownerUrl: this.embedded.ownerUrl('postgres'), database, secrets, log: QUIET };
    const { runtimeUrl } = await prepareDatabase(admin);
    const ownerUrl = this.embedded.ownerUrl(database);
    await makeMutable(ownerUrl);
    return { ownerUrl, runtimeUrl, secretsFile };
  }

  async stop(): Promise<void> {
    await this.embedded.stop();
    await this.remove();
  }
}

/** Gives a database the writers' table. */
export async function makeMutable(ownerUrl: string): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(MUTATION_TABLE).finally(() => owner.end());
}
