import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/postgresql';
import { pino } from 'pino';
import { Clock } from '../../src/clock.js';
import { openOrm, openOwner } from '../../src/db/orm.js';
import { entities } from '../../src/entities.js';
import { Patrol } from '../../src/ledger/patrol.js';
import { pruneLedger } from '../../src/ledger/prune.js';
import { LedgerRounds } from '../../src/ledger/rounds.js';
import { Ledger } from './tampering.js';

let ledger: Ledger;
let node: MikroORM;
let owner: MikroORM;
let lines: Record<string, unknown>[] = [];

const log = pino(
  { level: 'info' },
  { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
);
const said = (msg: string) => lines.filter((line) => line.msg === msg);

beforeEach(async () => {
  lines = [];
  ledger = await Ledger.open();
  node = await openOrm(ledger.database.runtimeUrl, entities);
  owner = await openOwner(ledger.database.ownerUrl);
});
afterEach(async () => {
  await Promise.all([node.close(true), owner.close(true)]);
  await ledger.close();
});

const clock = new Clock({ campaignAt: new Date(0), realAt: new Date(0), speed: 1 });
const rounds = (machine = clock) =>
  new LedgerRounds({ orm: node, clock: machine, log, signer: ledger.signer, keepYears: 3 });

const days = async () =>
  (
    await ledger.owner.query(`select to_char(day, 'YYYY-MM-DD') as day, first_seq::int, last_seq::int, entries::int
    from ledger_day order by day`)
  ).rows;

describe('a day', () => {
  test('is signed when it is over, by one node, and the log says so', async () => {
    await ledger.turnTo('2026-03-01');
    await ledger.enter(3);
    const nodes = [rounds(), rounds(), rounds()];
    await Promise.all(nodes.map((each) => each.sealNow()));
    expect(await days()).toEqual([]);
    await ledger.turnTo('2026-03-02');
    await ledger.enter(2);
    await Promise.all(nodes.map((each) => each.sealNow()));
    expect(await days()).toEqual([{ day: '2026-03-01', first_seq: 1, last_seq: 3, entries: 3 }]);
    const [line, more] = said('a day of the ledger is sealed');
    expect(more).toBeUndefined();
    expect(line).toMatchObject({ day: '2026-03-01', lastSeq: '3', keyId: ledger.signer.keyId });
    expect(await ledger.verify()).toMatchObject({ ok: true, entries: 5, days: 1 });
  });

  test('without entries has no seal, and several at once are caught up with', async () => {
    for (const day of ['2026-03-01', '2026-03-05', '2026-03-06']) {
      await ledger.turnTo(day);
      await ledger.enter(1);
      await ledger.seal();
    }
    await ledger.turnTo('2026-03-20');
    await rounds().sealNow();
    expect((await days()).map(({ day }) => day)).toEqual(['2026-03-01', '2026-03-05', '2026-03-06']);
    expect(await ledger.verify()).toMatchObject({ ok: true, days: 3 });
  });

  test('that was signed stays closed, also when the clock of the server goes back', async () => {
    await ledger.fill(['2026-03-01', '2026-03-02'], 2);
    await ledger.turnTo('2026-03-01');
    await ledger.enter(2);
    await rounds().sealNow();
    await ledger.turnTo('2026-02-01');
    await ledger.enter(2);
    await rounds().sealNow();
    const { rows } = await ledger.owner.query(
      `select to_char(day, 'YYYY-MM-DD') as day, count(*)::int from ledger_seal group by 1 order by 1`,
    );
    expect(rows).toEqual([
      { day: '2026-03-01', count: 2 },
      { day: '2026-03-02', count: 6 },
    ]);
    expect((await ledger.verify()).ok).toBe(true);
  });

  test('is not signed by anybody for another day, or for another end of it', async () => {
    await ledger.turnTo('2026-03-01');
    await ledger.enter(2);
    await ledger.seal();
    await ledger.turnTo('2026-03-02');
    const sign = async (day: string, hash: string) =>
      (
        await ledger.runtime.query(`select ledger_sign_day($1, ${hash}, '\\x00', 'key', now()) as kept`, [
          day,
        ])
      ).rows;
    const head = '(select hash from ledger_seal order by seq desc limit 1)';
    expect(await sign('2026-03-02', head)).toEqual([{ kept: false }]);
    expect(await sign('2026-03-01', `'\\x00'`)).toEqual([{ kept: false }]);
    expect(await days()).toEqual([]);
    expect(await sign('2026-03-01', head)).toEqual([{ kept: true }]);
    expect((await ledger.verify()).findings).toMatchObject([{ kind: 'DAY_SEAL_WRONG', day: '2026-03-01' }]);
  });
});

describe('pruning', () => {
  const prune = (through: string | null, keepYears = 3) =>
    pruneLedger(owner.em.fork(), {
      through,
      keepYears,
      publicKeys: [ledger.signer.publicKey],
      now: new Date('2016-12-08T01:00:00Z'),
    });
  const entries = async () =>
    (await ledger.owner.query(`select count(*)::int from ledger_entry where act <> 'ledger.prune'`)).rows[0]
      .count;

  beforeEach(() => ledger.fill(['2021-01-01', '2022-06-01', '2023-06-01', '2026-01-01'], 3));

  test('removes the days that need not be kept, and what stays verifies', async () => {
    const before = await ledger.verify();
    expect(before).toMatchObject({ ok: true, entries: 12, days: 3 });
    expect(await prune(null)).toEqual({ kind: 'REMOVED', through: '2023-01-01', entries: 6 });
    expect(await entries()).toBe(6);
    await rounds().sealNow();
    const after = await ledger.verify({ anchors: before.head ? [before.head] : [] });
    // The removal has entered itself.
    expect(after).toMatchObject({ ok: true, entries: 7, days: 3, findings: [] });
    const { rows } = await ledger.owner.query(
      `select subject_id, purpose from ledger_entry where act = 'ledger.prune'`,
    );
    expect(rows).toEqual([{ subject_id: '2023-01-01', purpose: '6 entries, through 2023-01-01' }]);
    expect(await prune(null)).toMatchObject({ kind: 'REMOVED', entries: 0 });
    expect((await ledger.verify()).ok).toBe(true);
  });

  test('of everything that was ever sealed lets the chain go on', async () => {
    await ledger.turnTo('2029-01-02');
    await rounds().sealNow();
    expect(await prune('2026-01-01')).toMatchObject({ kind: 'REMOVED', entries: 12 });
    await rounds().sealNow();
    const after = await ledger.verify();
    expect(after).toMatchObject({ ok: true, entries: 1, days: 4, head: { seq: '13' } });
  });

  test('refuses what is younger than the limit, and the database what is younger than a year', async () => {
    expect(await prune('2023-01-02')).toEqual({ kind: 'TOO_YOUNG', latest: '2023-01-01' });
    expect(await prune('2023-06-01', 4)).toEqual({ kind: 'TOO_YOUNG', latest: '2022-01-01' });
    const young = ledger.owner.query(`select ledger_prune('2025-01-02')`);
    await expect(young).rejects.toMatchObject({ code: '42501' });
    expect(await entries()).toBe(12);
  });

  test('refuses days that are not in order: they are evidence', async () => {
    await ledger.owner.query(`set session_replication_role = replica`);
    await ledger.owner.query(
      `update ledger_entry set purpose = 'x' where id = (select entry_id from ledger_seal where seq = 2)`,
    );
    await ledger.owner.query(`reset session_replication_role`);
    expect(await prune(null)).toMatchObject({
      kind: 'WRONG',
      findings: [{ kind: 'ENTRY_CHANGED', seq: '2' }],
    });
    expect(await entries()).toBe(12);
  });
});

describe('the patrol', () => {
  const patrol = () => new Patrol({ orm: node, log, publicKey: ledger.signer.publicKey, keepYears: 3 });

  test('looks at every signed day in turn, and raises an alarm for what went missing', async () => {
    await ledger.fill(['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04'], 2);
    await ledger.owner.query(`set session_replication_role = replica`);
    await ledger.owner.query(
      `delete from ledger_entry where id = (select entry_id from ledger_seal where seq = 2)`,
    );
    await ledger.owner.query(`reset session_replication_role`);
    const walk = patrol();
    const seen = [];
    for (let step = 0; step < 4; step += 1) {
      await walk.step();
      seen.push(walk.findings);
    }
    // Newest first, then again from the newest: the finding stays until its day is looked at again.
    expect(seen).toEqual([0, 0, 1, 1]);
    expect(said('the ledger was changed: verify it')).toMatchObject([
      { level: 50, day: '2026-03-01', findings: [{ kind: 'ENTRY_REMOVED', seq: '2' }] },
    ]);
  });

  test('says when days are gone that must be kept, and nothing of those that need not', async () => {
    await ledger.fill(['2021-01-01', '2026-03-02', '2026-03-03'], 2);
    await ledger.owner.query(`set session_replication_role = replica`);
    await ledger.owner.query(
      'delete from ledger_entry e using ledger_seal s where s.entry_id = e.id and s.seq <= 4',
    );
    await ledger.owner.query('delete from ledger_seal where seq <= 4');
    await ledger.owner.query(`reset session_replication_role`);
    const walk = patrol();
    await walk.step();
    await walk.step();
    expect(walk.findings).toBe(1);
    expect(said('the ledger was changed: verify it')).toMatchObject([
      { day: '2026-03-02', findings: [{ kind: 'DAY_REMOVED' }] },
    ]);
  });
});
