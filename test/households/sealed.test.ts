import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { HESHENG } from './family.js';

let house: House;
let village: Client;
beforeAll(async () => {
  house = await openHouse();
  village = await house.signIn('hesheng.village');
});
afterAll(() => house.close());

const LIST = (fields: string) =>
  `query ($within: RegionCode!) { households(within: $within, first: 100) { edges { node { id ${fields} } } } }`;
const ask = (fields: string) => village.ask(LIST(fields), { within: HESHENG });
/** Not the name: whether it is a minor's, and is shortened, is told by the ID number. */
const MEMBER = 'id birthYear labour relation';

/** Two members of one village, and the way back. */
let restore: (() => Promise<unknown>) | undefined;
afterEach(async () => {
  await restore?.();
  restore = undefined;
});

async function swap(column: 'id_number_sealed' | 'health_sealed'): Promise<string[]> {
  const rows = await house.sql(
    `select id from household_member where region_code = $1 and relation = 'HEAD' order by id limit 2`,
    [HESHENG],
  );
  const ids = rows.map(({ id }) => id);
  const turn = () =>
    house.sql(
      `update household_member m set ${column} = other.${column} from household_member other
       where m.id = any ($1) and other.id = any ($1) and m.id <> other.id`,
      [ids],
    );
  await turn();
  restore = turn;
  return ids;
}

test.each([
  ['id_number_sealed', 'members { idNumberMasked }'],
  ['id_number_sealed', 'idNumberMasked'],
  ['health_sealed', 'members { health }'],
] as const)(
  '%s of another member does not pass: %s answers DATA_INTEGRITY_ERROR, and no value',
  async (column, fields) => {
    await swap(column);
    const { data, errors } = await ask(fields);
    expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(
      new Set(['DATA_INTEGRITY_ERROR']),
    );
    expect(data).toBeNull();
    expect(JSON.stringify(errors)).not.toMatch(/\d{4}\*|HEALTHY|CHRONIC|SERIOUS|DISABLED|household_member/);
    await restore?.();
    restore = undefined;
    expect((await ask(fields)).errors).toBeUndefined();
  },
);

test('a list opens what it is asked for and nothing else', async () => {
  await house.sql(
    `create table kept as select id, id_number_sealed, health_sealed, phone_sealed from household_member`,
  );
  restore = () =>
    house.sql(`update household_member m set (id_number_sealed, health_sealed, phone_sealed) =
      (kept.id_number_sealed, kept.health_sealed, kept.phone_sealed) from kept where kept.id = m.id`);
  const break_ = (columns: string) => house.sql(`update household_member set ${columns}`);
  await break_(`health_sealed = '\\x00', phone_sealed = '\\x00'`);
  expect(
    (await ask(`headName idNumberMasked members { ${MEMBER} name idNumberMasked }`)).errors,
  ).toBeUndefined();
  await break_(`id_number_sealed = '\\x00'`);
  expect((await ask(`registerNumber memberCount members { ${MEMBER} }`)).errors).toBeUndefined();
  // Whether a name is shown whole depends on the age, and that on the ID number.
  expect((await ask('headName')).errors?.[0]?.extensions.code).toBe('DATA_INTEGRITY_ERROR');
  expect((await ask('idNumberMasked')).errors?.[0]?.extensions.code).toBe('DATA_INTEGRITY_ERROR');
});

test('members that do not open are not replaced by others', async () => {
  const [id] = await swap('id_number_sealed');
  const [{ household_id: householdId }] = await house.sql(
    'select household_id from household_member where id = $1',
    [id],
  );
  const { household } = await village.data(
    `query ($id: ID!) { household(id: $id) { id version members { id relation birthYear health labour } } }`,
    { id: householdId },
  );
  const members = household.members.map((member: object) => ({ ...member, name: '霜黍芽' }));
  const refusal = await village.refusal(
    'mutation ($input: UpdateHouseholdInput!) { updateHousehold(input: $input) { mark } }',
    { input: { householdId, expectedVersion: household.version, members } },
  );
  expect(refusal).toMatchObject({ code: 'DATA_INTEGRITY_ERROR' });
  await restore?.();
  restore = undefined;
  const { household: after } = await village.data(operation('household'), { id: householdId });
  expect(after.version).toBe(household.version);
});
