import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation, START } from '../helpers/house.js';
import { buildMember } from '../households/family.js';
import {
  ANSWER,
  type Case,
  FUNAN,
  family,
  HESHENG,
  move,
  OBJECT,
  OPEN_HOUSEHOLD,
  open,
  POST,
  post,
  read,
  refused,
} from './cases.js';

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
beforeEach(() => house.moveClock(START));
afterAll(() => house.close());

const WEEK_LATER = '2016-12-16T00:00:00+08:00';
const SIGNED = '户主已签字确认';

/** A case of a family that passes, on a notice since the start. */
async function hanging(): Promise<Case> {
  const exit = await open(team, await family(house, team));
  await move(house, team, exit.id, 'VERIFIED');
  await move(house, team, exit.id, 'AGREED', SIGNED);
  await post(house, team, [exit.id]);
  return read(team, exit.id);
}
const object = async (exitId: string) =>
  (await team.data(OBJECT, { input: { exitId, text: '家中有商品房' } })).raiseObjection.objection;
const answer = (client: Client, { id, version }: { id: string; version: number }, upheld = false) =>
  client.data(ANSWER, {
    input: { objectionId: id, expectedVersion: version, upheld, answer: '经核实不属实' },
  });

test('a household goes every step, hangs for seven days, and is lifted; the feed tells each', async () => {
  const feed = await office.subscribe(operation('supervision-feed'), { within: HESHENG });
  await feed.next();
  const { id, household, items } = await hanging();
  expect(household?.status).toBe('PRE_EXIT');
  expect(items.map(({ item, state }) => [item.code, state])).toEqual([
    ['H01', 'MET'],
    ['H02', 'MET'],
    ['H03', 'MET'],
    ['H04', 'MET'],
    ['H05', 'MET'],
  ]);
  const { notice } = await read(team, id);
  expect(notice).toMatchObject({ endsAt: '2016-12-15T15:59:59.000Z', isOver: false, cases: [{ id }] });
  house.moveClock('2016-12-15T23:59:59+08:00');
  expect(await refused(house, town, id, 'TOWNSHIP_REVIEWED')).toMatchObject({
    code: 'TRANSITION_NOT_ALLOWED',
    gate: 'NOTICE',
    endsAt: '2016-12-15T15:59:59.000Z',
    openObjections: 0,
  });
  house.moveClock(WEEK_LATER);
  await move(house, town, id, 'TOWNSHIP_REVIEWED');
  await move(house, county, id, 'COUNTY_APPROVED');
  const exited = await move(house, county, id, 'EXITED');
  expect(exited).toMatchObject({ status: 'EXITED', household: { status: 'LIFTED_WITH_POLICY' } });
  expect(exited.moves.map(({ to }) => to)).toEqual([
    'REVIEWED',
    'VERIFIED',
    'AGREED',
    'IN_PUBLICITY',
    'TOWNSHIP_REVIEWED',
    'COUNTY_APPROVED',
    'EXITED',
  ]);
  const batches = await feed.until(({ data }) =>
    data.supervisionFeed.events.some(({ headline }: { headline: string }) => headline.includes('退出')),
  );
  const told = batches.flatMap(({ data }) =>
    data.supervisionFeed.events.map(({ headline }: { headline: string }) => headline),
  );
  expect(told).toEqual(expect.arrayContaining([expect.stringMatching(/名单（1）开始公示，为期7天/)]));
  expect(JSON.stringify(told)).not.toContain('霜黍芽');
  const [{ status }] = await house.sql('select status from household where id = $1', [household?.id]);
  expect(status).toBe('LIFTED_WITH_POLICY');
});

test('an objection stops the notice until it is answered, and is an alert so long', async () => {
  const { id } = await hanging();
  house.moveClock('2016-12-10T09:00:00+08:00');
  const objection = await object(id);
  expect((await read(team, id)).notice).toMatchObject({ endsAt: null, isOver: false });
  const alerts = async () => {
    await house.settled();
    const query = `query ($within: RegionCode!) { alerts(within: $within, first: 10, filter: { rule: [NOTICE_OBJECTION] }) {
      edges { node { status subject { id } } } } }`;
    const { edges } = (await office.data(query, { within: HESHENG })).alerts;
    return edges.map(({ node }: { node: { status: string; subject: { id: string } } }) => [
      node.subject.id,
      node.status,
    ]);
  };
  expect(await alerts()).toContainEqual([objection.id, 'OPEN']);
  // Ten days on it has not hung a day longer.
  house.moveClock('2016-12-20T09:00:00+08:00');
  expect(await refused(house, town, id, 'TOWNSHIP_REVIEWED')).toMatchObject({
    gate: 'NOTICE',
    endsAt: null,
    openObjections: 1,
  });
  await answer(town, objection);
  expect(await alerts()).toContainEqual([objection.id, 'RESOLVED']);
  // The 9th counted; six days are left from the 20th on.
  expect((await read(team, id)).notice).toMatchObject({ endsAt: '2016-12-25T15:59:59.000Z' });
  house.moveClock('2016-12-26T00:00:00+08:00');
  await move(house, town, id, 'TOWNSHIP_REVIEWED');
});

