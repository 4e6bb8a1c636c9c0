import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { idNumberIndex } from '../../src/households/sealed.rules.js';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import {
  buildMember,
  buildRegistration,
  freshIdNumber,
  HESHENG,
  LIULOU,
  REGISTER,
  register,
} from './family.js';
import { membersIn, vaultOf } from './sealed.js';

let house: House;
let village: Client;
beforeAll(async () => {
  house = await openHouse();
  village = await house.signIn('hesheng.village');
});
afterAll(() => house.close());

const countHouseholds = async () =>
  (await house.sql('select count(*)::int as total from household'))[0].total as number;

describe('registering a household', () => {
  test('makes a candidate with the next number of its village', async () => {
    const [{ last }] = await house.sql(
      'select max(register_number) as last from household where region_code = $1',
      [HESHENG],
    );
    const input = buildRegistration();
    const { registerHousehold } = await village.data(REGISTER, { input });
    const { household } = registerHousehold;
    const next = String(Number(last.slice(13)) + 1).padStart(5, '0');
    expect(household).toMatchObject({
      registerNumber: `${HESHENG}-${next}`,
      headName: '霜黍芽',
      category: 'GENERAL',
      status: 'CANDIDATE',
      mainCause: 'ILLNESS',
      memberCount: 2,
      version: 1,
      region: { code: HESHENG },
      incomes: [],
    });
    expect(household.idNumberMasked).toMatch(/^3412\*{10}\d{3}[\dX]$/);
    expect(household.members).toEqual(
      input.members.map(({ idNumber, ...member }) => ({
        ...member,
        id: expect.any(String),
        idNumberMasked: `${idNumber.slice(0, 4)}**********${idNumber.slice(14)}`,
      })),
    );
    const { household: read } = await village.data(operation('household'), { id: household.id });
    expect(read.members).toEqual(household.members);
  });

  test('states one fact, under the mark of the answer', async () => {
    const input = buildRegistration();
    const { registerHousehold } = await village.data(REGISTER, { input });
    const events = await house.sql(`select * from event where subject_id = $1`, [
      registerHousehold.household.id,
    ]);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      xid: registerHousehold.mark,
      kind: 'HOUSEHOLD_CHANGED',
      severity: null,
      audience: 'REGION',
      region_code: HESHENG,
      params: { change: 'REGISTERED', from: null, to: 'CANDIDATE', plannedExitYear: null },
    });
  });

  test('the log and the kept answers hold no name and no ID number of anybody', async () => {
    await register(village, { idempotencyKey: 'kept' });
    const members = await membersIn(house, 'true');
    const [{ log }] = await house.sql(
      `select (select string_agg(e::text, '') from event e) || (select string_agg(i::text, '') from idempotency i) as log`,
    );
    expect(log).toContain('HOUSEHOLD_CHANGED');
    expect(members.length).toBeGreaterThan(200);
    const told = ({ name, idNumber, phone }: (typeof members)[number]) =>
      log.includes(name) || log.includes(idNumber) || (phone !== null && log.includes(phone));
    expect(members.filter(told)).toEqual([]);
    expect(await house.sql(`select answer from idempotency where key = 'kept'`)).toEqual([
      {
        answer: {
          id: expect.any(String),
          version: 1,
          status: 'CANDIDATE',
          category: 'GENERAL',
          mainCause: 'ILLNESS',
          memberCount: 2,
        },
      },
    ]);
  });

  test('ten at once in one village get ten numbers in a row', async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => register(village)));
    const numbers = made.map(({ registerNumber }) => Number(registerNumber.slice(13))).sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  });

  test('a household may have thirty members, the head among them', async () => {
    const children = Array.from({ length: 29 }, () => buildMember({ relation: 'CHILD' }));
    const household = await register(village, { members: [...children, buildMember({ name: '王穗' })] });
    expect(household).toMatchObject({ memberCount: 30, headName: '王穗' });
    expect(household.members).toHaveLength(30);
  });

  test.each<[string, object, string]>([
    ['no members', { members: [] }, 'BAD_USER_INPUT'],
    ['no head', { members: [buildMember({ relation: 'SPOUSE' })] }, 'BAD_USER_INPUT'],
    ['two heads', { members: [buildMember(), buildMember()] }, 'BAD_USER_INPUT'],
    [
      '31 members',
      { members: [buildMember(), ...Array.from({ length: 30 }, () => buildMember({ relation: 'CHILD' }))] },
      'BAD_USER_INPUT',
    ],
    ['a wrong checksum', { members: [buildMember({ idNumber: '110105194912310021' })] }, 'INVALID_ID_NUMBER'],
    ['no ID number', { members: [buildMember({ idNumber: null })] }, 'INVALID_ID_NUMBER'],
    ['a person without a name', { members: [buildMember({ name: ' ' })] }, 'INVALID_TEXT'],
    ['a birth year to come', { members: [buildMember({ birthYear: 2017 })] }, 'INVALID_DATE'],
    ['a township', { regionCode: '341225206000' }, 'NOT_FOUND'],
    ['a malformed code', { regionCode: '3412' }, 'INVALID_REGION_CODE'],
    ['an unknown category', { category: 'RICH' }, 'BAD_USER_INPUT'],
  ])('%s: refused, nothing written', async (_, more, code) => {
    const before = await countHouseholds();
    expect(await village.refusal(REGISTER, { input: buildRegistration(more) })).toMatchObject({ code });
    expect(await countHouseholds()).toBe(before);
  });

  test('a township is no village, for whoever holds it', async () => {
    const town = await house.signIn('longwang.town');
    const input = buildRegistration({ regionCode: '341225206000' });
    expect(await town.refusal(REGISTER, { input })).toMatchObject({
      code: 'INVALID_REGION_CODE',
      field: 'regionCode',
    });
  });
});

