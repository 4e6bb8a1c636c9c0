import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DaySigner } from '../../src/ledger/signature.js';
import type { Finding } from '../../src/ledger/verify.js';
import { Ledger, relink } from './tampering.js';

const DAYS = ['2026-03-01', '2026-03-02', '2026-03-04', '2026-03-05'];
const PER_DAY = 4;
const ALL = DAYS.length * PER_DAY;

let ledger: Ledger;
/** Entries by their number in the chain. */
let ids: string[];

/** Three signed days and one under way, on which two entries more wait to be sealed. */
beforeAll(async () => {
  ledger = await Ledger.open();
  await ledger.fill(DAYS, PER_DAY);
  await ledger.enter(2);
  const { rows } = await ledger.owner.query('select entry_id from ledger_seal order by seq');
  ids = ['', ...rows.map((row) => row.entry_id)];
});
afterAll(() => ledger.close());

const kinds = (findings: readonly Finding[]) => findings.map(({ kind }) => kind);
const entryAt = (seq: number) => `(select entry_id from ledger_seal where seq = ${seq})`;

test('a ledger that nobody touched is in order', async () => {
  const { head, ...rest } = await ledger.verify();
  expect(rest).toEqual({ ok: true, entries: ALL, days: 3, findings: [] });
  expect(head).toEqual({ seq: String(ALL), hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

test('days are verified by themselves, too', async () => {
  const [first, second] = DAYS;
  const one = await ledger.verify({ from: second as string, to: second as string });
  expect(one).toMatchObject({ ok: true, entries: PER_DAY, days: 1, head: { seq: String(2 * PER_DAY) } });
  expect(await ledger.verify({ from: null, to: first as string })).toMatchObject({
    ok: true,
    entries: 4,
    days: 1,
  });
  expect(await ledger.verify({ from: '2026-03-03', to: '2026-03-03' })).toMatchObject({
    ok: true,
    entries: 0,
  });
  const changed = [`update ledger_entry set purpose = 'another' where id = ${entryAt(2)}`];
  expect((await ledger.tampered(changed, { from: second as string, to: null })).ok).toBe(true);
  expect((await ledger.tampered(changed, { from: first as string, to: first as string })).ok).toBe(false);
});

test('the time zone and the date style of the one who asks make no difference', async () => {
  await ledger.owner.query(`set timezone = 'America/St_Johns'; set datestyle = 'German, DMY'`);
  const { ok } = await ledger.verify();
  await ledger.owner.query('reset timezone; reset datestyle');
  expect(ok).toBe(true);
});

describe('what was done behind the house\u2019s back is found and named:', () => {
  test('a changed entry', async () => {
    const { findings } = await ledger.tampered([
      `update ledger_entry set account_id = gen_random_uuid() where id = ${entryAt(6)}`,
    ]);
    expect(findings).toEqual([{ kind: 'ENTRY_CHANGED', seq: '6', entryId: ids[6], day: null }]);
  });

  test('a removed entry', async () => {
    const { findings } = await ledger.tampered([`delete from ledger_entry where id = ${entryAt(7)}`]);
    expect(findings).toEqual([{ kind: 'ENTRY_REMOVED', seq: '7', entryId: ids[7], day: null }]);
  });

  test('an entry removed with its seal', async () => {
    const { findings } = await ledger.tampered([
      `delete from ledger_entry where id = ${entryAt(7)}`,
      'delete from ledger_seal where seq = 7',
    ]);
    expect(kinds(findings)).toEqual(['SEAL_REMOVED', 'CHAIN_BROKEN']);
    expect(findings.map(({ seq }) => seq)).toEqual(['7', '8']);
  });

  test('an inserted entry, whatever time it claims', async () => {
    for (const at of ['2020-01-01', '2026-03-02 12:00+08', 'now']) {
      const { findings } = await ledger.tampered([
        `insert into ledger_entry (at, roles, act, operation, fields, outcome, address, request_id, campaign_at)
          values ('${at}', '{}', 'session.signIn', 'login', '{}', 'DONE', '', '', now())`,
      ]);
      expect(kinds(findings)).toEqual(['ENTRY_INSERTED']);
    }
  });

  test('two seals that changed places, and two entries that did', async () => {
    const swap = (table: string, column: string, [one, other]: [string, string], fill: string) => [
      `update ${table} set ${column} = ${fill} where ${column} = ${one}`,
      `update ${table} set ${column} = ${one} where ${column} = ${other}`,
      `update ${table} set ${column} = ${other} where ${column} = ${fill}`,
    ];
    const seals = await ledger.tampered(swap('ledger_seal', 'seq', ['6', '7'], '-1'));
    expect(kinds(seals.findings)).toEqual(['CHAIN_BROKEN', 'CHAIN_BROKEN', 'CHAIN_BROKEN']);
    const nobody = `'00000000-0000-0000-0000-000000000000'`;
    const entries = await ledger.tampered(swap('ledger_entry', 'id', [`'${ids[6]}'`, `'${ids[7]}'`], nobody));
    expect(kinds(entries.findings)).toEqual(['ENTRY_CHANGED', 'ENTRY_CHANGED']);
  });

  test('a day whose seal is missing', async () => {
    const { findings } = await ledger.tampered([`delete from ledger_day where day = '2026-03-02'`]);
    expect(findings).toEqual([
      { kind: 'DAY_UNSIGNED', seq: '8', entryId: null, day: '2026-03-02' },
      { kind: 'DAY_SEAL_WRONG', seq: '12', entryId: null, day: '2026-03-04' },
    ]);
  });

  test('a chain made to fit again, for want of the key', async () => {
    const forged = [`update ledger_entry set purpose = 'another' where id = ${entryAt(6)}`, relink(6)];
    const alone = await ledger.tampered(forged);
    expect(alone.findings.map(({ kind, day }) => [kind, day])).toEqual([
      ['DAY_SEAL_WRONG', '2026-03-02'],
      ['DAY_SEAL_WRONG', '2026-03-04'],
    ]);
    const withDays = await ledger.tampered([
      ...forged,
      'update ledger_day set hash = (select hash from ledger_seal where seq = last_seq)',
    ]);
    expect(kinds(withDays.findings)).toEqual(['DAY_SEAL_WRONG', 'DAY_SEAL_WRONG']);
  });

  test('a day signed with another key', async () => {
    const other = new DaySigner(Buffer.alloc(32, 7));
    const { findings } = await ledger.verify({ publicKeys: [other.publicKey] });
    expect(kinds(findings)).toEqual(Array(3).fill('DAY_SEAL_WRONG'));
    expect((await ledger.verify({ publicKeys: [other.publicKey, ledger.signer.publicKey] })).ok).toBe(true);
    expect((await ledger.verify({ publicKeys: ['no key'] })).ok).toBe(false);
  });

  test('the entries of whole days, removed before their time', async () => {
    const cut = [
      'delete from ledger_entry e using ledger_seal s where s.entry_id = e.id and s.seq <= 4',
      'delete from ledger_seal where seq <= 4',
    ];
    const { findings } = await ledger.tampered(cut);
    expect(findings).toEqual([{ kind: 'DAY_REMOVED', seq: '4', entryId: null, day: '2026-03-01' }]);
  });

  test('the end of the chain cut off, by what was noted outside', async () => {
    const { head } = await ledger.verify();
    const cut = [
      `delete from ledger_entry where id = ${entryAt(ALL)}`,
      `delete from ledger_seal where seq = ${ALL}`,
    ];
    // Nothing inside could tell: that is what a place noted outside is for.
    expect((await ledger.tampered(cut)).ok).toBe(true);
    if (!head) throw new Error('no head');
    const { findings } = await ledger.tampered(cut, { anchors: [head] });
    expect(findings).toEqual([{ kind: 'ANCHOR_WRONG', seq: String(ALL), entryId: null, day: null }]);
    expect((await ledger.verify({ anchors: [head] })).ok).toBe(true);
  });

  test('an entry that waited to be sealed, taken away or never to be sealed', async () => {
    const waiting = '(select min(entry_id::text)::uuid from ledger_pending)';
    const gone = await ledger.tampered([`delete from ledger_entry where id = ${waiting}`]);
    expect(kinds(gone.findings)).toEqual(['ENTRY_REMOVED']);
    const forgotten = await ledger.tampered([`delete from ledger_pending where entry_id = ${waiting}`]);
    expect(kinds(forgotten.findings)).toEqual(['ENTRY_INSERTED']);
  });
});

/** Every column of a sealed row, with another value of its type. */
const OTHER_ENTRY = {
  form: 'form + 1',
  at: `at + interval '1 millisecond'`,
  xid: `'1'::xid8`,
  account_id: 'null',
  session_id: 'gen_random_uuid()',
  roles: `roles || '{ADMIN}'`,
  act: `act || 'x'`,
  operation: `operation || 'x'`,
  subject_type: 'null',
  subject_id: `subject_id || ' '`,
  region_code: `'341225206206'`,
  fields: `array['ID_NUMBER,PHONE']`,
  purpose: 'null',
  outcome: `'REFUSED', code = 'FORBIDDEN'`,
  address: `''`,
  device: `''`,
  request_id: `''`,
  campaign_at: `campaign_at - interval '1 day'`,
};
/** The id is taken away and given to others above; the code changes with the outcome, which it must fit. */
const WITH_OTHERS = ['id', 'code'];
const OTHER_SEAL = {
  seq: '1000',
  entry_id: 'gen_random_uuid()',
  digest: `sha256(digest)`,
  prev_hash: 'sha256(prev_hash)',
  hash: 'sha256(hash)',
  day: 'day + 1',
  sealed_at: `sealed_at - interval '1 microsecond'`,
};
const OTHER_DAY = {
  day: 'day - 100',
  first_seq: 'first_seq + 100',
  last_seq: 'last_seq + 100',
  entries: 'entries + 1',
  hash: 'sha256(hash)',
  signature: `set_byte(signature, 5, (get_byte(signature, 5) + 1) % 256)`,
  key_id: `'0000000000000000'`,
  signed_at: `signed_at + interval '1 second'`,
};

test('the columns tried are all that there are', async () => {
  const { rows } = await ledger.owner.query(
    `select table_name, array_agg(column_name::text order by column_name) as columns from information_schema.columns
     where table_name in ('ledger_entry', 'ledger_seal', 'ledger_day') group by table_name`,
  );
  const columns = Object.fromEntries(rows.map((row) => [row.table_name, row.columns]));
  expect(Object.keys(OTHER_ENTRY).sort()).toEqual(
    columns.ledger_entry.filter((name: string) => !WITH_OTHERS.includes(name)),
  );
  expect(Object.keys(OTHER_SEAL).sort()).toEqual(columns.ledger_seal);
  expect(Object.keys(OTHER_DAY).sort()).toEqual(columns.ledger_day);
});

test('any one tampering with any of the rows is found', async () => {
  const seq = fc.integer({ min: 1, max: ALL });
  const day = fc.constantFrom(...DAYS.slice(0, 3));
  const of = (values: Record<string, string>) => fc.constantFrom(...Object.entries(values));
  const tampering = fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .tuple(of(OTHER_ENTRY), seq)
        .map(
          ([[column, value], at]) => `update ledger_entry set ${column} = ${value} where id = ${entryAt(at)}`,
        ),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(of(OTHER_SEAL), seq)
        .map(([[column, value], at]) => `update ledger_seal set ${column} = ${value} where seq = ${at}`),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(of(OTHER_DAY), day)
        .map(([[column, value], on]) => `update ledger_day set ${column} = ${value} where day = '${on}'`),
    },
    seq.map((at) => `delete from ledger_entry where id = ${entryAt(at)}`),
    seq.map((at) => `delete from ledger_seal where seq = ${at}`),
    day.map((on) => `delete from ledger_day where day = '${on}'`),
    // Not the last: an entry that is taken off the end and put back in the queue is one that is not sealed yet.
    fc.integer({ min: 1, max: ALL - 1 }).map(
      (at) => `with gone as (delete from ledger_seal where seq = ${at} returning entry_id)
      insert into ledger_pending select entry_id from gone`,
    ),
    seq.map(
      (
        at,
      ) => `insert into ledger_entry (account_id, roles, act, operation, fields, outcome, address, request_id, campaign_at)
      select account_id, roles, act, operation, fields, outcome, address, request_id, campaign_at
      from ledger_entry where id = ${entryAt(at)}`,
    ),
  );
  await fc.assert(
    fc.asyncProperty(tampering, async (statement) => {
      expect((await ledger.tampered([statement])).ok).toBe(false);
    }),
    { numRuns: 300 },
  );
  expect((await ledger.verify()).ok).toBe(true);
});
