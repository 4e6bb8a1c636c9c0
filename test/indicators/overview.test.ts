import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Sealer } from '../../src/auth/seal.js';
import { comparePositions, readCursor } from '../../src/events/position.js';
import { sumDeltas } from '../../src/indicators/fold.js';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { statementsOf } from '../helpers/statements.js';
import { UPDATE } from '../households/family.js';
import { WALL_OVERVIEW, WALL_OVERVIEW_CHANGED } from './documents.js';
import { factsUntil } from './replay.js';
import { Writes } from './writes.js';

const CITY = '341200000000';
const COUNTY = '341225000000';
const VILLAGE = '341225206205';

let house: House;
let office: Client;

beforeEach(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
});
afterEach(() => house.close());

const overview = async (client: Client, region: string) =>
  (await client.data(WALL_OVERVIEW, { region })).overview;

// biome-ignore lint/suspicious/noExplicitAny: parts of several shapes
const sum = (parts: any[], field: string) => parts.reduce((total, part) => total + part[field], 0);

/** The numbers that the log gives at the cursor, in the words of the overview. */
async function replayed(cursor: string, region: string) {
  const sealer = new Sealer(Buffer.from(house.database.secrets.cursorKey, 'base64url'));
  const { position } = readCursor(sealer, house.node.tail.line, cursor);
  if (!position) throw new Error('the cursor leads nowhere');
  while (comparePositions(house.node.tail.head, position) < 0)
    await house.node.tail.moved(house.node.tail.head);
  const sums = new Map<string, number>();
  for (const { regionCode, measure, key, by } of sumDeltas(await factsUntil(house, position))) {
    if (regionCode !== region) continue;
    for (const name of [measure, `${measure} ${key}`]) sums.set(name, (sums.get(name) ?? 0) + by);
  }
  return (name: string) => sums.get(name) ?? 0;
}

test('an overview is exact at its cursor, also while people write and deadlines come', async () => {
  const writes = await new Writes(house, 'cursor').open();
  const cursors = new Set<string>();
  for (let round = 0; round < 8; round++) {
    if (round % 3 === 2) writes.passTime();
    const writing = Promise.all(Array.from({ length: 8 }, () => writes.one()));
    for (const region of [CITY, COUNTY, VILLAGE]) {
      const numbers = await overview(office, region);
      const value = await replayed(numbers.cursor, region);
      cursors.add(numbers.cursor);
      expect(numbers.tasks.total).toBe(value('task.status'));
      expect(numbers.tasks.overdue).toBe(value('task.schedule OVERDUE'));
      expect(numbers.tasks.dueSoon).toBe(value('task.schedule DUE_SOON'));
      expect(numbers.households.total).toBe(value('household.status'));
      expect(numbers.projects.total).toBe(value('project.stage'));
      expect(numbers.alerts.open).toBe(value('alert.severity') + value('alert.confided'));
      for (const { status, count } of numbers.tasks.byStatus)
        expect(count).toBe(value(`task.status ${status}`));
      for (const { status, count } of numbers.households.byStatus)
        expect(count).toBe(value(`household.status ${status}`));
      for (const { kind, total, byStage } of numbers.projects.byKind) {
        expect(total).toBe(sum(byStage, 'count'));
        for (const { stage, count } of byStage) expect(count).toBe(value(`project.stage ${kind}:${stage}`));
      }
      expect(numbers.tasks.onTrack).toBe(value('task.schedule ON_TRACK'));
      expect(numbers.households.planned).toBe(value('household.plan 2016:PLANNED'));
      expect(numbers.households.lifted).toBe(value('household.plan 2016:LIFTED'));
    }
    await writing;
  }
  expect(cursors.size).toBeGreaterThan(3);
}, 60_000);

test('the parts make the whole, and every region directly inside is listed', async () => {
  const city = await overview(office, CITY);
  expect(city.region).toEqual({ code: CITY, name: '阜阳市', level: 'PREFECTURE' });
  expect(city.asOf).toBe('2016-12-08T01:00:00.000Z');
  expect(sum(city.tasks.byStatus, 'count')).toBe(city.tasks.total);
  expect(sum(city.households.byStatus, 'count')).toBe(city.households.total);
  expect(sum(city.projects.byStage, 'count')).toBe(city.projects.total);
  expect(sum(city.alerts.bySeverity, 'count')).toBe(city.alerts.open);
  const { onTrack, behind, dueSoon, overdue, met, total } = city.tasks;
  const cancelled = city.tasks.byStatus.find(({ status }: { status: string }) => status === 'CANCELLED');
  expect(onTrack + behind + dueSoon + overdue + met + cancelled.count).toBe(total);
  expect(sum(city.projects.byKind, 'total')).toBe(city.projects.total);
  expect(sum(city.children, 'tasksTotal')).toBe(total);
  expect(sum(city.children, 'tasksMet')).toBe(met);
  expect(sum(city.children, 'tasksOverdue')).toBe(overdue);
  expect(sum(city.children, 'tasksDueSoon')).toBe(dueSoon);
  expect(sum(city.children, 'tasksBehind')).toBe(behind);
  expect(sum(city.children, 'alertsOpen')).toBe(city.alerts.open);
  expect(sum(city.children, 'villagesPlanned')).toBe(city.villages.planned);
  expect(sum(city.children, 'villagesMet')).toBe(city.villages.met);
  expect(sum(city.children, 'householdsPlanned')).toBe(city.households.planned);
  expect(sum(city.children, 'householdsLifted')).toBe(city.households.lifted);
  expect(city.villages.planned).toBe(169);
  expect(city.households.planned).toBeGreaterThan(city.households.lifted);
  const regions = await office.data(
    `{ region(code: "${CITY}") { children(first: 100) { edges { node { code } } } } }`,
  );
  expect(city.children.map(({ region }: { region: { code: string } }) => region.code)).toEqual(
    regions.region.children.edges.map(({ node }: { node: { code: string } }) => node.code),
  );
  const counted = await office.data(operation('tasks'), {
    within: CITY,
    filter: { schedule: ['OVERDUE'] },
    first: 1,
  });
  expect(city.tasks.overdue).toBe(counted.tasks.totalCount);
});

