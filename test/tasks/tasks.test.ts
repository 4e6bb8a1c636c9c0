import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { statementsOf } from '../helpers/statements.js';
import { CITY, FUNAN, HESHENG, LIULOU, TASKS } from './documents.js';

let house: House;
let office: Client;
beforeAll(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
});
afterAll(() => house.close());

interface Listed {
  id: string;
  dueAt: string;
}

async function walk(within: string, filter: object | null, first: number): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  let total: number | null = null;
  do {
    const { tasks } = await office.data(TASKS, { within, filter, first, after });
    total ??= tasks.totalCount;
    expect(tasks.totalCount).toBe(total);
    expect(tasks.edges.length).toBeLessThanOrEqual(first);
    ids.push(...tasks.edges.map(({ node }: { node: Listed }) => node.id));
    after = tasks.pageInfo.hasNextPage ? tasks.pageInfo.endCursor : null;
  } while (after);
  expect(ids).toHaveLength(total ?? 0);
  return ids;
}

const idsWhere = async (condition: string, values: unknown[] = []): Promise<string[]> =>
  (await house.sql(`select id from task where ${condition} order by due_at, id`, values)).map(({ id }) => id);

describe('a list of tasks', () => {
  test('goes through the whole city by deadline, then by id, each task once', async () => {
    const ids = await idsWhere('true');
    expect(ids).toHaveLength(3042);
    expect(await walk(CITY, null, 97)).toEqual(ids);
  });

  test('one by one it is the same list', async () => {
    expect(await walk(HESHENG, null, 1)).toEqual(await idsWhere('region_code = $1', [HESHENG]));
  });

  test('a task that moves to another deadline in between shifts no other', async () => {
    const [first, second, ...rest] = await idsWhere(`region_code = $1 and status = 'IN_PROGRESS'`, [LIULOU]);
    const filter = { status: ['IN_PROGRESS'] };
    const { tasks } = await office.data(TASKS, { within: LIULOU, filter, first: 2 });
    expect(tasks.edges.map(({ node }: { node: Listed }) => node.id)).toEqual([first, second]);
    await house.sql(`update task set due_at = '2016-12-31T23:59:59.5+08:00' where id = $1`, [first]);
    const after = tasks.pageInfo.endCursor;
    const next = await office.data(TASKS, { within: LIULOU, filter, first: 100, after });
    expect(next.tasks.edges.map(({ node }: { node: Listed }) => node.id)).toEqual([...rest, first]);
  });

  test('says of each what the tables say', async () => {
    const { tasks } = await office.data(TASKS, { within: FUNAN, first: 100 });
    const rows = await house.sql(
      `select t.id, t.kind, t.title_zh, t.status, t.due_at, t.version, r.code as region_code, r.name as region_name,
              i.code as item_code, i.name_zh as item_name, a.name as responsible
       from task t join region r on r.code = t.region_code left join standard_item i on i.id = t.standard_item_id
       left join account a on a.id = t.responsible_id
       where starts_with(t.region_code, '341225') order by t.due_at, t.id limit 100`,
    );
    expect(
      tasks.edges.map(({ node: { schedule: _, ...node } }: { node: { schedule: string } }) => node),
    ).toEqual(
      rows.map((row) => ({
        id: row.id,
        kind: row.kind,
        title: row.title_zh,
        status: row.status,
        dueAt: row.due_at.toISOString(),
        version: row.version,
        region: { code: row.region_code, name: row.region_name },
        standardItem: { code: row.item_code, name: row.item_name },
        responsible: { name: row.responsible },
      })),
    );
  });
});