describe('a person is registered once', () => {
  const duplicate = 'A person with one of these ID numbers is already registered.';

  test('whether the other household can be seen or not, the answer is the same and tells no place', async () => {
    const [own] = await membersIn(house, 'region_code = $1 limit 1', [HESHENG]);
    const [hidden] = await membersIn(house, 'region_code = $1 limit 1', [LIULOU]);
    const before = await countHouseholds();
    for (const person of [own, hidden]) {
      const input = buildRegistration({ members: [buildMember({ idNumber: person?.idNumber })] });
      const { errors } = await village.ask(REGISTER, { input });
      expect(errors).toEqual([
        expect.objectContaining({
          message: duplicate,
          extensions: { code: 'DUPLICATE_PERSON', requestId: expect.any(String) },
        }),
      ]);
    }
    expect(await countHouseholds()).toBe(before);
  });

  test('not twice in one household', async () => {
    const idNumber = freshIdNumber();
    const members = [buildMember({ idNumber }), buildMember({ idNumber, relation: 'CHILD' })];
    expect(await village.refusal(REGISTER, { input: buildRegistration({ members }) })).toMatchObject({
      code: 'DUPLICATE_PERSON',
    });
  });

  test('of two villages that register one person at once, one does', async () => {
    const other = await house.signIn('liulou.village');
    const idNumber = freshIdNumber();
    const ask = (client: Client, regionCode: string) =>
      client.ask(REGISTER, {
        input: buildRegistration({ regionCode, members: [buildMember({ idNumber })] }),
      });
    const answers = await Promise.all([ask(village, HESHENG), ask(other, LIULOU)]);
    expect(answers.flatMap(({ errors }) => errors ?? []).map(({ extensions }) => extensions.code)).toEqual([
      'DUPLICATE_PERSON',
    ]);
    const index = idNumberIndex(await vaultOf(house.database), idNumber);
    const rows = await house.sql('select 1 from household_member where id_number_index = $1', [index]);
    expect(rows).toHaveLength(1);
  });
});

describe('with an idempotency key', () => {
  test('the same request again gives the same answer and registers nobody', async () => {
    const input = buildRegistration({ idempotencyKey: 'once' });
    const first = await village.data(REGISTER, { input });
    const before = await countHouseholds();
    expect(await village.data(REGISTER, { input })).toEqual(first);
    expect(await countHouseholds()).toBe(before);
  });

  test('another request under the same key is refused', async () => {
    const input = buildRegistration({ idempotencyKey: 'taken' });
    await village.data(REGISTER, { input });
    const other = { ...input, members: [buildMember()] };
    expect(await village.refusal(REGISTER, { input: other })).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  test('a refused request leaves its key free', async () => {
    const wrong = buildRegistration({ idempotencyKey: 'mended', members: [] });
    expect(await village.refusal(REGISTER, { input: wrong })).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await register(village, { idempotencyKey: 'mended' })).toMatchObject({ status: 'CANDIDATE' });
  });

  test('twenty at once are one household, one fact and one answer', async () => {
    const input = buildRegistration({ idempotencyKey: 'twenty' });
    const before = await countHouseholds();
    const answers = await Promise.all(Array.from({ length: 20 }, () => village.data(REGISTER, { input })));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await countHouseholds()).toBe(before + 1);
    const { id } = answers[0].registerHousehold.household;
    expect(await house.sql('select 1 from event where subject_id = $1', [id])).toHaveLength(1);
  });
});