test('the plan of households is that of the campaign year, and moves with the household', async () => {
  const [household] = await house.sql(
    `select id, version, region_code as region from household
     where status = 'LIFTED_WITH_POLICY' and planned_exit_year = 2016 and region_code like '341225%' order by id limit 1`,
  );
  const before = (await overview(office, household.region)).households;
  await house.sql(`update role_grant set region_code = '341225000000' from account
    where account.id = account_id and username = 'hesheng.village'`);
  const team = await house.signIn('hesheng.village');
  const move = async (status: string, expectedVersion: number) => {
    await team.data(UPDATE, { input: { householdId: household.id, status, expectedVersion } });
    await house.settled();
    return (await overview(office, household.region)).households;
  };
  const relapsed = { planned: before.planned, lifted: before.lifted - 1 };
  expect(await move('RELAPSED', household.version)).toMatchObject(relapsed);
  const gone = { planned: before.planned - 1, lifted: before.lifted - 1 };
  expect(await move('CANCELLED', household.version + 1)).toMatchObject(gone);
  house.moveClock('2016-12-31T23:59:59+08:00');
  expect((await overview(office, household.region)).households).toMatchObject(gone);
  house.moveClock('2017-01-01T00:00:00+08:00');
  expect((await overview(office, household.region)).households).toMatchObject({ planned: 0, lifted: 0 });
});

test('an overview is one statement, however many regions lie inside', async () => {
  const statements = (region: string) => statementsOf(() => overview(office, region), /\bcounter\b/);
  expect(await statements(CITY)).toHaveLength(1);
  expect(await statements(COUNTY)).toEqual(await statements(CITY));
});

test('the feed after the cursor of an overview tells everything that the numbers do not hold yet', async () => {
  const { cursor } = await overview(office, CITY);
  const village = await house.signIn('hesheng.village');
  const task = (
    await house.sql(
      `select id, version from task where region_code = $1 and status = 'NOT_STARTED' limit 1`,
      [VILLAGE],
    )
  )[0];
  const input = { taskId: task.id, to: 'IN_PROGRESS', expectedVersion: task.version };
  const { changeTaskStatus } = await village.data(operation('change-task-status'), { input });
  await house.settled();
  const feed = await office.subscribe(operation('supervision-feed'), { within: CITY, after: cursor });
  const { data } = await feed.next();
  expect(data.supervisionFeed.events[0]).toMatchObject({
    kind: 'TASK_STATUS_CHANGED',
    mark: changeTaskStatus.mark,
  });
});

test('overviewChanged sends the numbers of now, then each time they moved, the last ones in the end', async () => {
  const feed = await office.subscribe(WALL_OVERVIEW_CHANGED, { region: COUNTY });
  const first = (await feed.next()).data.overviewChanged;
  expect(await overview(office, COUNTY)).toEqual({ ...first, cursor: expect.any(String) });
  const rows = await house.sql(
    `select id, version from task where region_code like '341225%' and status not in
      ('COUNTY_CONFIRMED', 'PROVINCE_PASSED', 'CANCELLED') order by id limit 20`,
  );
  for (const { id, version } of rows) {
    const input = { taskId: id, to: 'CANCELLED', expectedVersion: version };
    await office.data(operation('change-task-status'), { input });
  }
  const cancelled = (numbers: { byStatus: { status: string; count: number }[] }) =>
    numbers.byStatus.find(({ status }) => status === 'CANCELLED')?.count ?? 0;
  const wanted = cancelled(first.tasks) + rows.length;
  const sent = await feed.until(({ data }) => cancelled(data.overviewChanged.tasks) === wanted);
  const counts = sent.map(({ data }) => cancelled(data.overviewChanged.tasks));
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  expect(new Set(sent.map(({ data }) => JSON.stringify(data.overviewChanged))).size).toBe(sent.length);
  expect(sent.length).toBeLessThanOrEqual(rows.length + 1);
});
