import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { HEALTHS } from '../../src/households/household.entity.js';
import { ensureDataKeys } from '../../src/vault/data-keys.js';
import type { Place, Vault } from '../../src/vault/vault.js';
import { DAMAGED, Probe } from './probe.js';

let probe: Probe;
let vault: Vault;
beforeAll(async () => {
  probe = await Probe.open();
  vault = await probe.vault();
});
afterAll(() => probe.close());

const place: fc.Arbitrary<Place> = fc.record({
  table: fc.constantFrom('probe', 'probe_part'),
  column: fc.constantFrom('note_sealed', 'word_sealed'),
  rowId: fc.uuid(),
});
const HERE: Place = { table: 'probe', column: 'note_sealed', rowId: '00000000-0000-7000-8000-000000000001' };
const text = fc.string({ unit: 'grapheme', maxLength: 60 });

describe('what is sealed', () => {
  test('opens where it was sealed, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(place, text, async (where, plain) => {
        expect(await vault.open(where, vault.seal(where, plain))).toBe(plain);
      }),
    );
    // Its own end mark and zeros are text like any other.
    for (const plain of ['', '\u0000', '\u0080', '\u0000\u0080\u0000', 'x'.repeat(5000)])
      expect(await vault.open(HERE, vault.seal(HERE, plain))).toBe(plain);
  });

  test('opens in no other row, column or table, also of its own family', async () => {
    await fc.assert(
      fc.asyncProperty(place, place, text, async (from, to, plain) => {
        fc.pre(JSON.stringify(from) !== JSON.stringify(to));
        await expect(vault.open(to, vault.seal(from, plain))).rejects.toEqual(DAMAGED);
      }),
    );
    await expect(vault.open({ ...HERE, table: 'household' }, vault.seal(HERE, 'x'))).rejects.toEqual(DAMAGED);
  });

  test('does not open with any bit turned, nor cut, nor lengthened', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.nat(), fc.integer({ min: 0, max: 7 }), async (plain, at, bit) => {
        const blob = vault.seal(HERE, plain);
        const index = at % blob.length;
        blob[index] = (blob[index] as number) ^ (1 << bit);
        await expect(vault.open(HERE, blob)).rejects.toEqual(DAMAGED);
      }),
    );
    const blob = vault.seal(HERE, 'a value');
    for (let length = 0; length < blob.length; length += 1)
      await expect(vault.open(HERE, blob.subarray(0, length))).rejects.toEqual(DAMAGED);
    await expect(vault.open(HERE, Buffer.concat([blob, Buffer.alloc(1)]))).rejects.toEqual(DAMAGED);
    await expect(vault.open(HERE, Buffer.from('HEALTHY'.repeat(10)))).rejects.toEqual(DAMAGED);
  });

  test('shows nothing of itself: not the value, not that two are alike, not which word it is', () => {
    const words = HEALTHS.map((word) => vault.seal(HERE, word));
    expect(new Set(words.map(({ length }) => length)).size).toBe(1);
    const many = Array.from({ length: 2000 }, () => vault.seal(HERE, 'DISABLED'));
    expect(new Set(many.map((blob) => blob.toString('hex'))).size).toBe(2000);
    // The nonces alone: one that came twice would give both values away.
    expect(new Set(many.map((blob) => blob.subarray(6, 18).toString('hex'))).size).toBe(2000);
    expect(many.every((blob) => !blob.includes('DISABLED'))).toBe(true);
  });

  test('says in which form, by which algorithm and with which key, so that others can follow', async () => {
    const [{ id }] = await probe.sql(`select max(id) as id from data_key where purpose = 'probe'`);
    const blob = vault.seal(HERE, 'x');
    expect([...blob.subarray(0, 6)]).toEqual([1, 1, 0, 0, 0, id]);
    expect(blob).toHaveLength(6 + 12 + 16 + 16);
  });

  test('needs a key of its family', () => {
    expect(() => vault.seal({ ...HERE, table: 'nowhere' }, 'x')).toThrow('no data key for nowhere');
  });
});

describe('a blind index', () => {
  test('is the same for the same value and purpose, and only then', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const index = vault.index('probe.note', one);
        expect(index).toHaveLength(32);
        expect(vault.index('probe.note', one)).toEqual(index);
        expect(vault.index('probe.word', one)).not.toEqual(index);
        expect(vault.index('probe.note', other).equals(index)).toBe(one === other);
      }),
    );
  });

  test('is nothing that could be found by trying without the key, and differs between installations', async () => {
    const value = '110105194912310021';
    const index = vault.index('household_member.id_number', value);
    expect(index).not.toEqual(createHash('sha256').update(value).digest());
    const other = await Probe.open();
    // Its keys were copied with its template, so it is given one of its own.
    await other.sql('delete from data_key');
    await ensureDataKeys(other.owner, other.database.secrets);
    expect((await other.vault()).index('household_member.id_number', value)).not.toEqual(index);
    await other.close();
  });
});

describe('keys', () => {
  test('a node opens what another sealed with a key it has not heard of, and goes on sealing with its own until it hears', async () => {
    const [early, late] = [await probe.vault(), await probe.vault()];
    const before = early.seal(HERE, 'before');
    const id = await probe.addKey();
    await late.refresh();
    const after = late.seal(HERE, 'after');
    expect(after.readUInt32BE(2)).toBe(id);
    expect(early.seal(HERE, 'x').readUInt32BE(2)).toBeLessThan(id);
    expect(await Promise.all([early.open(HERE, after), early.open(HERE, after)])).toEqual(['after', 'after']);
    expect(early.seal(HERE, 'x').readUInt32BE(2)).toBe(id);
    expect(await late.open(HERE, before)).toBe('before');
  });

  test('the serving role reads them, wrapped, and changes none', async () => {
    const node = new pg.Client({ connectionString: probe.database.runtimeUrl });
    await node.connect();
    try {
      expect((await node.query('select wrapped from data_key')).rows.length).toBeGreaterThan(2);
      for (const sql of [
        'delete from data_key',
        'update data_key set retired_at = now()',
        `insert into data_key (id, purpose, algorithm, wrapped) values (99, 'probe', 'x', '')`,
        'truncate data_key',
      ])
        await expect(node.query(sql)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await node.end();
    }
  });

  test('one wrapped key cannot pass for another', async () => {
    await probe.sql('begin');
    await probe.sql(
      `update data_key d set wrapped = other.wrapped from data_key other
       where d.purpose = 'index' and other.purpose = 'household'`,
    );
    await probe.sql('commit');
    await expect(probe.vault()).rejects.toMatchObject({ name: 'StartError', exitCode: 78 });
  });
});
