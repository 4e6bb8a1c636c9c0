import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { buildMember, register } from '../households/family.js';
import {
  ADOPT,
  book,
  CITY,
  CONFIRM,
  FUNAN,
  GIVE,
  give,
  HESHENG,
  load,
  measure,
  RECORD,
  ROAD,
  standardId,
  VERDICTS,
} from './books.js';

let house: House;
let office: Client;
let leader: Client;
let county: Client;
let town: Client;
let team: Client;
let village: string;
beforeAll(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
  leader = await house.signIn('city.leader');
  county = await house.signIn('funan.office');
  town = await house.signIn('longwang.town');
  team = await house.signIn('hesheng.village');
  village = await standardId(house);
});
afterAll(() => house.close());

interface Step {
  state: string;
  shortfall: number | null;
  numerator: number | null;
  denominator: number | null;
  item: { code: string; measure: string; unit: string; bureau: string };
}
const road = async (): Promise<{ daysLeft: number; steps: Step[] }> =>
  (await office.data(ROAD, { region: HESHENG, standardId: village })).shortestRoad;
const verdictOf = async (region = HESHENG, id = village) =>
  (await office.data(VERDICTS, { within: region, standardId: id, first: 1 })).verdicts.edges[0].node;
const VERIFY = 'query ($id: ID!) { verifyVerdict(id: $id) { isSame inputsHash outcomeHash } }';

test('a whole city is held against its standard, and every verdict comes out again byte for byte', async () => {
  const run = await give(office, CITY, village);
  expect(run).toMatchObject({ villages: 516, changed: 516 });
  expect(run.met).toBeLessThan(516);
  const { verdicts } = await office.data(VERDICTS, { within: CITY, standardId: village, first: 100 });
  expect(verdicts.totalCount).toBe(516);
  const nodes = verdicts.edges.map(({ node }: { node: { id: string; items: unknown[] } }) => node);
  for (const node of nodes.slice(0, 20)) {
    expect(node.items).toHaveLength(18);
    const { verifyVerdict } = await office.data(VERIFY, { id: node.id });
    expect(verifyVerdict).toEqual({
      isSame: true,
      inputsHash: node.inputsHash,
      outcomeHash: node.outcomeHash,
    });
  }
  // Nothing has changed, so nothing is news, and the bytes are the same.
  const again = await give(office, CITY, village);
  expect(again).toMatchObject({ villages: 516, met: run.met, changed: 0 });
  const { outcomeHash, inputsHash } = await verdictOf(nodes[0].region.code);
  expect({ outcomeHash, inputsHash }).toEqual({
    outcomeHash: nodes[0].outcomeHash,
    inputsHash: nodes[0].inputsHash,
  });
});

test('runs that overlap wait for each other, and one verdict of each village is the latest', async () => {
  // More of them than these would wait longer for their turn than a request may, on a slow machine.
  const places = [CITY, HESHENG, HESHENG];
  const runs = await Promise.all(places.map((place) => give(office, place, village)));
  expect(runs.map(({ changed }) => changed)).toEqual(places.map(() => 0));
  const [{ latest }] = await house.sql(
    'select count(*)::int as latest from verdict where superseded_at is null',
  );
  expect(latest).toBe(516);
});

test('a changed verdict is found out', async () => {
  const { id } = await verdictOf();
  await house.sql(
    `update verdict set outcome = replace(outcome, '"met": false', '"met": true') where id = $1`,
    [id],
  );
  expect((await office.data(VERIFY, { id })).verifyVerdict.isSame).toBe(false);
  await give(office, HESHENG, village);
});

