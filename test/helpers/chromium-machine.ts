import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Chromium } from './chromium.js';

/** Every library that the loader finds for it, without starting it: what ldd prints. */
export function librariesOf({ executablePath, env }: Chromium): string[] {
  const tracing = { ...process.env, ...env, LD_TRACE_LOADED_OBJECTS: '1' };
  const said = execFileSync(executablePath, { env: tracing, encoding: 'utf8' });
  return [...said.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
}

/** Our own processes that run it now, children of children too. */
export function processesOf({ executablePath }: Chromium): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const parents = new Map(
    pids.map((pid) => [Number(pid), Number(/^PPid:\s+(\d+)/m.exec(about(pid, 'status'))?.[1])]),
  );
  const ours = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === process.pid || ours(parents.get(pid)));
  // Chromium's children write theirs anew, with spaces.
  const runs = (pid: number) => about(String(pid), 'cmdline').startsWith(executablePath);
  return [...parents.keys()].filter((pid) => ours(pid) && runs(pid));
}

/** Programs and libraries that a process has in its memory. */
export function loadedBy(pid: number): string[] {
  const lines = about(String(pid), 'maps').matchAll(/^\S+ (\S+) .*?(\/.*)$/gm);
  const loaded = [...lines].filter(([, may = '', path = '']) => may.includes('x') || /\.so\b/.test(path));
  return [...new Set(loaded.map(([, , path = '']) => path))];
}

/** Every library in the part of the file system that a process can see. */
export function visibleTo(pid: number): string[] {
  const root = `/proc/${pid}/root`;
  const folders = readdirSync(root).filter((name) => !['proc', 'dev'].includes(name));
  return folders.flatMap((name) =>
    readdirSync(join(root, name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.so\b/.test(entry.name))
      .map(({ parentPath, name }) => join(parentPath, name).slice(root.length)),
  );
}

/** Empty when the process is gone meanwhile. */
function about(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** A mount namespace, by way of a user namespace where root is not at hand or may not mount. */
const NAMESPACES = [['--user', '--map-root-user', '--mount'], ['--mount']];

/** In the namespace: an empty root with the given files and folders at their places, and the program started there. */
const HIDE = `set -eu
mount -t tmpfs none "$ROOT"
for file in $FILES; do mkdir -p "$ROOT$(dirname "$file")"; : > "$ROOT$file"; mount --bind "$file" "$ROOT$file"; done
for folder in $FOLDERS /proc /dev; do mkdir -p "$ROOT$folder"; mount --rbind "$folder" "$ROOT$folder"; done
mkdir -p "$ROOT/tmp"
exec chroot "$ROOT" "$@" --user-data-dir=/profile
`;

/**
 * The same Chromium on a machine that has nothing but these files: its own folder, /proc and /dev beside them. Null
 * where the kernel lets nobody hide anything, as in most containers.
 */
export function hideMachine(chromium: Chromium, files: string[], scratch: string): Chromium | null {
  const root = join(scratch, 'root');
  mkdirSync(root);
  const mount = ['mount', '-t', 'tmpfs', 'none', root];
  const namespace = NAMESPACES.find((flags) => spawnSync('unshare', [...flags, ...mount]).status === 0);
  if (!namespace) return null;
  const script = join(scratch, 'hide.sh');
  const executablePath = join(scratch, 'chromium');
  writeFileSync(script, HIDE);
  writeFileSync(
    executablePath,
    `#!/bin/sh\nexec unshare ${namespace.join(' ')} sh ${script} ${chromium.executablePath} "$@"\n`,
    { mode: 0o700 },
  );
  const { LD_LIBRARY_PATH } = chromium.env;
  // The loader's own list of folders is hidden too.
  const libraries = [LD_LIBRARY_PATH, ...new Set(files.map(dirname))].join(':');
  const places = { ROOT: root, FILES: files.join(' '), FOLDERS: dirname(chromium.executablePath) };
  return { ...chromium, executablePath, env: { ...chromium.env, ...places, LD_LIBRARY_PATH: libraries } };
}
