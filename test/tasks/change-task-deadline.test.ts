import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation, START } from '../helpers/house.js';
import {
  ABSENT,
  CHANGE_DEADLINE,
  FUNAN,
  HESHENG,
  inputFor,
  LIULOU,
  move,
  type Row,
  recordsOf,
  taskIn,
  toldOf,
} from './documents.js';

const JANUARY = '2017-01-31T23:59:59+08:00';
const NOW = new Date(START).toISOString();
const REASON = '连续降雨，工期顺延';

let house: House;
let office: Client;
let county: Client;
beforeAll(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
  county = await house.signIn('funan.office');
});
afterAll(() => house.close());

const given = (task: Pick<Row, 'id' | 'version'>, more: object = {}) =>
  inputFor(task, { dueAt: JANUARY, reason: REASON, ...more });
const change = async (client: Client, task: Pick<Row, 'id' | 'version'>, more: object = {}) =>
  (await client.data(CHANGE_DEADLINE, given(task, more))).changeTaskDeadline;
const utc = (instant: string | Date) => new Date(instant).toISOString();

/** Refused with a code, and nothing is written. */
async function expectRefusal(client: Client, task: Row, more: object, refusal: object): Promise<void> {
  const before = await recordsOf(house, task.id);
  expect(
    await client.refusal(CHANGE_DEADLINE, given(task, { idempotencyKey: 'again', ...more })),
  ).toMatchObject(refusal);
  expect(await recordsOf(house, task.id)).toEqual(before);
}

