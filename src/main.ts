import { type Config, readConfig } from './config.js';
import { lastWords } from './errors.js';
import { type Log, openLog } from './log.js';
import { type Running, startServer } from './server.js';
import { welcome } from './welcome.js';

/** The contract gives a stop 25 seconds; what has not ended by then is left behind. */
const STOP_WITHIN_MS = 23_000;

/** Ctrl-C, a supervisor, and a closed terminal window. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The life of the server as a process: 0 when it was asked to end, 78 when it cannot be started like this, else 1. */
export async function main(): Promise<void> {
  let config: Config | undefined;
  try {
    config = readConfig();
    await live(config, openLog(config.logLevel));
  } catch (fault) {
    const { text, exitCode } = lastWords(fault, config?.logLevel === 'debug');
    process.stderr.write(`${text}\n`);
    process.exit(exitCode);
  }
}

async function live(config: Config, log: Log): Promise<void> {
  const ending = new AbortController();
  const end = (exitCode: number) => {
    // A second signal is harmless: the first end goes on.
    if (ending.signal.aborted) return;
    ending.abort();
    // Not unref'd: with nothing else left to wait for, the process would leave before everything is closed, and with 0.
    setTimeout(() => process.exit(1), STOP_WITHIN_MS);
    void stop(starting, log).then((isStopped) => process.exit(isStopped ? exitCode : 1));
  };
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (!ending.signal.aborted) log.info({ signal: name }, 'stopping');
      end(0);
    });
  }
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'stopping after a fault that nobody expected');
    end(1);
  });
  // Whoever reads along may leave (npm start | head) without taking the server with him.
  process.stdout.on('error', () => undefined);
  const onFault = (how: string) => {
    if (!ending.signal.aborted) log.fatal({ how }, 'stopping, because the database has ended');
    end(1);
  };
  const starting = startServer({ config, log, signal: ending.signal, onFault });
  try {
    process.stdout.write(welcome(config, await starting));
  } catch (fault) {
    if (!ending.signal.aborted) throw fault;
  }
}

/** Ends the server however far its start has come; false when something did not let itself be closed. */
async function stop(starting: Promise<Running>, log: Log): Promise<boolean> {
  // A start that was ended has closed what it had opened.
  const running = await starting.catch(() => null);
  try {
    await running?.stop();
    log.info('stopped');
    return true;
  } catch (err) {
    log.error({ err }, 'stopped, but not everything could be closed');
    return false;
  }
}
