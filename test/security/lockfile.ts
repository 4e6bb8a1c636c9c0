import { readFileSync } from 'node:fs';

export const ROOT = new URL('../../', import.meta.url).pathname;

export const readJson = <T>(file: string): T => JSON.parse(readFileSync(`${ROOT}${file}`, 'utf8')) as T;

/** One place in node_modules as the lockfile fixes it. */
export interface Locked {
  /** The folder, such as `node_modules/a/node_modules/b`. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly optional?: boolean;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly os?: string[];
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
}

const { packages } = readJson<{ packages: Record<string, Omit<Locked, 'path' | 'name'>> }>(
  'package-lock.json',
);

/** Everything that an install may bring, also for other platforms, with what stands under another's name. */
export const locked: readonly Locked[] = Object.entries(packages)
  .filter(([path]) => path !== '')
  .map(([path, entry]) => ({ name: path.slice(path.lastIndexOf('node_modules/') + 13), ...entry, path }));

/** The project itself, as the lockfile repeats it. */
export const own = packages[''] as Omit<Locked, 'path' | 'name'>;

/** The numbers of a version; a pre-release is not after the release it leads to. */
export function isAtLeast(version: string, floor: string): boolean {
  const [numbers = '', prerelease] = version.split('-', 2);
  const given = numbers.split('.').map(Number);
  const wanted = floor.split('.').map(Number);
  const at = wanted.findIndex((number, index) => number !== given[index]);
  return at < 0 ? prerelease === undefined : Number(given[at]) > Number(wanted[at]);
}

/** Whether an SPDX expression (with one kind of word in it, as they all have) can be met with the allowed ones. */
export function isAllowed(expression: string, allowed: readonly string[]): boolean {
  const bare = expression.replace(/^\(|\)$/g, '');
  if (/[()]/.test(bare) || (bare.includes(' OR ') && bare.includes(' AND '))) return false;
  if (bare.includes(' OR ')) return bare.split(' OR ').some((id) => allowed.includes(id));
  return bare.split(' AND ').every((id) => allowed.includes(id));
}
