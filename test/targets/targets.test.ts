import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Client, type House, openHouse } from '../helpers/house.js';

const CITY = '341200000000';
const FUNAN = '341225000000';
const TAIHE = '341222000000';

// biome-ignore lint/suspicious/noExplicitAny: answers of several documents
type Loose = any;

const TARGETS = `query ($region: RegionCode!, $year: Int!) { targets(region: $region, year: $year) {
  year status lockOn lockedAt version region { code }
  lines { region { code } villages exitedVillages persons liftedPersons lockedVillages lockedPersons
    namedVillages(first: 100) { totalCount edges { node { code plannedExitYear } } } } } }`;
const DRAFT = `mutation ($input: DraftTargetsInput!) { draftTargets(input: $input) {
  mark targets { version status lines { region { code } villages persons } } } }`;
const ASK = `mutation ($input: RequestAdjustmentInput!) { requestAdjustment(input: $input) {
  mark adjustment { id version status persons addVillages removeVillages requestedBy { name } } } }`;
const DECIDE = `mutation ($input: DecideAdjustmentInput!) { decideAdjustment(input: $input) {
  mark adjustment { id status note decidedBy { name } } } }`;
const LIST = `query ($within: RegionCode!) { targetAdjustments(within: $within, first: 10, status: [REQUESTED]) {
  totalCount edges { node { id region { code } reason } } } }`;

let house: House;
let office: Client;
let county: Client;
let leader: Client;
let villages: string[];
let elsewhere: string[];

beforeEach(async () => {
  house = await openHouse();
  [office, county, leader] = await Promise.all([
    house.signIn('city.office'),
    house.signIn('funan.office'),
    house.signIn('city.leader'),
  ]);
  villages = await poor('341225');
  elsewhere = await poor('341222');
});
afterEach(() => house.close());

/** Poor villages that nobody plans for this year, and whose exit has not begun. */
const poor = async (prefix: string): Promise<string[]> =>
  (
    await house.sql(
      `select code from region where code like $1 || '%' and poverty_designation = 'POOR_VILLAGE'
       and planned_exit_year is distinct from 2016 and not exists (select from exit where region_code = code)
       order by code limit 8`,
      [prefix],
    )
  ).map(({ code }) => code);

const plan = (more: object = {}) => ({
  regionCode: CITY,
  year: 2017,
  lockOn: '2016-12-20',
  expectedVersion: 0,
  lines: [
    { regionCode: FUNAN, persons: 1200, villages: villages.slice(0, 3) },
    { regionCode: TAIHE, persons: 800, villages: elsewhere.slice(0, 2) },
  ],
  ...more,
});

const draft = (more: object = {}, client = office) => client.ask(DRAFT, { input: plan(more) });
const targets = async (client = office, region = CITY): Promise<Loose> =>
  (await client.data(TARGETS, { region, year: 2017 })).targets;
const plannedFor = async (code: string) =>
  (await house.sql('select planned_exit_year as year from region where code = $1', [code]))[0].year;

async function standAt(instant: string): Promise<void> {
  house.moveClock(instant);
  await house.settled();
}

