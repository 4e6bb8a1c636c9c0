import { execFile } from 'node:child_process';
import { chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EXIT_CONFIG, StartError } from '../../errors.js';
import { PROGRAM_ENVIRONMENT, program } from './binaries.js';
import { type Lodging, makeOwnFolder } from './lodging.js';

const run = promisify(execFile);

/** The superuser of the embedded server. Only the start uses it; serving goes through the runtime role. */
export const OWNER = 'duban_owner';

const MAJOR = '18';

/** Makes the data folder unless it is there; says whether it did. */
export async function ensureDataFolder(lodging: Lodging, password: string, quick: boolean): Promise<boolean> {
  const version = await readFile(join(lodging.folder, 'PG_VERSION'), 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined;
    throw new StartError(`The database in DATA_DIR cannot be read: ${error.message}.`, EXIT_CONFIG);
  });
  if (version === undefined) {
    await initialise(lodging, password, quick);
    return true;
  }
  if (version.trim() !== MAJOR) {
    throw new StartError(
      `The database in ${lodging.folder} was made by PostgreSQL ${version.trim()}, and this is ${MAJOR}: bring it over with pg_upgrade, or choose another DATA_DIR.`,
      EXIT_CONFIG,
    );
  }
  return false;
}

/** initdb works in a folder beside and the name is given last, so that a killed first start leaves no half database. */
async function initialise(lodging: Lodging, password: string, quick: boolean): Promise<void> {
  const half = `${lodging.folder}.new`;
  const passwordFile = `${lodging.folder}.password`;
  await rm(half, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  await makeOwnFolder(lodging, half);
  try {
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (lodging.uid !== undefined) await chown(passwordFile, lodging.uid, lodging.gid ?? lodging.uid);
    await runInitdb(lodging, half, passwordFile, quick);
    await rename(half, lodging.folder);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(half, { recursive: true, force: true });
  }
}

async function runInitdb(
  lodging: Lodging,
  folder: string,
  passwordFile: string,
  quick: boolean,
): Promise<void> {
  const args = [
    '-D',
    folder,
    '-U',
    OWNER,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
  ];
  // The built-in C.UTF-8 sorts the same on every machine, whatever locales it has.
  args.push('--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8');
  if (quick) args.push('--no-sync');
  const [command = '', ...rest] = [...lodging.prefix, program(lodging, 'initdb'), ...args];
  const { uid, gid } = lodging;
  await run(command, rest, { cwd: '/', env: PROGRAM_ENVIRONMENT, uid, gid }).catch((error) => {
    const said = String(error.stderr || error.message)
      .trim()
      .split('\n')
      .slice(-3)
      .join(' ');
    throw new StartError(`The embedded PostgreSQL could not make its database: ${said}`, EXIT_CONFIG);
  });
}
