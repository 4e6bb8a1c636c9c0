import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import type { Fact } from '../../src/events/facts.js';
import { addDataKey, rewrapDataKeys } from '../../src/vault/data-keys.js';
import { type RotationOptions, rotate } from '../../src/vault/rotate.js';
import { keyUses } from '../../src/vault/status.js';
import { openVault, type Place, type Vault } from '../../src/vault/vault.js';
import { DAMAGED, log, Probe } from './probe.js';

let probe: Probe;
let rotator: pg.Client;
beforeEach(async () => {
  probe = await Probe.open();
  rotator = new pg.Client({ connectionString: probe.database.ownerUrl });
  await rotator.connect();
});
afterEach(async () => {
  await rotator.end();
  await probe.close();
});

const rowId = (nth: number) => `00000000-0000-7000-8000-${String(nth).padStart(12, '0')}`;
const COLUMNS = ['note_sealed', 'word_sealed'] as const;
const placeOf = (nth: number, column: string): Place => ({ table: 'probe', column, rowId: rowId(nth) });

async function write(vault: Vault, nth: number, column: string, plain: string): Promise<void> {
  await probe.sql(
    `insert into probe (id, ${column}) values ($1, $2) on conflict (id) do update set ${column} = excluded.${column}`,
    [rowId(nth), vault.seal(placeOf(nth, column), plain)],
  );
}

async function read(vault: Vault, nth: number, column: string): Promise<string | null> {
  const [row] = await probe.sql(`select ${column} as blob from probe where id = $1`, [rowId(nth)]);
  return row?.blob ? vault.open(placeOf(nth, column), row.blob) : null;
}

const run = (more: Partial<RotationOptions> = {}) =>
  rotate({
    client: rotator,
    secrets: () => probe.database.secrets,
    log,
    state: () => Promise.resolve(),
    ...more,
  });
const ofProbe = async (more: Partial<RotationOptions> = {}) =>
  (await run(more)).find(({ family }) => family === 'probe');
const keysOfProbe = async () => (await keyUses(probe.owner)).filter(({ purpose }) => purpose === 'probe');

test('seals every value anew with a new key and retires the old one, which still opens what comes late', async () => {
  const vault = await probe.vault();
  for (let nth = 0; nth < 25; nth += 1) await write(vault, nth, 'note_sealed', `note ${nth}`);
  await write(vault, 3, 'word_sealed', 'word');
  const [before] = await keysOfProbe();
  const late = vault.seal(placeOf(1, 'word_sealed'), 'sealed by a slow node');
  const facts: Fact[] = [];
  const batches: number[] = [];
  const rotated = await ofProbe({
    batch: 10,
    state: async (fact) => void facts.push(fact),
    onBatch: (_, rows) => void batches.push(rows),
  });
  expect(rotated).toMatchObject({ sealed: 26, left: 0, retired: [before?.id] });
  expect(batches).toEqual([10, 10, 5]);
  expect(facts).toContainEqual(
    expect.objectContaining({ kind: 'KEYS_CHANGED', audience: 'HOUSE', region: null }),
  );
  expect(await keysOfProbe()).toMatchObject([
    { id: before?.id, retiredAt: expect.any(Date), values: 0 },
    { id: rotated?.keyId, retiredAt: null, values: 26 },
  ]);
  for (let nth = 0; nth < 25; nth += 1) expect(await read(vault, nth, 'note_sealed')).toBe(`note ${nth}`);
  expect(await vault.open(placeOf(1, 'word_sealed'), late)).toBe('sealed by a slow node');
  // What came late is taken along by the next one.
  await probe.sql('update probe set word_sealed = $2 where id = $1', [rowId(1), late]);
  expect(await ofProbe()).toMatchObject({ sealed: 27, left: 0, retired: [rotated?.keyId] });
});

/** What may happen between two steps of a rotation. */
type Step =
  | { do: 'write'; by: number; nth: number; column: (typeof COLUMNS)[number]; plain: string }
  | { do: 'read'; by: number; nth: number; column: (typeof COLUMNS)[number] }
  | { do: 'hear'; by: number }
  | { do: 'kill' };

const NODES = 3;
const ROWS = 6;
const by = fc.nat({ max: NODES - 1 });
const nth = fc.nat({ max: ROWS - 1 });
const column = fc.constantFrom(...COLUMNS);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('write' as const), by, nth, column, plain: fc.string() }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('read' as const), by, nth, column }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hear' as const), by }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('kill' as const) }) },
);

class Killed extends Error {}

test('M8: however often it is cut off, and whoever writes and reads meanwhile, a value opens to what was last written', async () => {
  let kills = 0;
  let finished = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { maxLength: 5 }), { minLength: 4, maxLength: 14 }),
      async (gaps) => {
        await probe.sql('delete from probe');
        const nodes = await Promise.all(Array.from({ length: NODES }, () => probe.vault()));
        const model = new Map<string, string>();
        for (let row = 0; row < ROWS; row += 1) {
          await write(nodes[0] as Vault, row, 'note_sealed', `first ${row}`);
          model.set(`${row} note_sealed`, `first ${row}`);
        }
        const left = [...gaps];
        const meanwhile = async () => {
          for (const each of left.shift() ?? []) {
            if (each.do === 'kill') throw new Killed();
            const node = nodes[each.by] as Vault;
            if (each.do === 'hear') await node.refresh();
            if (each.do === 'write') {
              await write(node, each.nth, each.column, each.plain);
              model.set(`${each.nth} ${each.column}`, each.plain);
            }
            if (each.do === 'read')
              expect(await read(node, each.nth, each.column)).toBe(
                model.get(`${each.nth} ${each.column}`) ?? null,
              );
          }
        };
        while (left.length > 0) {
          try {
            await run({ batch: 2, onBatch: meanwhile, state: meanwhile });
            finished += 1;
          } catch (fault) {
            if (!(fault instanceof Killed)) throw fault;
            kills += 1;
          }
        }
        expect(await ofProbe()).toMatchObject({ left: 0 });
        for (const [where, plain] of model) {
          const [row = '', which = ''] = where.split(' ');
          for (const node of nodes) expect(await read(node, Number(row), which)).toBe(plain);
        }
        const uses = await keysOfProbe();
        expect(uses.filter(({ retiredAt }) => retiredAt === null)).toHaveLength(1);
        expect(uses.filter(({ retiredAt, values }) => retiredAt !== null && values > 0)).toEqual([]);
      },
    ),
    { numRuns: 25 },
  );
  expect(kills).toBeGreaterThan(10);
  expect(finished).toBeGreaterThan(10);
}, 120_000);

