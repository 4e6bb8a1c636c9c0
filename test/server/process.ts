import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client, operation } from '../helpers/house.js';
import { until } from '../helpers/scratch.js';

export const ROOT = new URL('../../', import.meta.url).pathname;
const PATIENCE_MS = 60_000;

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** What a process said and how it ended. */
export interface End {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command of the house as a process of its own, with nothing of this environment but what is given. */
export class Command {
  out = '';
  err = '';
  readonly child: ChildProcess;
  readonly ended: Promise<End>;

  constructor(command: readonly string[], env: Record<string, string>) {
    const [program = '', ...args] = command;
    const { PATH = '', HOME = '' } = process.env;
    this.child = spawn(program, args, {
      cwd: ROOT,
      env: { PATH, HOME, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (text) => {
      this.out += text;
    });
    this.child.stderr?.on('data', (text) => {
      this.err += text;
    });
    // close and not exit: by then everything it said has arrived.
    this.ended = once(this.child, 'close').then(([code]) => ({
      code: code as number | null,
      out: this.out,
      err: this.err,
    }));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Waits until it has said this on standard output. */
  async says(words: string | RegExp): Promise<void> {
    const has = () => (typeof words === 'string' ? this.out.includes(words) : words.test(this.out));
    await until(`${words}`, () => has() || this.hasEnded, PATIENCE_MS);
    if (has()) return;
    const { code, out, err } = await this.ended;
    throw new Error(`it ended (${code}) without saying ${words}: ${out}${err}`);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  end(name: NodeJS.Signals = 'SIGTERM'): Promise<End> {
    this.signal(name);
    return this.ended;
  }
}

/** A server as `npm start` starts it. */
export class Server extends Command {
  constructor(
    readonly port: number,
    env: Record<string, string>,
    command: readonly string[] = [process.execPath, 'scripts/start.mjs'],
  ) {
    super(command, { PORT: String(port), DEMO_HOUSEHOLDS: '20', ...env });
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async ready(): Promise<this> {
    await this.says('duban is ready');
    return this;
  }

  /** What /readyz answers; null while nothing listens. */
  readyz(): Promise<{ status: number; body: { status: string; reason?: string } } | null> {
    return fetch(`${this.address}/readyz`).then(
      async (response) => ({ status: response.status, body: (await response.json()) as { status: string } }),
      () => null,
    );
  }

  async signIn(username: string, password: string): Promise<Client> {
    const guest = new Client(this.address, null);
    const { login } = await guest.data(operation('login'), { username, password });
    return new Client(this.address, login.accessToken);
  }
}

/** The servers of one test file, all of them ended in `afterEach`. */
export class Servers {
  private readonly all: Command[] = [];

  async start(env: Record<string, string>, command?: readonly string[]): Promise<Server> {
    return this.keep(new Server(Number(env.PORT ?? (await freePort())), env, command));
  }

  keep<T extends Command>(command: T): T {
    this.all.push(command);
    return command;
  }

  async endAll(): Promise<void> {
    await Promise.all(this.all.splice(0).map((each) => (each.hasEnded ? each.ended : each.end())));
  }
}

/** The demo password that a start has made. */
export const demoPasswordOf = (dataDir: string): string =>
  (JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as { demoPassword: string }).demoPassword;

/** The process of the embedded database, whether it lives or not. */
export const databasePid = (dataDir: string): number =>
  Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);

/** The processes that work in the embedded database of a DATA_DIR: none after every good end. */
export const databaseProcesses = (dataDir: string): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === join(dataDir, 'postgres');
    } catch {
      return false;
    }
  });

/** One line that a person can act on, and nothing else. */
export const ONE_LINE = /^[^\n]+\n$/;
