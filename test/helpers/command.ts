import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { until } from './scratch.js';

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
