import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Command, freePort } from '../helpers/command.js';
import { Client, operation } from '../helpers/house.js';

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
