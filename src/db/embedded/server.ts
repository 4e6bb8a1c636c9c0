import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { EXIT_CONFIG, StartError } from '../../errors.js';
import { PROGRAM_ENVIRONMENT, program } from './binaries.js';
import { OWNER } from './init.js';
import type { Lodging } from './lodging.js';
import { endProcess, isAlive, servesDataFolder } from './processes.js';

const READY_PATIENCE_MS = 120_000;

/** Fast shutdown rolls open transactions back and writes a checkpoint; an immediate one leaves that to the next start. */
const SHUTDOWN = [
  { signal: 'SIGINT', patienceMs: 15_000 },
  { signal: 'SIGQUIT', patienceMs: 5_000 },
] as const;

/** Ends a server: gently, then firmly. */
export const shutDown = (pid: number): Promise<boolean> => endProcess(pid, SHUTDOWN);

/** A server that was told to start. */
export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly port: number;
}

/** Stops the server that a killed predecessor left behind; says whether there was one. */
export async function stopOrphan(folder: string): Promise<boolean> {
  const file = join(folder, 'postmaster.pid');
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !(await isAlive(pid))) return false;
  if (!(await servesDataFolder(pid, folder))) {
    // Another program has the number now, and postgres would take it for a running server and give up.
    // A file whose process is dead stays: postgres reads its shared memory key to find surviving children.
    if (process.platform !== 'win32') await rm(file, { force: true });
    return false;
  }
  if (await shutDown(pid)) return true;
  throw new StartError(
    `An earlier database server (pid ${pid}) on ${folder} does not stop: end it by hand.`,
    1,
  );
}

/** Starts postgres on a free port and returns when it answers. */
export async function launch(
  lodging: Lodging,
  settings: Readonly<Record<string, string>>,
  logFile: string,
  password: string,
): Promise<Running> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const child = spawnPostgres(lodging, { ...settings, port: String(port) }, logFile);
    const problem = await readiness(child, port, password);
    if (problem === undefined && child.pid !== undefined) return { child, pid: child.pid, port };
    if (child.pid !== undefined) await shutDown(child.pid);
    if (problem instanceof StartError) throw problem;
    const tail = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n').slice(-4).join(' | ');
    // The port was taken meanwhile, or children of a killed server are still leaving: both pass.
    if (attempt < 5 && /Address already in use|shared memory block/.test(tail)) await pause(300 * attempt);
    else throw new StartError(`The embedded PostgreSQL did not start: ${tail || problem}`, 1);
  }
}

function spawnPostgres(lodging: Lodging, settings: Record<string, string>, logFile: string): ChildProcess {
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command = '', ...rest] = [
    ...lodging.prefix,
    program(lodging, 'postgres'),
    '-D',
    lodging.folder,
    ...options,
  ];
  // Opened by us and written by it: truncated at each start, so it does not grow for ever.
  const out = openSync(logFile, 'w', 0o600);
  const child = spawn(command, rest, {
    cwd: '/',
    env: PROGRAM_ENVIRONMENT,
    uid: lodging.uid,
    gid: lodging.gid,
    // A session of its own: Ctrl-C in the terminal must not stop it before our server has drained.
    detached: true,
    stdio: ['ignore', out, out],
  });
  closeSync(out);
  child.once('error', () => undefined);
  child.unref();
  return child;
}

/** undefined when it answers; otherwise what stands in the way. */
async function readiness(child: ChildProcess, port: number, password: string): Promise<unknown> {
  const end = performance.now() + READY_PATIENCE_MS;
  let problem: unknown = 'it does not answer';
  while (performance.now() < end) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return problem;
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user: OWNER,
      password,
      database: 'postgres',
      connectionTimeoutMillis: 5_000,
    });
    client.on('error', () => undefined);
    problem = await client.connect().then(
      () => undefined,
      (error: unknown) => error,
    );
    await client.end().catch(() => undefined);
    if (problem === undefined) return undefined;
    if ((problem as { code?: string }).code === '28P01') {
      return new StartError(
        'SECRETS_FILE is not the one the embedded database was set up with: bring it back, or choose another DATA_DIR.',
        EXIT_CONFIG,
      );
    }
    await pause(15);
  }
  return problem;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return address.port;
}
