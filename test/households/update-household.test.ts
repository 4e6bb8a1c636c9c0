import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { buildMember, buildRegistration, HESHENG, LIULOU, REGISTER, register, UPDATE } from './family.js';
import { membersIn } from './sealed.js';

let house: House;
let village: Client;
beforeAll(async () => {
  house = await openHouse();
  village = await house.signIn('hesheng.village');
});
afterAll(() => house.close());

interface Versioned {
  id: string;
  version: number;
}

const inputFor = ({ id, version }: Versioned, more: object) => ({
  householdId: id,
  expectedVersion: version,
  ...more,
});
const update = async (household: Versioned, more: object) =>
  (await village.data(UPDATE, { input: inputFor(household, more) })).updateHousehold;
const refusal = (household: Versioned, more: object) =>
  village.refusal(UPDATE, { input: inputFor(household, more) });

describe('the household', () => {
  test('takes what is given and keeps the rest', async () => {
    const made = await register(village);
    const { household } = await update(made, { category: 'SUBSISTENCE_ALLOWANCE', mainCause: 'SCHOOLING' });
    expect(household).toEqual({
      ...made,
      category: 'SUBSISTENCE_ALLOWANCE',
      mainCause: 'SCHOOLING',
      version: 2,
    });
    const unchanged = await update(household, { category: null });
    expect(unchanged.household).toEqual({ ...household, version: 3 });
  });

  test('goes every way but out of poverty, relapse included, each move a fact that says from where to where', async () => {
    let household = await register(village);
    await house.sql(`update household set status = 'LIFTED_WITH_POLICY' where id = $1`, [household.id]);
    const way = ['LIFTED_WITHOUT_POLICY', 'RELAPSED', 'PRE_EXIT', 'NOT_LIFTED', 'CANCELLED'];
    const marks: string[] = [];
    for (const status of way) {
      const { mark, household: moved } = await update(household, { status });
      expect(moved).toMatchObject({ status, version: household.version + 1 });
      marks.push(mark);
      household = moved;
    }
    const events = await house.sql(
      'select xid, severity, params from event where subject_id = $1 order by id',
      [household.id],
    );
    const [, ...moves] = events;
    expect(moves).toEqual(
      way.map((to, index) => ({
        xid: marks[index],
        severity: to === 'RELAPSED' ? 'WARNING' : null,
        params: {
          change: 'UPDATED',
          from: way[index - 1] ?? 'LIFTED_WITH_POLICY',
          to,
          plannedExitYear: null,
        },
      })),
    );
  });

  test.each([
    ['CANDIDATE', 'LIFTED_WITH_POLICY', ['NOT_LIFTED', 'CANCELLED']],
    ['PRE_EXIT', 'LIFTED_WITH_POLICY', ['NOT_LIFTED', 'CANCELLED']],
    ['NOT_LIFTED', 'RELAPSED', ['PRE_EXIT', 'CANCELLED']],
    ['LIFTED_WITH_POLICY', 'NOT_LIFTED', ['LIFTED_WITHOUT_POLICY', 'RELAPSED', 'CANCELLED']],
    ['CANCELLED', 'CANDIDATE', []],
  ])('does not go from %s to %s', async (from, to, allowed) => {
    const made = await register(village);
    await house.sql('update household set status = $2 where id = $1', [made.id, from]);
    expect(await refusal(made, { status: to })).toMatchObject({ code: 'TRANSITION_NOT_ALLOWED', allowed });
    const { household } = await update(made, { status: from, mainCause: 'OTHER' });
    expect(household).toMatchObject({ status: from, mainCause: 'OTHER' });
  });

  test('is not overwritten by who read an older version', async () => {
    const made = await register(village);
    await update(made, { mainCause: 'OTHER' });
    expect(await refusal(made, { mainCause: 'ILLNESS' })).toMatchObject({
      code: 'VERSION_CONFLICT',
      currentVersion: 2,
    });
    const answers = await Promise.all(
      ['DISASTER', 'SCHOOLING', 'DISABILITY'].map((mainCause) =>
        village.ask(UPDATE, { input: inputFor({ id: made.id, version: 2 }, { mainCause }) }),
      ),
    );
    const codes = answers.flatMap(({ errors }) => errors ?? []).map(({ extensions }) => extensions.code);
    expect(codes).toEqual(['VERSION_CONFLICT', 'VERSION_CONFLICT']);
  });

  test('a key gives the first mark again and does nothing; with another body it is refused', async () => {
    const made = await register(village);
    const more = { mainCause: 'OTHER', idempotencyKey: 'update once' };
    const first = await update(made, more);
    expect(await update(made, more)).toEqual(first);
    expect(await refusal(made, { ...more, mainCause: 'ILLNESS' })).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
    const input = buildRegistration({ idempotencyKey: 'update once' });
    expect(await village.refusal(REGISTER, { input })).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  test('changed twice in one request, each answer shows its own state', async () => {
    const made = await register(village);
    const change = (version: number, name: string) =>
      inputFor({ id: made.id, version }, { members: [buildMember({ name })] });
    const answer = await village.data(
      `mutation ($a: UpdateHouseholdInput!, $b: UpdateHouseholdInput!) {
        a: updateHousehold(input: $a) { household { ...all } } b: updateHousehold(input: $b) { household { ...all } } }
       fragment all on Household { version headName members { name } }`,
      { a: change(1, '王芽'), b: change(2, '王穗') },
    );
    expect(answer).toEqual({
      a: { household: { version: 2, headName: '王芽', members: [{ name: '王芽' }] } },
      b: { household: { version: 3, headName: '王穗', members: [{ name: '王穗' }] } },
    });
  });
});

describe('the members', () => {
  test('are replaced as a whole; who is named by id stays the same person', async () => {
    const made = await register(village);
    const [head, spouse] = made.members;
    const { household } = await update(made, {
      members: [
        { id: spouse.id, name: spouse.name, relation: 'HEAD', health: 'SERIOUS', labour: 'LOST' },
        buildMember({ name: '王荚', relation: 'PARENT', birthYear: 1931 }),
      ],
    });
    expect(household).toMatchObject({
      headName: spouse.name,
      idNumberMasked: spouse.idNumberMasked,
      memberCount: 2,
      version: 2,
    });
    expect(household.members).toEqual([
      { ...spouse, relation: 'HEAD', health: 'SERIOUS' },
      expect.objectContaining({ name: '王荚', relation: 'PARENT', birthYear: 1931 }),
    ]);
    expect(await house.sql('select 1 from household_member where id = $1', [head.id])).toEqual([]);
    const { household: read } = await village.data(operation('household'), { id: made.id });
    expect(read.members).toEqual(household.members);
  });

  test('may swap places and even ID numbers', async () => {
    const input = buildRegistration();
    const { registerHousehold } = await village.data(REGISTER, { input });
    const made = registerHousehold.household;
    const [first, second] = input.members;
    const swapped = [
      { ...second, id: made.members[0].id, relation: 'HEAD' },
      { ...first, id: made.members[1].id, relation: 'SPOUSE' },
    ];
    const { household } = await update(made, { members: swapped });
    expect(household.members).toMatchObject([
      { id: made.members[0].id, idNumberMasked: made.members[1].idNumberMasked },
      { id: made.members[1].id, idNumberMasked: made.members[0].idNumberMasked },
    ]);
  });

  test('keep their telephones, sealed anew, when they are named by id', async () => {
    const [head] = await membersIn(
      house,
      `region_code = $1 and relation = 'HEAD' and phone_sealed is not null`,
      [HESHENG],
    );
    const { household } = await village.data(operation('household'), { id: head?.householdId });
    const kept = household.members.map(
      ({ idNumberMasked: _, ...member }: { idNumberMasked: string }) => member,
    );
    const sealed = () =>
      house.sql('select phone_sealed as blob from household_member where id = $1', [head?.id]);
    const [before] = await sealed();
    await update(household, { members: kept });
    const [after] = await sealed();
    expect(after.blob).not.toEqual(before.blob);
    expect(await membersIn(house, 'id = $1', [head?.id])).toEqual([head]);
  });

  test('who left may be registered elsewhere', async () => {
    const input = buildRegistration();
    const { registerHousehold } = await village.data(REGISTER, { input });
    await update(registerHousehold.household, { members: [buildMember()] });
    const other = await house.signIn('liulou.village');
    expect(await register(other, { ...input, regionCode: LIULOU })).toMatchObject({ memberCount: 2 });
  });

  test.each<[string, (id: string, idNumber: string) => object[], string]>([
    ['nobody', () => [], 'BAD_USER_INPUT'],
    ['no head', (id) => [buildMember({ id, relation: 'OTHER' })], 'BAD_USER_INPUT'],
    ['a stranger by id', () => [buildMember({ id: '00000000-0000-7000-8000-000000000000' })], 'NOT_FOUND'],
    ['a new member without ID number', () => [buildMember({ idNumber: null })], 'INVALID_ID_NUMBER'],
    ['somebody of another household', (_, idNumber) => [buildMember({ idNumber })], 'DUPLICATE_PERSON'],
    ['a name of nothing', () => [buildMember({ name: '\u200b' })], 'INVALID_TEXT'],
  ])('%s: refused, and all stays as it was', async (_, members, code) => {
    const made = await register(village);
    const [other] = await membersIn(house, 'region_code <> $1 limit 1', [HESHENG]);
    const change = { members: members(made.members[0].id, other?.idNumber ?? ''), mainCause: 'OTHER' };
    expect(await refusal(made, change)).toMatchObject({ code });
    const { household } = await village.data(operation('household'), { id: made.id });
    expect(household).toMatchObject({ version: 1, mainCause: 'ILLNESS', members: made.members });
  });
});
