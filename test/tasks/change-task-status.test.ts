import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';

let house: House;
let village: Client;
let township: Client;

beforeAll(async () => {
  house = await openHouse();
  village = await house.signIn('hesheng.village');
  township = await house.signIn('longwang.town');
});
afterAll(() => house.close());

const VILLAGE = '341225206205';

async function taskIn(status: string) {
  const { tasks } = await village.data(operation('tasks'), {
    within: VILLAGE,
    filter: { status: [status] },
    first: 1,
  });
  return tasks.edges[0].node;
}

const move = (client: Client, task: { id: string; version: number }, to: string, more: object = {}) =>
  client.ask(operation('change-task-status'), {
    input: { taskId: task.id, to, expectedVersion: task.version, ...more },
  });

test('a move changes the task, its history and the feed, all under one mark', async () => {
  const feed = await village.subscribe(operation('supervision-feed'), { within: VILLAGE });
  expect((await feed.next()).data.supervisionFeed.events).toEqual([]);
  const task = await taskIn('NOT_STARTED');
  const { data } = await move(village, task, 'IN_PROGRESS', { note: '已进场施工' });
  expect(data.changeTaskStatus.task).toEqual({
    id: task.id,
    status: 'IN_PROGRESS',
    version: task.version + 1,
  });
  const batch = (await feed.next()).data.supervisionFeed;
  expect(batch.events[0]).toMatchObject({
    kind: 'TASK_STATUS_CHANGED',
    mark: data.changeTaskStatus.mark,
    region: { code: VILLAGE },
    subject: { type: 'TASK', id: task.id },
  });
  const read = await village.data(operation('task'), { id: task.id });
  expect(read.task.history.at(-1)).toMatchObject({
    from: 'NOT_STARTED',
    to: 'IN_PROGRESS',
    by: { name: '合胜村驻村工作队' },
    note: '已进场施工',
  });
  expect(read.task.allowedTransitions).toEqual(['BLOCKED', 'SELF_DECLARED_MET']);
});

test('a stale version changes nothing and says which version stands', async () => {
  const task = await taskIn('IN_PROGRESS');
  const { errors } = await move(village, { ...task, version: task.version - 1 }, 'BLOCKED');
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'VERSION_CONFLICT', currentVersion: task.version });
  expect((await village.data(operation('task'), { id: task.id })).task.version).toBe(task.version);
});

test('a move that is not yours is refused with the moves that are', async () => {
  const task = await taskIn('SELF_DECLARED_MET');
  const own = await move(village, task, 'TOWNSHIP_CONFIRMED');
  expect(own.errors?.[0]?.extensions).toMatchObject({ code: 'TRANSITION_NOT_ALLOWED', allowed: [] });
  const skip = await move(township, task, 'COUNTY_CONFIRMED');
  expect(skip.errors?.[0]?.extensions).toMatchObject({
    code: 'TRANSITION_NOT_ALLOWED',
    allowed: ['TOWNSHIP_CONFIRMED', 'RETURNED'],
  });
  const { data } = await move(township, task, 'TOWNSHIP_CONFIRMED');
  expect(data.changeTaskStatus.task.status).toBe('TOWNSHIP_CONFIRMED');
});

test('the same key and body again give the first answer again; another body is refused', async () => {
  const task = await taskIn('IN_PROGRESS');
  const key = { idempotencyKey: 'once' };
  const answers = await Promise.all(Array.from({ length: 20 }, () => move(village, task, 'BLOCKED', key)));
  const marks = new Set(answers.map(({ data }) => data?.changeTaskStatus.mark));
  expect(marks.size).toBe(1);
  expect(answers[0]?.data.changeTaskStatus.task.version).toBe(task.version + 1);
  const other = await move(village, task, 'SELF_DECLARED_MET', key);
  expect(other.errors?.[0]?.extensions.code).toBe('IDEMPOTENCY_KEY_REUSED');
  const moves = await house.sql(`select from task_move where task_id = $1 and to_status = 'BLOCKED'`, [
    task.id,
  ]);
  expect(moves).toHaveLength(1);
});

test('a note with invisible characters is refused', async () => {
  const task = await taskIn('IN_PROGRESS');
  const { errors } = await move(village, task, 'BLOCKED', { note: '天气\u202e不好' });
  expect(errors?.[0]?.extensions.code).toBe('INVALID_TEXT');
});
