import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { completeLinks, findBinaries } from '../../src/db/embedded/binaries.js';
import { type Embedded, type EmbeddedOptions, startEmbedded } from '../../src/db/embedded/embedded.js';
import { isAlive } from '../../src/db/embedded/processes.js';
import { openLog } from '../../src/log.js';
import { scratchFolder, until } from '../helpers/scratch.js';

const PASSWORD = 'a password with spaces & signs: @/?#%';

let folder: string;
let remove: () => Promise<void>;
const started: Embedded[] = [];

beforeEach(async () => {
  ({ folder, remove } = await scratchFolder());
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((embedded) => embedded.stop()));
  await remove();
});

async function start(more: Partial<EmbeddedOptions> = {}): Promise<Embedded> {
  const options = { dataDir: join(folder, 'data'), ownerPassword: PASSWORD, log: openLog('silent'), ...more };
  const embedded = await startEmbedded({ settings: { fsync: 'off' }, ...options });
  started.push(embedded);
  return embedded;
}

async function ask<Row extends pg.QueryResultRow>(embedded: Embedded, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: embedded.ownerUrl('postgres') });
  client.on('error', () => undefined);
  await client.connect();
  return client
    .query<Row>(sql)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}

/** A process that starts the database as `npm start` does and is then killed without a chance to stop it. */
async function startAndKill(): Promise<number> {
  const href = (path: string) => new URL(`../../dist/src/${path}`, import.meta.url).href;
  const program = `const { startEmbedded } = await import('${href('db/embedded/embedded.js')}');
    const { openLog } = await import('${href('log.js')}');
    const [dataDir, ownerPassword] = process.argv.slice(1);
    const { pid } = await startEmbedded({ dataDir, ownerPassword, log: openLog('silent') });
    console.log(pid); setInterval(() => {}, 1000);`;
  const parent = spawn(
    process.execPath,
    ['--input-type=module', '-e', program, join(folder, 'data'), PASSWORD],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [said] = (await once(parent.stdout, 'data')) as [Buffer];
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  return Number(said);
}

describe('start and stop', () => {
  test('from nothing, stopped, and again on the same data', async () => {
    const first = await start();
    await ask(first, 'create table kept as select 1 as one');
    await first.stop();
    await first.stop();
    expect(await isAlive(first.pid)).toBe(false);

    const second = await start();
    expect(await ask(second, 'select one from kept')).toEqual([{ one: 1 }]);
    await expect(access(join(folder, 'data', 'postgres', 'postmaster.pid'))).resolves.toBeUndefined();
  });

  test('what it is set to', async () => {
    const embedded = await start({ settings: {} });
    const names = ['listen_addresses', 'unix_socket_directories', 'password_encryption', 'timezone', 'fsync'];
    names.push('synchronous_commit', 'data_checksums', 'server_encoding');
    const shown = await Promise.all(
      names.map((name) => ask<Record<string, string>>(embedded, `show ${name}`)),
    );
    expect(shown.map(([row]) => Object.values(row ?? {})[0])).toEqual([
      '127.0.0.1',
      '',
      'scram-sha-256',
      'UTC',
      'on',
      'on',
      'on',
      'UTF8',
    ]);
    const [locale] = await ask(
      embedded,
      "select datlocprovider, datlocale, lower('ÀÉ') from pg_database limit 1",
    );
    expect(locale).toEqual({ datlocprovider: 'b', datlocale: 'C.UTF-8', lower: 'àé' });
    expect((await stat(join(folder, 'data', 'postgres'))).mode & 0o777).toBe(0o700);
  });

  test('the password is asked for, and another one stops the start naming SECRETS_FILE', async () => {
    const embedded = await start();
    const stranger = new pg.Client({ connectionString: embedded.ownerUrl('postgres'), password: undefined });
    const wrong = new URL(embedded.ownerUrl('postgres'));
    wrong.password = 'wrong';
    await expect(new pg.Client({ connectionString: wrong.href }).connect()).rejects.toMatchObject({
      code: '28P01',
    });
    await stranger.end();
    await embedded.stop();
    await expect(start({ ownerPassword: 'another' })).rejects.toMatchObject({
      exitCode: 78,
      message: expect.stringContaining('SECRETS_FILE'),
    });
  });

  test('it lives in a session of its own, out of reach of Ctrl-C in the terminal', async () => {
    const { pid } = await start();
    const afterName = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1] ?? '';
    expect(Number(afterName.split(' ')[3])).toBe(pid);
  });

  test('a half-made data folder of a killed first start is made anew', async () => {
    await mkdir(join(folder, 'data', 'postgres.new', 'base'), { recursive: true });
    expect(await ask(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('a data folder of another major version stops the start', async () => {
    await mkdir(join(folder, 'data', 'postgres'), { recursive: true });
    await writeFile(join(folder, 'data', 'postgres', 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toMatchObject({
      exitCode: 78,
      message: expect.stringContaining('PostgreSQL 17'),
    });
  });

  test('a server that cannot start says why, with its own words', async () => {
    await expect(start({ settings: { shared_buffers: 'plenty' } })).rejects.toMatchObject({
      name: 'StartError',
      message: expect.stringContaining('shared_buffers'),
    });
  });
});

describe('ends that nobody asked for', () => {
  test('a server that ends by itself is reported, one that was stopped is not', async () => {
    const ends: string[] = [];
    const doomed = await start({ onExit: (how) => ends.push(how) });
    process.kill(doomed.pid, 'SIGQUIT');
    await until('the report', () => ends.length > 0);
    expect(ends).toEqual([expect.stringContaining('ended by itself')]);
    await doomed.stop();
    const stopped = await start({ onExit: (how) => ends.push(how) });
    await stopped.stop();
    expect(ends).toHaveLength(1);
  });

  test('the server of a killed start is stopped and its data goes on', async () => {
    const orphan = await startAndKill();
    expect(await isAlive(orphan)).toBe(true);
    const embedded = await start();
    expect(await isAlive(orphan)).toBe(false);
    expect(embedded.pid).not.toBe(orphan);
    expect(await ask(embedded, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('a server that was killed too, with connections open, recovers', async () => {
    const first = await start();
    await ask(first, 'create table kept as select 1 as one');
    const guest = new pg.Client({ connectionString: first.ownerUrl('postgres') });
    guest.on('error', () => undefined);
    await guest.connect();
    process.kill(first.pid, 'SIGKILL');
    const second = await start();
    expect(await ask(second, 'select one from kept')).toEqual([{ one: 1 }]);
    await guest.end().catch(() => undefined);
  });

  test('a postmaster.pid whose number now belongs to another program neither blocks the start nor hurts it', async () => {
    await (await start()).stop();
    const file = join(folder, 'data', 'postgres', 'postmaster.pid');
    const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await writeFile(
      file,
      [bystander.pid, join(folder, 'data', 'postgres'), 1, 1, '', '127.0.0.1', ''].join('\n'),
    );
    await chmod(file, 0o600);
    try {
      expect(await ask(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
      expect(bystander.exitCode).toBeNull();
    } finally {
      bystander.kill('SIGKILL');
    }
  });
});

describe('the programs', () => {
  test('a platform without any names DATABASE_URL as the way on', async () => {
    await expect(findBinaries('sunos-sparc')).rejects.toMatchObject({
      exitCode: 78,
      message: expect.stringMatching(/sunos-sparc.*DATABASE_URL/),
    });
  });

  test('links that a skipped install script left out are made', async () => {
    await mkdir(join(folder, 'native', 'lib'), { recursive: true });
    const links = ['a.so', 'b.so'].map((name) => ({
      source: 'native/lib/a.so.1',
      target: `native/lib/${name}`,
    }));
    await writeFile(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(links));
    await symlink('a.so.1', join(folder, 'native', 'lib', 'b.so'));
    await completeLinks(folder, 'some-package');
    expect(await readlink(join(folder, 'native', 'lib', 'a.so'))).toBe('a.so.1');
  });

  test('where they cannot be made the start says what to run', async () => {
    const links = [{ source: 'native/lib/a.so.1', target: 'native/missing/a.so' }];
    await mkdir(join(folder, 'native'));
    await writeFile(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(links));
    await expect(completeLinks(folder, 'some-package')).rejects.toMatchObject({
      exitCode: 78,
      message: expect.stringContaining('npm rebuild some-package'),
    });
  });
});