test('upheld, its case can only be sent back, and stands as poor again', async () => {
  const { id } = await hanging();
  const other = await hanging();
  await answer(town, await object(id), true);
  house.moveClock('2016-12-20T00:00:00+08:00');
  expect(await refused(house, town, id, 'TOWNSHIP_REVIEWED')).toMatchObject({ gate: 'NOTICE', upheld: 1 });
  expect(await refused(house, town, id, 'RETURNED')).toMatchObject({ code: 'INVALID_TEXT', field: 'note' });
  const returned = await move(house, town, id, 'RETURNED', '异议成立');
  expect(returned).toMatchObject({
    status: 'RETURNED',
    household: { status: 'NOT_LIFTED' },
    allowedMoves: [],
  });
  await move(house, town, other.id, 'TOWNSHIP_REVIEWED');
});

test('a household that was taken off the register meanwhile does not exit, and its case can be sent back', async () => {
  const { id, household } = await hanging();
  await house.sql(`update household set status = 'CANCELLED' where id = $1`, [household?.id]);
  const returned = await move(house, town, id, 'RETURNED', '整户销户');
  expect(returned).toMatchObject({ status: 'RETURNED', household: { status: 'CANCELLED' } });
});

test('what was reached is taken back where it was wrong: the household is poor again', async () => {
  const { id } = await hanging();
  house.moveClock(WEEK_LATER);
  await move(house, town, id, 'TOWNSHIP_REVIEWED');
  await move(house, county, id, 'COUNTY_APPROVED');
  await move(house, county, id, 'EXITED');
  expect(await refused(house, town, id, 'REVOKED', '返贫')).toMatchObject({ allowed: [] });
  const revoked = await move(house, county, id, 'REVOKED', '因病返贫');
  expect(revoked).toMatchObject({ status: 'REVOKED', household: { status: 'RELAPSED' } });
  // And may exit anew.
  const [row] = await house.sql('select id, version from household where id = $1', [revoked.household?.id]);
  expect(await open(team, row)).toMatchObject({ status: 'REVIEWED', household: { status: 'PRE_EXIT' } });
});

describe('nothing leads out of poverty but this:', () => {
  test.each([
    ['exactly the line', {}, 2952, ['H01']],
    ['no income recorded above it', {}, 2000, ['H01']],
    ['a dangerous dwelling', { housingGrade: 'C' }, 3000, ['H03']],
    ['water that is not safe', { safeWater: false }, 3000, ['H02']],
    ['a dwelling nobody has graded', { housingGrade: null }, 3000, ['H03']],
    [
      'somebody who is not insured',
      { members: [buildMember({ insured: false, schooling: 'NOT_OF_AGE' })] },
      3000,
      ['H05'],
    ],
    [
      'a child who dropped out',
      {
        members: [
          buildMember({ insured: true, schooling: 'NOT_OF_AGE' }),
          buildMember({
            name: '露麦穗',
            relation: 'CHILD',
            birthYear: 2006,
            insured: true,
            schooling: 'DROPPED_OUT',
          }),
        ],
      },
      7000,
      ['H04'],
    ],
  ])('not with %s', async (_, more, yuan, unmet) => {
    const exit = await open(team, await family(house, team, more, yuan));
    expect(await refused(house, team, exit.id, 'VERIFIED')).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
      gate: 'STANDARD',
      unmet,
    });
    expect(await read(team, exit.id)).toMatchObject({ status: 'REVIEWED', version: exit.version });
  });

  test('one fen above the line is enough', async () => {
    const exit = await open(team, await family(house, team, {}, 2952.01));
    expect(exit.items[0]).toMatchObject({ state: 'MET', value: '295201/295200', shortfall: '0' });
    await move(house, team, exit.id, 'VERIFIED');
  });

  test('not by hand', async () => {
    const { id, version } = await family(house, team);
    const update =
      'mutation ($input: UpdateHouseholdInput!) { updateHousehold(input: $input) { household { status version } } }';
    const { updateHousehold } = await team.data(update, {
      input: { householdId: id, expectedVersion: version, status: 'PRE_EXIT' },
    });
    const again = {
      householdId: id,
      expectedVersion: updateHousehold.household.version,
      status: 'LIFTED_WITH_POLICY',
    };
    expect(await team.refusal(update, { input: again })).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
      allowed: ['NOT_LIFTED', 'CANCELLED'],
    });
  });

  test('not a step too far, nor another\u2019s, nor without the signature, nor before it hung', async () => {
    const exit = await open(team, await family(house, team));
    expect(exit.allowedMoves).toEqual(['VERIFIED', 'RETURNED']);
    for (const to of ['AGREED', 'IN_PUBLICITY', 'TOWNSHIP_REVIEWED', 'COUNTY_APPROVED', 'EXITED', 'REVOKED'])
      expect(await refused(house, team, exit.id, to, '试')).toMatchObject({ code: 'TRANSITION_NOT_ALLOWED' });
    expect(await refused(house, county, exit.id, 'VERIFIED')).toMatchObject({ allowed: [] });
    await move(house, team, exit.id, 'VERIFIED');
    expect(await refused(house, team, exit.id, 'AGREED')).toMatchObject({
      code: 'INVALID_TEXT',
      field: 'note',
    });
    await move(house, team, exit.id, 'AGREED', SIGNED);
    expect(await refused(house, team, exit.id, 'IN_PUBLICITY')).toMatchObject({ allowed: ['RETURNED'] });
  });
});

