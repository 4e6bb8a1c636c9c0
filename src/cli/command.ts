import { StartError } from '../errors.js';

/** Runs a command of the terminal: what it answers, or how it failed, becomes one clear text and an exit code. */
export async function runCommand(command: () => Promise<string | null>): Promise<never> {
  try {
    const complaint = await command();
    if (complaint === null) process.exit(0);
    process.stderr.write(`${complaint}\n`);
    process.exit(1);
  } catch (fault) {
    process.stderr.write(`${fault instanceof StartError ? fault.message : (fault as Error).stack}\n`);
    process.exit(fault instanceof StartError ? fault.exitCode : 1);
  }
}
