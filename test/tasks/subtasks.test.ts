import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, START } from '../helpers/house.js';
import { change, FUNAN, give, HESHENG, LIULOU, LONGWANG, move, TIMELINE } from './documents.js';

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

const DUE = '2017-01-10T00:00:00+08:00';
const part = (regionCode: string, more: object = {}) => ({
  regionCode,
  titleZh: '入户走访',
  dueAt: DUE,
  ...more,
});
const BREAK_DOWN = `mutation ($input: BreakDownTaskInput!) { breakDownTask(input: $input) {
  task { id version } parts { id version region { code } parent { id } weight } } }`;

interface Whole {
  id: string;
  version: number;
}
const breakDown = async (client: Client, whole: Whole, parts: object[]) =>
  (await client.data(BREAK_DOWN, { input: { taskId: whole.id, expectedVersion: whole.version, parts } }))
    .breakDownTask;
const versionOf = async (id: string) =>
  (await house.sql('select id, version, status from task where id = $1', [id]))[0];
const to = async (client: Client, id: string, status: string) =>
  move(client, await versionOf(id), status, { note: '按程序' });
const read = async (id: string) => (await office.data(TIMELINE, { id })).task;

/** A task of the township with one part in a village of it. */
async function broken(more: object = {}) {
  const whole = await give(office, { regionCode: LONGWANG });
  const { parts } = await breakDown(town, whole, [part(HESHENG, more)]);
  return { whole: whole.id as string, part: parts[0].id as string };
}

async function complete(id: string): Promise<void> {
  await to(team, id, 'IN_PROGRESS');
  await to(team, id, 'SELF_DECLARED_MET');
  await to(town, id, 'TOWNSHIP_CONFIRMED');
  await to(county, id, 'COUNTY_CONFIRMED');
}

describe('a task is broken down', () => {
  test('level by level, and what the parts come to is counted by their weights', async () => {
    const whole = await give(office, { regionCode: FUNAN });
    const { parts } = await breakDown(county, whole, [
      part(LONGWANG, { weight: 3 }),
      part('341225120000', { weight: 1 }),
    ]);
    expect(parts).toMatchObject([
      { region: { code: LONGWANG }, weight: 3, parent: { id: whole.id } },
      { weight: 1, parent: { id: whole.id } },
    ]);
    const { parts: below } = await breakDown(town, parts[0], [part(HESHENG), part('341225206206')]);
    await complete(below[0].id);
    // A half of the first part, which counts three quarters.
    expect((await read(whole.id)).rollUp).toEqual({
      percent: 37,
      direct: { total: 2, met: 0, overdue: 0, cancelled: 0 },
      all: { total: 4 },
    });
    await to(office, parts[1].id, 'CANCELLED');
    expect((await read(whole.id)).rollUp).toMatchObject({ percent: 50, direct: { cancelled: 1 } });
    house.moveClock('2017-01-10T00:00:01+08:00');
    expect((await read(whole.id)).rollUp.direct).toMatchObject({ total: 2, overdue: 1 });
    expect((await read(parts[0].id)).rollUp.direct).toEqual({ total: 2, met: 1, overdue: 1, cancelled: 0 });
  });

  test('and is not declared met over a part that is not', async () => {
    const { whole, part: id } = await broken();
    await to(town, whole, 'IN_PROGRESS');
    const { id: taskId, version: expectedVersion } = await versionOf(whole);
    const declared = await town.refusal(
      'mutation ($input: ChangeTaskStatusInput!) { changeTaskStatus(input: $input) { mark } }',
      { input: { taskId, expectedVersion, to: 'SELF_DECLARED_MET' } },
    );
    expect(declared).toMatchObject({ code: 'TRANSITION_NOT_ALLOWED', unmetParts: 1 });
    await complete(id);
    await to(town, whole, 'SELF_DECLARED_MET');
    expect(await versionOf(whole)).toMatchObject({ status: 'SELF_DECLARED_MET' });
  });

  test('cancelled, it takes its open parts with it', async () => {
    const { whole, part: id } = await broken();
    await to(office, whole, 'CANCELLED');
    expect(await versionOf(id)).toMatchObject({ status: 'CANCELLED' });
  });

  test.each([
    ['a part in another township', part(LIULOU), 'INVALID_REGION_CODE'],
    ['a part as large as the whole', part(LONGWANG), 'INVALID_REGION_CODE'],
    ['a part due after the whole', part(HESHENG, { dueAt: '2017-01-21T00:00:00+08:00' }), 'INVALID_DATE'],
    ['a part that is due already', part(HESHENG, { dueAt: START }), 'INVALID_DATE'],
    ['a part that counts nothing', part(HESHENG, { weight: 0 }), 'BAD_USER_INPUT'],
    ['a part without a name', part(HESHENG, { titleZh: '' }), 'INVALID_TEXT'],
  ])('not into %s, nor into those beside it', async (_, wrong, code) => {
    const { id: taskId, version: expectedVersion } = await give(office, { regionCode: LONGWANG });
    const input = { taskId, expectedVersion, parts: [part(HESHENG), wrong] };
    expect(await town.refusal(BREAK_DOWN, { input })).toMatchObject({ code, index: 1 });
    expect(await house.sql('select id from task where parent_id = $1', [taskId])).toEqual([]);
  });

  test('a whole cannot come to be due before its parts, nor a part after its whole', async () => {
    const { whole, part: id } = await broken();
    const change = async (taskId: string, dueAt: string) => {
      const { version: expectedVersion } = await versionOf(taskId);
      const input = { taskId, expectedVersion, dueAt, reason: '汛期' };
      return office.refusal(
        'mutation ($input: ChangeTaskDeadlineInput!) { changeTaskDeadline(input: $input) { mark } }',
        { input },
      );
    };
    expect(await change(whole, '2017-01-09T00:00:00+08:00')).toMatchObject({ code: 'INVALID_DATE' });
    expect(await change(id, '2017-01-20T00:00:01+08:00')).toMatchObject({ code: 'INVALID_DATE' });
  });
});

