import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  scheduleOf,
  TASK_SCHEDULES,
  type TaskSchedule,
  type TaskStatus,
} from '../../src/tasks/task.entity.js';
import { type Client, type House, openHouse } from '../helpers/house.js';
import { HESHENG } from './documents.js';

const BY_SCHEDULE = `query ($within: RegionCode!) {
  all: tasks(within: $within, first: 100) { totalCount edges { node { ...stand } } }
  ${TASK_SCHEDULES.map(
    (each) =>
      `${each}: tasks(within: $within, filter: {schedule: [${each}]}, first: 100) { totalCount edges { node { ...stand } } }`,
  ).join('\n')}
  both: tasks(within: $within, filter: {schedule: [OVERDUE, CLOSED]}, first: 1) { totalCount }
  every: tasks(within: $within, filter: {schedule: [${TASK_SCHEDULES.join()}]}, first: 1) { totalCount }
} fragment stand on Task { id status dueAt schedule }`;

interface Stand {
  id: string;
  status: TaskStatus;
  dueAt: string;
  schedule: TaskSchedule;
}
interface Page {
  totalCount: number;
  edges: { node: Stand }[];
}

let house: House;
let village: Client;
beforeAll(async () => {
  house = await openHouse();
  village = await house.signIn('hesheng.village');
});
afterAll(() => house.close());

const nodes = ({ edges }: Page): Stand[] => edges.map(({ node }) => node);
const inOrder = (ids: string[]): string[] => [...ids].sort();

/** Asks at an instant for the tasks of every schedule, and answers which schedules there were. */
async function check(at: Date): Promise<string[]> {
  house.moveClock(at.toISOString());
  const { all, both, every, ...bySchedule } = await village.data(BY_SCHEDULE, { within: HESHENG });
  for (const { status, dueAt, schedule } of nodes(all)) {
    expect([at, status, dueAt, schedule]).toEqual([
      at,
      status,
      dueAt,
      scheduleOf(status, new Date(dueAt), at),
    ]);
  }
  for (const [schedule, page] of Object.entries<Page>(bySchedule)) {
    expect([at, schedule, nodes(page).map((node) => node.schedule)]).toEqual([
      at,
      schedule,
      nodes(page).map(() => schedule),
    ]);
    expect(page.totalCount).toBe(page.edges.length);
  }
  const found = Object.values<Page>(bySchedule).flatMap(nodes);
  expect(inOrder(found.map(({ id }) => id))).toEqual(inOrder(nodes(all).map(({ id }) => id)));
  expect(every.totalCount).toBe(all.totalCount);
  expect(both.totalCount).toBe(bySchedule.OVERDUE.totalCount + bySchedule.CLOSED.totalCount);
  return Object.keys(bySchedule).filter((schedule) => bySchedule[schedule].totalCount > 0);
}

test('the filter and the field agree whatever the clock says: each task in one schedule, none in two', async () => {
  const rows = await house.sql('select distinct due_at from task where region_code = $1', [HESHENG]);
  const dueAt = fc.constantFrom(...rows.map(({ due_at }) => due_at.getTime() as number));
  const day = 86_400_000;
  const startOfDay = (ms: number) => Math.floor((ms + 8 * 3_600_000) / day) * day - 8 * 3_600_000;
  // Around each deadline and each midnight of Shanghai on which a schedule may change, and anywhere in between.
  const clock = fc.oneof(
    fc.record({ dueAt, ms: fc.integer({ min: -1, max: 1 }) }).map((given) => given.dueAt + given.ms),
    fc
      .record({ dueAt, days: fc.constantFrom(6, 7, 8, 14, 15, 16), ms: fc.integer({ min: -1, max: 1 }) })
      .map((given) => startOfDay(given.dueAt - given.days * day) + given.ms),
    fc
      .record({ dueAt, ms: fc.integer({ min: -20 * day, max: 5 * day }) })
      .map((given) => given.dueAt + given.ms),
  );
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(clock, async (ms) => {
      for (const schedule of await check(new Date(ms))) seen.add(schedule);
    }),
    { numRuns: 150 },
  );
  expect([...seen].sort()).toEqual([...TASK_SCHEDULES].sort());
});
