import { readFileSync } from 'node:fs';
import { Clock } from '../clock.js';
import type { Config } from '../config.js';
import { Opened, openDatabase } from '../database.js';
import { readAnchor } from '../db/anchor.js';
import { holdDataDir } from '../db/hold.js';
import { openOwner } from '../db/orm.js';
import { StartError } from '../errors.js';
import { openLog } from '../log.js';
import { loadRegions } from '../regions/region.actions.js';
import { type ListedRegion, RegionFileError, readRegionFile } from '../regions/region.file.js';
import { runCommand } from './command.js';

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
    const changed = await load(rows, config);
    process.stdout.write(`${rows.length} regions are in the tree, ${changed} of them new or renamed.\n`);
    return null;
  } catch (fault) {
    if (!(fault instanceof RegionFileError)) throw fault;
    return `${file} was refused, nothing is written:\n${fault.message}`;
  }
});

/** How many regions are new or have a new name. */
async function load(rows: readonly ListedRegion[], config: Config): Promise<number> {
  const opened = new Opened();
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => void opened.close().finally(() => process.exit(1)));
  try {
    if (!config.databaseUrl) {
      const hold = await holdDataDir(config.dataDir, 'npm run regions').catch(sayWhatToDo);
      opened.add(() => hold.release());
    }
    const { ownerUrl } = await openDatabase(config, openLog('error'), opened, () => process.exit(1));
    const orm = await openOwner(ownerUrl);
    opened.add(() => orm.close(true));
    const clock = new Clock({ campaignAt: new Date(0), realAt: new Date(0), speed: 1 });
    clock.pin(
      (await readAnchor(orm.em.fork())) ?? { campaignAt: clock.real(), realAt: clock.real(), speed: 1 },
    );
    return await orm.em.fork().transactional((em) => loadRegions(em, rows, clock.now()));
  } finally {
    await opened.close();
  }
}

/** The owner of the embedded database is its server; two at once there cannot be. */
function sayWhatToDo(fault: Error): never {
  if (!(fault instanceof StartError) || fault.exitCode !== 1) throw fault;
  throw new StartError(`${fault.message} Stop it first, load the list, and start it again.`, fault.exitCode);
}