describe('nobody certifies their own work', () => {
  test('of a part: who declared it cannot confirm it, whatever else they hold', async () => {
    const { part: id } = await broken();
    const [{ id: accountId }] = await house.sql(`select id from account where username = 'hesheng.village'`);
    for (const [role, region] of [
      ['TOWNSHIP_OFFICE', LONGWANG],
      ['COUNTY_OFFICE', FUNAN],
    ])
      await house.sql(
        `insert into role_grant (id, account_id, role, region_code, valid_from)
         values (gen_random_uuid(), $1, $2, $3, '2016-01-04T00:00:00+08:00')`,
        [accountId, role, region],
      );
    await to(team, id, 'IN_PROGRESS');
    await to(team, id, 'SELF_DECLARED_MET');
    await expect(to(team, id, 'TOWNSHIP_CONFIRMED')).rejects.toThrow('TRANSITION_NOT_ALLOWED');
    const tasks = [{ taskId: id, expectedVersion: (await versionOf(id)).version }];
    expect(await team.refusal(BULK, { input: { tasks, to: 'TOWNSHIP_CONFIRMED' } })).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
      index: 0,
    });
    await to(town, id, 'TOWNSHIP_CONFIRMED');
    await expect(to(town, id, 'COUNTY_CONFIRMED')).rejects.toThrow('TRANSITION_NOT_ALLOWED');
  });
});

const BULK = `mutation ($input: ChangeTaskStatusesInput!) {
  changeTaskStatuses(input: $input) { mark tasks { id status version } } }`;

describe('many at once', () => {
  const two = async () => {
    const rows = [await give(office, {}), await give(office, {})];
    return rows.map(({ id, version }) => ({ taskId: id as string, expectedVersion: version as number }));
  };

  test('all of them move, in one transaction', async () => {
    const tasks = await two();
    const { changeTaskStatuses } = await team.data(BULK, { input: { tasks, to: 'IN_PROGRESS' } });
    expect(changeTaskStatuses.tasks).toMatchObject(
      tasks.map(({ taskId }) => ({ id: taskId, status: 'IN_PROGRESS', version: 2 })),
    );
    const marks = await house.sql(
      `select distinct xid from event where kind = 'TASK_STATUS_CHANGED' and subject_id = any ($1)`,
      [tasks.map(({ taskId }) => taskId)],
    );
    expect(marks).toHaveLength(1);
  });

  test.each([
    ['a version that has changed', { expectedVersion: 7 }, { code: 'VERSION_CONFLICT', index: 1 }],
    ['a task of another county', null, { code: 'NOT_FOUND', index: 1 }],
  ])('or none: %s', async (_, more, expected) => {
    const [first, second] = await two();
    const [foreign] = await house.sql(
      `select id, version from task where left(region_code, 6) = '341226' and status = 'NOT_STARTED' limit 1`,
    );
    const wrong = more ? { ...second, ...more } : { taskId: foreign.id, expectedVersion: foreign.version };
    const input = { tasks: [first, wrong], to: 'IN_PROGRESS' };
    expect(await team.refusal(BULK, { input })).toMatchObject(expected);
    expect(await versionOf(first?.taskId ?? '')).toMatchObject({ status: 'NOT_STARTED', version: 1 });
  });

  test('not none, not the same twice, not a hundred and one', async () => {
    const [first] = await two();
    for (const tasks of [[], [first, first], Array.from({ length: 101 }, () => first)])
      expect(await team.refusal(BULK, { input: { tasks, to: 'IN_PROGRESS' } })).toMatchObject({
        code: 'BAD_USER_INPUT',
      });
  });

  test('sent back only with a word on why', async () => {
    const tasks = await two();
    await team.data(BULK, { input: { tasks, to: 'IN_PROGRESS' } });
    const again = tasks.map(({ taskId }) => ({ taskId, expectedVersion: 2 }));
    const input = { tasks: again, to: 'BLOCKED' };
    expect(await team.refusal(BULK, { input })).toMatchObject({ code: 'INVALID_TEXT', field: 'note' });
  });

  test('assigned, each with a receipt of its own', async () => {
    const tasks = await two();
    const [{ id: responsibleId }] = await house.sql(
      `select id from account where username = 'longwang.town'`,
    );
    await office.data('mutation ($input: AssignTasksInput!) { assignTasks(input: $input) { mark } }', {
      input: { tasks, responsibleId },
    });
    for (const { taskId } of tasks) await change(house, town, 'signReceipt', { taskId });
    expect((await read(tasks[0]?.taskId ?? '')).receipt.signedAt).not.toBeNull();
  });
});
