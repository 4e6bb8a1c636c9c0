import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { type House, openHouse, operation } from '../helpers/house.js';
import { buildRegistration, HESHENG, LIULOU, RECORD, REGISTER, UPDATE } from './family.js';

const HOUSEHOLDS = operation('households');
const HOUSEHOLD = operation('household');
const CITY = '341200000000';
const FUNAN = '341225000000';
const ABSENT = '00000000-0000-7000-8000-000000000000';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

async function householdIn(regionCode: string): Promise<{ id: string; version: number }> {
  const [row] = await house.sql(
    'select id, version from household where region_code = $1 order by id limit 1',
    [regionCode],
  );
  return row;
}

describe('who reads households', () => {
  test.each([
    ['city.leader', CITY, '3412'],
    ['city.office', CITY, '3412'],
    ['auditor', CITY, '3412'],
    ['funan.office', FUNAN, '341225'],
    ['longwang.town', '341225206000', '341225206'],
    ['lucheng.town', '341225120000', '341225120'],
    ['hesheng.village', HESHENG, HESHENG],
    ['liulou.village', LIULOU, LIULOU],
  ])('%s: all of the own region, and no other', async (username, region, prefix) => {
    const client = await house.signIn(username);
    const [{ total }] = await house.sql(
      'select count(*)::int as total from household where starts_with(region_code, $1)',
      [prefix],
    );
    const { households } = await client.data(HOUSEHOLDS, { within: region, first: 100 });
    expect(total).toBeGreaterThan(0);
    expect(households.totalCount).toBe(total);
    expect(households.edges).toHaveLength(Math.min(total, 100));
    for (const { node } of households.edges) expect(node.region.code.startsWith(prefix)).toBe(true);
    for (const within of ['340000000000', '341226000000'].filter((code) => !code.startsWith(prefix))) {
      expect(await client.refusal(HOUSEHOLDS, { within, first: 1 })).toMatchObject({ code: 'FORBIDDEN' });
    }
  });

  test.each(['admin', 'wall.screen'])('%s: nothing, in both queries', async (username) => {
    const client = await house.signIn(username);
    const { id } = await householdIn(HESHENG);
    for (const within of [CITY, HESHENG]) {
      expect(await client.refusal(HOUSEHOLDS, { within, first: 1 })).toMatchObject({ code: 'FORBIDDEN' });
    }
    for (const each of [id, ABSENT, 'no id']) {
      expect(await client.refusal(HOUSEHOLD, { id: each })).toMatchObject({ code: 'FORBIDDEN' });
    }
  });

  test('inspector.one: the villages of the inspection, on its days', async () => {
    const client = await house.signIn('inspector.one');
    const grants = await house.sql(
      `select region_code, valid_from, valid_to from role_grant join account on account.id = account_id
       where username = 'inspector.one' and revoked_at is null order by valid_from`,
    );
    expect(grants.length).toBeGreaterThan(0);
    const days = grants.filter(
      ({ valid_from, valid_to }) => valid_from <= house.clock.now() && house.clock.now() < valid_to,
    );
    const inspected = new Set(days.map(({ region_code }) => region_code));
    expect(inspected.size).toBeGreaterThan(0);
    for (const within of inspected) {
      expect((await client.ask(HOUSEHOLDS, { within, first: 1 })).errors).toBeUndefined();
    }
    const other = [HESHENG, LIULOU].find((code) => !inspected.has(code)) ?? FUNAN;
    expect(await client.refusal(HOUSEHOLDS, { within: other, first: 1 })).toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  test('a household of the sibling village is as absent as one that never was', async () => {
    const client = await house.signIn('hesheng.village');
    const own = await householdIn(HESHENG);
    const foreign = await householdIn(LIULOU);
    expect((await client.data(HOUSEHOLD, { id: own.id })).household.id).toBe(own.id);
    const { requestId: first, ...hidden } = await client.refusal(HOUSEHOLD, { id: foreign.id });
    const { requestId: second, ...absent } = await client.refusal(HOUSEHOLD, { id: ABSENT });
    expect(hidden).toEqual(absent);
    expect(hidden.code).toBe('NOT_FOUND');
    expect(first).not.toBe(second);
    expect(await client.refusal(HOUSEHOLDS, { within: LIULOU, first: 1 })).toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  test('asked for at once by many, it is to each what it is to him alone', async () => {
    const { id } = await householdIn(HESHENG);
    const usernames = ['hesheng.village', 'liulou.village', 'admin', 'longwang.town', 'lucheng.town'];
    const clients = await Promise.all(usernames.map((username) => house.signIn(username)));
    const seen = async (client: (typeof clients)[number]) => {
      const { data, errors } = await client.ask(HOUSEHOLD, { id });
      return data?.household ?? errors?.[0]?.extensions?.code;
    };
    const alone: unknown[] = [];
    for (const client of clients) alone.push(await seen(client));
    expect(alone).toEqual([
      expect.objectContaining({ id }),
      'NOT_FOUND',
      'FORBIDDEN',
      expect.objectContaining({ id }),
      'NOT_FOUND',
    ]);
    const rounds = Array.from({ length: 12 }, () => clients).flat();
    const together = await Promise.all(rounds.map(seen));
    expect(together).toEqual(Array.from({ length: 12 }, () => alone).flat());
  });

  test('nobody without proof', async () => {
    const nobody = house.client();
    const { id } = await householdIn(HESHENG);
    expect(await nobody.refusal(HOUSEHOLD, { id })).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await nobody.refusal(HOUSEHOLDS, { within: CITY, first: 1 })).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    expect(await nobody.refusal(REGISTER, { input: buildRegistration() })).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });
});

describe('who writes households', () => {
  const amounts = { wageFen: 1, operatingFen: 1, propertyFen: 1, transferFen: 1, operatingCostFen: 1 };

  test.each(['city.leader', 'city.office', 'auditor', 'inspector.one', 'admin', 'wall.screen'])(
    '%s writes nothing',
    async (username) => {
      const client = await house.signIn(username);
      const { id: householdId, version: expectedVersion } = await householdIn(HESHENG);
      const change = { householdId, expectedVersion };
      for (const [mutation, input] of [
        [REGISTER, buildRegistration()],
        [UPDATE, change],
        [RECORD, { ...change, ...amounts, year: 2016 }],
      ] as const) {
        expect(await client.refusal(mutation, { input })).toMatchObject({ code: 'FORBIDDEN' });
      }
    },
  );

  test.each(['funan.office', 'longwang.town', 'hesheng.village'])(
    '%s registers in 合胜村',
    async (username) => {
      const client = await house.signIn(username);
      const { registerHousehold } = await client.data(REGISTER, { input: buildRegistration() });
      expect(registerHousehold.household.region.code).toBe(HESHENG);
    },
  );

  test.each([
    ['hesheng.village', LIULOU],
    ['longwang.town', LIULOU],
    ['funan.office', '341226100201'],
    ['hesheng.village', '341225206999'],
  ])('%s finds no place to register in %s', async (username, regionCode) => {
    const client = await house.signIn(username);
    const input = buildRegistration({ regionCode });
    expect(await client.refusal(REGISTER, { input })).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('a household of the sibling village is as absent as one that never was', async () => {
    const client = await house.signIn('hesheng.village');
    const { id, version: expectedVersion } = await householdIn(LIULOU);
    for (const householdId of [id, ABSENT, 'no id']) {
      const change = { householdId, expectedVersion };
      expect(await client.refusal(UPDATE, { input: { ...change, category: 'GENERAL' } })).toMatchObject({
        code: 'NOT_FOUND',
      });
      expect(await client.refusal(RECORD, { input: { ...change, ...amounts, year: 2016 } })).toMatchObject({
        code: 'NOT_FOUND',
      });
    }
    expect(await householdIn(LIULOU)).toMatchObject({ version: expectedVersion });
  });
});

describe('the wall in the database, with the runtime role and no help from the house', () => {
  const TABLES = ['household', 'household_member', 'household_income'];
  const SCOPE_OF_LIULOU = `{[${LIULOU},${LIULOU}:)}`;
  let runtime: pg.Client;
  beforeAll(async () => {
    runtime = new pg.Client({ connectionString: house.database.runtimeUrl });
    await runtime.connect();
  });
  afterAll(() => runtime.end());

  const count = async (table: string, where = 'true') =>
    (await runtime.query(`select count(*)::int as rows from ${table} where ${where}`)).rows[0].rows;

  async function inScope<T>(scope: string, work: () => Promise<T>): Promise<T> {
    await runtime.query('begin');
    try {
      await runtime.query(`select set_config('duban.scope', $1, true)`, [scope]);
      return await work();
    } finally {
      await runtime.query('rollback');
    }
  }

  const insertInto = (regionCode: string) =>
    runtime.query(
      `insert into household (id, region_code, register_number, head_name, category, status, main_cause, member_count,
         created_at, updated_at) values (gen_random_uuid(), $1, 'x', 'x', 'GENERAL', 'CANDIDATE', 'OTHER', 1, now(), now())`,
      [regionCode],
    );

  test.each(TABLES)('%s: forced, and the role neither owns it nor stands above it', async (table) => {
    const { rows } = await runtime.query(
      `select relforcerowsecurity as forced, relrowsecurity as walled, pg_get_userbyid(relowner) = current_user as owned,
         rolsuper or rolbypassrls as above
       from pg_class, pg_roles where relname = $1 and rolname = current_user`,
      [table],
    );
    expect(rows).toEqual([{ forced: true, walled: true, owned: false, above: false }]);
  });

  test.each(TABLES)(
    '%s: no scope, no rows; also after a scope has ended on the connection',
    async (table) => {
      expect(await count(table)).toBe(0);
      expect(await inScope(SCOPE_OF_LIULOU, () => count(table))).toBeGreaterThan(0);
      expect(await count(table)).toBe(0);
      expect(await inScope('', () => count(table))).toBe(0);
      expect(await inScope('{}', () => count(table))).toBe(0);
    },
  );

  test.each(TABLES)('%s: a scope shows its own range and nothing of the sibling village', async (table) => {
    const [{ rows: all }] = await house.sql(
      `select count(*)::int as rows from ${table} where region_code = '${LIULOU}'`,
    );
    await inScope(SCOPE_OF_LIULOU, async () => {
      expect(await count(table)).toBe(all);
      expect(await count(table, `region_code <> '${LIULOU}'`)).toBe(0);
    });
  });

  test('nothing is inserted, moved or changed outside the scope', async () => {
    await expect(inScope(SCOPE_OF_LIULOU, () => insertInto(LIULOU))).resolves.toMatchObject({ rowCount: 1 });
    await expect(inScope(SCOPE_OF_LIULOU, () => insertInto(HESHENG))).rejects.toMatchObject({
      code: '42501',
    });
    await expect(insertInto(LIULOU)).rejects.toMatchObject({ code: '42501' });
    const change = (text: string) => inScope(SCOPE_OF_LIULOU, () => runtime.query(text));
    await expect(change(`update household set region_code = '${HESHENG}'`)).rejects.toMatchObject({
      code: '42501',
    });
    const foreign = `where region_code = '${HESHENG}'`;
    expect(await change(`update household set version = 99 ${foreign}`)).toMatchObject({ rowCount: 0 });
    expect(await change(`delete from household_member ${foreign}`)).toMatchObject({ rowCount: 0 });
    await expect(change(`delete from household ${foreign}`)).rejects.toMatchObject({ code: '42501' });
  });
});
