import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse } from '../helpers/house.js';
import { give, standardId } from '../standards/books.js';
import { CITY, EVALUATE, FUNAN, HESHENG, LONGWANG, move, OPEN_REGION, post, read, refused } from './cases.js';

let house: House;
let office: Client;
let county: Client;
let town: Client;
let team: Client;
beforeAll(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
  county = await house.signIn('funan.office');
  town = await house.signIn('longwang.town');
  team = await house.signIn('hesheng.village');
});
afterAll(() => house.close());

const open = async (client: Client, regionCode: string) =>
  (await client.data(OPEN_REGION, { input: { regionCode } })).openRegionExit.exit;

/** Makes everything that the village is held against true. */
async function mend(): Promise<void> {
  await house.sql(
    `update household set status = 'LIFTED_WITH_POLICY', housing_grade = 'A', version = version + 1 where region_code = $1`,
    [HESHENG],
  );
  await house.sql(
    `update household_member set insured = true, schooling = case schooling when 'DROPPED_OUT' then 'IN_SCHOOL' else schooling end where region_code = $1`,
    [HESHENG],
  );
  await house.sql(
    `update measurement set numerator = case when denominator = 1 then greatest(numerator, 1) else denominator end,
       confirmed_at = coalesce(confirmed_at, recorded_at),
       confirmed_by_id = coalesce(confirmed_by_id, (select id from account where username = 'funan.office'))
     where region_code = $1`,
    [HESHENG],
  );
  const standard = await standardId(house);
  const missing = await house.sql(
    `select measure from standard_item item where standard_id = $1 and measure not in
      (select measure from measurement where region_code = $2)
      and measure not in ('POVERTY_INCIDENCE', 'UNSAFE_DWELLINGS', 'DROPOUTS', 'INSURED_PERSONS')`,
    [standard, HESHENG],
  );
  for (const { measure } of missing)
    await house.sql(
      `insert into measurement (id, region_code, measure, numerator, denominator, measured_on, source, evidence, recorded_at, confirmed_at, confirmed_by_id)
       select gen_random_uuid(), $1, $2, 1, 1, '2016-12-01', '核查', '{}', '2016-12-01', '2016-12-02', id from account where username = 'funan.office'`,
      [HESHENG, measure],
    );
}

