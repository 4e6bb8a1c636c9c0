import { describe, expect, test } from '@jest/globals';
import { isInside } from '../../src/auth/scope.js';
import type { Role } from '../../src/auth/viewer.js';
import { shanghaiDay } from '../../src/clock.js';
import type { AccountRow } from '../../src/demo/draw/accounts.js';
import type { TaskRow } from '../../src/demo/draw/tasks.js';
import { plannedOf, TEAM_VILLAGES } from '../../src/demo/draw/villages.js';
import { reference } from '../../src/demo/reference.js';
import type { TaskStatus } from '../../src/tasks/task.entity.js';
import { drawCity, START, tally } from './city.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const { tasks, villages, accounts } = drawCity('duban');
const roles = new Map(accounts.map((account) => [account.id, account]));
const isClosed = ({ status }: TaskRow): boolean =>
  ['COUNTY_CONFIRMED', 'PROVINCE_PASSED', 'CANCELLED'].includes(status);

/** The contract's "who sees and moves what", written down a second time. */
const MAY: Readonly<Record<string, Role>> = {
  'NOT_STARTED IN_PROGRESS': 'VILLAGE_TEAM',
  'IN_PROGRESS BLOCKED': 'VILLAGE_TEAM',
  'BLOCKED IN_PROGRESS': 'VILLAGE_TEAM',
  'IN_PROGRESS SELF_DECLARED_MET': 'VILLAGE_TEAM',
  'RETURNED IN_PROGRESS': 'VILLAGE_TEAM',
  'REOPENED IN_PROGRESS': 'VILLAGE_TEAM',
  'SELF_DECLARED_MET TOWNSHIP_CONFIRMED': 'TOWNSHIP_OFFICE',
  'SELF_DECLARED_MET RETURNED': 'TOWNSHIP_OFFICE',
  'TOWNSHIP_CONFIRMED COUNTY_CONFIRMED': 'COUNTY_OFFICE',
  'TOWNSHIP_CONFIRMED RETURNED': 'COUNTY_OFFICE',
  'COUNTY_CONFIRMED PROVINCE_PASSED': 'SUPERVISION_OFFICE',
  'COUNTY_CONFIRMED REOPENED': 'SUPERVISION_OFFICE',
  'PROVINCE_PASSED REOPENED': 'SUPERVISION_OFFICE',
  'NOT_STARTED CANCELLED': 'SUPERVISION_OFFICE',
  'IN_PROGRESS CANCELLED': 'SUPERVISION_OFFICE',
};
const CONFIRMING: readonly TaskStatus[] = ['TOWNSHIP_CONFIRMED', 'COUNTY_CONFIRMED', 'PROVINCE_PASSED'];

function brokenRules(task: TaskRow, offices: ReadonlyMap<string, AccountRow>): string[] {
  const broken: string[] = [];
  const demand = (holds: boolean, rule: string): void => {
    if (!holds) broken.push(`${task.regionCode} ${task.itemCode}: ${rule}`);
  };
  let status: TaskStatus = 'NOT_STARTED';
  let last = task.createdAt;
  const confirmed = new Set<string>();
  for (const { from, to, at, byRole, byId } of task.history) {
    const office = offices.get(byId);
    demand(from === status, `${from} is not ${status}`);
    demand(
      MAY[`${from} ${to}`] === byRole && office?.role === byRole,
      `${byRole} may not move ${from} to ${to}`,
    );
    demand(isInside(task.regionCode, office?.regionCode ?? '999999999999'), 'moved from outside');
    demand(at > last, `${to} before ${from}`);
    demand(!CONFIRMING.includes(to) || !confirmed.has(byId), 'two confirming moves by one office');
    if (CONFIRMING.includes(to)) confirmed.add(byId);
    status = to;
    last = at;
  }
  demand(status === task.status, `ends in ${status}, not ${task.status}`);
  demand(last < START, 'moved after the start');
  return broken;
}