describe('a deadline', () => {
  test('moves on and back, and keeps every move with its reason and its author', async () => {
    const task = await taskIn(house, HESHENG, 'IN_PROGRESS');
    const { task: later } = await change(office, task, { reason: `  ${REASON}  ` });
    expect(later).toEqual({
      id: task.id,
      version: task.version + 1,
      schedule: 'ON_TRACK',
      dueAt: utc(JANUARY),
      deadlineVersion: 2,
      deadlineHistory: [
        {
          from: utc(task.due_at),
          to: utc(JANUARY),
          at: NOW,
          by: { name: '阜阳市脱贫攻坚督查办公室' },
          reason: REASON,
        },
      ],
    });
    const sooner = '2016-12-08T09:00:00.001+08:00';
    const { task: back } = await change(county, later, { dueAt: sooner, reason: '提前验收' });
    expect(back).toMatchObject({ version: task.version + 2, schedule: 'DUE_SOON', deadlineVersion: 3 });
    expect(back.deadlineHistory).toEqual([
      ...later.deadlineHistory,
      {
        from: utc(JANUARY),
        to: utc(sooner),
        at: NOW,
        by: { name: '阜南县扶贫开发办公室' },
        reason: '提前验收',
      },
    ]);
  });

  test('that moved is told on the feed, under the answer\u2019s mark', async () => {
    const feed = await office.subscribe(operation('supervision-feed'), { within: FUNAN });
    await feed.next();
    const task = await taskIn(house, LIULOU, 'NOT_STARTED');
    const { mark } = await change(county, task);
    const event = await toldOf(feed, task.id, 'TASK_DEADLINE_CHANGED');
    expect(event).toMatchObject({
      kind: 'TASK_DEADLINE_CHANGED',
      severity: 'NOTICE',
      mark,
      region: { code: LIULOU },
      subject: { type: 'TASK', id: task.id },
    });
    expect(event.headline).toMatch(/^鹿城镇刘楼村“.+”任务期限由2016年12月\d+日调整为2017年1月31日$/);
    // No reason on the feed: people write it, and it could name somebody.
    const { facts } = await recordsOf(house, task.id);
    expect(facts.find(({ kind }) => kind === 'TASK_DEADLINE_CHANGED')?.params).toEqual({
      title: expect.anything(),
      from: utc(task.due_at),
      to: utc(JANUARY),
      status: 'NOT_STARTED',
      deadlineVersion: 2,
    });
  });

  test('moved twice in one request, each answer shows its own state', async () => {
    const task = await taskIn(house, HESHENG, 'NOT_STARTED');
    const answer = await office.data(
      `mutation ($a: ChangeTaskDeadlineInput!, $b: ChangeTaskDeadlineInput!, $c: ChangeTaskStatusInput!) {
        a: changeTaskDeadline(input: $a) { task { ...stand } }
        b: changeTaskDeadline(input: $b) { task { ...stand } }
        c: changeTaskStatus(input: $c) { task { ...stand } } }
       fragment stand on Task { version status deadlineHistory { reason } history { to } allowedTransitions }`,
      {
        a: given(task, { reason: '一' }).input,
        b: given({ ...task, version: task.version + 1 }, { dueAt: '2017-02-01T00:00:00Z', reason: '二' })
          .input,
        c: inputFor({ ...task, version: task.version + 2 }, { to: 'CANCELLED' }).input,
      },
    );
    const open = { status: 'NOT_STARTED', history: [], allowedTransitions: ['CANCELLED'] };
    expect(answer).toEqual({
      a: { task: { version: task.version + 1, ...open, deadlineHistory: [{ reason: '一' }] } },
      b: {
        task: { version: task.version + 2, ...open, deadlineHistory: [{ reason: '一' }, { reason: '二' }] },
      },
      c: {
        task: {
          version: task.version + 3,
          status: 'CANCELLED',
          history: [{ to: 'CANCELLED' }],
          allowedTransitions: [],
          deadlineHistory: [{ reason: '一' }, { reason: '二' }],
        },
      },
    });
  });

  test('moves once for a key, and answers the same again', async () => {
    const task = await taskIn(house, LIULOU, 'BLOCKED');
    const more = { idempotencyKey: 'once' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => change(office, task, more)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const { deadlineMoves, facts } = await recordsOf(house, task.id);
    expect(deadlineMoves).toHaveLength(1);
    expect(facts.filter(({ kind }) => kind === 'TASK_DEADLINE_CHANGED')).toHaveLength(1);
    const other = given(task, { ...more, reason: '另一个理由' });
    expect(await office.refusal(CHANGE_DEADLINE, other)).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });
});

describe('refused, and nothing is written:', () => {
  test.each<[string, object, object]>([
    [
      'a deadline that is past',
      { dueAt: '2016-12-08T08:59:59.999+08:00' },
      { code: 'INVALID_DATE', field: 'dueAt' },
    ],
    ['this very instant', { dueAt: '2016-12-08T09:00:00+08:00' }, { code: 'INVALID_DATE', field: 'dueAt' }],
    ['a day that does not exist', { dueAt: '2017-02-29T12:00:00+08:00' }, { code: 'INVALID_DATE' }],
    ['an instant without offset', { dueAt: '2017-01-31T23:59:59' }, { code: 'INVALID_DATE' }],
    ['no reason', { reason: '  ' }, { code: 'INVALID_TEXT', field: 'reason' }],
    [
      'a reason with invisible characters',
      { reason: '工期\u202e顺延' },
      { code: 'INVALID_TEXT', field: 'reason' },
    ],
    [
      'a reason too long',
      { reason: '延'.repeat(501) },
      { code: 'INVALID_TEXT', field: 'reason', limit: 500 },
    ],
    ['a stale version', { expectedVersion: 0 }, { code: 'VERSION_CONFLICT' }],
    ['an unknown task', { taskId: ABSENT }, { code: 'NOT_FOUND' }],
  ])('%s', async (_, more, refusal) => {
    await expectRefusal(office, await taskIn(house, LIULOU, 'IN_PROGRESS'), more, refusal);
  });

  test('the deadline that it has', async () => {
    const task = await taskIn(house, LIULOU, 'IN_PROGRESS');
    await expectRefusal(office, task, { dueAt: utc(task.due_at) }, { code: 'INVALID_DATE', field: 'dueAt' });
  });

  test('a closed task', async () => {
    const confirmed = await taskIn(house, LIULOU, 'COUNTY_CONFIRMED');
    await expectRefusal(office, confirmed, {}, { code: 'TRANSITION_NOT_ALLOWED', allowed: [] });
    const task = await taskIn(house, LIULOU, 'RETURNED');
    const { task: cancelled } = await move(office, task, 'CANCELLED');
    await expectRefusal(office, cancelled, {}, { code: 'TRANSITION_NOT_ALLOWED', allowed: [] });
  });

  test('a task of another county', async () => {
    const [other] = await house.sql(
      `select id, version from task where starts_with(region_code, '341221') and status = 'IN_PROGRESS' limit 1`,
    );
    await expectRefusal(county, other, {}, { code: 'NOT_FOUND' });
  });

  test.each([
    'city.leader',
    'longwang.town',
    'hesheng.village',
    'inspector.one',
    'auditor',
    'admin',
    'wall.screen',
  ])('it is not for %s', async (username) => {
    const client = await house.signIn(username);
    await expectRefusal(client, await taskIn(house, HESHENG, 'IN_PROGRESS'), {}, { code: 'FORBIDDEN' });
  });
});