test('a plan is drafted anew until its day, then it is locked and the villages are planned', async () => {
  expect(await targets()).toBeNull();
  const { data } = await draft();
  expect(data.draftTargets.targets).toEqual({
    version: 1,
    status: 'DRAFT',
    lines: [
      { region: { code: TAIHE }, villages: 2, persons: 800 },
      { region: { code: FUNAN }, villages: 3, persons: 1200 },
    ],
  });
  expect((await draft()).errors?.[0]?.extensions.code).toBe('VERSION_CONFLICT');
  const lines = [{ regionCode: FUNAN, persons: 1000, villages: villages.slice(1, 4) }];
  await draft({ expectedVersion: 1, lines });
  expect(await plannedFor(villages[1] as string)).not.toBe(2017);

  await standAt('2016-12-19T23:59:59+08:00');
  expect(await targets()).toMatchObject({ status: 'DRAFT', lockedAt: null });
  await standAt('2016-12-20T00:00:00+08:00');
  const locked = await targets();
  expect(locked).toMatchObject({
    status: 'LOCKED',
    lockedAt: '2016-12-19T16:00:00.000Z',
    lines: [{ region: { code: FUNAN }, villages: 3, persons: 1000, lockedVillages: 3, lockedPersons: 1000 }],
  });
  expect(locked.lines[0].namedVillages.edges.map(({ node }: Loose) => node)).toEqual(
    villages.slice(1, 4).map((code) => ({ code, plannedExitYear: 2017 })),
  );
  expect(await plannedFor(villages[0] as string)).not.toBe(2017);
  const again = await draft({ expectedVersion: locked.version, lockOn: '2016-12-30' });
  expect(again.errors?.[0]?.extensions.code).toBe('TRANSITION_NOT_ALLOWED');
  const facts = await house.sql(`select params from event where kind = 'TARGETS_CHANGED' order by id`);
  expect(facts.map(({ params }) => `${params.change} ${params.villages} ${params.persons}`)).toEqual([
    'DRAFTED 5 2000',
    'DRAFTED 3 1000',
    'LOCKED 3 1000',
  ]);
});

