import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation, START } from '../helpers/house.js';
import { ABSENT, accountId, change, give, HESHENG, LONGWANG, TIMELINE, toldOf } from './documents.js';

let house: House;
let leader: Client;
let office: Client;
let town: Client;
let team: Client;
let other: Client;
beforeAll(async () => {
  house = await openHouse();
  leader = await house.signIn('city.leader');
  office = await house.signIn('city.office');
  town = await house.signIn('longwang.town');
  team = await house.signIn('hesheng.village');
  other = await house.signIn('lucheng.town');
});
beforeEach(() => house.moveClock(START));
afterAll(() => house.close());

const forTeam = async () => ({ responsibleId: await accountId(house, 'hesheng.village') });

describe('an instruction', () => {
  test('is given, heard of, signed for, reported on and told in one list', async () => {
    const feed = await team.subscribe(operation('supervision-feed'), { within: HESHENG });
    await feed.next();
    const assistingIds = [await accountId(house, 'longwang.town')];
    const task = await give(leader, { ...(await forTeam()), assistingIds });
    expect(task).toMatchObject({
      kind: 'INSTRUCTION',
      status: 'NOT_STARTED',
      schedule: 'ON_TRACK',
      version: 1,
    });
    expect((await toldOf(feed, task.id, 'TASK_CREATED')).headline).toMatch(/冬季走访到户/);
    expect(task.assisting).toEqual([{ name: '龙王乡扶贫工作站' }]);
    const dueAt = '2016-12-09T01:00:00.000Z';
    expect(task.receipt).toEqual({ assignedAt: iso(START), dueAt, signedAt: null, late: false });
    await change(house, team, 'signReceipt', { taskId: task.id });
    house.moveClock('2016-12-08T10:00:00+08:00');
    await change(house, team, 'reportProgress', { taskId: task.id, percent: 40 });
    house.moveClock('2016-12-08T11:00:00+08:00');
    await change(house, town, 'reportProgress', { taskId: task.id, percent: 35, note: '两户不在家' });
    const { task: read } = await office.data(TIMELINE, { id: task.id });
    expect(read.progress).toBe(35);
    expect(
      read.timeline.map(({ kind, percent, text, account }: Told) => [kind, percent ?? text, account?.name]),
    ).toEqual([
      ['CREATED', null, undefined],
      ['ASSIGNED', null, '合胜村驻村工作队'],
      ['RECEIVED', null, undefined],
      ['ASSISTING_NAMED', null, '龙王乡扶贫工作站'],
      ['PROGRESSED', 40, undefined],
      ['PROGRESSED', 35, undefined],
    ]);
  });

  test('signed for too late is signed, and says so', async () => {
    const task = await give(leader, await forTeam());
    const feed = await team.subscribe(operation('supervision-feed'), { within: HESHENG });
    await feed.next();
    house.moveClock('2016-12-09T09:00:01+08:00');
    await change(house, team, 'signReceipt', { taskId: task.id });
    expect((await toldOf(feed, task.id, 'TASK_RECEIVED')).headline).toMatch(/逾期/);
    const { task: read } = await office.data(TIMELINE, { id: task.id });
    expect(read.receipt).toMatchObject({ signedAt: '2016-12-09T01:00:01.000Z', late: true });
  });

  test('given on, a new receipt runs and the old one is over', async () => {
    const task = await give(leader, await forTeam());
    await change(house, office, 'assignTask', {
      taskId: task.id,
      responsibleId: await accountId(house, 'longwang.town'),
    });
    expect(await refusal(team, 'signReceipt', task, {})).toMatchObject({ code: 'FORBIDDEN' });
    await change(house, town, 'signReceipt', { taskId: task.id });
    expect(await refusal(town, 'signReceipt', task, {})).toMatchObject({ code: 'TRANSITION_NOT_ALLOWED' });
    const { task: read } = await office.data(TIMELINE, { id: task.id });
    const kinds = read.timeline.map(({ kind }: Told) => kind);
    expect(kinds).toEqual(['CREATED', 'ASSIGNED', 'ASSIGNED', 'RECEIVED']);
  });

  test('given again with the same key is one task', async () => {
    const once = { idempotencyKey: 'instruct' };
    expect((await give(leader, once)).id).toBe((await give(leader, once)).id);
  });
});

