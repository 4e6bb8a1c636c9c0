import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import fc from 'fast-check';
import pg from 'pg';
import { isInScopes } from '../../src/auth/may.js';
import { type Scope, scopeOf } from '../../src/auth/scope.js';
import { Loaders } from '../../src/db/loaders.js';
import { enterScope, scoped } from '../../src/db/orm.js';
import { lockRow } from '../../src/db/write.js';
import { entities } from '../../src/entities.js';
import { Household } from '../../src/households/household.entity.js';
import { answerTo } from '../../src/http/mask.js';
import { type FreshDatabase, freshDatabase } from '../helpers/database.js';

const HESHENG = '341225206205';
const LIULOU = '341225120206';
const TABLES = ['household', 'household_member', 'household_income'];

let database: FreshDatabase;
let owner: pg.Client;
/** One connection, as a pool of one hands it to everybody in turn. */
let pool: pg.Pool;
let orm: MikroORM;

beforeAll(async () => {
  database = await freshDatabase({ template: 'demo' });
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  pool = new pg.Pool({ connectionString: database.runtimeUrl, max: 1 });
  orm = await MikroORM.init({
    clientUrl: database.runtimeUrl,
    entities: [...entities],
    pool: { min: 1, max: 1 },
    driverOptions: { connectionString: database.runtimeUrl },
    ensureDatabase: false,
    allowGlobalContext: false,
  });
});
afterAll(async () => {
  await orm.close(true);
  await pool.end();
  await owner.end();
  await database.drop();
});

const setting = (...scopes: Scope[]) => `{${scopes.map(({ from, to }) => `[${from},${to})`).join()}}`;
const SET = `select set_config('duban.scope', $1, true)`;
const rowsIn = async (client: pg.ClientBase, table: string): Promise<number> =>
  (await client.query(`select count(*)::int as rows from ${table}`)).rows[0].rows;

const INSERT = `insert into household (id, region_code, register_number, head_name, category, status, main_cause,
  member_count, created_at, updated_at) values (gen_random_uuid(), $1, gen_random_uuid(), '张三', 'GENERAL', 'CANDIDATE', 'OTHER',
  1, now(), now())`;

describe('one pooled connection', () => {
  test.each(TABLES)(
    '%s: shows nothing before any scope, and nothing after one has ended, however it ended',
    async (table) => {
      const client = await pool.connect();
      const seen: Record<string, number | string | null> = {};
      const current = async () =>
        (await client.query(`select current_setting('duban.scope', true) as scope`)).rows[0].scope;
      await client.query('discard all');
      seen.never = await rowsIn(client, table);
      await client.query('begin');
      await client.query(SET, [setting(scopeOf(HESHENG))]);
      const inside = await rowsIn(client, table);
      await client.query('commit');
      // Not null any more, but empty: that is where a policy of another form opens the whole table.
      seen.setting = await current();
      seen.committed = await rowsIn(client, table);
      await client.query('begin');
      await client.query(SET, [setting(scopeOf(HESHENG))]);
      await client.query('select 1 / 0').catch(() => undefined);
      await client.query('rollback');
      seen.aborted = await rowsIn(client, table);
      await client.query(SET, [setting(scopeOf(HESHENG))]);
      seen.outside = await rowsIn(client, table);
      await client.query(`set local duban.scope = '{[0,9)}'`);
      seen.local = await rowsIn(client, table);
      await client.query('begin');
      seen.unscoped = await rowsIn(client, table);
      await client.query('commit');
      client.release();
      expect(inside).toBeGreaterThan(0);
      expect(seen).toEqual({
        never: 0,
        setting: '',
        committed: 0,
        aborted: 0,
        outside: 0,
        local: 0,
        unscoped: 0,
      });
    },
  );

  test('the form of policy that the finding warns of would show everything there', async () => {
    await owner.query('begin');
    await owner.query('drop policy scope on household');
    await owner.query(
      `create policy scope on household using (region_code like current_setting('duban.scope', true) || '%')`,
    );
    await owner.query(`set local role duban_runtime`);
    await owner.query(`select set_config('duban.scope', '', true)`);
    const seen = await rowsIn(owner, 'household');
    await owner.query('rollback');
    expect(seen).toBe(await rowsIn(owner, 'household'));
    expect(seen).toBeGreaterThan(0);
  });

  test('two viewers in turn, on one connection: each sees the own rows and no other', async () => {
    const regionsOf = (code: string) =>
      scoped(orm.em.fork(), [scopeOf(code)], (em) =>
        em.execute<{ region_code: string }[]>('select distinct region_code from household'),
      );
    const turns = Array.from({ length: 20 }, (_, nth) => (nth % 2 ? HESHENG : LIULOU));
    const seen = await Promise.all(
      turns.map(async (code, nth) => {
        // Some of them fail on the way, as requests do.
        if (nth % 5 === 0)
          await scoped(orm.em.fork(), [scopeOf(code)], () => Promise.reject(new Error())).catch(() => 0);
        return (await regionsOf(code)).map((row) => row.region_code);
      }),
    );
    expect(seen).toEqual(turns.map((code) => [code]));
    expect(await orm.em.fork().execute('select from household')).toEqual([]);
  });
});

