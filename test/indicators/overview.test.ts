import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Sealer } from '../../src/auth/seal.js';
import { comparePositions, type Position, readCursor, START } from '../../src/events/position.js';
import type { LoggedFact } from '../../src/events/read.js';
import { sumDeltas } from '../../src/indicators/fold.js';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
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
  (await client.data(operation('overview'), { region })).overview;

/** Every fact of the log up to a place, read from its start. */
async function factsUntil(end: Position): Promise<LoggedFact[]> {
  const { tail } = house.node;
  const facts: LoggedFact[] = [];
  for (let at: Position = START; ; ) {
    const page = await tail.after(at, 400);
    if (page.facts.length === 0) return facts;
    const within = page.facts.filter(({ tick, id }) => comparePositions({ tick, id: BigInt(id) }, end) <= 0);
    facts.push(...within);
    if (within.length < page.facts.length) return facts;
    at = page.position;
  }
}

/** The numbers that the log gives at the cursor, in the words of the overview. */
async function replayed(cursor: string, region: string) {
  const sealer = new Sealer(Buffer.from(house.database.secrets.cursorKey, 'base64url'));
  const { position } = readCursor(sealer, house.node.tail.line, cursor);
  if (!position) throw new Error('the cursor leads nowhere');
  while (comparePositions(house.node.tail.head, position) < 0)
    await house.node.tail.moved(house.node.tail.head);
  const sums = new Map<string, number>();
  for (const { regionCode, measure, key, by } of sumDeltas(await factsUntil(position))) {
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
      expect(numbers.alerts.open).toBe(value('alert.severity'));
      for (const { status, count } of numbers.tasks.byStatus)
        expect(count).toBe(value(`task.status ${status}`));
      for (const { status, count } of numbers.households.byStatus)
        expect(count).toBe(value(`household.status ${status}`));
      for (const { stage, count } of numbers.projects.byStage)
        expect(count).toBe(value(`project.stage ${stage}`));
    }
    await writing;
  }
  expect(cursors.size).toBeGreaterThan(3);
}, 60_000);

test('the parts make the whole, and every region directly inside is listed', async () => {
  const city = await overview(office, CITY);
  expect(city.region).toEqual({ code: CITY, name: '阜阳市' });
  expect(city.asOf).toBe('2016-12-08T01:00:00.000Z');
  // biome-ignore lint/suspicious/noExplicitAny: parts of several shapes
  const sum = (parts: any[], field: string) => parts.reduce((total, part) => total + part[field], 0);
  expect(sum(city.tasks.byStatus, 'count')).toBe(city.tasks.total);
  expect(sum(city.households.byStatus, 'count')).toBe(city.households.total);
  expect(sum(city.projects.byStage, 'count')).toBe(city.projects.total);
  expect(sum(city.alerts.bySeverity, 'count')).toBe(city.alerts.open);
  expect(sum(city.children, 'tasksTotal')).toBe(city.tasks.total);
  expect(sum(city.children, 'tasksOverdue')).toBe(city.tasks.overdue);
  expect(sum(city.children, 'alertsOpen')).toBe(city.alerts.open);
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
  const feed = await office.subscribe(
    `subscription ($region: RegionCode!) { overviewChanged(region: $region) {
      cursor tasks { total overdue byStatus { status count } } children { tasksOverdue } } }`,
    { region: COUNTY },
  );
  const first = (await feed.next()).data.overviewChanged;
  const now = await overview(office, COUNTY);
  expect(first.tasks).toEqual({
    total: now.tasks.total,
    overdue: now.tasks.overdue,
    byStatus: now.tasks.byStatus,
  });
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
