import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse } from '../helpers/house.js';
import {
  ABSENT,
  accountId,
  HESHENG,
  inputFor,
  LIULOU,
  MOVE,
  move,
  type Row,
  recordsOf,
  TASK,
  TASKS,
  taskIn,
} from './documents.js';

let house: House;
const clients = new Map<string, Client>();

async function as(username: string): Promise<Client> {
  const client = clients.get(username) ?? (await house.signIn(username));
  clients.set(username, client);
  return client;
}

beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** Where each account looks, and which of the two teams' villages lie there. */
const ACCOUNTS: readonly [username: string, prefix: string, sees: readonly string[]][] = [
  ['city.leader', '3412', [HESHENG, LIULOU]],
  ['city.office', '3412', [HESHENG, LIULOU]],
  ['auditor', '3412', [HESHENG, LIULOU]],
  ['admin', '3412', [HESHENG, LIULOU]],
  ['wall.screen', '3412', [HESHENG, LIULOU]],
  ['funan.office', '341225', [HESHENG, LIULOU]],
  ['longwang.town', '341225206', [HESHENG]],
  ['lucheng.town', '341225120', [LIULOU]],
  ['hesheng.village', HESHENG, [HESHENG]],
  ['liulou.village', LIULOU, [LIULOU]],
];

/** What may be moved by whom in Hesheng; from every status left out, nothing. */
const MOVES: Readonly<Record<string, Readonly<Record<string, string[]>>>> = {
  'hesheng.village': {
    NOT_STARTED: ['IN_PROGRESS'],
    IN_PROGRESS: ['BLOCKED', 'SELF_DECLARED_MET'],
    BLOCKED: ['IN_PROGRESS'],
    RETURNED: ['IN_PROGRESS'],
  },
  'longwang.town': { SELF_DECLARED_MET: ['TOWNSHIP_CONFIRMED', 'RETURNED'] },
  'funan.office': { TOWNSHIP_CONFIRMED: ['COUNTY_CONFIRMED', 'RETURNED'] },
  'city.office': {
    NOT_STARTED: ['CANCELLED'],
    IN_PROGRESS: ['CANCELLED'],
    BLOCKED: ['CANCELLED'],
    RETURNED: ['CANCELLED'],
    SELF_DECLARED_MET: ['CANCELLED'],
    TOWNSHIP_CONFIRMED: ['CANCELLED'],
    COUNTY_CONFIRMED: ['PROVINCE_PASSED', 'REOPENED'],
  },
};
const STATUSES = [
  'NOT_STARTED',
  'IN_PROGRESS',
  'BLOCKED',
  'RETURNED',
  'SELF_DECLARED_MET',
  'TOWNSHIP_CONFIRMED',
  'COUNTY_CONFIRMED',
];
const NO_SUCH_TASK = { message: 'No such task.', extensions: { code: 'NOT_FOUND' } };

