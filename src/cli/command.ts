import { type Config, readConfig } from '../config.js';
import { lastWords } from '../errors.js';

/**
 * Runs a command of the terminal: what it answers (null: it is done), or how it failed, becomes one clear text and an
 * exit code.
 */
export async function runCommand(command: (config: Config) => Promise<string | null>): Promise<never> {
  let config: Config | undefined;
  try {
    config = readConfig();
    const complaint = await command(config);
    if (complaint === null) process.exit(0);
    process.stderr.write(`${complaint}\n`);
    process.exit(1);
  } catch (fault) {
    const { text, exitCode } = lastWords(fault, config?.logLevel === 'debug');
    process.stderr.write(`${text}\n`);
    process.exit(exitCode);
  }
}
