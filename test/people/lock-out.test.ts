import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type House, openHouse, operation } from '../helpers/house.js';

let house: House;
let password: string;

beforeAll(async () => {
  house = await openHouse();
  password = house.database.secrets.demoPassword;
});
beforeEach(() => house.sql('delete from failed_attempt'));
afterAll(() => house.close());

interface Said {
  code: string;
  message: string;
  retryAfterMs?: number;
}

async function signIn(username: string, given = 'wrong-password'): Promise<Said> {
  const { errors } = await house.client().ask(operation('login'), { username, password: given });
  const { code = 'in', retryAfterMs } = (errors?.[0]?.extensions ?? {}) as Partial<Said>;
  return { code, message: errors?.[0]?.message ?? '', ...(retryAfterMs && { retryAfterMs }) };
}
async function fail(username: string, times: number): Promise<string[]> {
  const codes = [];
  for (let n = 0; n < times; n += 1) codes.push((await signIn(username)).code);
  return codes;
}
/** As if everything that was counted had happened so much earlier. */
const later = (minutes: number) =>
  house.sql(
    `update failed_attempt set at = array(select each - make_interval(mins => $1) from unnest(at) each),
       last_at = last_at - make_interval(mins => $1)`,
    [minutes],
  );

describe('five failures in a quarter of an hour', () => {
  test('lock the name, against the right password too, and say when it opens', async () => {
    expect(await fail('hesheng.village', 5)).toEqual(Array(5).fill('UNAUTHENTICATED'));
    const { code, retryAfterMs = 0 } = await signIn('hesheng.village', password);
    expect(code).toBe('RATE_LIMITED');
    expect(retryAfterMs).toBeGreaterThan(14 * 60_000);
    expect(retryAfterMs).toBeLessThanOrEqual(15 * 60_000);
    expect((await signIn('liulou.village', password)).code).toBe('in');
    await later(15);
    expect((await signIn('hesheng.village', password)).code).toBe('in');
  });

  test('lock a name that nobody has in the same words', async () => {
    await fail('hesheng.village', 5);
    await fail('nobody.here', 5);
    await house.sql(`update account set disabled_at = now() where username = 'auditor'`);
    await fail('auditor', 5);
    const said = await Promise.all(
      ['hesheng.village', 'nobody.here', 'auditor'].map((name) => signIn(name, password)),
    );
    expect(new Set(said.map(({ code, message }) => `${code} ${message}`)).size).toBe(1);
    expect(said[0]?.code).toBe('RATE_LIMITED');
  });

  test('count for one name, however it is written', async () => {
    const names = [
      'hesheng.village',
      'Hesheng.Village',
      ' hesheng.village',
      'ｈesheng.village',
      'HESHENG.VILLAGE',
    ];
    for (const name of names) expect((await signIn(name)).code).toBe('UNAUTHENTICATED');
    expect((await signIn('hesheng.village', password)).code).toBe('RATE_LIMITED');
  });

  test('in a window that slides: never more than five in any fifteen minutes', async () => {
    await fail('hesheng.village', 1);
    await later(14);
    expect(await fail('hesheng.village', 5)).toEqual([...Array(4).fill('UNAUTHENTICATED'), 'RATE_LIMITED']);
    await later(2);
    expect(await fail('hesheng.village', 2)).toEqual(['UNAUTHENTICATED', 'RATE_LIMITED']);
  });

  test('also when they come at once', async () => {
    const said = await Promise.all(Array.from({ length: 12 }, () => signIn('hesheng.village')));
    const codes = said.map(({ code }) => code).sort();
    expect(codes).toEqual([...Array(7).fill('RATE_LIMITED'), ...Array(5).fill('UNAUTHENTICATED')]);
  });

  test('and on whatever node: the count is in the database, and holds no name as it was typed', async () => {
    await fail('correct horse battery', 1);
    const rows = await house.sql('select * from failed_attempt');
    expect(rows.length).toBe(2);
    expect(JSON.stringify(rows)).not.toContain('horse');
    expect(JSON.stringify(rows)).not.toContain('127.0.0.1');
  });
});

test('many sign-ins in one document are no way around: the first that fails ends it, or it is refused whole', async () => {
  const tries = Array.from(
    { length: 15 },
    (_, n) => `a${n}: login(username: "hesheng.village", password: "x${n}") { expiresAt }`,
  );
  const { data, errors } = await house.client().ask(`mutation { ${tries.join(' ')} }`);
  expect({ data: data ?? null, errors: errors?.length }).toEqual({ data: null, errors: 1 });
  const counted = await house.sql('select from failed_attempt where cardinality(at) > 1');
  expect(counted).toEqual([]);
});

test('many may come in at once by the right password', async () => {
  const said = await Promise.all(Array.from({ length: 12 }, () => signIn('hesheng.village', password)));
  expect(said.map(({ code }) => code)).toEqual(Array(12).fill('in'));
});

test('a success forgives the name its failures, and the address nothing', async () => {
  await fail('hesheng.village', 4);
  expect((await signIn('hesheng.village', password)).code).toBe('in');
  expect(await fail('hesheng.village', 5)).toEqual(Array(5).fill('UNAUTHENTICATED'));
  const counted = await house.sql('select cardinality(at)::int as failures from failed_attempt order by 1');
  expect(counted).toEqual([{ failures: 5 }, { failures: 9 }]);
});

test('one password against many names: twenty failures in an hour lock the address', async () => {
  const codes = [];
  for (let n = 0; n < 21; n += 1) codes.push((await signIn(`somebody.${n}`)).code);
  expect(codes).toEqual([...Array(20).fill('UNAUTHENTICATED'), 'RATE_LIMITED']);
  expect((await signIn('hesheng.village', password)).code).toBe('RATE_LIMITED');
  await later(60);
  expect((await signIn('hesheng.village', password)).code).toBe('in');
});

test('what nobody has touched for a day is swept away', async () => {
  await fail('nobody.here', 1);
  await later(25 * 60);
  await fail('somebody.else', 1);
  expect(await house.sql('select from failed_attempt')).toHaveLength(2);
});
