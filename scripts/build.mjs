import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPages } from './pages.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, 'dist');
const RECORD = join(DIST, '.build.json');
const APART = ['client', 'web'];

/**
 * Compiles src and migrations to dist, only what changed since the last time. Types are not its business, nor is
 * src/client and src/web, which frontends run.
 * @returns {Promise<{ compiled: number, removed: number }>}
 */
export async function compile() {
  const swc = await import('@swc/core');
  const sources = await currentSources();
  const stamp = await stampOf(swc.version);
  const record = await readFile(RECORD, 'utf8')
    .then(JSON.parse)
    .catch(() => ({}));
  const known = record.stamp === stamp ? record.files : {};
  const outputs = await modulesUnder(DIST, /\.js(\.map)?$/, DIST);
  // Compared for equality, not for age: a checkout or a copy may well make a source older.
  const stale = Object.keys(sources).filter(
    (source) => known[source] !== sources[source] || !outputs.includes(outputOf(source)),
  );
  const wanted = new Set(
    Object.keys(sources).flatMap((source) => [outputOf(source), `${outputOf(source)}.map`]),
  );
  const orphans = outputs.filter((output) => !wanted.has(output));

  await Promise.all(stale.map((source) => compileOne(swc, source)));
  await Promise.all(orphans.map((output) => rm(join(DIST, output), { force: true })));
  if (stale.length + orphans.length > 0) await put(RECORD, JSON.stringify({ stamp, files: sources }));
  return { compiled: stale.length, removed: orphans.length };
}

/** @returns {Promise<Record<string, string>>} each source with what tells one version of it from another */
async function currentSources() {
  const files = await modulesUnder(ROOT, /\.ts$/, ROOT);
  const versions = files.map(async (file) => {
    const { mtimeMs, size } = await stat(join(ROOT, file));
    return [file, `${mtimeMs} ${size}`];
  });
  return Object.fromEntries(await Promise.all(versions));
}

/** Changed compiler, settings or this file: everything is stale. */
async function stampOf(swcVersion) {
  const hash = createHash('sha256').update(swcVersion);
  for (const file of ['.swcrc', 'scripts/build.mjs']) hash.update(await readFile(join(ROOT, file)));
  return hash.digest('hex');
}

async function compileOne(swc, source) {
  const output = join(DIST, outputOf(source));
  const { code, map } = await swc.transformFile(join(ROOT, source), {
    cwd: ROOT,
    configFile: join(ROOT, '.swcrc'),
    swcrc: false,
    sourceFileName: relative(dirname(output), join(ROOT, source)),
  });
  await mkdir(dirname(output), { recursive: true });
  if (map) await put(`${output}.map`, map);
  await put(output, map ? `${code}//# sourceMappingURL=${output.split(sep).at(-1)}.map\n` : code);
}

/** Two builds may run at once (a start beside the tests): a reader must never meet half a file. */
async function put(file, text) {
  const half = `${file}.${process.pid}`;
  await writeFile(half, text);
  await rename(half, file);
}

const outputOf = (source) => source.replace(/\.ts$/, '.js');

/** Everything in src and migrations that the server runs. */
async function modulesUnder(folder, pattern, base) {
  const places = ['src', 'migrations'].map((place) => filesUnder(join(folder, place), pattern, base));
  const isServers = (file) => !APART.some((part) => file.startsWith(`src${sep}${part}${sep}`));
  return (await Promise.all(places)).flat().filter(isServers);
}

async function filesUnder(folder, pattern, base) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && pattern.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(base, join(entry.parentPath, entry.name)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { compiled, removed } = await compile();
  if (compiled + removed > 0) console.log(`compiled ${compiled}, removed ${removed}`);
  if (await buildPages()) console.log('bundled the pages');
}
