import { execFile } from 'node:child_process';
import {
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { EXIT_CONFIG, StartError } from '../../errors.js';
import { type Binaries, PROGRAM_ENVIRONMENT, program } from './binaries.js';

const run = promisify(execFile);

/**
 * Where the database lives and as whom its programs run. PostgreSQL refuses to run as root; an ordinary user
 * needs nothing of this, root gets one of two ways round.
 */
export interface Lodging {
  /** The data folder, without symbolic links on the way. */
  readonly folder: string;
  /** The folder with bin, lib and share, reachable for whoever runs it. */
  readonly home: string;
  /** What stands before the program on the command line. */
  readonly prefix: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
  /** Said in the log when the choice would surprise. */
  readonly remark?: string;
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Decides how the programs can run here. `dataDir` must exist. */
export async function findLodging(dataDir: string, binaries: Binaries): Promise<Lodging> {
  const wanted = join(dataDir, 'postgres');
  if (process.getuid?.() !== 0) {
    return { folder: await realpath(wanted).catch(() => wanted), home: binaries.home, prefix: [] };
  }
  // Data that already belongs to an ordinary user stays his: the last start was his, or chose him below.
  const owner = await stat(wanted).catch(() => undefined);
  if (owner && owner.uid !== 0) return asAccount(dataDir, binaries, owner);

  const account = await ordinaryAccount();
  const prefix = ['unshare', '--user', `--map-user=${account.uid}`, `--map-group=${account.gid}`, '--'];
  if (await canRun(prefix, program(binaries, 'postgres'), dataDir, { cwd: '/' })) {
    return { folder: await realpath(wanted).catch(() => wanted), home: binaries.home, prefix };
  }
  return asAccount(dataDir, binaries, account);
}

/** initdb looks its user up by name, so the number must be one that /etc/passwd knows. */
async function ordinaryAccount(): Promise<Account> {
  const rows = (await readFile('/etc/passwd', 'utf8').catch(() => ''))
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid, gid }) => uid > 0 && gid > 0);
  const account =
    ['postgres', 'nobody'].map((name) => rows.find((row) => row.name === name)).find(Boolean) ?? rows[0];
  if (account) return account;
  throw new StartError(
    'PostgreSQL refuses to run as root and this machine has no other user: add one, or set DATABASE_URL.',
    EXIT_CONFIG,
  );
}

/** Tries the program itself and the way to the folder: rights of parents decide, and cannot be read off. */
async function canRun(
  prefix: readonly string[],
  postgres: string,
  folder: string,
  options: { cwd: string; uid?: number; gid?: number },
): Promise<boolean> {
  const [command = '', ...rest] = [...prefix, '/bin/sh'];
  const script = '"$0" --version >/dev/null && test -x "$1"';
  return run(command, [...rest, '-c', script, postgres, folder], {
    ...options,
    env: PROGRAM_ENVIRONMENT,
  }).then(
    () => true,
    () => false,
  );
}

/** Where user namespaces are refused (many containers): root hands the data to an ordinary user and runs as him. */
async function asAccount(dataDir: string, binaries: Binaries, { uid, gid }: Account): Promise<Lodging> {
  const folder = await dataFolderFor(dataDir, { uid, gid });
  let home = binaries.home;
  if (!(await canRun([], program(binaries, 'postgres'), dirname(folder), { cwd: '/', uid, gid }))) {
    home = await copyPrograms(binaries, dirname(folder));
  }
  const remark = `PostgreSQL refuses to run as root: it runs as uid ${uid}, its data is in ${folder}`;
  return { folder, home, prefix: [], uid, gid, remark };
}

async function dataFolderFor(dataDir: string, account: Account): Promise<string> {
  const wanted = join(dataDir, 'postgres');
  const there = await realpath(wanted).catch(() => undefined);
  // Only the way through is opened: names in it cannot be listed, and the files keep their own rights.
  await chmod(dataDir, 0o711);
  const reachable = await canRun([], '/bin/true', dataDir, { cwd: '/', ...account });
  if (there !== undefined) {
    if ((await stat(there)).uid === 0) await handOver(there, reachable, account);
    return there;
  }
  // A link whose goal is gone would stand in the way.
  await rm(wanted, { force: true });
  if (reachable) return wanted;
  const place = await mkdtemp('/var/lib/duban-').catch(() => mkdtemp('/var/tmp/duban-'));
  await chmod(place, 0o711);
  // The link is the record: removing DATA_DIR forgets the database, as everywhere else.
  await symlink(join(place, 'postgres'), wanted);
  return join(place, 'postgres');
}

async function handOver(folder: string, reachable: boolean, { uid, gid }: Account): Promise<void> {
  if (!reachable) {
    throw new StartError(
      `The database in ${folder} belongs to root, and unshare is refused here: give DATA_DIR to an ordinary user and start as that user.`,
      EXIT_CONFIG,
    );
  }
  await run('chown', ['-R', `${uid}:${gid}`, folder], { env: PROGRAM_ENVIRONMENT });
}

/** Copies bin, lib and share to where the unprivileged user gets at them; whole or not at all. */
async function copyPrograms(binaries: Binaries, place: string): Promise<string> {
  const home = join(place, `postgres-programs-${binaries.version}`);
  if (await stat(home).catch(() => undefined)) return home;
  const half = `${home}.${process.pid}`;
  await mkdir(half, { mode: 0o755 });
  await cp(binaries.home, half, { recursive: true, verbatimSymlinks: true });
  await rename(half, home);
  return home;
}

/** Makes a folder that the lodging's user may write. */
export async function makeOwnFolder(lodging: Lodging, folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  if (lodging.uid !== undefined) await chown(folder, lodging.uid, lodging.gid ?? lodging.uid);
}