describe.each(ACCOUNTS)('%s', (username, prefix, sees) => {
  test('reads and counts the tasks of its region, and no others', async () => {
    const client = await as(username);
    const [{ total }] = await house.sql(
      'select count(*)::int as total from task where starts_with(region_code, $1)',
      [prefix],
    );
    const { tasks } = await client.data(TASKS, { within: prefix.padEnd(12, '0'), first: 100 });
    expect(tasks.totalCount).toBe(total);
    expect(tasks.edges.length).toBe(Math.min(total, 100));
    for (const { node } of tasks.edges) expect(node.region.code.startsWith(prefix)).toBe(true);
    for (const village of [HESHENG, LIULOU]) {
      const ask = await client.ask(TASKS, { within: village, first: 1 });
      if (sees.includes(village)) expect(ask.data.tasks.totalCount).toBe(18);
      else expect(ask.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
    }
    for (const within of ['340000000000', '341226000000', '341225206206']) {
      if (within.startsWith(prefix)) continue;
      expect(await client.refusal(TASKS, { within, first: 1 })).toMatchObject({ code: 'FORBIDDEN' });
    }
    const unknown = { within: '110000000000', first: 1 };
    expect(await client.refusal(TASKS, unknown)).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('finds a task of a team\u2019s village only in its region', async () => {
    const client = await as(username);
    for (const village of [HESHENG, LIULOU]) {
      const { id } = await taskIn(house, village, 'IN_PROGRESS');
      const { data, errors } = await client.ask(TASK, { id });
      if (sees.includes(village)) expect(data.task).toMatchObject({ id, region: { code: village } });
      else expect(errors?.[0]).toMatchObject(NO_SUCH_TASK);
    }
  });

  test('may move what the contract says, and is told so', async () => {
    if (!sees.includes(HESHENG)) return;
    const client = await as(username);
    for (const status of STATUSES) {
      const { id } = await taskIn(house, HESHENG, status);
      const { task } = await client.data(TASK, { id });
      expect([status, task.allowedTransitions]).toEqual([status, MOVES[username]?.[status] ?? []]);
    }
  });
});

test('an inspector sees the tasks of the villages of its inspection, and moves none', async () => {
  const inspector = await as('inspector.one');
  const grants = await house.sql(
    `select region_code as code from role_grant where account_id = $1 and revoked_at is null
       and valid_from <= '2016-12-08T09:00+08' and valid_to > '2016-12-08T09:00+08'`,
    [await accountId(house, 'inspector.one')],
  );
  expect(grants.length).toBeGreaterThan(0);
  for (const { code } of grants) {
    const [{ total }] = await house.sql('select count(*)::int as total from task where region_code = $1', [
      code,
    ]);
    const { tasks } = await inspector.data(TASKS, { within: code, first: 100 });
    expect(tasks.totalCount).toBe(total);
    for (const { node } of tasks.edges) {
      const { task } = await inspector.data(TASK, { id: node.id });
      expect(task.allowedTransitions).toEqual([]);
    }
  }
  const [other] = await house.sql('select id from task where region_code <> all ($1) limit 1', [
    grants.map(({ code }) => code),
  ]);
  expect((await inspector.ask(TASK, { id: other.id })).errors?.[0]).toMatchObject(NO_SUCH_TASK);
});

describe('a move', () => {
  test.each([
    ['lucheng.town', 'SELF_DECLARED_MET', 'TOWNSHIP_CONFIRMED'],
    ['liulou.village', 'IN_PROGRESS', 'BLOCKED'],
  ])('of the neighbour\u2019s task by %s is answered as if there were none', async (username, status, to) => {
    const client = await as(username);
    const task = await taskIn(house, HESHENG, status);
    const before = await recordsOf(house, task.id);
    for (const id of [task.id, ABSENT, 'no id', '']) {
      const { errors } = await client.ask(MOVE, inputFor({ ...task, id }, { to }));
      expect(errors).toMatchObject([NO_SUCH_TASK]);
    }
    // Not even a wrong version gives it away.
    const { errors } = await client.ask(MOVE, inputFor({ ...task, version: 99 }, { to }));
    expect(errors?.[0]).toMatchObject(NO_SUCH_TASK);
    expect(await recordsOf(house, task.id)).toEqual(before);
  });

  test.each(['city.leader', 'auditor', 'admin', 'wall.screen', 'inspector.one'])(
    'is not for %s, whether the task exists or not',
    async (username) => {
      const client = await as(username);
      const task = await taskIn(house, HESHENG, 'IN_PROGRESS');
      const before = await recordsOf(house, task.id);
      for (const id of [task.id, ABSENT]) {
        const input = inputFor({ ...task, id }, { to: 'CANCELLED', idempotencyKey: 'mine' });
        expect(await client.refusal(MOVE, input)).toMatchObject({ code: 'FORBIDDEN' });
      }
      expect(await recordsOf(house, task.id)).toEqual(before);
    },
  );

  test('and a look are for nobody without a token', async () => {
    const task = await taskIn(house, HESHENG, 'IN_PROGRESS');
    const nobody = house.client();
    const code = 'UNAUTHENTICATED';
    expect(await nobody.refusal(MOVE, inputFor(task, { to: 'BLOCKED' }))).toMatchObject({ code });
    expect(await nobody.refusal(TASK, { id: task.id })).toMatchObject({ code });
    expect(await nobody.refusal(TASKS, { within: HESHENG, first: 1 })).toMatchObject({ code });
  });
});

describe('a task', () => {
  const walk = async (task: Row, way: readonly [username: string, to: string][]): Promise<void> => {
    let { version } = task;
    for (const [username, to] of way) {
      const moved = await move(await as(username), { id: task.id, version }, to, { note: `${to}的说明` });
      expect(moved.task).toEqual({ id: task.id, status: to, version: version + 1 });
      version += 1;
    }
  };

  test('goes the whole way from hand to hand, is reopened and begun again', async () => {
    const task = await taskIn(house, HESHENG, 'NOT_STARTED');
    const way: [string, string][] = [
      ['hesheng.village', 'IN_PROGRESS'],
      ['hesheng.village', 'BLOCKED'],
      ['hesheng.village', 'IN_PROGRESS'],
      ['hesheng.village', 'SELF_DECLARED_MET'],
      ['longwang.town', 'RETURNED'],
      ['hesheng.village', 'IN_PROGRESS'],
      ['hesheng.village', 'SELF_DECLARED_MET'],
      ['longwang.town', 'TOWNSHIP_CONFIRMED'],
      ['funan.office', 'RETURNED'],
      ['hesheng.village', 'IN_PROGRESS'],
      ['hesheng.village', 'SELF_DECLARED_MET'],
      ['longwang.town', 'TOWNSHIP_CONFIRMED'],
      ['funan.office', 'COUNTY_CONFIRMED'],
      ['city.office', 'PROVINCE_PASSED'],
      ['city.office', 'REOPENED'],
      ['hesheng.village', 'IN_PROGRESS'],
    ];
    await walk(task, way);
    const { moves, facts } = await recordsOf(house, task.id);
    expect(moves.map((each) => [each.role, each.to_status])).toEqual(
      way.map(([username, to]) => [ROLE[username], to]),
    );
    expect(
      facts
        .filter(({ kind }) => kind === 'TASK_STATUS_CHANGED')
        .map(({ params }) => [params.from, params.to]),
    ).toEqual(way.map(([, to], index) => [way[index - 1]?.[1] ?? 'NOT_STARTED', to]));
    const { task: read } = await (await as('city.leader')).data(TASK, { id: task.id });
    expect(read).toMatchObject({ status: 'IN_PROGRESS', version: task.version + way.length });
    expect(read.history.map(({ note }: { note: string }) => note)).toEqual(
      way.map(([, to]) => `${to}的说明`),
    );
  });
  const ROLE: Record<string, string> = {
    'hesheng.village': 'VILLAGE_TEAM',
    'longwang.town': 'TOWNSHIP_OFFICE',
    'funan.office': 'COUNTY_OFFICE',
    'city.office': 'SUPERVISION_OFFICE',
  };

  test('is reopened by the office from where the county left it', async () => {
    const task = await taskIn(house, LIULOU, 'COUNTY_CONFIRMED');
    await walk(task, [
      ['city.office', 'REOPENED'],
      ['liulou.village', 'IN_PROGRESS'],
    ]);
  });

  test.each(['NOT_STARTED', 'IN_PROGRESS', 'BLOCKED', 'SELF_DECLARED_MET', 'TOWNSHIP_CONFIRMED', 'RETURNED'])(
    'that is %s is cancelled by the office, once and for all',
    async (status) => {
      const task = await taskIn(house, LIULOU, status, status === 'IN_PROGRESS' ? 1 : 0);
      await walk(task, [['city.office', 'CANCELLED']]);
      const office = await as('city.office');
      const { task: read } = await office.data(TASK, { id: task.id });
      expect(read).toMatchObject({ schedule: 'CLOSED', allowedTransitions: [] });
      const again = inputFor({ id: task.id, version: read.version }, { to: 'CANCELLED' });
      expect(await office.refusal(MOVE, again)).toMatchObject({
        code: 'TRANSITION_NOT_ALLOWED',
        allowed: [],
      });
    },
  );

  test('is confirmed only once by one person, also when it holds two offices', async () => {
    await house.sql(
      `insert into role_grant (id, account_id, role, region_code, valid_from)
       values (gen_random_uuid(), $1, 'COUNTY_OFFICE', '341225000000', '2016-01-01')`,
      [await accountId(house, 'longwang.town')],
    );
    const both = await as('longwang.town');
    const task = await taskIn(house, HESHENG, 'SELF_DECLARED_MET');
    const { task: confirmed } = await move(both, task, 'TOWNSHIP_CONFIRMED');
    expect((await both.data(TASK, { id: task.id })).task.allowedTransitions).toEqual(['RETURNED']);
    const before = await recordsOf(house, task.id);
    expect(await both.refusal(MOVE, inputFor(confirmed, { to: 'COUNTY_CONFIRMED' }))).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
      allowed: ['RETURNED'],
    });
    expect(await recordsOf(house, task.id)).toEqual(before);
    await move(await as('funan.office'), confirmed, 'COUNTY_CONFIRMED');
  });
});
