import { readFileSync } from 'node:fs';
import { loadRegions } from '../regions/region.actions.js';
import { RegionFileError, readRegionFile } from '../regions/region.file.js';
import { runCommand } from './command.js';
import { asOwner } from './owner.js';

/** `npm run regions -- FILE`: checks an official list and puts it into the tree; a wrong line leaves all unwritten. */
await runCommand(async (config) => {
  const [file] = process.argv.slice(2);
  if (!file)
    return 'Which file? npm run regions -- data/regions-341200.csv (columns code,name,level,parent_code)';
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (fault) {
    return `${file} cannot be read: ${(fault as Error).message}.`;
  }
  try {
    const rows = readRegionFile(text);
    const changed = await asOwner(config, 'regions', (em, now) => loadRegions(em, rows, now));
    process.stdout.write(`${rows.length} regions are in the tree, ${changed} of them new or renamed.\n`);
    return null;
  } catch (fault) {
    if (!(fault instanceof RegionFileError)) throw fault;
    return `${file} was refused, nothing is written:\n${fault.message}`;
  }
});