describe('a write outside the scope', () => {
  const fault = (work: Parameters<typeof scoped>[2], ...codes: string[]) =>
    scoped(orm.em.fork(), codes.map(scopeOf), work).then(
      () => null,
      (error: unknown) => error,
    );

  test('of a new row is refused by the wall, and said to be forbidden', async () => {
    const insert = (region: string) => (em: Parameters<Parameters<typeof scoped>[2]>[0]) =>
      em.execute(INSERT.replace('$1', '?'), [region]);
    const refused = await fault(insert(LIULOU), HESHENG);
    expect(refused).toMatchObject({ code: '42501' });
    expect(answerTo(refused).code).toBe('FORBIDDEN');
    expect(answerTo(await fault(insert(LIULOU))).code).toBe('FORBIDDEN');
    const sibling = await fault(insert('341225206206'), HESHENG);
    expect(answerTo(sibling).code).toBe('FORBIDDEN');
    expect(await fault(async (em) => void (await insert(HESHENG)(em)), HESHENG)).toBeNull();
  });

  test('that moves a row out of it is refused; one that is to move in is not found', async () => {
    const move = (from: string, to: string) => (em: Parameters<Parameters<typeof scoped>[2]>[0]) =>
      em.execute('update household set region_code = ? where region_code = ? returning id', [to, from]);
    expect(answerTo(await fault(move(HESHENG, LIULOU), HESHENG)).code).toBe('FORBIDDEN');
    const moved = await scoped(orm.em.fork(), [scopeOf(HESHENG)], move(LIULOU, HESHENG));
    expect(moved).toEqual([]);
  });

  test('of a row that the room would let through is not found', async () => {
    const { rows } = await owner.query('select id, version from household where region_code = $1 limit 1', [
      LIULOU,
    ]);
    const { id, version: expectedVersion } = rows[0];
    // The first wall is left open on purpose: its scopes are wider than those the transaction has entered.
    const lock = orm.em.fork().transactional(async (em) => {
      await enterScope(em, [scopeOf(HESHENG)]);
      const viewer = { accountId: id, sessionId: id, name: '', grants: [] };
      const tx = {
        em,
        viewer,
        scopes: [scopeOf('340000000000')],
        now: new Date(0),
        loaders: new Loaders(true),
      };
      return lockRow(tx, Household, 'household', { id, expectedVersion });
    });
    await expect(lock).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('that lacks a privilege is no refusal of ours but a fault', async () => {
    const lacking = await fault((em) => em.execute('delete from household'), HESHENG);
    expect(lacking).toMatchObject({ code: '42501' });
    expect(answerTo(lacking).code).toBe('INTERNAL_SERVER_ERROR');
  });
});

/** A tree of places by parent, built from the top; digits are few, so that codes are often alike at the beginning. */
interface Place {
  code: string;
  parent: string | null;
}
const WIDTHS = [2, 4, 6, 9, 12];
const digits = fc.constantFrom('01', '10', '13', '30');
const places = fc
  .array(
    fc.tuple(
      digits,
      digits,
      digits,
      fc.constantFrom('001', '010', '100'),
      fc.constantFrom('001', '010', '130'),
    ),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((paths) => {
    const found = new Map<string, Place>();
    for (const path of paths) {
      const whole = path.join('');
      const codes = WIDTHS.map((width) => whole.slice(0, width).padEnd(12, '0'));
      codes.forEach((code, level) => {
        found.set(code, { code, parent: level === 0 ? null : (codes[level - 1] ?? null) });
      });
    }
    return [...found.values()];
  });

describe('over any tree and any scopes', () => {
  const LEVELS = ['PROVINCE', 'PREFECTURE', 'COUNTY', 'TOWNSHIP', 'VILLAGE'];
  const levelOf = (place: Place, all: Map<string, Place>): number =>
    place.parent === null ? 0 : 1 + levelOf(all.get(place.parent) as Place, all);

  /** The model: a place is in sight when it, or something above it, was granted. Knows nothing of ranges. */
  const inSight = (place: Place, granted: ReadonlySet<string>, all: Map<string, Place>): boolean =>
    granted.has(place.code) ||
    (place.parent !== null && inSight(all.get(place.parent) as Place, granted, all));

  async function plant(tree: Place[], all: Map<string, Place>): Promise<void> {
    await owner.query('delete from household_income; delete from household_member; delete from household');
    for (const place of [...tree].sort((a, b) => levelOf(a, all) - levelOf(b, all))) {
      const level = levelOf(place, all);
      await owner.query(
        `insert into region (code, name, level, parent_code) values ($1, '某地', $2, $3) on conflict do nothing`,
        [place.code, LEVELS[level], place.parent],
      );
      await owner.query(INSERT, [place.code]);
    }
  }

  const seenIn = async (scope: string): Promise<string[]> => {
    await owner.query('set local role duban_runtime');
    await owner.query(SET, [scope]);
    const { rows } = await owner.query('select region_code from household order by region_code collate "C"');
    await owner.query('reset role');
    return rows.map((row) => row.region_code);
  };

  test('the wall, the predicate and the tree say the same', async () => {
    let shown = 0;
    await fc.assert(
      fc.asyncProperty(places, fc.array(fc.nat(), { maxLength: 8 }), async (tree, picks) => {
        const all = new Map(tree.map((place) => [place.code, place]));
        const granted = picks.map((pick) => (tree[pick % tree.length] as Place).code);
        await owner.query('begin');
        try {
          await plant(tree, all);
          const scopes = granted.map(scopeOf);
          const model = tree.filter((place) => inSight(place, new Set(granted), all)).map(({ code }) => code);
          const predicate = tree.filter(({ code }) => isInScopes(code, scopes)).map(({ code }) => code);
          expect(predicate).toEqual(model);
          expect(await seenIn(setting(...scopes))).toEqual([...model].sort());
          shown += model.length;
        } finally {
          await owner.query('rollback');
        }
      }),
      { numRuns: 40 },
    );
    expect(shown).toBeGreaterThan(100);
  }, 60_000);

  test.each([
    ['no range', '{}', []],
    ['an empty text', '', []],
    [
      'the sibling whose code begins alike',
      setting(scopeOf('130100000000')),
      ['130100000000', '130101000000'],
    ],
    ['one digit more', setting(scopeOf('130101000000')), ['130101000000']],
    ['an empty range', '{[1301,1301)}', []],
  ])('%s', async (_, scope, expected) => {
    const tree = ['130000000000', '130100000000', '130101000000', '131000000000', '131001000000'];
    const parents: Record<string, string> = {
      '130100000000': '130000000000',
      '130101000000': '130100000000',
      '131000000000': '130000000000',
      '131001000000': '131000000000',
    };
    const list = tree.map((code) => ({ code, parent: parents[code] ?? null }));
    await owner.query('begin');
    await plant(list, new Map(list.map((place) => [place.code, place])));
    const seen = await seenIn(scope);
    await owner.query('rollback');
    expect(seen).toEqual(expected);
  });

  test.each(['%', '%%', '1301%', '341225206205', '[3412,3412:)', `{[3412,3412:)}'--`])(
    'what is no range shows nothing: %s',
    async (scope) => {
      await owner.query('begin');
      const outcome = await seenIn(scope).catch((error: { code: string }) => error.code);
      await owner.query('rollback');
      expect(outcome).toBe('22P02');
    },
  );
});