describe('a village', () => {
  test('leaves the list only while it meets its standard, step by step, and it may be taken back', async () => {
    const { id } = await open(team, HESHENG);
    expect(await refused(house, team, id, 'SELF_CHECK_PASSED')).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
      gate: 'STANDARD',
      unmet: expect.arrayContaining([expect.stringMatching(/^V\d\d$/)]),
    });
    await mend();
    expect(await give(office, HESHENG, await standardId(house))).toMatchObject({ met: 1 });
    await move(house, team, id, 'SELF_CHECK_PASSED');
    expect(await refused(house, county, id, 'TOWNSHIP_VERIFIED')).toMatchObject({ allowed: [] });
    await move(house, town, id, 'TOWNSHIP_VERIFIED');
    await move(house, county, id, 'COUNTY_VERIFIED');
    await post(house, county, [id]);
    house.moveClock('2016-12-16T00:00:00+08:00');
    // Something is found amiss while it hangs: it does not leave.
    const [{ id: roof }] = await house.sql(
      `select id from household where region_code = $1 and status = 'LIFTED_WITH_POLICY' limit 1`,
      [HESHENG],
    );
    await house.sql(`update household set housing_grade = 'D' where id = $1`, [roof]);
    expect(await refused(house, county, id, 'EXITED')).toMatchObject({
      gate: 'STANDARD',
      unmet: ['V14'],
    });
    await house.sql(`update household set housing_grade = 'B' where id = $1`, [roof]);
    expect(await move(house, county, id, 'EXITED')).toMatchObject({ status: 'EXITED', allowedMoves: [] });
    expect(await refused(house, county, id, 'REVOKED', '弄虚作假')).toMatchObject({ allowed: [] });
    expect(await move(house, office, id, 'REVOKED', '省级核查发现不达标')).toMatchObject({
      status: 'REVOKED',
    });
  });

  test('that is not planned for the year does not begin, nor a township, nor twice', async () => {
    const [{ code }] = await house.sql(
      `select code from region where level = 'VILLAGE' and left(code, 6) = '341225' and planned_exit_year is distinct from 2016
       and code like '341225206%' limit 1`,
    );
    await house.sql(
      `insert into role_grant (id, account_id, role, region_code, valid_from)
       select gen_random_uuid(), id, 'VILLAGE_TEAM', $1, '2016-01-04' from account where username = 'hesheng.village'`,
      [code],
    );
    expect(await team.refusal(OPEN_REGION, { input: { regionCode: code } })).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
    });
    expect(await town.refusal(OPEN_REGION, { input: { regionCode: LONGWANG } })).toMatchObject({
      code: 'INVALID_REGION_CODE',
    });
    const asked = Array.from({ length: 20 }, () => team.ask(OPEN_REGION, { input: { regionCode: HESHENG } }));
    const refusals = (await Promise.all(asked)).flatMap(({ errors }) => errors ?? []);
    expect(refusals.map(({ extensions }) => extensions.code)).toEqual(
      Array.from({ length: 19 }, () => 'TRANSITION_NOT_ALLOWED'),
    );
    expect(await team.refusal(OPEN_REGION, { input: { regionCode: HESHENG } })).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
    });
    expect(await team.refusal(OPEN_REGION, { input: { regionCode: FUNAN } })).toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('a county', () => {
  /** 1,000,000 rural persons; 19,000 remain poor; nobody omitted or wrongly exited in samples of 1,000. */
  const counts = {
    ruralPopulation: 1_000_000,
    remainingPoor: 19_000,
    unregisteredPopulation: 900_000,
    exitedPopulation: 80_000,
    sampledUnregistered: 1000,
    omitted: 0,
    sampledExited: 1000,
    wronglyExited: 0,
    surveyedHouseholds: 1000,
    approvingHouseholds: 950,
  };
  const evaluate = async (id: string, more: object = {}) => {
    const [{ version }] = await house.sql('select version from exit where id = $1', [id]);
    const input = { exitId: id, expectedVersion: version, ...counts, ...more };
    return (await office.data(EVALUATE, { input })).recordEvaluation.exit;
  };
  let id: string;
  beforeAll(async () => {
    house.moveClock('2016-12-16T00:00:00+08:00');
    ({ id } = await open(county, FUNAN));
    await move(house, office, id, 'CITY_REVIEWED');
  });

  test('is not verified without an evaluation', async () => {
    expect(await refused(house, office, id, 'PROVINCE_VERIFIED')).toMatchObject({
      gate: 'STANDARD',
      unmet: ['C01', 'C02', 'C03', 'C04'],
    });
  });

  // Exactly at the boundary the comparator decides.
  test.each([
    ['2 % of incidence are not below 2 %', { remainingPoor: 20_000 }, ['C01']],
    ['one person fewer is', { remainingPoor: 19_999 }, []],
    ['20 wrong exits of 1,000 are not below 2 %', { wronglyExited: 20, exitedPopulation: 1 }, ['C02']],
    ['20 omissions of 1,000 are not below 2 %', { omitted: 20, unregisteredPopulation: 1 }, ['C03']],
    ['900 of 1,000 are not above 90 %', { approvingHouseholds: 900 }, ['C04']],
    ['901 are', { approvingHouseholds: 901 }, []],
    // 19,000 + 1/1,000 of 900,000 + 1/1,000 of 80,000 = 19,980; of 100,000 exited: 20,000.
    ['what the samples let expect is added', { omitted: 1, wronglyExited: 1 }, []],
    ['up to the boundary itself', { omitted: 1, wronglyExited: 1, exitedPopulation: 100_000 }, ['C01']],
    [
      'a third of a person is not rounded away',
      { sampledUnregistered: 3, omitted: 0, sampledExited: 3, wronglyExited: 0, remainingPoor: 19_999 },
      [],
    ],
  ])('%s', async (_, more, unmet) => {
    const { items } = await evaluate(id, more);
    const open = items
      .filter(({ state }: { state: string }) => state !== 'MET')
      .map(({ item }: { item: { code: string } }) => item.code);
    expect(open).toEqual(unmet);
    if (unmet.length > 0)
      expect(await refused(house, office, id, 'PROVINCE_VERIFIED')).toMatchObject({
        gate: 'STANDARD',
        unmet,
      });
  });

  test.each([
    ['omitted', { omitted: 1001 }],
    ['wronglyExited', { wronglyExited: -1 }],
    ['surveyedHouseholds', { surveyedHouseholds: 0, approvingHouseholds: 0 }],
    ['approvingHouseholds', { approvingHouseholds: 1001 }],
    ['ruralPopulation', { ruralPopulation: 0, remainingPoor: 0 }],
  ])('counts that cannot be: %s', async (field, more) => {
    const [{ version }] = await house.sql('select version from exit where id = $1', [id]);
    const input = { exitId: id, expectedVersion: version, ...counts, ...more };
    expect(await office.refusal(EVALUATE, { input })).toMatchObject({ code: 'INVALID_AMOUNT', field });
  });

  test('leaves the list after its notice', async () => {
    await evaluate(id);
    await move(house, office, id, 'PROVINCE_VERIFIED');
    await post(house, office, [id]);
    expect((await read(office, id)).notice).toMatchObject({ endsAt: '2016-12-23T15:59:59.000Z' });
    house.moveClock('2016-12-24T00:00:00+08:00');
    expect(await move(house, office, id, 'EXITED')).toMatchObject({ status: 'EXITED' });
    const query = `query ($within: RegionCode!) { publicNotices(within: $within, first: 10) { edges { node { kind isOver } } } }`;
    const { publicNotices } = await office.data(query, { within: CITY });
    expect(publicNotices.edges.map(({ node }: { node: object }) => node)).toContainEqual({
      kind: 'COUNTY',
      isOver: true,
    });
  });
});
