import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT_CONFIG, StartError } from '../../errors.js';
import type { Log } from '../../log.js';
import { findBinaries } from './binaries.js';
import { ensureDataFolder, OWNER } from './init.js';
import { findLodging } from './lodging.js';
import { launch, type Running, shutDown, stopOrphan } from './server.js';

/** What an embedded database is started with. */
export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly ownerPassword: string;
  readonly log: Log;
  /** Called once when the server ends without `stop()`. */
  readonly onExit?: (how: string) => void;
  /** Settings laid over ours; the tests trade safety for speed here. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A running embedded database. */
export interface Embedded {
  readonly pid: number;
  readonly port: number;
  /** The address of a database as its superuser. */
  ownerUrl(database: string): string;
  /** Fast shutdown, bounded; may be called again and any number of times. */
  stop(): Promise<void>;
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  max_connections: '100',
  shared_buffers: '256MB',
  fsync: 'on',
  synchronous_commit: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The server's log must not become a second copy of personal data: no statements, no row values.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length_on_error: '0',
  log_checkpoints: 'off',
};

/**
 * Starts the PostgreSQL that came with `npm ci` on `DATA_DIR/postgres`, after stopping one that a killed
 * predecessor left behind there. The caller holds the folder (`holdDataDir`), so no living server owns that one.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { dataDir, ownerPassword, log } = options;
  await mkdir(dataDir, { recursive: true, mode: 0o700 }).catch((error: Error) => {
    throw new StartError(`DATA_DIR cannot be made: ${error.message}.`, EXIT_CONFIG);
  });
  const lodging = await findLodging(dataDir, await findBinaries());
  if (lodging.remark) log.warn(lodging.remark);
  if (await stopOrphan(lodging.folder))
    log.warn('stopped the database server that a killed start left behind');
  const settings = { ...SETTINGS, ...options.settings };
  if (await ensureDataFolder(lodging, ownerPassword, settings.fsync === 'off')) {
    log.info({ folder: lodging.folder }, 'made a new embedded database: for a laptop, tests or a pilot');
  }
  const running = await launch(lodging, settings, join(dataDir, 'postgres.log'), ownerPassword);
  return handle(running, options);
}

function handle({ child, pid, port }: Running, { ownerPassword, log, onExit }: EmbeddedOptions): Embedded {
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    // Not by child.pid alone: when it has already ended, its number may belong to somebody else.
    if (child.exitCode !== null || child.signalCode !== null) return;
    if (!(await shutDown(pid))) log.error({ pid }, 'the embedded database does not stop');
  };
  child.once('exit', (code, signal) => {
    if (stopping === undefined)
      onExit?.(`the embedded database ended by itself (${signal ?? `exit ${code}`})`);
  });
  return {
    pid,
    port,
    ownerUrl: (database) => ownerAddress(port, ownerPassword, database),
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

const ownerAddress = (port: number, password: string, database: string): string =>
  `postgresql://${OWNER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`;

/** The address, as its superuser, of the embedded database that another process runs in this folder; null if none does. */
export async function runningOwnerUrl(
  dataDir: string,
  ownerPassword: string,
  database: string,
): Promise<string | null> {
  const lines = (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '')).split(
    '\n',
  );
  const port = Number(lines[3]);
  return Number.isInteger(port) && port > 0 ? ownerAddress(port, ownerPassword, database) : null;
}
