import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';

const CITY = '341200000000';
const VILLAGE = '341225206205';
const ALERT = `query ($id: ID!) {
  alert(id: $id) {
    id rule severity status headline english: headline(locale: EN) version openedAt acknowledgedAt resolvedAt
    acknowledgeNote acknowledgedBy { name } region { code } subject { type id }
  }
}`;
const CHANGE_DEADLINE = `mutation ($input: ChangeTaskDeadlineInput!) {
  changeTaskDeadline(input: $input) { task { version } }
}`;

let house: House;
let office: Client;

beforeEach(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
});
afterEach(() => house.close());

interface TaskRow {
  id: string;
  version: number;
}

async function taskIn(where: string, values: unknown[] = []): Promise<TaskRow> {
  const [row] = await house.sql(`select id, version from task where ${where} order by id limit 1`, values);
  return row;
}

async function move(client: Client, task: TaskRow, to: string): Promise<TaskRow> {
  const input = { taskId: task.id, to, expectedVersion: task.version };
  const { changeTaskStatus } = await client.data(operation('change-task-status'), { input });
  await house.settled();
  return changeTaskStatus.task;
}

/** The alerts about a task, oldest first. */
async function alertsOf(task: TaskRow) {
  const rows = await house.sql('select id from alert where subject_id = $1 order by id', [task.id]);
  return Promise.all(rows.map(async ({ id }) => (await office.data(ALERT, { id })).alert));
}

const acknowledge = (client: Client, alert: { id: string; version: number }, more: object = {}) =>
  client.ask(operation('acknowledge-alert'), {
    input: { alertId: alert.id, expectedVersion: alert.version, ...more },
  });

const openNow = async () => (await office.data(operation('overview'), { region: CITY })).overview.alerts.open;

test('a task past its deadline raises one alert, which is taken up, and resolved when the deadline moves', async () => {
  const village = await house.signIn('hesheng.village');
  const task = await taskIn(
    `region_code = $1 and status = 'IN_PROGRESS' and due_at > '2016-12-08T10:00:00+08:00'`,
    [VILLAGE],
  );
  const before = await openNow();
  const feed = await village.subscribe(operation('supervision-feed'), {
    within: VILLAGE,
    kinds: ['ALERT_RAISED', 'ALERT_ACKNOWLEDGED', 'ALERT_RESOLVED'],
  });
  await feed.next();
  house.moveClock('2017-01-02T08:00:00+08:00');
  await house.settled();
  const [alert] = await alertsOf(task);
  expect(alert).toMatchObject({
    rule: 'TASK_OVERDUE',
    severity: 'CRITICAL',
    status: 'OPEN',
    openedAt: '2017-01-02T00:00:00.000Z',
    region: { code: VILLAGE },
    subject: { type: 'TASK', id: task.id },
    acknowledgedBy: null,
  });
  expect(alert.headline).toMatch(/合胜村.*任务逾期$/);
  expect(alert.english).toContain('task overdue');
  expect(await openNow()).toBeGreaterThan(before);

  const open = await openNow();
  const { data } = await acknowledge(office, alert, { note: '已约谈' });
  expect(data.acknowledgeAlert.alert).toEqual({
    id: alert.id,
    status: 'ACKNOWLEDGED',
    version: alert.version + 1,
  });
  const told = await feed.until(({ data: { supervisionFeed } }) =>
    supervisionFeed.events.some(({ kind }: { kind: string }) => kind === 'ALERT_ACKNOWLEDGED'),
  );
  const kinds = told.flatMap(({ data: { supervisionFeed } }) => supervisionFeed.events);
  expect(kinds.filter(({ subject }) => subject.id === alert.id).map(({ kind }) => kind)).toEqual([
    'ALERT_RAISED',
    'ALERT_ACKNOWLEDGED',
  ]);
  expect(kinds.at(-1).mark).toBe(data.acknowledgeAlert.mark);
  await house.settled();
  expect(await openNow()).toBe(open);

  const input = {
    taskId: task.id,
    dueAt: '2017-02-20T18:00:00+08:00',
    reason: '汛期',
    expectedVersion: task.version,
  };
  await office.data(CHANGE_DEADLINE, { input });
  await house.settled();
  expect(await alertsOf(task)).toMatchObject([
    {
      id: alert.id,
      status: 'RESOLVED',
      acknowledgeNote: '已约谈',
      acknowledgedBy: { name: '阜阳市脱贫攻坚督查办公室' },
      resolvedAt: '2017-01-02T00:00:00.000Z',
      version: alert.version + 2,
    },
  ]);
  expect(await openNow()).toBe(open - 1);
});