interface Told {
  kind: string;
  percent: number | null;
  text: string | null;
  account: { name: string } | null;
}
const iso = (instant: string) => new Date(instant).toISOString();
const refusal = async (client: Client, mutation: string, { id: taskId }: { id: string }, more: object) => {
  const [{ version: expectedVersion }] = await house.sql('select version from task where id = $1', [taskId]);
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  return client.refusal(`mutation ($input: ${type}!) { ${mutation}(input: $input) { mark } }`, {
    input: { taskId, expectedVersion, ...more },
  });
};

describe('refused:', () => {
  test.each([
    ['a deadline that is not ahead', { dueAt: START }, { code: 'INVALID_DATE', field: 'dueAt' }],
    ['no title', { titleZh: ' ' }, { code: 'INVALID_TEXT', field: 'titleZh' }],
    ['an unknown account', { responsibleId: ABSENT }, { code: 'NOT_FOUND' }],
    ['a region that nobody has', { regionCode: '341299999999' }, { code: 'NOT_FOUND' }],
  ])('%s', async (_, more, expected) => {
    const before = await house.sql('select count(*)::int as tasks from task');
    await expect(give(leader, more)).rejects.toThrow(expected.code);
    expect(await house.sql('select count(*)::int as tasks from task')).toEqual(before);
  });

  test('an account of another township to answer for it, or to assist', async () => {
    const responsibleId = await accountId(house, 'lucheng.town');
    await expect(give(leader, { responsibleId })).rejects.toThrow('BAD_USER_INPUT');
    await expect(give(leader, { assistingIds: [responsibleId] })).rejects.toThrow('BAD_USER_INPUT');
  });

  test.each(['longwang.town', 'hesheng.village', 'inspector.one', 'auditor', 'admin', 'wall.screen'])(
    'a task by %s',
    async (username) => {
      const client = await house.signIn(username);
      await expect(give(client, { kind: 'ASSIGNMENT' })).rejects.toThrow('FORBIDDEN');
    },
  );

  test('an assignment by a leader, who instructs', async () => {
    await expect(give(leader, { kind: 'ASSIGNMENT' })).rejects.toThrow('FORBIDDEN');
  });

  test('a report by who has nothing to do with it; less without a word; more than all', async () => {
    const task = await give(office, { ...(await forTeam()), kind: 'ASSIGNMENT' });
    expect(await refusal(town, 'reportProgress', task, { percent: 10 })).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refusal(other, 'reportProgress', task, { percent: 10 })).toMatchObject({
      code: 'NOT_FOUND',
    });
    await change(house, team, 'reportProgress', { taskId: task.id, percent: 60 });
    expect(await refusal(team, 'reportProgress', task, { percent: 50 })).toMatchObject({
      code: 'INVALID_TEXT',
    });
    const more = { percent: 101 };
    expect(await refusal(team, 'reportProgress', task, more)).toMatchObject({
      code: 'INVALID_AMOUNT',
      limit: 100,
    });
  });

  test('anything more of a closed task', async () => {
    const task = await give(office, {
      ...(await forTeam()),
      regionCode: LONGWANG,
      kind: 'ASSIGNMENT',
      responsibleId: null,
    });
    await change(house, office, 'changeTaskStatus', { taskId: task.id, to: 'CANCELLED' });
    const assistingIds = [await accountId(house, 'longwang.town')];
    for (const [mutation, more] of [
      ['setAssistingUnits', { assistingIds }],
      ['assignTask', { responsibleId: assistingIds[0] }],
      ['setTaskDuration', { amount: 5, unit: 'HOURS', reason: '限时办结' }],
      [
        'breakDownTask',
        { parts: [{ regionCode: HESHENG, titleZh: '入户', dueAt: '2016-12-20T00:00:00+08:00' }] },
      ],
    ] as const)
      expect([mutation, (await refusal(office, mutation, task, more)).code]).toEqual([
        mutation,
        'TRANSITION_NOT_ALLOWED',
      ]);
    expect(
      await refusal(town, 'requestExtension', task, {
        newDueAt: '2017-03-01T00:00:00+08:00',
        reason: '天气',
      }),
    ).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
    });
  });
});
