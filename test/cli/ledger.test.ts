import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Command, type End } from '../helpers/command.js';
import { scratchFolder } from '../helpers/scratch.js';
import { Ledger } from '../ledger/tampering.js';
import { Servers } from '../server/process.js';

const servers = new Servers();
let folder: string;
let remove: () => Promise<void>;
let ledger: Ledger;
let env: Record<string, string>;

/** Two signed days, one of them long ago, and one under way. */
beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  ledger = await Ledger.open();
  await ledger.fill(['2022-01-01', '2026-03-01', '2026-03-02'], 3);
  const SECRETS_FILE = join(folder, 'secrets.json');
  writeFileSync(SECRETS_FILE, JSON.stringify(ledger.database.secrets), { mode: 0o600 });
  env = { DATABASE_URL: ledger.database.ownerUrl, SECRETS_FILE };
});
afterAll(async () => {
  await servers.endAll();
  await ledger.close();
  await remove();
});

const run = (args: readonly string[], more: Record<string, string> = {}): Promise<End> =>
  servers.keep(new Command([process.execPath, 'scripts/run.mjs', 'ledger', ...args], { ...env, ...more }))
    .ended;

test('the public key is printed, and verifies without the secrets, by whoever may only read', async () => {
  const { out, ...rest } = await run(['key']);
  expect(rest).toEqual({ code: 0, err: '' });
  expect(out).toBe(`${ledger.signer.publicKey}\n`);
  const readOnly = { DATABASE_URL: ledger.database.runtimeUrl, SECRETS_FILE: join(folder, 'none.json') };
  const verified = await run(['verify', '--key', out.trim()], readOnly);
  expect(verified).toMatchObject({ code: 0, err: '' });
  expect(verified.out).toMatch(
    /^9 entries and 2 day seals were looked at\.\nThe chain ends at 9:[0-9a-f]{64} /,
  );
  const place = /9:[0-9a-f]{64}/.exec(verified.out)?.[0] ?? '';
  expect((await run(['verify', '--anchor', place])).code).toBe(0);
  expect((await run(['verify', '2026-03-01', '2026-03-01'])).out).toMatch(/^3 entries and 1 day seals/);
  const without = await run(['verify'], readOnly);
  expect(without).toMatchObject({ code: 78, out: '', err: expect.stringContaining('--key') });
}, 60_000);

test('what is wrong is one line each, and the exit code says so', async () => {
  await ledger.owner.query(`set session_replication_role = replica`);
  await ledger.owner.query(
    `update ledger_entry set act = 'x' where id = (select entry_id from ledger_seal where seq = 5)`,
  );
  const { rows } = await ledger.owner.query('select entry_id from ledger_seal where seq = 5');
  const { code, out, err } = await run(['verify']);
  expect({ code, err }).toEqual({ code: 1, err: 'The ledger is not in order.\n' });
  expect(out.split('\n')[0]).toBe(`ENTRY_CHANGED  number 5  entry ${rows[0].entry_id}`);
  await ledger.owner.query(
    `update ledger_entry set act = 'household.reveal' where id = (select entry_id from ledger_seal where seq = 5)`,
  );
  await ledger.owner.query('reset session_replication_role');
  const anchor = await run(['verify', '--anchor', `2:${'0'.repeat(64)}`]);
  expect(anchor).toMatchObject({ code: 1, out: expect.stringMatching(/^ANCHOR_WRONG {2}number 2\n/) });
}, 60_000);

test('pruning takes what need not be kept, and nothing younger', async () => {
  const young = await run(['prune', '2026-03-01']);
  expect(young).toEqual({
    code: 1,
    out: '',
    err: 'Entries are kept for 3 years (LEDGER_KEEP_YEARS): the last day that may go is 2023-03-02.\n',
  });
  const pruned = await run(['prune']);
  expect(pruned).toEqual({
    code: 0,
    err: '',
    out: '3 entries through 2023-03-02 are removed; the seals of their days stay.\n',
  });
  expect((await run(['verify'])).out).toMatch(/^6 entries and 2 day seals/);
}, 60_000);

test.each([
  [[], 'What to do?'],
  [['verify', '2026-02-30'], '2026-02-30 is no day.'],
  [['verify', '--anchor', '12'], '12 is no place of the chain'],
  [['verify', '--loudly'], 'What to do?'],
])('%j is not understood, and what would be is said', async (args, said) => {
  const { code, out, err } = await run(args);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain(said);
});
