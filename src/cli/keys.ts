import type { EntityManager } from '@mikro-orm/postgresql';
import pg from 'pg';
import { Clock } from '../clock.js';
import type { Config } from '../config.js';
import { joinDatabase, Opened } from '../database.js';
import { readAnchor } from '../db/anchor.js';
import { openOwner } from '../db/orm.js';
import type { Fact } from '../events/facts.js';
import { record } from '../events/record.js';
import { openLog } from '../log.js';
import { adoptNextKey, readSecrets, stageNextKey } from '../secrets.js';
import { rewrapDataKeys } from '../vault/data-keys.js';
import { type Rotated, rotate } from '../vault/rotate.js';
import { keyUses } from '../vault/status.js';
import { runCommand } from './command.js';

/** Works on the keys; answers what is wrong afterwards, or null. */
type Work = (config: Config, ownerUrl: string, client: pg.Client) => Promise<string | null>;

const WORKS: Readonly<Record<string, Work>> = { status: showStatus, rotate: rotateKeys, rewrap: rewrapKeys };
// What it answers is not to be mixed with what a start would remark.
const log = openLog('error');
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** `npm run keys -- status | rotate | rewrap`: the keys of what lies encrypted, also while nodes serve. */
await runCommand(async (config) => {
  const work = WORKS[process.argv[2] ?? ''];
  if (!work || process.argv.length > 3) return 'Which? npm run keys -- status, rotate or rewrap';
  const opened = new Opened();
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => void opened.close().finally(() => process.exit(1)));
  try {
    const { ownerUrl } = await joinDatabase(config, log, opened, 'npm run keys');
    const client = new pg.Client({ connectionString: ownerUrl });
    // A connection lost between two statements is reported by the next one.
    client.on('error', () => undefined);
    await client.connect();
    opened.add(() => client.end());
    return await work(config, ownerUrl, client);
  } finally {
    await opened.close();
  }
});

async function showStatus(_config: Config, _ownerUrl: string, client: pg.Client): Promise<null> {
  for (const { id, purpose, algorithm, retiredAt, values } of await keyUses(client)) {
    const use = purpose === 'index' ? 'blind indexes' : `${values} values`;
    say(`key ${id}  ${purpose}  ${algorithm}  ${retiredAt ? 'retired' : 'in use'}  ${use}`);
  }
  return null;
}

async function rotateKeys(config: Config, ownerUrl: string, client: pg.Client): Promise<string | null> {
  const orm = await openOwner(ownerUrl);
  try {
    const rotated = await rotate({
      client,
      secrets: () => readSecrets(config.secretsFile),
      log,
      state: (fact) => orm.em.fork().transactional((em) => state(em, fact)),
      onBatch: sayNowAndThen(),
    });
    for (const each of rotated) say(sentence(each));
    const left = rotated.reduce((sum, each) => sum + each.left, 0);
    return left === 0
      ? null
      : `${left} values are not under the new key: they are damaged, or a node goes on with an older one. No key was retired for them; look into the log of the nodes, and rotate again.`;
  } finally {
    await orm.close(true);
  }
}

/** A line for every ten thousand rows. */
function sayNowAndThen(): (table: string, rows: number) => void {
  let done = 0;
  return (table, rows) => {
    done += rows;
    if (Math.floor(done / 10_000) > Math.floor((done - rows) / 10_000))
      say(`${done} rows done, now in ${table}`);
  };
}

/** In campaign time, as every fact. */
async function state(em: EntityManager, fact: Fact): Promise<void> {
  const clock = new Clock({ campaignAt: new Date(0), realAt: new Date(0), speed: 1 });
  const real = clock.real();
  clock.pin((await readAnchor(em)) ?? { campaignAt: real, realAt: real, speed: 1 });
  await record(em, [fact], { happenedAt: clock.now(), actorId: null });
}

function sentence({ family, keyId, sealed, retired }: Rotated): string {
  const gone = retired.length > 0 ? ` Retired: ${retired.join(', ')}.` : '';
  return `${family}: key ${keyId} is in use, ${sealed} values were sealed anew with it.${gone}`;
}

/** Whatever cuts it off, the file holds every key that the database needs, and the next call goes on. */
async function rewrapKeys(config: Config, _ownerUrl: string, client: pg.Client): Promise<null> {
  const count = await rewrapDataKeys(client, stageNextKey(config.secretsFile));
  adoptNextKey(config.secretsFile);
  say(`${count} data keys are wrapped with a new key, which is in ${config.secretsFile}.`);
  say(
    'Give other hosts this file before a node starts there, and keep the old one as long as a backup needs it.',
  );
  return null;
}
