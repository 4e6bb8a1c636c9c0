import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { type ExtractOptions, extract } from 'tar-fs';

/**
 * The Chromium of the tests: npm's, unpacked once per user, or a given one. Node runs this file as it is, because the
 * global setup imports it: types that can be struck out, and no import of another file of ours.
 */
export interface Chromium {
  readonly executablePath: string;
  readonly args: readonly string[];
  /** Set beside what the tests themselves have; nothing for a given Chromium, which brings its own libraries. */
  readonly env: Readonly<Record<string, string>>;
}

interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** `CHROMIUM_PATH`: a Chromium of the machine's own. */
  readonly given?: string | undefined;
}

/** Ours beside playwright's own; the package's are for a cloud function and switch the web's safety off. */
const ARGS = [
  // Pages draw on plain canvases: without OpenGL no driver of the machine is looked for.
  '--disable-gpu',
  '--disable-software-rasterizer',
  // No name is ever looked up and no address but the loopback's is called, whatever a page or Chromium itself wants.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
  '--disable-domain-reliability',
  '--disable-quic',
  '--no-pings',
  // The same letters on every machine.
  '--font-render-hinting=none',
  '--disable-lcd-text',
];

/** The path of the given Chromium, or null for npm's. */
export function chooseChromium({ platform, arch, given }: Machine): string | null {
  if (given) return given;
  if (platform === 'linux' && arch === 'x64') return null;
  throw new Error(
    `npm brings no Chromium for ${platform} on ${arch}: set CHROMIUM_PATH to one of your own for the browser tests`,
  );
}

/** What the global setup hands to the tests. Without a Chromium only the tests that need one fail, saying why. */
export async function prepareChromium(): Promise<string> {
  try {
    const given = chooseChromium({ ...process, given: process.env.CHROMIUM_PATH });
    const chromium = given
      ? { executablePath: given, args: ARGS, env: {} }
      : npmChromium(await unpackChromium());
    return JSON.stringify(chromium);
  } catch (error) {
    return JSON.stringify({ missing: error instanceof Error ? error.message : String(error) });
  }
}

/** What `prepareChromium` has prepared. */
export function preparedChromium(): Chromium {
  const { missing, ...chromium } = JSON.parse(process.env.DUBAN_TEST_CHROMIUM ?? '{}');
  if (missing) throw new Error(missing);
  return chromium;
}

function npmChromium(folder: string): Chromium {
  const { LD_LIBRARY_PATH } = process.env;
  return {
    executablePath: join(folder, 'chromium'),
    args: ARGS,
    env: {
      LD_LIBRARY_PATH: [join(folder, 'al2023/lib'), LD_LIBRARY_PATH].filter(Boolean).join(':'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    },
  };
}

const PACKAGE = dirname(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')));

/** Written last, with the size of every file: without it, or with another size, the folder is not whole. */
const CONTENTS = 'contents.json';

/** Old enough to be what a killed setup left, and not one that is still unpacking. */
const LEFTOVER_MS = 60 * 60 * 1000;

/**
 * Unpacks the package into a folder of this user alone, unless it lies there whole. The temporary folder may be
 * shared, so its name says whose it is and its owner is looked at; and a cleaner may have taken single files from it,
 * so every one is counted. The folder appears at once, by renaming: setups that run side by side do not meet.
 */
export async function unpackChromium({ bin = join(PACKAGE, 'bin'), root = tmpdir() } = {}): Promise<string> {
  const { version } = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8'));
  const folder = join(root, `duban-chromium-${process.getuid?.()}-${version}`);
  if (await isWhole(folder)) return folder;
  await removeLeftovers(folder);
  const fresh = await mkdtemp(`${folder}.`);
  try {
    // One after the other: what fails must leave nothing that still writes into the folder.
    await inflate(join(bin, 'chromium.br'), createWriteStream(join(fresh, 'chromium'), { mode: 0o700 }));
    for (const name of ['al2023', 'fonts'])
      await inflate(join(bin, `${name}.tar.br`), into(join(fresh, name)));
    await writeFile(join(fresh, 'fonts.conf'), fontsOf(folder));
    await writeFile(join(fresh, CONTENTS), JSON.stringify(await sizesIn(fresh)));
    await moveTo(folder, fresh);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return folder;
}

const inflate = (archive: string, target: NodeJS.WritableStream) =>
  pipeline(createReadStream(archive), createBrotliDecompress({ chunkSize: 1 << 20 }), target);

/** As root, tar-fs would give the files to whoever packed them; its types do not know the option. */
function into(folder: string): NodeJS.WritableStream {
  const options: ExtractOptions & { chown: boolean } = { chown: false };
  return extract(folder, options);
}

/** Only the package's letters, so that a machine's own make no difference. */
const fontsOf = (folder: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${join(folder, 'fonts')}</dir><cachedir>${join(folder, 'cache')}</cachedir></fontconfig>
`;

async function sizesIn(folder: string): Promise<Record<string, number>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const sized = files.map(async (file) => [file.slice(folder.length + 1), (await stat(file)).size] as const);
  return Object.fromEntries(await Promise.all(sized));
}

async function isWhole(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => null);
  if (!found) return false;
  if (!found.isDirectory() || found.uid !== process.getuid?.() || found.mode & 0o022)
    throw new Error(`${folder} is not a folder that only this user can write: remove it, or set TMPDIR`);
  try {
    const contents: Record<string, number> = JSON.parse(await readFile(join(folder, CONTENTS), 'utf8'));
    const sizes = await sizesIn(folder);
    return Object.entries(contents).every(([file, size]) => sizes[file] === size);
  } catch {
    return false;
  }
}

async function moveTo(folder: string, fresh: string): Promise<void> {
  const code = (error: NodeJS.ErrnoException) => error.code ?? '';
  try {
    await rename(fresh, folder);
  } catch (error) {
    if (await isWhole(folder)) return; // another setup was faster
    if (!['ENOTEMPTY', 'EEXIST'].includes(code(error as Error))) throw error;
    const aside = await mkdtemp(`${folder}.`);
    await rename(folder, join(aside, 'spoiled')).catch((missing) => {
      if (code(missing) !== 'ENOENT') throw missing; // else another setup has put it aside
    });
    await rm(aside, { recursive: true, force: true });
    await moveTo(folder, fresh);
  }
}

async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(dirname(folder));
  for (const name of names.filter((name) => name.startsWith(`${basename(folder)}.`))) {
    const path = join(dirname(folder), name);
    const found = await lstat(path).catch(() => null);
    const old = found && Date.now() - found.mtimeMs > LEFTOVER_MS;
    if (old && found.uid === process.getuid?.()) await rm(path, { recursive: true, force: true });
  }
}
