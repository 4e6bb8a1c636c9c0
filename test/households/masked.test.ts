import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse } from '../helpers/house.js';
import { buildMember, buildRegistration, HESHENG, REGISTER, register } from './family.js';
import { ACCOUNT, family, OF_PERSON, PHONE, PURPOSE, REVEAL, signInToReveal } from './revealing.js';

const SHOWN = `id headName idNumberMasked bankAccountMasked
  members { id name idNumberMasked phoneMasked }`;
const CHANGED = `household { ${SHOWN} version }`;

let house: House;
let village: Client;
let ours: Awaited<ReturnType<typeof family>>;

beforeAll(async () => {
  house = await openHouse();
  village = await signInToReveal(house, 'hesheng.village');
  ours = await family(village);
});
afterAll(() => house.close());

const maskOf = (idNumber: string, end = 4) =>
  idNumber.slice(0, 4) + '*'.repeat(14 - end) + (end > 0 ? idNumber.slice(-end) : '');

/** The household of the tests as it is shown, wherever it is. */
const expected = () => ({
  id: ours.householdId,
  headName: ours.head.name,
  idNumberMasked: maskOf(ours.head.idNumber),
  bankAccountMasked: '****1234',
  members: [
    {
      id: ours.headId,
      name: ours.head.name,
      idNumberMasked: maskOf(ours.head.idNumber),
      phoneMasked: '139****1234',
    },
    { id: ours.childId, name: '霜*', idNumberMasked: maskOf(ours.child.idNumber, 0), phoneMasked: null },
  ],
});

describe('wherever a household is shown, it is masked by the one rule', () => {
  const asked: [string, (client: Client) => Promise<unknown>][] = [
    [
      'by id',
      async (client) =>
        (await client.data(`query ($id: ID!) { household(id: $id) { ${SHOWN} } }`, { id: ours.householdId }))
          .household,
    ],
    [
      'in the list',
      async (client) => {
        const query = `query ($within: RegionCode!, $after: String) { households(within: $within, first: 100, after: $after) {
          edges { node { ${SHOWN} } } pageInfo { hasNextPage endCursor } } }`;
        const { households } = await client.data(query, { within: HESHENG });
        return households.edges
          .map(({ node }: { node: { id: string } }) => node)
          .find(({ id }: { id: string }) => id === ours.householdId);
      },
    ],
    [
      'by a person',
      async (client) =>
        (
          await client.data(OF_PERSON.replace('{ id registerNumber }', `{ ${SHOWN} }`), {
            idNumber: ours.head.idNumber,
          })
        ).householdOfPerson,
    ],
  ];
  const everybody = ['hesheng.village', 'funan.office', 'city.office', 'city.leader', 'auditor'];

  test.each(asked)('%s', async (_, ask) => {
    for (const username of everybody) {
      expect(await ask(await house.signIn(username))).toEqual(expected());
    }
  });

  test('in the payload of every change, and beside a revealed value', async () => {
    const registered = await village.data(REGISTER.replace(/household \{[\s\S]*\n\}/, CHANGED), {
      input: buildRegistration({
        bankAccount: ACCOUNT,
        members: [buildMember({ phone: PHONE, birthYear: 2010 })],
      }),
    });
    const { household } = registered.registerHousehold;
    expect(household).toMatchObject({ headName: '霜*', bankAccountMasked: '****1234' });
    expect(household.members[0]).toMatchObject({ name: '霜*', phoneMasked: '139****1234' });
    expect(household.idNumberMasked).toMatch(/^\d{4}\*{14}$/);
    const update = `mutation ($input: UpdateHouseholdInput!) { updateHousehold(input: $input) { ${CHANGED} } }`;
    const input = { householdId: household.id, expectedVersion: 1, mainCause: 'OTHER' };
    const { updateHousehold } = await village.data(update, { input });
    expect(updateHousehold.household).toEqual({ ...household, version: 2 });
    const revealed = await village.data(REVEAL, {
      input: { householdId: ours.householdId, memberId: ours.headId, field: 'PHONE', purpose: PURPOSE },
    });
    expect(revealed.revealPersonalData.member).toEqual(expected().members[0]);
  });
});

describe('a minor', () => {
  test('is one until the day before the 14th birthday, by the campaign clock in Shanghai', async () => {
    const child = buildMember({ name: '霜小苗', relation: 'CHILD', birthYear: 2003 });
    const household = await register(village, { members: [buildMember(), child] });
    const birthday = `2017-${child.idNumber.slice(10, 12)}-${child.idNumber.slice(12, 14)}`;
    const nameAt = async (instant: string) => {
      house.moveClock(instant);
      const query = 'query ($id: ID!) { household(id: $id) { members { name } } }';
      return (await village.data(query, { id: household.id })).household.members[1].name;
    };
    const midnight = new Date(`${birthday}T00:00:00+08:00`);
    expect(await nameAt(new Date(midnight.getTime() - 1000).toISOString())).toBe('霜*');
    expect(await nameAt(midnight.toISOString())).toBe('霜小苗');
    house.moveClock('2016-12-08T09:00:00+08:00');
  });
});

describe('what is left out is kept', () => {
  const UPDATE = `mutation ($input: UpdateHouseholdInput!) { updateHousehold(input: $input) { ${CHANGED} } }`;

  test('name, ID number, telephone and account of those who are named by id', async () => {
    const mine = await family(village);
    const kept = (id: string, relation: string) => ({ id, relation, health: 'HEALTHY', labour: 'ORDINARY' });
    const input = {
      householdId: mine.householdId,
      expectedVersion: 1,
      members: [kept(mine.headId, 'HEAD'), kept(mine.childId, 'CHILD')],
    };
    const { household } = (await village.data(UPDATE, { input })).updateHousehold;
    expect(household).toMatchObject({ headName: mine.head.name, bankAccountMasked: '****1234' });
    expect(
      household.members.map(({ name, phoneMasked }: { name: string; phoneMasked: string }) => [
        name,
        phoneMasked,
      ]),
    ).toEqual([
      [mine.head.name, '139****1234'],
      ['霜*', null],
    ]);
    const emptied = {
      ...input,
      expectedVersion: 2,
      bankAccount: '',
      members: [{ ...input.members[0], phone: '' }],
    };
    const { household: after } = (await village.data(UPDATE, { input: emptied })).updateHousehold;
    expect(after.bankAccountMasked).toBeNull();
    expect(after.members[0].phoneMasked).toBeNull();
  });

  const asHead = (more: object) => ({
    members: [{ id: ours.headId, relation: 'HEAD', health: 'HEALTHY', labour: 'ORDINARY', ...more }],
  });

  test.each<[string, () => object, string, string]>([
    ['a mask for a name', () => asHead({ name: '霜*' }), 'INVALID_TEXT', 'members.0.name'],
    ['a wrong telephone number', () => asHead({ phone: '4711' }), 'INVALID_PHONE', 'members.0.phone'],
    ['a wrong account', () => ({ bankAccount: '4711' }), 'INVALID_BANK_ACCOUNT', 'bankAccount'],
  ])('%s is refused, and never repeated', async (_, what, code, field) => {
    const input = { householdId: ours.householdId, expectedVersion: 1, ...what() };
    const { errors } = await village.ask(UPDATE, { input });
    expect(errors?.[0]?.extensions).toMatchObject({ code, field });
    expect(errors?.[0]?.message).not.toMatch(/霜\*|4711/);
  });
});