test('what the register knows is reckoned from it: one more family with gaps is one more of each', async () => {
  const before = Object.fromEntries((await verdictOf()).items.map(itemsByMeasure));
  await register(team, {
    housingGrade: 'D',
    safeWater: true,
    members: [
      buildMember({ insured: true, schooling: 'NOT_OF_AGE' }),
      buildMember({
        name: '露麦穗',
        relation: 'CHILD',
        birthYear: 2006,
        insured: false,
        schooling: 'DROPPED_OUT',
      }),
    ],
  });
  const [{ id, version }] = await house.sql(
    `select id, version from household where region_code = $1 order by created_at desc limit 1`,
    [HESHENG],
  );
  const input = { householdId: id, expectedVersion: version, status: 'NOT_LIFTED' };
  await team.data('mutation ($input: UpdateHouseholdInput!) { updateHousehold(input: $input) { mark } }', {
    input,
  });
  await give(office, HESHENG, village);
  const after = Object.fromEntries((await verdictOf()).items.map(itemsByMeasure));
  expect(after.UNSAFE_DWELLINGS).toMatchObject({
    numerator: before.UNSAFE_DWELLINGS.numerator + 1,
    state: 'NOT_MET',
  });
  expect(after.DROPOUTS).toMatchObject({ numerator: before.DROPOUTS.numerator + 1, state: 'NOT_MET' });
  expect(after.INSURED_PERSONS).toMatchObject({
    numerator: before.INSURED_PERSONS.numerator + 1,
    denominator: before.INSURED_PERSONS.denominator + 2,
  });
  expect(after.POVERTY_INCIDENCE.numerator).toBe(before.POVERTY_INCIDENCE.numerator + 2);
});
const itemsByMeasure = (item: { item: { measure: string } }) => [item.item.measure, item];

test('the shortest road of a village: exactly these changes make it pass, and it is told', async () => {
  await give(office, HESHENG, village);
  const feed = await team.subscribe(operation('supervision-feed'), { within: HESHENG });
  await feed.next();
  const { steps, daysLeft } = await road();
  expect(daysLeft).toBe(23);
  expect(steps.length).toBeGreaterThan(3);
  expect((await verdictOf()).met).toBe(false);
  const uninsured = steps.find(({ item }) => item.measure === 'INSURED_PERSONS');
  expect(uninsured?.shortfall).toBe((uninsured?.denominator ?? 0) - (uninsured?.numerator ?? 0));
  for (const step of steps) await close(step);
  const [last] = steps.filter(({ state }) => state !== 'UNKNOWN').slice(-1);
  expect(last).toBeDefined();
  const run = await give(office, HESHENG, village);
  expect({ met: run.met, left: (await road()).steps }).toEqual({ met: 1, left: [] });
  const batches = await feed.until(({ data }) =>
    data.supervisionFeed.events.some(({ kind }: { kind: string }) => kind === 'STANDING_CHANGED'),
  );
  expect(batches.at(-1).data.supervisionFeed.events.at(-1).headline).toMatch(/合胜村已达到/);
});

/** Does what one step of the road asks for, and nothing else. */
async function close({ item, state, shortfall, numerator, denominator }: Step): Promise<void> {
  if (item.measure === 'POVERTY_INCIDENCE') return lift(shortfall ?? 0);
  if (item.measure === 'UNSAFE_DWELLINGS')
    return void (await house.sql(
      `update household set housing_grade = 'B', version = version + 1 where region_code = $1`,
      [HESHENG],
    ));
  if (item.measure === 'DROPOUTS')
    return void (await house.sql(
      `update household_member set schooling = 'IN_SCHOOL' where region_code = $1 and schooling = 'DROPPED_OUT'`,
      [HESHENG],
    ));
  if (item.measure === 'INSURED_PERSONS')
    return void (await house.sql(`update household_member set insured = true where region_code = $1`, [
      HESHENG,
    ]));
  if (state === 'UNCONFIRMED') return confirmLatest(item.measure);
  const isShare = denominator !== null && denominator > 1;
  await measure(town, county, {
    regionCode: HESHENG,
    measure: item.measure,
    numerator: isShare ? (numerator ?? 0) + (shortfall ?? 0) : 1,
    ...(isShare ? { denominator } : {}),
    measuredOn: '2016-12-08',
    source: '复核',
    evidence: ['PHOTO'],
  });
}

