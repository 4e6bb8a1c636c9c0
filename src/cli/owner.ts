import type { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../clock.js';
import type { Config } from '../config.js';
import { Opened, openDatabase } from '../database.js';
import { readAnchor } from '../db/anchor.js';
import { holdDataDir } from '../db/hold.js';
import { openOwner } from '../db/orm.js';
import { StartError } from '../errors.js';
import { openLog } from '../log.js';

/** One transaction of a command (`npm run NAME`), as the owner of the database, at the campaign time that it keeps. */
export async function asOwner<T>(
  config: Config,
  name: string,
  work: (em: EntityManager, now: Date) => Promise<T>,
): Promise<T> {
  const opened = new Opened();
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => void opened.close().finally(() => process.exit(1)));
  try {
    if (!config.databaseUrl) {
      const hold = await holdDataDir(config.dataDir, `npm run ${name}`).catch(sayWhatToDo);
      opened.add(() => hold.release());
    }
    const { ownerUrl } = await openDatabase(config, openLog('error'), opened, () => process.exit(1));
    const orm = await openOwner(ownerUrl);
    opened.add(() => orm.close(true));
    const clock = new Clock({ campaignAt: new Date(0), realAt: new Date(0), speed: 1 });
    clock.pin(
      (await readAnchor(orm.em.fork())) ?? { campaignAt: clock.real(), realAt: clock.real(), speed: 1 },
    );
    return await orm.em.fork().transactional((em) => work(em, clock.now()));
  } finally {
    await opened.close();
  }
}

/** The owner of the embedded database is its server; two at once there cannot be. */
function sayWhatToDo(fault: Error): never {
  if (!(fault instanceof StartError) || fault.exitCode !== 1) throw fault;
  throw new StartError(
    `${fault.message} Stop it first, run the command again, and start it.`,
    fault.exitCode,
  );
}
