import { fork } from 'node:child_process';

/** One server in a process of its own, and what may be asked of it. */
export class Server {
  static async start(file, { args = [], env = {} } = {}) {
    const child = fork(new URL(`servers/${file}`, import.meta.url), args, {
      execArgv: ['--expose-gc', '--no-warnings', ...(process.env.BENCH_ARGS?.split(' ') ?? [])],
      env: { ...process.env, ...env },
    });
    const server = new Server(child);
    server.address = await new Promise((resolve, reject) => {
      child.once('message', ({ address }) => resolve(address));
      child.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)));
    });
    return server;
  }

  constructor(child) {
    this.child = child;
    this.asked = new Map();
    this.number = 0;
    child.on('message', ({ number, answer }) => {
      this.asked.get(number)?.(answer);
      this.asked.delete(number);
    });
  }

  ask(ask, more = {}) {
    const number = ++this.number;
    return new Promise((resolve) => {
      this.asked.set(number, resolve);
      this.child.send({ ask, number, ...more });
    });
  }

  /** Processor seconds that the server takes for what `work` has it do. */
  async spend(work) {
    const before = await this.ask('cpu');
    const result = await work();
    const after = await this.ask('cpu');
    const seconds = (after.user + after.system - before.user - before.system) / 1e6;
    return { seconds, result };
  }

  async stop() {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    await this.ask('close');
    await gone;
  }
}
