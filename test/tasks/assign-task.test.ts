import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import {
  ABSENT,
  ASSIGN,
  accountId,
  HESHENG,
  inputFor,
  LONGWANG,
  type Row,
  recordsOf,
  TASKS,
  taskIn,
  toldOf,
} from './documents.js';

let house: House;
let office: Client;
let township: Client;
beforeAll(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
  township = await house.signIn('longwang.town');
});
afterAll(() => house.close());

const assign = async (client: Client, task: Pick<Row, 'id' | 'version'>, responsibleId: string, more = {}) =>
  (await client.data(ASSIGN, inputFor(task, { responsibleId, ...more }))).assignTask;

/** Refused with a code, and nothing is written. */
async function expectRefusal(
  client: Client,
  task: Pick<Row, 'id' | 'version'>,
  responsibleId: string,
  refusal: object,
): Promise<void> {
  const before = await recordsOf(house, task.id);
  const input = inputFor(task, { responsibleId, idempotencyKey: 'again' });
  expect(await client.refusal(ASSIGN, input)).toMatchObject(refusal);
  expect(await recordsOf(house, task.id)).toEqual(before);
}

describe('a task', () => {
  test('is assigned, found by who answers for it, and told on the feed', async () => {
    const feed = await township.subscribe(operation('supervision-feed'), { within: LONGWANG });
    await feed.next();
    const task = await taskIn(house, HESHENG, 'IN_PROGRESS');
    const id = await accountId(house, 'longwang.town');
    const { mark, task: assigned } = await assign(township, task, id);
    expect(assigned).toEqual({
      id: task.id,
      version: task.version + 1,
      responsible: { id, name: '龙王乡扶贫工作站' },
    });
    const event = await toldOf(feed, task.id, 'TASK_ASSIGNED');
    expect(event).toMatchObject({
      kind: 'TASK_ASSIGNED',
      severity: null,
      mark,
      region: { code: HESHENG },
      subject: { type: 'TASK', id: task.id },
    });
    expect(event.headline).toMatch(/^龙王乡合胜村“.+”任务已明确责任人$/);
    const filter = { responsibleId: id };
    const { tasks } = await township.data(TASKS, { within: HESHENG, filter, first: 1 });
    expect(tasks.edges[0].node.id).toBe(task.id);
  });

  test.each(['city.office', 'funan.office', 'longwang.town'])('is assigned by %s', async (username) => {
    const client = await house.signIn(username);
    const task = await taskIn(house, HESHENG, 'NOT_STARTED');
    const id = await accountId(house, username);
    const { task: assigned } = await assign(client, task, id);
    expect(assigned.responsible.id).toBe(id);
  });

  test('assigned to who has it already is no news, and stays as it is', async () => {
    const task = await taskIn(house, HESHENG, 'BLOCKED');
    const before = await recordsOf(house, task.id);
    const { mark, task: assigned } = await assign(office, task, task.responsible_id);
    expect(mark).toMatch(/^\d+$/);
    expect(assigned).toMatchObject({ version: task.version, responsible: { id: task.responsible_id } });
    expect(await recordsOf(house, task.id)).toEqual(before);
  });

  test('is assigned once for a key', async () => {
    const task = await taskIn(house, HESHENG, 'RETURNED');
    const id = await accountId(house, 'funan.office');
    const first = await assign(office, task, id, { idempotencyKey: 'once' });
    expect(await assign(office, task, id, { idempotencyKey: 'once' })).toEqual(first);
    const { facts } = await recordsOf(house, task.id);
    expect(facts.filter(({ kind }) => kind === 'TASK_ASSIGNED')).toHaveLength(1);
    const other = inputFor(task, { responsibleId: task.responsible_id, idempotencyKey: 'once' });
    expect(await office.refusal(ASSIGN, other)).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });
});

describe('refused, and nothing is written:', () => {
  test.each([ABSENT, 'nobody', ''])('an account %j', async (id) => {
    const task = await taskIn(house, HESHENG, 'IN_PROGRESS');
    await expectRefusal(office, task, id, { code: 'NOT_FOUND' });
  });

  test('an account that is disabled', async () => {
    await house.sql(`update account set disabled_at = now() where username = 'auditor'`);
    const task = await taskIn(house, HESHENG, 'IN_PROGRESS');
    await expectRefusal(office, task, await accountId(house, 'auditor'), { code: 'NOT_FOUND' });
  });

  test.each(['liulou.village', 'lucheng.town'])('%s, who may not see it', async (username) => {
    const task = await taskIn(house, HESHENG, 'IN_PROGRESS');
    const id = await accountId(house, username);
    await expectRefusal(office, task, id, { code: 'BAD_USER_INPUT', field: 'responsibleId' });
  });

  test('an inspector of the village: the answer must not tell where an unannounced visit goes', async () => {
    const task = await taskIn(house, HESHENG, 'IN_PROGRESS');
    const id = await accountId(house, 'inspector.one');
    await expectRefusal(office, task, id, { code: 'BAD_USER_INPUT', field: 'responsibleId' });
  });

  test('who may no longer see it', async () => {
    const task = await taskIn(house, HESHENG, 'IN_PROGRESS');
    const id = await accountId(house, 'admin');
    await house.sql(`update role_grant set valid_to = '2016-12-08T09:00:00+08:00' where account_id = $1`, [
      id,
    ]);
    await expectRefusal(office, task, id, { code: 'BAD_USER_INPUT', field: 'responsibleId' });
  });

  test('a closed task, a stale version, an unknown task, a township elsewhere', async () => {
    const id = await accountId(house, 'city.office');
    const closed = await taskIn(house, HESHENG, 'COUNTY_CONFIRMED');
    await expectRefusal(office, closed, id, { code: 'TRANSITION_NOT_ALLOWED', allowed: [] });
    const task = await taskIn(house, HESHENG, 'IN_PROGRESS');
    await expectRefusal(office, { ...task, version: 99 }, id, {
      code: 'VERSION_CONFLICT',
      currentVersion: task.version,
    });
    await expectRefusal(office, { ...task, id: ABSENT }, id, { code: 'NOT_FOUND' });
    await expectRefusal(await house.signIn('lucheng.town'), task, id, { code: 'NOT_FOUND' });
  });

  test.each(['city.leader', 'hesheng.village', 'inspector.one', 'wall.screen'])(
    'it is not for %s',
    async (username) => {
      const task = await taskIn(house, HESHENG, 'IN_PROGRESS');
      const id = await accountId(house, 'city.office');
      await expectRefusal(await house.signIn(username), task, id, { code: 'FORBIDDEN' });
    },
  );
});