test('a connection that is killed in the middle of a batch leaves every value as it was or as it is to be', async () => {
  const vault = await probe.vault();
  for (let row = 0; row < 6; row += 1) await write(vault, row, 'note_sealed', `note ${row}`);
  const victim = new pg.Client({ connectionString: probe.database.ownerUrl });
  victim.on('error', () => undefined);
  await victim.connect();
  // In the middle of the second batch, after some of its rows were changed.
  await probe.sql(`create function die() returns trigger language plpgsql as $$ begin
    if new.id = '${rowId(3)}' then perform pg_terminate_backend(pg_backend_pid()); end if; return new; end $$`);
  await probe.sql('create trigger die after update on probe for each row execute function die()');
  await expect(run({ client: victim, batch: 2 })).rejects.toThrow();
  await probe.sql('drop trigger die on probe');
  expect((await keysOfProbe()).map(({ values }) => values)).toEqual([4, 2]);
  for (let row = 0; row < 6; row += 1) expect(await read(vault, row, 'note_sealed')).toBe(`note ${row}`);
  const [, newer] = await keysOfProbe();
  expect(await ofProbe()).toMatchObject({ keyId: newer?.id, sealed: 4, left: 0 });
});

test('a row that somebody is changing is neither waited for nor overwritten', async () => {
  const vault = await probe.vault();
  for (const row of [0, 1, 2]) await write(vault, row, 'note_sealed', 'old');
  await probe.sql('begin');
  await probe.sql('update probe set note_sealed = $2 where id = $1', [
    rowId(1),
    vault.seal(placeOf(1, 'note_sealed'), 'new'),
  ]);
  let walks = 0;
  const rotated = await ofProbe({
    onBatch: async (table) => {
      // The first walk has passed it by, and is over.
      if (table === 'probe' && ++walks === 1) await probe.sql('commit');
    },
  });
  expect(rotated).toMatchObject({ sealed: 3, left: 0 });
  expect(walks).toBe(2);
  expect(await read(vault, 1, 'note_sealed')).toBe('new');
});

test('a damaged value is left as it is, counted, and keeps its key in use; the others are sealed anew', async () => {
  const vault = await probe.vault();
  for (const row of [0, 1, 2]) await write(vault, row, 'note_sealed', `note ${row}`);
  // The value of one row in the place of another's.
  await probe.sql(
    'update probe set note_sealed = (select note_sealed from probe where id = $1) where id = $2',
    [rowId(0), rowId(1)],
  );
  const rotated = await ofProbe();
  expect(rotated).toMatchObject({ sealed: 2, left: 1, retired: [] });
  await expect(read(vault, 1, 'note_sealed')).rejects.toEqual(DAMAGED);
  expect((await keysOfProbe()).map(({ retiredAt }) => retiredAt)).toEqual([null, null]);
}, 30_000);

test('of two rotations at once the second is refused', async () => {
  await write(await probe.vault(), 0, 'note_sealed', 'x');
  let second: unknown;
  await run({
    onBatch: async () => {
      const other = new pg.Client({ connectionString: probe.database.ownerUrl });
      await other.connect();
      second ??= await run({ client: other }).catch((fault: unknown) => fault);
      await other.end();
    },
  });
  expect(second).toMatchObject({ name: 'StartError', exitCode: 1 });
});

test('the key of the installation is changed without touching a value; cut off before its end, both keys open', async () => {
  const { secrets } = probe.database;
  const vault = await probe.vault();
  await write(vault, 0, 'note_sealed', 'x');
  const [before] = await probe.sql('select note_sealed from probe');
  const nextPersonalDataKey = Buffer.alloc(32, 7).toString('base64url');
  const all = (await keyUses(probe.owner)).length;
  expect(await rewrapDataKeys(probe.owner, { ...secrets, nextPersonalDataKey })).toBe(all);
  expect(await probe.sql('select note_sealed from probe')).toEqual([before]);
  const openWith = (keys: object) =>
    openVault(probe.database.runtimeUrl, () => ({ ...secrets, ...keys }), log);
  await expect(openWith({})).rejects.toMatchObject({ exitCode: 78 });
  // As the file is between the change in the database and the change of its own, and afterwards.
  expect(await read(await openWith({ nextPersonalDataKey }), 0, 'note_sealed')).toBe('x');
  expect(await read(await openWith({ personalDataKey: nextPersonalDataKey }), 0, 'note_sealed')).toBe('x');
  // A node that began before goes on, and a key that is added now is wrapped as the others are.
  await expect(addDataKey(probe.owner, 'probe', secrets)).rejects.toMatchObject({ exitCode: 78 });
  await addDataKey(probe.owner, 'probe', { ...secrets, nextPersonalDataKey });
  await openWith({ personalDataKey: nextPersonalDataKey });
  expect(await read(vault, 0, 'note_sealed')).toBe('x');
});
