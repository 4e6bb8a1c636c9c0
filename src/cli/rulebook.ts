import { readFileSync } from 'node:fs';
import { Refusal } from '../errors.js';
import { loadRulebook } from '../standards/rulebook.actions.js';
import { readRulebook } from '../standards/rulebook.file.js';
import { runCommand } from './command.js';
import { asOwner } from './owner.js';

const USAGE = `Which file? npm run rulebook -- check FILE, or npm run rulebook -- load FILE (docs/rulebook-format.md)`;

/**
 * `npm run rulebook -- check FILE` says whether a standard can be executed; `load` keeps it as a draft, to be tried and
 * adopted through the API.
 */
await runCommand(async (config) => {
  const [what, name] = process.argv.slice(2);
  if (!name || (what !== 'check' && what !== 'load')) return USAGE;
  let file: string;
  try {
    file = readFileSync(name, 'utf8');
  } catch (fault) {
    return `${name} cannot be read: ${(fault as Error).message}.`;
  }
  try {
    const { code, edition, items } = readRulebook(file);
    const standard = `${code}, edition ${edition}, ${items.length} items`;
    if (what === 'check') {
      process.stdout.write(`${standard}: sound.\n`);
      return null;
    }
    const { id } = await asOwner(config, 'rulebook', (em) => loadRulebook(em, file));
    process.stdout.write(
      `${standard}: kept as draft ${id}. Try it (tryStandard), then adopt it (adoptStandard).\n`,
    );
    return null;
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault;
    return `${name} was refused, nothing is written:\n${fault.message}`;
  }
});