describe('refused, and nothing is written:', () => {
  test('a second case of one household, one of a family that is not poor, and who does not begin them', async () => {
    const poor = await family(house, team);
    expect(await county.refusal(OPEN_HOUSEHOLD, input(poor))).toMatchObject({ code: 'FORBIDDEN' });
    await open(team, poor);
    const [row] = await house.sql('select id, version from household where id = $1', [poor.id]);
    expect(await team.refusal(OPEN_HOUSEHOLD, input(row))).toMatchObject({ code: 'TRANSITION_NOT_ALLOWED' });
    const [lifted] = await house.sql(
      `select id, version from household where region_code = $1 and status like 'LIFTED%' limit 1`,
      [HESHENG],
    );
    expect(await team.refusal(OPEN_HOUSEHOLD, input(lifted))).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
    });
    const other = await house.signIn('liulou.village');
    expect(await other.refusal(OPEN_HOUSEHOLD, input(row))).toMatchObject({ code: 'NOT_FOUND' });
  });
  const input = ({ id, version }: { id: string; version: number }) => ({
    input: { householdId: id, expectedVersion: version },
  });

  test('twenty at once begin one case', async () => {
    const poor = await family(house, team);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => team.ask(OPEN_HOUSEHOLD, input(poor))),
    );
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
    const codes = new Set(
      answers.flatMap(({ errors }) => errors?.map(({ extensions }) => extensions.code) ?? []),
    );
    expect([...codes].every((code) => ['VERSION_CONFLICT', 'TRANSITION_NOT_ALLOWED'].includes(code))).toBe(
      true,
    );
  });

  test('an objection after the time of the notice, to what hangs nowhere, and one that is answered', async () => {
    const { id } = await hanging();
    const objection = await object(id);
    expect(await team.refusal(ANSWER, answered(objection))).toMatchObject({ code: 'FORBIDDEN' });
    await answer(town, objection);
    expect(await town.refusal(ANSWER, answered({ ...objection, version: 2 }))).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
    });
    house.moveClock('2016-12-16T00:00:00+08:00');
    const late = { input: { exitId: id, text: '迟到的异议' } };
    expect(await team.refusal(OBJECT, late)).toMatchObject({ code: 'TRANSITION_NOT_ALLOWED' });
    const exit = await open(team, await family(house, team));
    expect(await team.refusal(OBJECT, { input: { exitId: exit.id, text: '无' } })).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
    });
  });
  const answered = ({ id, version }: { id: string; version: number }) => ({
    input: { objectionId: id, expectedVersion: version, upheld: false, answer: '不属实' },
  });

  test('a notice of nothing, of one case twice, of what is not ready, of another version', async () => {
    const exit = await open(team, await family(house, team));
    const list = (...exits: object[]) => ({ input: { exits, place: '公开栏' } });
    const one = { exitId: exit.id, expectedVersion: exit.version };
    expect(await team.refusal(POST, list())).toMatchObject({ code: 'BAD_USER_INPUT', field: 'exits' });
    expect(await team.refusal(POST, list(one, one))).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await team.refusal(POST, list(one))).toMatchObject({ code: 'TRANSITION_NOT_ALLOWED', index: 0 });
    expect(await team.refusal(POST, list({ ...one, expectedVersion: 9 }))).toMatchObject({
      code: 'VERSION_CONFLICT',
      index: 0,
    });
    expect(await team.refusal(POST, list({ ...one, exitId: 'x' }))).toMatchObject({
      code: 'NOT_FOUND',
      index: 0,
    });
  });
});

test('who may not read households sees the case and not the family, nor what is said of it', async () => {
  const { id } = await hanging();
  await object(id);
  const screen = await house.signIn('wall.screen');
  const query = `query ($within: RegionCode!) { exits(within: $within, first: 5, filter: { kind: [HOUSEHOLD], status: [IN_PUBLICITY] }) {
    totalCount edges { node { id status notice { place isOver } } } } }`;
  const { exits } = await screen.data(query, { within: FUNAN });
  expect(exits.edges.map(({ node }: { node: { id: string } }) => node.id)).toContain(id);
  for (const field of ['household { id }', 'items { state }', 'notice { objections { text } }'])
    expect(await screen.refusal(`query ($id: ID!) { exit(id: $id) { ${field} } }`, { id })).toMatchObject({
      code: 'FORBIDDEN',
    });
});
