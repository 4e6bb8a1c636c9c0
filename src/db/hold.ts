import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { EXIT_CONFIG, StartError } from '../errors.js';
import { makeFolder } from '../folder.js';
import { isAlive } from './embedded/processes.js';

/** A DATA_DIR that is ours until released. */
export interface Hold {
  release(): Promise<void>;
}

const SQLITE_BUSY = 5;

/** Kept here, because a forgotten handle would be collected, and its lock with it. */
const held = new Set<DatabaseSync>();

/**
 * Takes a DATA_DIR for this process, or ends the start with one line that says who has it. `about` is what that
 * line says of us: the address. The lock is the kernel's, reached through SQLite's file lock since Node has no
 * flock: it ends with the process however that ends, so there is no stale lock to judge and no number to mistake.
 */
export async function holdDataDir(dataDir: string, about: string): Promise<Hold> {
  try {
    makeFolder(dataDir);
  } catch (error) {
    return refuse(dataDir, error as Error);
  }
  const record = join(dataDir, 'held-by.json');
  const lock = await takeLock(dataDir, join(dataDir, 'held.lock'));
  if (lock === undefined) throw new StartError(await describeHolder(dataDir, record), 1);
  held.add(lock);
  await writeFile(`${record}.new`, JSON.stringify({ pid: process.pid, about }), { mode: 0o600 });
  await rename(`${record}.new`, record);
  return {
    async release() {
      if (!held.delete(lock)) return;
      await rm(record, { force: true });
      lock.close();
    },
  };
}

/** undefined when another has it. */
async function takeLock(dataDir: string, file: string): Promise<DatabaseSync | undefined> {
  let lock: DatabaseSync | undefined;
  try {
    // Made first, because SQLite would let everybody read it, and whoever can read can lock us out.
    await writeFile(file, '', { flag: 'a', mode: 0o600 });
    lock = new DatabaseSync(file);
    // Nothing is ever written, so the file stays empty, and no journal is to be left beside it by a kill.
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    return refuse(dataDir, error as Error);
  }
}

const refuse = (dataDir: string, error: Error): never => {
  throw new StartError(`DATA_DIR ${dataDir} cannot be used: ${error.message}.`, EXIT_CONFIG);
};

async function describeHolder(dataDir: string, record: string): Promise<string> {
  // The holder writes its record just after it has the lock; for that moment there is none, or a dead one's.
  for (let look = 0; look < 20; look += 1) {
    const found = await readHolder(record);
    if (found) {
      return `DATA_DIR ${dataDir} is held by process ${found.pid} (${found.about}) since ${found.since}.`;
    }
    await pause(50);
  }
  return `DATA_DIR ${dataDir} is held by another process.`;
}

async function readHolder(
  record: string,
): Promise<{ pid: number; about: string; since: string } | undefined> {
  try {
    const { pid, about } = JSON.parse(await readFile(record, 'utf8')) as { pid: number; about: string };
    if (!(await isAlive(pid))) return undefined;
    return { pid, about, since: (await stat(record)).mtime.toISOString() };
  } catch {
    return undefined;
  }
}
