import { readConfig } from './config.js';
import { StartError } from './errors.js';
import { openLog } from './log.js';
import { startServer } from './server.js';
import { welcome } from './welcome.js';

/** The contract gives a stop 25 seconds; what has not drained by then is cut. */
const STOP_WITHIN_MS = 23_000;

async function main(): Promise<void> {
  const config = readConfig();
  const log = openLog(config.logLevel);
  let stopping: Promise<void> | null = null;
  const fault = (how: string) => {
    if (stopping) return;
    log.fatal({ how }, 'the embedded database has ended');
    process.exit(1);
  };
  const starting = startServer(config, log, fault);
  const stop = (signal: NodeJS.Signals) => {
    // A second signal is harmless: the first stop goes on.
    stopping ??= (async () => {
      log.info({ signal }, 'stopping');
      setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
      await (await starting).stop();
      log.info('stopped');
      process.exit(0);
    })();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.stdout.write(welcome(config, await starting));
}

try {
  await main();
} catch (fault) {
  if (fault instanceof StartError) process.stderr.write(`${fault.message}\n`);
  else process.stderr.write(`${fault instanceof Error ? fault.stack : String(fault)}\n`);
  process.exit(fault instanceof StartError ? fault.exitCode : 1);
}
