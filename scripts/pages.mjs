import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PAGES = join(ROOT, 'dist/web');
/** What the pages are made of; the lockfile stands for every package. */
const SOURCES = [
  'src/client',
  'src/web',
  'schema/generated',
  'schema/operations',
  'data',
  'scripts/pages.mjs',
  'package-lock.json',
];
const TEXT = /\.(js|css|html|svg|json|geojson)$/;

/**
 * Bundles the pages of src/web to dist/web, with compressed twins beside them, unless that was done for these sources
 * already. Nothing in them is fetched from another host.
 * @returns {Promise<boolean>} whether there was anything to do
 */
export async function buildPages() {
  const stamp = await stampOf(SOURCES);
  const made = await readFile(join(PAGES, '.build'), 'utf8').catch(() => null);
  if (made === stamp) return false;
  const work = `${PAGES}.${process.pid}`;
  await bundle(work);
  await compressUnder(work);
  await writeFile(join(work, '.build'), stamp);
  await replace(work);
  return true;
}

async function bundle(outDir) {
  const { build } = await import('vite');
  const root = join(ROOT, 'src/web');
  const input = Object.fromEntries(
    ['screen', 'graphiql'].map((page) => [page, join(root, page, 'index.html')]),
  );
  await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'warn',
    build: {
      outDir,
      emptyOutDir: true,
      // Screens on walls are old more often than not.
      target: ['chrome100', 'firefox100', 'safari16'],
      // Inlined fonts and pictures would be loaded by everybody, and need a wider content security policy.
      assetsInlineLimit: 0,
      // The explorer's editor is one large module; what a page weighs is a test's business.
      chunkSizeWarningLimit: 5000,
      rolldownOptions: { input, onwarn: withoutDirectives },
    },
  });
}

/** "use client" in a package says nothing to us and would be three hundred lines of warning. */
const withoutDirectives = (warning, warn) => warning.code === 'MODULE_LEVEL_DIRECTIVE' || warn(warning);

/** Compressed once here instead of at every request; gzip for browsers that take brotli over TLS only. */
async function compressUnder(folder) {
  const br = promisify(brotliCompress);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  const texts = (await filesUnder(folder)).filter((file) => TEXT.test(file));
  await Promise.all(
    texts.map(async (file) => {
      const text = await readFile(file);
      await Promise.all([
        writeFile(`${file}.br`, await br(text, { params })),
        writeFile(`${file}.gz`, await promisify(gzip)(text, { level: 9 })),
      ]);
    }),
  );
}

/** Two builds may run at once: whichever is later wins, and a reader never meets half of one. */
async function replace(work) {
  const old = `${work}.old`;
  await rename(PAGES, old).catch(() => undefined);
  await rename(work, PAGES).catch(() => rm(work, { recursive: true }));
  await rm(old, { recursive: true, force: true });
}

async function stampOf(places) {
  const files = (await Promise.all(places.map((place) => filesUnder(join(ROOT, place))))).flat().sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(relative(ROOT, file)).update(await readFile(file));
  return hash.digest('hex');
}

async function filesUnder(place) {
  if ((await stat(place)).isFile()) return [place];
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