/** Takes as many persons out of poverty as it needs, by whole households. */
async function lift(persons: number): Promise<void> {
  const rows = await house.sql(
    `select id, member_count from household where region_code = $1 and status in ('NOT_LIFTED', 'PRE_EXIT', 'RELAPSED')`,
    [HESHENG],
  );
  let left = persons;
  for (const { id, member_count: members } of rows) {
    if (left <= 0) return;
    await house.sql(`update household set status = 'LIFTED_WITH_POLICY' where id = $1`, [id]);
    left -= members;
  }
}

async function confirmLatest(name: string): Promise<void> {
  const [{ id: measurementId, version: expectedVersion }] = await house.sql(
    `select id, version from measurement where region_code = $1 and measure = $2 order by measured_on desc, id desc limit 1`,
    [HESHENG, name],
  );
  await county.data(CONFIRM, { input: { measurementId, expectedVersion } });
}

test('a village that no longer passes is an alert, until it passes again', async () => {
  await measure(town, county, {
    regionCode: HESHENG,
    measure: 'CLINICS',
    numerator: 0,
    measuredOn: '2016-12-08',
    source: '卫生室停用',
    evidence: ['PHOTO'],
  });
  expect(await give(office, HESHENG, village)).toMatchObject({ met: 0, changed: 1 });
  const alerts = async () => {
    await house.settled();
    const query = `query ($within: RegionCode!) { alerts(within: $within, first: 10, filter: { rule: [VILLAGE_LOST_STANDARD] }) {
      edges { node { status severity subject { type id } } } } }`;
    return (await office.data(query, { within: HESHENG })).alerts.edges.map(
      ({ node }: { node: object }) => node,
    );
  };
  const { standingId } = await verdictOf();
  const subject = { type: 'STANDING', id: standingId };
  expect(await alerts()).toEqual([{ status: 'OPEN', severity: 'CRITICAL', subject }]);
  expect((await road()).steps.map(({ item, shortfall }) => [item.measure, shortfall])).toEqual([
    ['CLINICS', 1],
  ]);
  await measure(town, county, {
    regionCode: HESHENG,
    measure: 'CLINICS',
    numerator: 1,
    measuredOn: '2016-12-08',
    source: '卫生室恢复',
    evidence: ['PHOTO'],
  });
  expect(await give(office, HESHENG, village)).toMatchObject({ met: 1, changed: 1 });
  expect(await alerts()).toEqual([{ status: 'RESOLVED', severity: 'CRITICAL', subject }]);
});

test('gaps are counted by place and item, and add up to the list', async () => {
  await give(office, CITY, village);
  const counts = `query ($within: RegionCode!, $id: ID!) { gapCounts(within: $within, standardId: $id) {
    gaps unknown region { code level } item { code bureau } } }`;
  const { gapCounts } = await office.data(counts, { within: CITY, id: village });
  const total = gapCounts.reduce((sum: number, { gaps }: { gaps: number }) => sum + gaps, 0);
  const list = `query ($within: RegionCode!, $id: ID!, $bureau: String) { gaps(within: $within, standardId: $id, bureau: $bureau, first: 100) {
    totalCount edges { node { state shortfall region { code } item { bureau } } } } }`;
  const { gaps } = await office.data(list, { within: CITY, id: village });
  expect(gaps.totalCount).toBe(total);
  expect(new Set(gapCounts.map(({ region }: { region: { level: string } }) => region.level))).toEqual(
    new Set(['COUNTY']),
  );
  const ofBureau = await office.data(list, { within: FUNAN, id: village, bureau: '水利局' });
  const counted = gapCounts.find(
    ({ region, item }: { region: { code: string }; item: { bureau: string } }) =>
      region.code === FUNAN && item.bureau === '水利局',
  );
  expect(ofBureau.gaps.totalCount).toBe(counted.gaps);
  // A wall screen sees where, and not by how much.
  const screen = await house.signIn('wall.screen');
  expect((await screen.data(counts, { within: CITY, id: village })).gapCounts).toEqual(gapCounts);
  expect(await screen.refusal(list, { within: CITY, id: village })).toMatchObject({ code: 'FORBIDDEN' });
});

