import { Clock } from '../clock.js';
import { joinDatabase, Opened } from '../database.js';
import { readAnchor } from '../db/anchor.js';
import { openOwner } from '../db/orm.js';
import { openLog } from '../log.js';
import { createAdministrator } from '../people/first.actions.js';
import { runCommand } from './command.js';

/** `npm run admin -- create USERNAME REGION [NAME]`: a way into an installation without the demo. */
await runCommand(async (config) => {
  const [verb, username, regionCode, name = username, ...more] = process.argv.slice(2);
  if (verb !== 'create' || !username || !regionCode || !name || more.length > 0)
    return 'npm run admin -- create USERNAME REGION [NAME], such as: create admin.funan 341225000000 阜南县管理员';
  const opened = new Opened();
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => void opened.close().finally(() => process.exit(1)));
  try {
    const { ownerUrl } = await joinDatabase(config, openLog('error'), opened, 'npm run admin');
    const orm = await openOwner(ownerUrl);
    opened.add(() => orm.close(true));
    const clock = new Clock({ campaignAt: new Date(0), realAt: new Date(0), speed: 1 });
    const real = clock.real();
    clock.pin((await readAnchor(orm.em.fork())) ?? { campaignAt: real, realAt: real, speed: 1 });
    const wanted = { username, regionCode, name, now: clock.now() };
    const done = await orm.em.fork().transactional((em) => createAdministrator(em, wanted));
    if ('wrong' in done) return done.wrong;
    process.stdout.write(
      `${username} administers ${regionCode}. One-time password: ${done.password}\nIt must be changed at the first sign-in (changePassword).\n`,
    );
    return null;
  } finally {
    await opened.close();
  }
});
