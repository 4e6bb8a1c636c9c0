import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that only this user can enter, removed by the returned function. */
export async function scratchFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'duban-test-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Looks again and again until it is so; fails when it never is. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  patienceMs = 10_000,
): Promise<void> {
  for (const end = performance.now() + patienceMs; performance.now() < end; ) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`never happened: ${what}`);
}