describe('a filter', () => {
  test.each<[object, string]>([
    [{}, 'true'],
    [{ status: ['RETURNED'] }, `status = 'RETURNED'`],
    [{ status: ['RETURNED', 'BLOCKED', 'RETURNED'] }, `status in ('RETURNED', 'BLOCKED')`],
    [{ kind: ['BENCHMARK'] }, 'true'],
    [{ kind: ['INSTRUCTION', 'ASSIGNMENT'] }, 'false'],
    [{ schedule: ['OVERDUE'], status: ['COUNTY_CONFIRMED'] }, 'false'],
    [{ dueBefore: '2016-12-20T00:00:00+08:00' }, `due_at < '2016-12-20T00:00:00+08:00'`],
    [
      { status: ['NOT_STARTED'], kind: ['BENCHMARK'], dueBefore: '2016-12-31T23:59:59+08:00' },
      `status = 'NOT_STARTED' and due_at < '2016-12-31T23:59:59+08:00'`,
    ],
    [
      { schedule: ['BEHIND'], status: ['BLOCKED'] },
      `status = 'BLOCKED' and due_at >= '2016-12-16T00:00:00+08:00'`,
    ],
    [{ status: null, schedule: null, kind: null, dueBefore: null, responsibleId: null }, 'true'],
    [{ status: [] }, 'false'],
    [{ schedule: [] }, 'false'],
    [{ kind: [], status: ['BLOCKED'] }, 'false'],
    [{ responsibleId: '' }, 'false'],
    [{ responsibleId: 'nobody' }, 'false'],
    [{ responsibleId: '00000000-0000-7000-8000-000000000000' }, 'false'],
  ])('%j', async (filter, condition) => {
    const ids = await idsWhere(`starts_with(region_code, '341225') and ${condition}`);
    expect(await walk(FUNAN, filter, 100)).toEqual(ids);
  });

  test('by who answers for it', async () => {
    const [{ id }] = await house.sql(`select id from account where username = 'hesheng.village'`);
    const mine = await idsWhere('responsible_id = $1', [id]);
    expect(mine.length).toBeGreaterThan(0);
    expect(await walk(CITY, { responsibleId: id }, 100)).toEqual(mine);
    expect(await walk(LIULOU, { responsibleId: id }, 100)).toEqual([]);
    const filter = { responsibleId: id, status: ['SELF_DECLARED_MET'] };
    expect(await walk(CITY, filter, 100)).toEqual(
      await idsWhere(`responsible_id = $1 and status = 'SELF_DECLARED_MET'`, [id]),
    );
  });

  test('by the item of the standard that it comes from; an id that is none matches nothing', async () => {
    const [{ id }] = await house.sql(`select id from standard_item where code = 'V05'`);
    const ofItem = await idsWhere(`starts_with(region_code, '341225') and standard_item_id = $1`, [id]);
    expect(ofItem.length).toBeGreaterThan(0);
    expect(await walk(FUNAN, { standardItemId: id }, 100)).toEqual(ofItem);
    expect(await walk(FUNAN, { standardItemId: 'V05' }, 100)).toEqual([]);
  });

  test('due before is before: a deadline on the instant itself is left out', async () => {
    const [{ due_at: dueAt }] = await house.sql(
      'select due_at from task where region_code = $1 order by due_at offset 3 limit 1',
      [HESHENG],
    );
    const ids = await walk(HESHENG, { dueBefore: dueAt.toISOString() }, 100);
    expect(ids).toEqual(await idsWhere('region_code = $1 and due_at < $2', [HESHENG, dueAt]));
  });
});

test.each([
  [{ first: 0 }, 'INVALID_PAGE_SIZE'],
  [{ first: 101 }, 'INVALID_PAGE_SIZE'],
  [{ first: -1 }, 'INVALID_PAGE_SIZE'],
  [{ after: '' }, 'INVALID_CURSOR'],
  [{ after: 'WyIwIl0.forged' }, 'INVALID_CURSOR'],
  [{ within: '34120000000O' }, 'INVALID_REGION_CODE'],
  [{ filter: { dueBefore: '2016-13-01T00:00:00Z' } }, 'INVALID_DATE'],
  [{ filter: { status: ['LATE'] } }, 'BAD_USER_INPUT'],
])('%j is refused with %s', async (given, code) => {
  expect(await office.refusal(TASKS, { within: CITY, first: 10, ...given })).toMatchObject({ code });
});

test('the cursor of another list is refused', async () => {
  const { projects } = await office.data(operation('projects'), { within: CITY, first: 1 });
  const after = projects.pageInfo.endCursor;
  expect(await office.refusal(TASKS, { within: CITY, first: 1, after })).toMatchObject({
    code: 'INVALID_CURSOR',
  });
});

test('asks the database the same number of questions, however long it is', async () => {
  const query = `query ($within: RegionCode!, $first: Int!) { tasks(within: $within, first: $first) { totalCount
    edges { node { region { code name level } standardItem { name } responsible { name } allowedTransitions
      history { to by { name } } deadlineHistory { to by { name } } } } } }`;
  const asked = (first: number) =>
    statementsOf(
      () => office.data(query, { within: CITY, first }),
      /^select .*from "(task|task_move|task_deadline_move|region|standard_item|account)"/,
    );
  const few = await asked(2);
  const many = await asked(100);
  expect(many).toEqual(few);
  // Page, count, history, deadline history; the region asked for and those of the tasks; items; accounts once for the
  // responsible, once for who moved; whether parts keep it from being declared met.
  expect(many).toHaveLength(10);
});
