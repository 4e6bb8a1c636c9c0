import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { family, HESHENG, move, OBJECT, open, post } from '../exits/cases.js';
import { type Client, type House, openHouse } from '../helpers/house.js';

let house: House;
let village: Client;
let day: number;

beforeEach(async () => {
  house = await openHouse();
  village = await house.signIn('hesheng.village');
  day = 8;
});
afterEach(() => house.close());

/** The next morning, or one further on, when what goes by days has been looked at. */
async function nextDay(days = 1): Promise<void> {
  day += days;
  house.moveClock(`2016-12-${String(day).padStart(2, '0')}T09:00:00+08:00`);
  await house.settled();
}

/** Status of the latest alert of a rule in the village; null when there is none. */
async function stands(rule: string): Promise<string | null> {
  const { alerts } = await village.data(
    `query ($within: RegionCode!, $rule: [AlertRule!]) { alerts(within: $within, first: 1, filter: { rule: $rule }) {
      edges { node { status } } } }`,
    { within: HESHENG, rule: [rule] },
  );
  return alerts.edges[0]?.node.status ?? null;
}

const idOf = async (table: string, where: string): Promise<string> =>
  (await house.sql(`select id from ${table} where ${where} limit 1`))[0].id;

test('a village that passes and waits, one that is leaving and passes no more: each for as long as it is so', async () => {
  const standardId = await idOf('exit_standard', `code = 'AH-VILLAGE-2016'`);
  const officeId = await idOf('account', `username = 'city.office'`);
  await house.sql(`delete from exit where region_code = $1 and kind = 'VILLAGE'`, [HESHENG]);
  await house.sql(
    `insert into verdict (id, standard_id, region_code, met, unmet, at, by_id, inputs, outcome, inputs_hash, outcome_hash)
     values (gen_random_uuid(), $1, $2, true, 0, now(), $3, '{}', '{}', '', '')
     on conflict (standard_id, region_code) where superseded_at is null do update set met = true`,
    [standardId, HESHENG, officeId],
  );
  const setMet = (met: boolean) =>
    house.sql('update verdict set met = $2 where region_code = $1', [HESHENG, met]);
  await nextDay();
  expect(await stands('VILLAGE_ALL_MET')).toBe('OPEN');
  expect(await stands('EXIT_STANDARD_NOT_MET')).toBeNull();
  await house.sql(
    `insert into exit (id, kind, region_code, standard_id, status, opened_at, opened_by_id)
     values (gen_random_uuid(), 'VILLAGE', $1, $2, 'TOWNSHIP_VERIFIED', now(), $3)`,
    [HESHENG, standardId, officeId],
  );
  await nextDay();
  expect(await stands('VILLAGE_ALL_MET')).toBe('RESOLVED');
  await setMet(false);
  await nextDay();
  expect(await stands('EXIT_STANDARD_NOT_MET')).toBe('OPEN');
  await setMet(true);
  await nextDay();
  expect(await stands('EXIT_STANDARD_NOT_MET')).toBe('RESOLVED');
});

test('a public notice is a matter of its place from the day before its end on, and not while an objection stops it', async () => {
  const exit = await open(village, await family(house, village));
  await move(house, village, exit.id, 'VERIFIED');
  await move(house, village, exit.id, 'AGREED', '户主已签字确认');
  await post(house, village, [exit.id]);
  // Seven days from the 9th on: until the end of the 15th.
  await nextDay(6);
  expect(await stands('PUBLICITY_ENDING')).toBeNull();
  await nextDay();
  expect(await stands('PUBLICITY_ENDING')).toBe('OPEN');
  await village.data(OBJECT, { input: { exitId: exit.id, text: '家中另有住房，请核实' } });
  await nextDay();
  expect(await stands('PUBLICITY_ENDING')).toBe('RESOLVED');
}, 60_000);

test('findings that are due within three days are counted, those of a visit that is kept secret are not', async () => {
  const [inspection] = await house.sql(
    `select inspection_id as id from inspection_village where region_code = $1 limit 1`,
    [HESHENG],
  );
  await house.sql(`update finding set status = 'CLOSED' where region_code = $1`, [HESHENG]);
  await house.sql(
    `insert into finding (id, inspection_id, region_code, title_zh, severity, status, due_on, issued_at)
     values (gen_random_uuid(), $1, $2, '台账不全', 'WARNING', 'OPEN', '2016-12-13', now())`,
    [inspection.id, HESHENG],
  );
  const conceal = (concealed: boolean) =>
    house.sql('update inspection set concealed = $2 where id = $1', [inspection.id, concealed]);
  await conceal(false);
  await nextDay();
  expect(await stands('RECTIFICATION_DUE')).toBeNull();
  await conceal(true);
  await nextDay();
  expect(await stands('RECTIFICATION_DUE')).toBeNull();
  await conceal(false);
  await nextDay();
  expect(await stands('RECTIFICATION_DUE')).toBe('OPEN');
  // The day after its last it is overdue, which is another rule.
  await nextDay(3);
  expect(await stands('RECTIFICATION_DUE')).toBe('RESOLVED');
});