test('a locked plan is changed only with a reason and another person\u2019s yes, and what was locked stays to be seen', async () => {
  await draft();
  const input = {
    regionCode: FUNAN,
    year: 2017,
    persons: 1100,
    addVillages: [villages[4]],
    removeVillages: [villages[0]],
    reason: '水毁道路年内不能修复',
  };
  expect((await county.ask(ASK, { input })).errors?.[0]?.extensions.code).toBe('TRANSITION_NOT_ALLOWED');
  await standAt('2016-12-21T09:00:00+08:00');
  const { requestAdjustment } = await county.data(ASK, { input });
  const { adjustment } = requestAdjustment;
  expect(adjustment).toMatchObject({ status: 'REQUESTED', persons: 1100 });
  expect((await county.ask(ASK, { input })).errors?.[0]?.extensions.code).toBe('TRANSITION_NOT_ALLOWED');
  const list = (await leader.data(LIST, { within: CITY })).targetAdjustments;
  expect(list).toMatchObject({
    totalCount: 1,
    edges: [{ node: { id: adjustment.id, region: { code: FUNAN } } }],
  });
  const decision = { adjustmentId: adjustment.id, approve: true, expectedVersion: adjustment.version };
  expect((await county.ask(DECIDE, { input: decision })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  expect((await targets(county, FUNAN)).lines[0]).toMatchObject({ villages: 3, persons: 1200 });
  await leader.data(DECIDE, { input: { ...decision, note: '同意' } });
  const [line] = (await targets(county, FUNAN)).lines;
  expect(line).toMatchObject({ villages: 3, persons: 1100, lockedVillages: 3, lockedPersons: 1200 });
  expect(await plannedFor(villages[4] as string)).toBe(2017);
  expect(await plannedFor(villages[0] as string)).toBeNull();
  expect((await leader.ask(DECIDE, { input: decision })).errors?.[0]?.extensions.code).toBe(
    'VERSION_CONFLICT',
  );
});

test('of several who ask for the same county at once one is heard, and the others are told why not', async () => {
  await draft();
  await standAt('2016-12-21T09:00:00+08:00');
  const input = { regionCode: FUNAN, year: 2017, persons: 900, reason: '人口核减' };
  const answers = await Promise.all(
    [county, office, county, office].map((client) => client.ask(ASK, { input })),
  );
  const codes = answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'HEARD').sort();
  expect(codes).toEqual(['HEARD', ...Array(3).fill('TRANSITION_NOT_ALLOWED')]);
});

test('nobody decides what he has asked for himself, and a refused request changes nothing', async () => {
  await draft();
  await standAt('2016-12-21T09:00:00+08:00');
  const input = { regionCode: FUNAN, year: 2017, persons: 900, reason: '人口核减' };
  const { adjustment } = (await office.data(ASK, { input })).requestAdjustment;
  const decision = { adjustmentId: adjustment.id, approve: false, expectedVersion: adjustment.version };
  expect(await office.refusal(DECIDE, { input: decision })).toMatchObject({ code: 'FORBIDDEN' });
  const { decideAdjustment } = await leader.data(DECIDE, { input: { ...decision, note: '依据不足' } });
  expect(decideAdjustment.adjustment).toMatchObject({ status: 'REFUSED', note: '依据不足' });
  expect((await targets(office, FUNAN)).lines[0].persons).toBe(1200);
});

test('impossible plans and requests are refused with their place', async () => {
  const refused = async (more: object) => (await draft(more)).errors?.[0]?.extensions as Loose;
  const line = (more: object) => ({ lines: [{ regionCode: FUNAN, persons: 1, villages: [], ...more }] });
  expect(await refused({ lockOn: '2016-12-08' })).toMatchObject({ code: 'INVALID_DATE', field: 'lockOn' });
  expect(await refused({ lockOn: '2018-01-01' })).toMatchObject({ code: 'INVALID_DATE', field: 'lockOn' });
  expect(await refused({ year: 2015 })).toMatchObject({ code: 'INVALID_DATE', field: 'year' });
  expect(await refused({ regionCode: FUNAN })).toMatchObject({
    code: 'INVALID_REGION_CODE',
    field: 'regionCode',
  });
  expect(await refused({ lines: [] })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'lines' });
  expect(await refused(line({ persons: -1 }))).toMatchObject({
    code: 'INVALID_AMOUNT',
    field: 'lines.0.persons',
  });
  expect(await refused(line({ regionCode: '341225206000' }))).toMatchObject({ field: 'lines.0.regionCode' });
  expect(await refused(line({ villages: [elsewhere[0]] }))).toMatchObject({ field: 'lines.0.villages.0' });
  expect(await refused(line({ villages: [villages[0], villages[0]] }))).toMatchObject({
    code: 'INVALID_REGION_CODE',
    field: 'lines.0.villages.1',
  });
  expect((await draft({}, county)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  expect(await targets()).toBeNull();

  await draft();
  await standAt('2016-12-21T09:00:00+08:00');
  const ask = async (more: object) =>
    (await county.ask(ASK, { input: { regionCode: FUNAN, year: 2017, reason: '调整', ...more } })).errors?.[0]
      ?.extensions as Loose;
  expect(await ask({})).toMatchObject({ code: 'BAD_USER_INPUT', field: 'persons' });
  expect(await ask({ removeVillages: [villages[5]] })).toMatchObject({ field: 'removeVillages.0' });
  expect(await ask({ addVillages: [villages[0]] })).toMatchObject({ field: 'addVillages.0' });
  expect(await ask({ persons: 10_000_001 })).toMatchObject({ code: 'INVALID_AMOUNT' });
  expect(await ask({ year: 2016, persons: 1 })).toMatchObject({ code: 'NOT_FOUND' });
  expect(await ask({ regionCode: TAIHE, persons: 1 })).toMatchObject({ code: 'NOT_FOUND' });
  expect(await ask({ persons: 1, reason: ' ' })).toMatchObject({ code: 'INVALID_TEXT' });
});

test('progress counts villages that have left and persons who are lifted out, as far as one may see households', async () => {
  const [household] = await house.sql(
    `select id, member_count as members from household where region_code like '341225%' and status = 'NOT_LIFTED' order by id limit 1`,
  );
  await house.sql(
    `update household set planned_exit_year = 2017, status = 'LIFTED_WITH_POLICY' where id = $1`,
    [household.id],
  );
  await draft();
  const [, line] = (await targets()).lines;
  expect(line).toMatchObject({
    region: { code: FUNAN },
    exitedVillages: 0,
    liftedPersons: household.members,
  });
  const screen = await house.signIn('wall.screen');
  expect((await targets(screen)).lines[1]).toMatchObject({ persons: 1200, liftedPersons: null });
  const village = await house.signIn('hesheng.village');
  expect(await village.refusal(TARGETS, { region: CITY, year: 2017 })).toMatchObject({ code: 'FORBIDDEN' });
});