describe('village tasks', () => {
  test('169 villages times 18 items are 3,042, each pair once', () => {
    expect(tasks).toHaveLength(3042);
    const pairs = new Set(tasks.map(({ regionCode, itemCode }) => `${regionCode} ${itemCode}`));
    expect(pairs.size).toBe(3042);
    expect(new Set(tasks.map(({ regionCode }) => regionCode))).toEqual(
      new Set(plannedOf(villages).map(({ regionCode }) => regionCode)),
    );
  });

  test('every village team answers for its own tasks', () => {
    for (const { responsibleId, regionCode } of tasks)
      expect(roles.get(responsibleId)).toMatchObject({ role: 'VILLAGE_TEAM', regionCode });
  });

  test.each(['duban', 'a', 'b'])("seed %s: every history replays under the contract's rules", (seed) => {
    const city = drawCity(seed);
    const offices = new Map(city.accounts.map((account) => [account.id, account]));
    expect(city.tasks.flatMap((task) => brokenRules(task, offices))).toEqual([]);
  });

  test('the replay notices what is not allowed', () => {
    const offices = new Map(accounts.map((account) => [account.id, account]));
    const task = tasks.find(({ status }) => status === 'COUNTY_CONFIRMED') as TaskRow;
    const [first, ...rest] = task.history;
    expect(brokenRules({ ...task, history: rest }, offices)).not.toEqual([]);
    expect(brokenRules({ ...task, status: 'NOT_STARTED' }, offices)).not.toEqual([]);
    expect(brokenRules({ ...task, createdAt: START }, offices)).not.toEqual([]);
    const byAnother = first && { ...first, byId: accounts[0]?.id ?? '' };
    expect(brokenRules({ ...task, history: byAnother ? [byAnother, ...rest] : [] }, offices)).not.toEqual([]);
  });

  test('each demo team has tasks to start, under way and declared', () => {
    for (const code of TEAM_VILLAGES) {
      const counts = tally(tasks.flatMap(({ regionCode, status }) => (regionCode === code ? [status] : [])));
      for (const status of ['NOT_STARTED', 'IN_PROGRESS', 'SELF_DECLARED_MET'] as const)
        expect(counts[status]).toBeGreaterThanOrEqual(2);
    }
  });

  test('statuses come up as often as assumed, every one of them', () => {
    const { taskPace, taskStatus } = reference().assumptions;
    const counts = tally(tasks.map(({ status }) => status));
    for (const status of Object.keys(taskStatus.value.STEADY) as TaskStatus[]) {
      const share = (['AHEAD', 'STEADY', 'BEHIND'] as const).reduce(
        (sum, pace) => sum + taskPace.value[pace] * taskStatus.value[pace][status],
        0,
      );
      expect(counts[status]).toBeGreaterThan(0);
      expect({ status, near: Math.abs((counts[status] ?? 0) / tasks.length - share) < 0.05 }).toEqual({
        status,
        near: true,
      });
    }
  });
});

describe('deadlines', () => {
  const hoursLeft = ({ dueAt }: TaskRow): number => (dueAt.getTime() - START.getTime()) / HOUR_MS;
  const open = tasks.filter((task) => !isClosed(task));

  test('all in December, most at the end of a Shanghai day', () => {
    for (const { dueAt } of tasks) expect(shanghaiDay(dueAt)).toMatch(/^2016-12-/);
    const atEnd = tasks.filter(({ dueAt }) => dueAt.toISOString().endsWith('T15:59:59.000Z'));
    expect(atEnd.length / tasks.length).toBeGreaterThan(0.8);
    expect(new Set(tasks.map(({ dueAt }) => shanghaiDay(dueAt))).size).toBe(31);
  });

  test('40 fall within the first hour, some of each demo team, and 12 are overdue', () => {
    const soon = open.filter((task) => hoursLeft(task) > 0 && hoursLeft(task) <= 1);
    expect(soon).toHaveLength(40);
    for (const code of TEAM_VILLAGES) expect(soon.some(({ regionCode }) => regionCode === code)).toBe(true);
    expect(open.filter((task) => hoursLeft(task) < 0)).toHaveLength(12);
  });

  test('tasks were created 60 to 80 days before, after the standard was public', () => {
    const { effectiveFrom } = reference().standard;
    for (const { createdAt } of tasks) {
      const days = (START.getTime() - createdAt.getTime()) / DAY_MS;
      expect(days).toBeGreaterThan(59);
      expect(days).toBeLessThan(81);
      expect(shanghaiDay(createdAt) >= effectiveFrom).toBe(true);
    }
  });
});
