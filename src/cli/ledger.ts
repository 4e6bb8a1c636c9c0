import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Clock, isCalendarDay } from '../clock.js';
import type { Config } from '../config.js';
import { Opened, openDatabase } from '../database.js';
import { readAnchor } from '../db/anchor.js';
import { holdDataDir } from '../db/hold.js';
import { openOwner } from '../db/orm.js';
import { EXIT_CONFIG, StartError } from '../errors.js';
import { queryOf } from '../events/follow.js';
import { pruneLedger } from '../ledger/prune.js';
import { DaySigner, isPublicKey } from '../ledger/signature.js';
import { type Anchor, type Finding, type Verification, verifyLedger } from '../ledger/verify.js';
import { openLog } from '../log.js';
import { loadSecrets } from '../secrets.js';
import { runCommand } from './command.js';

const USAGE = `What to do?
  npm run ledger -- key                                         the public key, to be kept elsewhere
  npm run ledger -- verify [FROM [TO]] [--key KEY] [--anchor SEQ:HASH]
                                                                holds the ledger against its seals; days as YYYY-MM-DD
  npm run ledger -- prune [THROUGH]                             removes days that need not be kept any more`;

const say = (line: string) => process.stdout.write(`${line}\n`);

/** `npm run ledger -- key | verify | prune`. */
await runCommand(async (config) => {
  const { positionals, values } = asked();
  const [what, first, second] = positionals;
  for (const day of [first, second]) if (day !== undefined && !isCalendarDay(day)) return `${day} is no day.`;
  if (what === 'key') return key(config);
  if (what === 'verify') return verify(config, first ?? null, second ?? null, values);
  if (what === 'prune') return prune(config, first ?? null);
  return USAGE;
});

function asked() {
  try {
    const options = {
      key: { type: 'string', multiple: true },
      anchor: { type: 'string', multiple: true },
    } as const;
    return parseArgs({ options, allowPositionals: true });
  } catch (fault) {
    throw new StartError(`${(fault as Error).message}\n${USAGE}`, 1);
  }
}

function key(config: Config): null {
  say(publicKeyOf(config));
  return null;
}

async function verify(
  config: Config,
  from: string | null,
  to: string | null,
  given: { key?: string[]; anchor?: string[] },
): Promise<string | null> {
  const publicKeys = given.key ?? [publicKeyOf(config)];
  const wrong = publicKeys.find((each) => !isPublicKey(each));
  if (wrong !== undefined) return `${wrong} is no public key: npm run ledger -- key prints one.`;
  const anchors = (given.anchor ?? []).map(anchorOf);
  const wanted = { from, to, publicKeys, keepYears: config.ledgerKeepYears, anchors };
  const verification = await withDatabase(config, (em) => verifyLedger(queryOf(em), wanted));
  return report(verification);
}

function report({ ok, entries, days, head, findings }: Verification): string | null {
  for (const finding of findings) say(lineOf(finding));
  say(`${entries} entries and ${days} day seals were looked at.`);
  if (head) say(`The chain ends at ${head.seq}:${head.hash} (note it elsewhere, for --anchor).`);
  return ok ? null : 'The ledger is not in order.';
}

/** A function, because commands run before what is declared below them exists. */
function lineOf({ kind, seq, entryId, day }: Finding): string {
  const parts = [kind, seq && `number ${seq}`, day && `day ${day}`, entryId && `entry ${entryId}`];
  return parts.filter(Boolean).join('  ');
}

function anchorOf(text: string): Anchor {
  const [, seq, hash] = /^(\d{1,18}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq !== undefined && hash !== undefined) return { seq, hash };
  throw new StartError(`${text} is no place of the chain, such as 120:9f…: its number and its hash.`, 1);
}

async function prune(config: Config, through: string | null): Promise<string | null> {
  const publicKeys = [publicKeyOf(config)];
  const keepYears = config.ledgerKeepYears;
  const pruned = await withDatabase(config, async (em) => {
    const clock = new Clock({ campaignAt: new Date(0), realAt: new Date(0), speed: 1 });
    clock.pin((await readAnchor(em)) ?? { campaignAt: clock.real(), realAt: clock.real(), speed: 1 });
    return pruneLedger(em, { through, keepYears, publicKeys, now: clock.now() });
  });
  if (pruned.kind === 'TOO_YOUNG')
    return `Entries are kept for ${keepYears} years (LEDGER_KEEP_YEARS): the last day that may go is ${pruned.latest}.`;
  if (pruned.kind === 'WRONG') {
    for (const finding of pruned.findings) say(lineOf(finding));
    return 'These days are not in order: nothing is removed.';
  }
  say(`${pruned.entries} entries through ${pruned.through} are removed; the seals of their days stay.`);
  return null;
}

function publicKeyOf({ secretsFile }: Config): string {
  if (!existsSync(secretsFile)) {
    const sentence = `There is no ${secretsFile}: set SECRETS_FILE or DATA_DIR, or give the public key by --key.`;
    throw new StartError(sentence, EXIT_CONFIG);
  }
  return new DaySigner(Buffer.from(loadSecrets(secretsFile).secrets.ledgerKey, 'base64url')).publicKey;
}

/** A database of its own is only connected to, so that whoever may read it may verify it. */
async function withDatabase<T>(
  config: Config,
  work: (em: Awaited<ReturnType<typeof openOwner>>['em']) => Promise<T>,
): Promise<T> {
  const opened = new Opened();
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => void opened.close().finally(() => process.exit(1)));
  try {
    const orm = await openOwner(config.databaseUrl ?? (await startEmbedded(config, opened)));
    opened.add(() => orm.close(true));
    return await work(orm.em.fork());
  } finally {
    await opened.close();
  }
}

async function startEmbedded(config: Config, opened: Opened): Promise<string> {
  const hold = await holdDataDir(config.dataDir, 'npm run ledger').catch((fault: Error) => {
    if (!(fault instanceof StartError) || fault.exitCode !== 1) throw fault;
    throw new StartError(`${fault.message} Stop it first; the API verifies while it serves.`, 1);
  });
  opened.add(() => hold.release());
  const { ownerUrl } = await openDatabase(config, openLog('error'), opened, () => process.exit(1));
  return ownerUrl;
}
