import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Client, type House, openHouse } from '../helpers/house.js';

const VILLAGE = '341225206205';

let house: House;
let village: Client;
let day: number;

beforeEach(async () => {
  house = await openHouse();
  village = await house.signIn('hesheng.village');
  day = 8;
});
afterEach(() => house.close());

/** The next morning, when the register has been looked at. */
async function nextDay(): Promise<void> {
  day += 1;
  house.moveClock(`2016-12-${String(day).padStart(2, '0')}T09:00:00+08:00`);
  await house.settled();
}

// biome-ignore lint/suspicious/noExplicitAny: nodes of the list
const alertsOf = async (client: Client, rule: string): Promise<any[]> => {
  const { alerts } = await client.data(
    `query ($within: RegionCode!, $rule: [AlertRule!]) { alerts(within: $within, first: 20, filter: { rule: $rule }) {
      edges { node { id rule status severity episode resolvesAt headline region { code } subject { type } } } } }`,
    { within: VILLAGE, rule: [rule] },
  );
  return alerts.edges.map(({ node }: { node: object }) => node);
};

/** Every household of the village in order, but for one that was lifted out. */
async function lifted(): Promise<string> {
  const ids = (await house.sql('select id from household where region_code = $1 order by id', [VILLAGE])).map(
    ({ id }) => id,
  );
  await house.sql(
    `update household set status = 'LIFTED_WITH_POLICY', housing_grade = 'A', safe_water = true where region_code = $1`,
    [VILLAGE],
  );
  await house.sql(
    `update household_member set insured = true, schooling = null where household_id = any ($1::uuid[])`,
    [ids],
  );
  await house.sql('delete from household_income where household_id = any ($1::uuid[])', [ids]);
  await nextDay();
  return ids[0];
}

test('a lifted household that falls short again is an alert of its village, for those who may read households', async () => {
  const id = await lifted();
  const screen = await house.signIn('wall.screen');
  for (const rule of [
    'LIFTED_UNSAFE_HOUSING',
    'LIFTED_UNSAFE_WATER',
    'LIFTED_NOT_INSURED',
    'INCOME_BELOW_LINE',
  ])
    expect((await alertsOf(village, rule)).filter(({ status }) => status !== 'RESOLVED')).toEqual([]);
  await house.sql(`update household set housing_grade = 'D' where id = $1`, [id]);
  await nextDay();
  const of = async () => (await alertsOf(village, 'LIFTED_UNSAFE_HOUSING'))[0];
  const first = await of();
  expect(first).toMatchObject({
    status: 'OPEN',
    severity: 'WARNING',
    region: { code: VILLAGE },
    subject: { type: 'REGION' },
  });
  expect(first.headline).toContain('脱贫户住房不安全');
  expect(await alertsOf(screen, 'LIFTED_UNSAFE_HOUSING')).toEqual([]);
  expect(await screen.refusal('query ($id: ID!) { alert(id: $id) { id } }', { id: first.id })).toMatchObject({
    code: 'NOT_FOUND',
  });
  // The same number again is no news.
  await nextDay();
  expect(await of()).toEqual(first);
  await house.sql(`update household set housing_grade = 'B' where id = $1`, [id]);
  await nextDay();
  expect(await of()).toMatchObject({ id: first.id, status: 'RESOLVED' });
  await house.sql(`update household set housing_grade = 'C' where id = $1`, [id]);
  await nextDay();
  expect(await of()).toMatchObject({ status: 'OPEN', episode: first.episode + 1 });
});

test('each of the other shortfalls is found: water, schooling, insurance, and an income below the line of its year', async () => {
  const id = await lifted();
  await house.sql('update household set safe_water = false where id = $1', [id]);
  await house.sql(
    `update household_member set insured = false, schooling = 'DROPPED_OUT' where household_id = $1 and position = 1`,
    [id],
  );
  const [{ fen }] = await house.sql(
    `select fen from poverty_line where year = 2016 order by region_code desc limit 1`,
  );
  const record = (net: number) =>
    house.sql(
      `insert into household_income (id, household_id, region_code, year, members, wage_fen, operating_fen, property_fen,
         transfer_fen, operating_cost_fen, net_income_fen, recorded_at)
       values (gen_random_uuid(), $1, $2, 2016, 2, $3, 0, 0, 0, 0, $3, now())
       on conflict (household_id, year) do update set wage_fen = excluded.wage_fen, net_income_fen = excluded.net_income_fen`,
      [id, VILLAGE, net],
    );
  const isOpen = async (rule: string) =>
    (await alertsOf(village, rule)).some(({ status }) => status === 'OPEN');
  await record(2 * Number(fen));
  await nextDay();
  expect(await isOpen('INCOME_BELOW_LINE')).toBe(false);
  for (const rule of ['LIFTED_UNSAFE_WATER', 'LIFTED_DROPOUT', 'LIFTED_NOT_INSURED'])
    expect(await isOpen(rule)).toBe(true);
  await record(2 * Number(fen) - 1);
  await nextDay();
  expect(await isOpen('INCOME_BELOW_LINE')).toBe(true);
});

test('the incidence of a village off the list begins at the upper limit and ends below the lower, after a day at least', async () => {
  const [{ id: standardId }] = await house.sql(`select id from exit_standard where code = 'AH-VILLAGE-2016'`);
  const [{ id: accountId }] = await house.sql(`select id from account where username = 'city.office'`);
  await house.sql(
    `insert into exit (id, kind, region_code, standard_id, status, opened_at, opened_by_id)
     values (gen_random_uuid(), 'VILLAGE', $1, $2, 'EXITED', now(), $3)`,
    [VILLAGE, standardId, accountId],
  );
  await house.sql(`update household set status = 'LIFTED_WITH_POLICY' where region_code = $1`, [VILLAGE]);
  const [{ id }] = await house.sql('select id from household where region_code = $1 order by id limit 1', [
    VILLAGE,
  ]);
  await house.sql(`update household set status = 'RELAPSED', member_count = 4 where id = $1`, [id]);
  const population = (persons: number) =>
    house.sql('update region set rural_population = $2 where code = $1', [VILLAGE, persons]);
  const of = async () => (await alertsOf(village, 'INCIDENCE_ABOVE_LIMIT'))[0];
  const near = async () => (await alertsOf(village, 'RATE_NEAR_LIMIT'))[0]?.status;
  await population(201);
  await nextDay();
  expect(await of()).toBeUndefined();
  expect(await near()).toBe('OPEN');
  // 4 of 200 is the limit itself.
  await population(200);
  await nextDay();
  expect(await of()).toMatchObject({ status: 'OPEN', severity: 'CRITICAL', episode: 1 });
  expect(await near()).toBe('RESOLVED');
  await population(222);
  await nextDay();
  expect(await of()).toMatchObject({ status: 'OPEN', resolvesAt: null });
  await population(230);
  await nextDay();
  expect(await of()).toMatchObject({ status: 'RESOLVED', episode: 1 });
});
