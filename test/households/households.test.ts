import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { statementsOf } from '../helpers/statements.js';
import { membersIn } from './sealed.js';

const CITY = '341200000000';
const HOUSEHOLDS = operation('households');
const HOUSEHOLD = operation('household');

let house: House;
let office: Client;
beforeAll(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
});
afterAll(() => house.close());

describe('a list of households', () => {
  test('goes through the whole city by id, each household once', async () => {
    const ids: string[] = [];
    let after: string | null = null;
    do {
      const { households } = await office.data(HOUSEHOLDS, { within: CITY, first: 70, after });
      expect(households.totalCount).toBe(200);
      ids.push(...households.edges.map(({ node }: { node: { id: string } }) => node.id));
      after = households.pageInfo.hasNextPage ? households.pageInfo.endCursor : null;
    } while (after);
    const rows = await house.sql('select id from household order by id');
    expect(ids).toEqual(rows.map(({ id }) => id));
  });

  test('says of each what the register says, with the ID number of its head masked', async () => {
    const { households } = await office.data(HOUSEHOLDS, { within: CITY, first: 100 });
    const rows = await house.sql(
      `select h.id, register_number, head_name, category, status, main_cause, member_count, h.version,
              r.code as region_code, r.name as region_name
       from household h join region r on r.code = h.region_code order by h.id limit 100`,
    );
    const heads = await membersIn(house, `relation = 'HEAD'`);
    const idNumbers = new Map(heads.map(({ householdId, idNumber }) => [householdId, idNumber]));
    expect(households.edges.map(({ node }: { node: object }) => node)).toEqual(
      rows.map((row) => ({
        id: row.id,
        registerNumber: row.register_number,
        headName: row.head_name,
        idNumberMasked: idNumbers.get(row.id)?.replace(/^(.{4}).{10}(.{4})$/, '$1**********$2'),
        category: row.category,
        status: row.status,
        mainCause: row.main_cause,
        memberCount: row.member_count,
        version: row.version,
        region: { code: row.region_code, name: row.region_name },
      })),
    );
  });

  test('says in which year each is planned to exit, if it is', async () => {
    const document = `query ($within: RegionCode!) {
      households(within: $within, first: 100) { edges { node { id plannedExitYear } } } }`;
    const { households } = await office.data(document, { within: CITY });
    const rows = await house.sql(
      'select id, planned_exit_year as "plannedExitYear" from household order by id limit 100',
    );
    expect(households.edges.map(({ node }: { node: object }) => node)).toEqual(rows);
    expect(new Set(rows.map(({ plannedExitYear }) => plannedExitYear))).toContain(2016);
  });

  test.each([
    [{ plannedExitYear: [2016] }, 'planned_exit_year = 2016'],
    [{ status: ['LIFTED_WITH_POLICY', 'LIFTED_WITHOUT_POLICY'] }, `status like 'LIFTED%'`],
    [
      { status: ['NOT_LIFTED'], plannedExitYear: [2016] },
      `status = 'NOT_LIFTED' and planned_exit_year = 2016`,
    ],
    [{ plannedExitYear: [1999] }, 'false'],
    [{ status: [] }, 'false'],
    [{ status: null }, 'true'],
  ])('only those asked for: %j', async (filter, condition) => {
    const document = `query ($within: RegionCode!, $filter: HouseholdFilter) {
      households(within: $within, filter: $filter, first: 100) { totalCount edges { node { id } } } }`;
    const { households } = await office.data(document, { within: CITY, filter });
    const rows = await house.sql(`select id from household where ${condition} order by id`);
    expect(households.totalCount).toBe(rows.length);
    expect(households.edges.map(({ node }: { node: object }) => node)).toEqual(
      rows.slice(0, 100).map(({ id }) => ({ id })),
    );
  });

  test('is empty where nobody is registered', async () => {
    const [village] = await house.sql(
      `select code from region where level = 'VILLAGE' and not exists (select from household where region_code = code)`,
    );
    expect(await office.data(HOUSEHOLDS, { within: village.code, first: 1 })).toEqual({
      households: { totalCount: 0, edges: [], pageInfo: { hasNextPage: false, endCursor: null } },
    });
  });

  test.each([
    [{ first: 0 }, 'INVALID_PAGE_SIZE'],
    [{ first: 101 }, 'INVALID_PAGE_SIZE'],
    [{ after: 'WyIwIl0.forged' }, 'INVALID_CURSOR'],
    [{ within: '3412' }, 'INVALID_REGION_CODE'],
  ])('%j is refused with %s', async (given, code) => {
    expect(await office.refusal(HOUSEHOLDS, { within: CITY, first: 10, ...given })).toMatchObject({ code });
  });

  test('does not take the cursor of another list', async () => {
    const { tasks } = await office.data(operation('tasks'), { within: CITY, first: 1 });
    const after = tasks.pageInfo.endCursor;
    expect(await office.refusal(HOUSEHOLDS, { within: CITY, first: 1, after })).toMatchObject({
      code: 'INVALID_CURSOR',
    });
  });

  test('asks the database the same number of questions, however long it is', async () => {
    const query = `query ($within: RegionCode!, $first: Int!) { households(within: $within, first: $first) {
      totalCount edges { node { idNumberMasked region { name } members { name } incomes { year } } } } }`;
    const asked = (first: number) =>
      statementsOf(() => office.data(query, { within: CITY, first }), /"household|"region"|duban\.scope/);
    const few = await asked(2);
    const many = await asked(100);
    expect(many).toEqual(few);
    // Page, count, members, incomes, each in its scope; and the regions.
    expect(many.filter((text) => text.includes('set_config'))).toHaveLength(4);
    expect(many.filter((text) => text.includes('household'))).toHaveLength(4);
    expect(many).toHaveLength(10);
  });
});

describe('one household', () => {
  test('shows its members and incomes', async () => {
    const [row] = await house.sql(
      `select * from household where member_count > 2 and status = 'NOT_LIFTED' order by id limit 1`,
    );
    const members = await membersIn(house, 'household_id = $1 order by position', [row.id]);
    const incomes = await house.sql('select * from household_income where household_id = $1 order by year', [
      row.id,
    ]);
    const { household } = await office.data(HOUSEHOLD, { id: row.id });
    expect(household).toMatchObject({
      id: row.id,
      headName: row.head_name,
      region: { code: row.region_code },
    });
    expect(household.members).toEqual(
      members.map(({ householdId: _, phone: __, idNumber, ...shown }) => ({
        ...shown,
        idNumberMasked: `${idNumber.slice(0, 4)}**********${idNumber.slice(14)}`,
      })),
    );
    expect(household.members[0].relation).toBe('HEAD');
    expect(household.incomes).toEqual(
      incomes.map(({ year, net_income_fen, members: heads }) => ({
        year,
        perCapitaNetIncomeFen: Math.floor(Number(net_income_fen) / heads),
      })),
    );
  });

  test.each(['00000000-0000-7000-8000-000000000000', 'no id at all', ''])('%j is NOT_FOUND', async (id) => {
    expect(await office.refusal(HOUSEHOLD, { id })).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('no answer has a way to the whole ID number', async () => {
    const { __type: type } = await office.data('{ __type(name: "HouseholdMember") { fields { name } } }');
    const names = type.fields.map(({ name }: { name: string }) => name);
    expect(names.filter((name: string) => /idNumber/i.test(name))).toEqual(['idNumberMasked']);
  });
});
