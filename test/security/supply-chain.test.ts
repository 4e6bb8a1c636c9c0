import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { isAllowed, isAtLeast, locked, own, ROOT, readJson } from './lockfile.js';

const floors = readJson<{
  packages: Record<string, { floor?: string; below?: string; exactly?: string; reason: string }>;
  allEqual: Record<string, string>;
  forbidden: Record<string, string>;
}>('security/floors.json');
const licences = readJson<{
  allowed: string[];
  exceptions: Record<string, { licence: string; reason: string }>;
}>('security/licences.json');
const scripts = readJson<Record<string, { runs: boolean; reason: string }>>('security/install-scripts.json');
const project = readJson<{ allowScripts: Record<string, boolean> }>('package.json');

const at = ({ path, version }: { path: string; version: string }) => `${path} ${version}`;

test('versions are compared as numbers, and a pre-release is not yet the release', () => {
  expect(isAtLeast('8.23.0', '8.21.1')).toBe(true);
  expect(isAtLeast('8.9.0', '8.21.1')).toBe(false);
  expect(isAtLeast('9.0.0', '8.21.1')).toBe(true);
  expect(isAtLeast('8.21.1', '8.21.1')).toBe(true);
  expect(isAtLeast('8.21.1-rc.1', '8.21.1')).toBe(false);
});

test.each(Object.entries(floors.packages))('%s is not below its floor, wherever it stands', (name, rule) => {
  const found = locked.filter((entry) => entry.name === name);
  expect(found).not.toEqual([]);
  const wrong = found.filter(
    ({ version }) =>
      (rule.exactly !== undefined && version !== rule.exactly) ||
      (rule.floor !== undefined && !isAtLeast(version, rule.floor)) ||
      (rule.below !== undefined && isAtLeast(version, rule.below)),
  );
  expect(wrong.map(at)).toEqual([]);
});

test.each(Object.keys(floors.allEqual))('all of %s have one version', (scope) => {
  const versions = locked.filter(({ name }) => name.startsWith(scope)).map(({ version }) => version);
  expect(versions.length).toBeGreaterThan(1);
  expect(new Set(versions).size).toBe(1);
});

test('nothing that is forbidden comes in, by whatever way', () => {
  expect(Object.keys(floors.forbidden)).not.toEqual([]);
  expect(locked.filter(({ name }) => name in floors.forbidden).map(at)).toEqual([]);
});

test('everything comes from the registry, as a version that is written down', () => {
  const asked = [own, ...locked].flatMap((entry) =>
    [entry.dependencies, entry.devDependencies, entry.optionalDependencies, entry.peerDependencies].flatMap(
      (wanted) => Object.entries(wanted ?? {}),
    ),
  );
  expect(asked.length).toBeGreaterThan(1000);
  expect(asked.filter(([, version]) => /^(git|github|https?|file|link)[+:]|\//.test(version))).toEqual([]);
  const elsewhere = ({ link, resolved }: (typeof locked)[number]) =>
    link || (resolved !== undefined && !/^https:\/\/registry\.npmjs\.org\//.test(resolved));
  expect(locked.filter(elsewhere).map(at)).toEqual([]);
  const ours = { ...own.dependencies, ...own.devDependencies, ...own.optionalDependencies };
  expect(Object.entries(ours).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual(
    [],
  );
});

test('everything is held to its hash, but for binaries of platforms whose registry has not shown them', () => {
  const open = locked.filter(({ integrity }) => integrity === undefined);
  expect(open.filter(({ optional, os }) => !optional || !os).map(at)).toEqual([]);
});

test('no install script runs, or is kept from running, without a reason', () => {
  const names = [...new Set(locked.filter((entry) => entry.hasInstallScript).map(({ name }) => name))];
  expect(Object.keys(scripts).sort()).toEqual(names.sort());
  expect(project.allowScripts).toEqual(
    Object.fromEntries(Object.entries(scripts).map(([name, { runs }]) => [name, runs])),
  );
  expect(Object.values(scripts).filter(({ reason }) => reason.length < 5)).toEqual([]);
});

test('what is kept from running its script does its work without', () => {
  const works: Record<string, string> = {
    '@swc/core': `if (!require('@swc/core').transformSync('let a: number = 1', { jsc: { parser: { syntax: 'typescript' } } }).code) throw 1`,
    '@apollo/protobufjs': `if (require('@apollo/protobufjs').Writer.create().uint32(7).finish().length !== 1) throw 1`,
  };
  const kept = Object.keys(scripts).filter((name) => !scripts[name]?.runs);
  expect(kept.sort()).toEqual(Object.keys(works).sort());
  for (const name of kept) {
    const { status, stderr } = spawnSync(process.execPath, ['-e', works[name] as string], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect({ name, status, stderr }).toEqual({ name, status: 0, stderr: '' });
  }
  // What swc's script would have fetched past the lockfile.
  expect(existsSync(`${ROOT}node_modules/@swc/wasm`)).toBe(false);
});

/** What a package says itself, where it is installed; what the lockfile says of the other platforms' packages. */
function licenceOf({ path, license }: (typeof locked)[number]): string {
  const file = `${path}/package.json`;
  const said = existsSync(ROOT + file) ? readJson<{ license?: unknown }>(file).license : license;
  return typeof said === 'string' ? said : JSON.stringify(said ?? null);
}

const exceptionOf = (name: string) =>
  Object.keys(licences.exceptions).find(
    (pattern) => pattern === name || (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1))),
  );

test('every package is under a licence of the list, or is an exception with a reason', () => {
  const wrong = locked.filter((entry) => {
    const exception = exceptionOf(entry.name);
    if (exception) return licenceOf(entry) !== licences.exceptions[exception]?.licence;
    return !isAllowed(licenceOf(entry), licences.allowed);
  });
  expect(wrong.map((entry) => `${at(entry)}: ${licenceOf(entry)}`)).toEqual([]);
  const used = new Set(locked.map(({ name }) => exceptionOf(name)));
  expect(Object.keys(licences.exceptions).filter((name) => !used.has(name))).toEqual([]);
});

test('a choice of licences needs one of the list, a sum all of them', () => {
  expect(isAllowed('(MIT OR GPL-3.0)', ['MIT'])).toBe(true);
  expect(isAllowed('MIT AND GPL-3.0', ['MIT'])).toBe(false);
  expect(isAllowed('(MIT AND (ISC OR GPL-3.0))', ['MIT', 'ISC'])).toBe(false);
  expect(isAllowed('GPL-3.0', ['MIT'])).toBe(false);
});

test('the bill of materials names everything a running installation is made of (npm run sbom)', () => {
  const { status, stdout } = spawnSync(process.execPath, ['scripts/sbom.mjs', '-'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  expect(status).toBe(0);
  const bill = JSON.parse(stdout) as {
    bomFormat: string;
    components: { purl: string; hashes?: unknown; licenses?: unknown }[];
  };
  expect(bill.bomFormat).toBe('CycloneDX');
  const listed = new Set(bill.components.map(({ purl }) => decodeURIComponent(purl.replace(/\?.*/, ''))));
  const running = locked.filter(({ dev }) => !dev);
  expect(running.length).toBeGreaterThan(200);
  expect(running.filter(({ name, version }) => !listed.has(`pkg:npm/${name}@${version}`)).map(at)).toEqual(
    [],
  );
  // And not what only builds and tests it.
  expect([...listed].filter((purl) => /^pkg:npm\/(jest|knip|recheck)@/.test(purl))).toEqual([]);
});
