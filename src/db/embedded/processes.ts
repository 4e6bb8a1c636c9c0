import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** True while a process of this number runs. One that has ended but was not yet reaped (a zombie) does not count. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, under another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  if (process.platform !== 'linux') return true;
  // In containers nobody may reap orphans, so a zombie can stand there for ever.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/^\d+ \(.*\) [ZX] /s.test(stat);
}

/**
 * True when `pid` is a postgres serving exactly this data folder. The number alone proves nothing: numbers are
 * reused, and in a container the same few come back at every start.
 */
export async function servesDataFolder(pid: number, folder: string): Promise<boolean> {
  if (!(await isAlive(pid))) return false;
  if (process.platform === 'linux') {
    // postgres always works inside its data folder.
    return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === folder;
  }
  if (process.platform === 'win32') return false;
  const { stdout } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout.includes('postgres') && stdout.includes(folder);
}

/** Sends the signals in turn, each with its own patience, until the process is gone; false when it outlives all. */
export async function endProcess(
  pid: number,
  steps: readonly { signal: NodeJS.Signals; patienceMs: number }[],
): Promise<boolean> {
  for (const { signal, patienceMs } of steps) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone between two looks.
    }
    for (const end = performance.now() + patienceMs; performance.now() < end; await pause(20)) {
      if (!(await isAlive(pid))) return true;
    }
  }
  return !(await isAlive(pid));
}