test('returned work is an alert until it is declared again, and returning it again is another', async () => {
  const village = await house.signIn('hesheng.village');
  const town = await house.signIn('longwang.town');
  let task = await taskIn(`region_code = $1 and status = 'SELF_DECLARED_MET'`, [VILLAGE]);
  task = await move(town, task, 'RETURNED');
  expect(await alertsOf(task)).toMatchObject([
    { rule: 'TASK_RETURNED', severity: 'WARNING', status: 'OPEN' },
  ]);
  task = await move(village, task, 'IN_PROGRESS');
  expect(await alertsOf(task)).toMatchObject([{ status: 'OPEN' }]);
  task = await move(village, task, 'SELF_DECLARED_MET');
  expect(await alertsOf(task)).toMatchObject([{ status: 'RESOLVED' }]);
  await move(town, task, 'RETURNED');
  expect(await alertsOf(task)).toMatchObject([{ status: 'RESOLVED' }, { status: 'OPEN' }]);
});

test('reopened work is an alert, over when nobody wants the work any more', async () => {
  let task = await taskIn(`status = 'COUNTY_CONFIRMED'`);
  task = await move(office, task, 'REOPENED');
  const raised = await alertsOf(task);
  expect(raised.find(({ rule }) => rule === 'TASK_REOPENED')).toMatchObject({
    status: 'OPEN',
    severity: 'WARNING',
  });
  await move(office, task, 'CANCELLED');
  expect(new Set((await alertsOf(task)).map(({ status }) => status))).toEqual(new Set(['RESOLVED']));
});

test('only an open alert is taken up, at the version that was seen, once per key', async () => {
  const { alerts } = await office.data(operation('alerts'), { within: CITY, first: 2 });
  const [{ node: alert }, { node: second }] = alerts.edges;
  const key = { idempotencyKey: 'k-1', note: '收到' };
  const first = await acknowledge(office, alert, key);
  expect(await acknowledge(office, alert, key)).toEqual(first);
  const again = await acknowledge(office, alert);
  expect(again.errors?.[0]?.extensions.code).toBe('VERSION_CONFLICT');
  const taken = await acknowledge(office, { id: alert.id, version: alert.version + 1 });
  expect(taken.errors?.[0]?.extensions).toMatchObject({ code: 'TRANSITION_NOT_ALLOWED', allowed: [] });
  const blank = await acknowledge(office, second, { note: '  ' });
  expect(blank.errors?.[0]?.extensions.code).toBe('INVALID_TEXT');
  const unknown = await acknowledge(office, { id: 'nothing', version: 1 });
  expect(unknown.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
});

test('the list is newest first, pages without gap, and is narrowed by what was asked', async () => {
  house.moveClock('2016-12-12T08:00:00+08:00');
  await house.settled();
  const LIST = `query ($first: Int!, $after: String, $filter: AlertFilter) {
    alerts(within: "${CITY}", first: $first, after: $after, filter: $filter) {
      totalCount edges { cursor node { id status rule severity openedAt } } pageInfo { hasNextPage endCursor }
    }
  }`;
  // biome-ignore lint/suspicious/noExplicitAny: nodes of the list
  const all: any[] = [];
  for (let after: string | null = null; ; ) {
    const { alerts } = await office.data(LIST, { first: 37, after });
    all.push(...alerts.edges.map(({ node }: { node: object }) => node));
    expect(alerts.totalCount).toBeGreaterThan(37);
    if (!alerts.pageInfo.hasNextPage) {
      expect(all).toHaveLength(alerts.totalCount);
      break;
    }
    after = alerts.pageInfo.endCursor;
  }
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  const order = all.map(({ openedAt, id }) => `${openedAt} ${id}`);
  expect(order).toEqual([...order].sort().reverse());
  const { alerts } = await office.data(LIST, {
    first: 100,
    filter: { rule: ['TASK_RETURNED'], severity: ['WARNING'], status: ['OPEN'] },
  });
  expect(alerts.totalCount).toBe(all.filter(({ rule }) => rule === 'TASK_RETURNED').length);
  expect((await office.data(LIST, { first: 1, filter: { rule: [] } })).alerts.totalCount).toBe(0);
  expect(await office.refusal(LIST, { first: 1, after: 'forged' })).toMatchObject({ code: 'INVALID_CURSOR' });
  expect(await office.refusal(LIST, { first: 101 })).toMatchObject({ code: 'INVALID_PAGE_SIZE' });
});
