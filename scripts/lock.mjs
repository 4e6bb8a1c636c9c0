import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Makes package-lock.json anew. npm leaves an optional package out when the registry it talks to does not hold it (a
// mirror rarely holds the binaries of every platform), and then "npm ci" refuses the lockfile everywhere. So what a
// package asks for by exact version is put back, without an integrity that could not be looked up.

const OS = /(?:^|[-/])(android|darwin|freebsd|linux|openharmony|win32)(?=-|$)/;
const CPU = /-(arm64|arm|ia32|loong64|ppc64|riscv64|s390x|wasm32|x64)(?=-|$)/;

const root = new URL('../', import.meta.url).pathname;
const work = mkdtempSync(join(tmpdir(), 'duban-lock-'));
writeFileSync(join(work, 'package.json'), readFileSync(join(root, 'package.json')));
execFileSync('npm', ['install', '--package-lock-only', '--loglevel=error'], { cwd: work, stdio: 'inherit' });
const lock = JSON.parse(readFileSync(join(work, 'package-lock.json'), 'utf8'));

let added = 0;
for (const [path, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  if (path === '') continue;
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const os = OS.exec(name)?.[1];
    if (lock.packages[`node_modules/${name}`] || lock.packages[`${path}/node_modules/${name}`] || !os)
      continue;
    const cpu = CPU.exec(name)?.[1];
    const libc = /musl/.test(name) ? 'musl' : os === 'linux' ? 'glibc' : undefined;
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(cpu && { cpu: [cpu] }),
      ...(dev && { dev }),
      ...(libc && { libc: [libc] }),
      optional: true,
      os: [os],
    };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(join(root, 'package-lock.json'), `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${Object.keys(lock.packages).length} packages, ${added} of them named without having been seen`);