describe('a standard is loaded, tried, adopted by another and superseded', () => {
  test('two live side by side, and the later edition leaves the past as it was', async () => {
    const before = await verdictOf();
    const { items, ...rest } = book('village-2016.json');
    const later = { ...rest, edition: 2, effectiveFrom: '2016-12-01', items: items.slice(0, 3) };
    const id = await load(house, later);
    const { exitStandards } = await office.data(
      '{ exitStandards(status: [DRAFT]) { id edition items { code } } }',
    );
    expect(exitStandards).toContainEqual({
      id,
      edition: 2,
      items: [{ code: 'V01' }, { code: 'V02' }, { code: 'V03' }],
    });
    const TRY = `query ($within: RegionCode!, $id: ID!, $met: Boolean) { tryStandard(within: $within, standardId: $id, met: $met, first: 100) {
      villages met listed { regionCode met unmet } } }`;
    const { tryStandard } = await office.data(TRY, { within: CITY, id, met: true });
    expect(tryStandard.villages).toBe(516);
    expect(tryStandard.met).toBeGreaterThan(
      (await office.data(VERDICTS, { within: CITY, standardId: village, met: true, first: 1 })).verdicts
        .totalCount,
    );
    expect(tryStandard.listed.every(({ met }: { met: boolean }) => met)).toBe(true);
    expect(await house.sql('select id from verdict where standard_id = $1', [id])).toEqual([]);
    expect(await office.refusal(GIVE, { input: { within: CITY, standardId: id } })).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
    });
    const adopt = { input: { standardId: id, expectedVersion: 1 } };
    expect(await county.refusal(ADOPT, adopt)).toMatchObject({ code: 'FORBIDDEN' });
    const { adoptStandard } = await leader.data(ADOPT, adopt);
    expect(adoptStandard.standard).toMatchObject({
      status: 'ADOPTED',
      effectiveFrom: '2016-12-01',
      effectiveTo: null,
    });
    const [earlier] = await house.sql('select status, effective_to::text from exit_standard where id = $1', [
      village,
    ]);
    expect(earlier).toEqual({ status: 'ADOPTED', effective_to: '2016-11-30' });
    expect(await give(office, CITY, id)).toMatchObject({ villages: 516, met: tryStandard.met });
    expect(await verdictOf()).toEqual(before);
    expect((await office.data(VERIFY, { id: before.id })).verifyVerdict.isSame).toBe(true);
  });

  test('by points: the veto first, then enough of them', async () => {
    const id = await standardId(house, 'VILLAGE-POINTS');
    const adopt = { input: { standardId: id, expectedVersion: 1 } };
    await leader.data(ADOPT, adopt);
    await give(office, CITY, id);
    const { verdicts } = await office.data(VERDICTS, { within: CITY, standardId: id, first: 100 });
    const nodes = verdicts.edges.map(({ node }: { node: object }) => node);
    for (const { met, points, items } of nodes) {
      const veto = items.find(({ item }: { item: { code: string } }) => item.code === 'P01');
      expect(met).toBe(veto.state === 'MET' && points >= 90);
    }
    expect((await verdictOf(HESHENG, id)).met).toBe(true);
    const { shortestRoad } = await office.data(ROAD, {
      region: nodes.find(({ met }: { met: boolean }) => !met).region.code,
      standardId: id,
    });
    expect(shortestRoad.steps === null || shortestRoad.steps.length > 0).toBe(true);
  });

  test.each([
    ['an edition that is there', {}, 'edition'],
    ['a jurisdiction that is nowhere', { edition: 9, jurisdiction: '330000000000' }, 'jurisdiction'],
  ])('is not loaded with %s', async (_, more, path) => {
    const refused = load(house, { ...book('village-2016.json'), ...more });
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_RULEBOOK', extensions: { path } });
  });

  test('is not adopted with dates that are another edition\u2019s, nor twice, nor by who may not', async () => {
    const id = await load(house, { ...book('village-2016.json'), edition: 9 });
    const adopt = { input: { standardId: id, expectedVersion: 1 } };
    expect(await leader.refusal(ADOPT, adopt)).toMatchObject({
      code: 'INVALID_RULEBOOK',
      path: 'effectiveFrom',
    });
    expect((await house.sql('select status from exit_standard where id = $1', [id]))[0].status).toBe('DRAFT');
    const [{ version }] = await house.sql('select version from exit_standard where id = $1', [village]);
    const again = { input: { standardId: village, expectedVersion: version } };
    expect(await leader.refusal(ADOPT, again)).toMatchObject({ code: 'TRANSITION_NOT_ALLOWED' });
    for (const client of [county, town, team])
      expect(await client.refusal(ADOPT, adopt)).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('and judges for who may, where they may', async () => {
    for (const client of [town, team, leader])
      expect(await client.refusal(GIVE, { input: { within: HESHENG, standardId: village } })).toMatchObject({
        code: 'FORBIDDEN',
      });
    expect(await county.refusal(GIVE, { input: { within: CITY, standardId: village } })).toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('a measurement', () => {
  const given = (more: object) => ({
    input: {
      regionCode: HESHENG,
      measure: 'CLINICS',
      numerator: 1,
      measuredOn: '2016-12-07',
      source: '实地核查',
      evidence: ['PHOTO'],
      ...more,
    },
  });

  test('counts once another office has confirmed it', async () => {
    const { recordMeasurement } = await county.data(RECORD, given({}));
    const { id, version } = recordMeasurement.measurement;
    const confirm = { input: { measurementId: id, expectedVersion: version } };
    expect(await county.refusal(CONFIRM, confirm)).toMatchObject({ code: 'FORBIDDEN' });
    const { confirmMeasurement } = await office.data(CONFIRM, confirm);
    expect(confirmMeasurement.measurement).toMatchObject({
      version: 2,
      confirmedBy: { name: expect.any(String) },
    });
    const again = { input: { measurementId: id, expectedVersion: 2 } };
    expect(await office.refusal(CONFIRM, again)).toMatchObject({ code: 'TRANSITION_NOT_ALLOWED' });
    const list = `query ($within: RegionCode!) { measurements(within: $within, measure: CLINICS, isConfirmed: true, first: 1) { edges { node { id } } } }`;
    expect((await team.data(list, { within: HESHENG })).measurements.edges[0].node.id).toBe(id);
  });

  test.each([
    ['what the register answers', { measure: 'INSURED_PERSONS', denominator: 2 }, 'BAD_USER_INPUT'],
    ['tomorrow', { measuredOn: '2016-12-09' }, 'INVALID_DATE'],
    ['less than none', { numerator: -1 }, 'INVALID_AMOUNT'],
    ['more than yes', { measure: 'BROADBAND', numerator: 2 }, 'INVALID_AMOUNT'],
    ['a count of a whole', { denominator: 3 }, 'INVALID_AMOUNT'],
    ['a share without its whole', { measure: 'POWERED_HOUSEHOLDS' }, 'INVALID_AMOUNT'],
    [
      'a part larger than the whole',
      { measure: 'POWERED_HOUSEHOLDS', numerator: 5, denominator: 4 },
      'INVALID_AMOUNT',
    ],
    ['no source', { source: '' }, 'INVALID_TEXT'],
    ['evidence in small letters', { evidence: ['photo'] }, 'BAD_USER_INPUT'],
    ['a township', { regionCode: '341225206000' }, 'INVALID_REGION_CODE'],
    ['another village', { regionCode: '341225206206' }, 'NOT_FOUND'],
  ])('is refused of %s', async (_, more, code) => {
    const client = code === 'INVALID_REGION_CODE' ? town : team;
    const before = await house.sql('select count(*)::int as there from measurement');
    expect(await client.refusal(RECORD, given(more))).toMatchObject({ code });
    expect(await house.sql('select count(*)::int as there from measurement')).toEqual(before);
  });
});
