import { pathOf } from '../../auth/scope.js';
import { startOfShanghaiDay } from '../../clock.js';
import { MET_STATUSES, scheduleOf, type TaskStatus } from '../../tasks/task.entity.js';
import { dayFrom } from './days.js';
import type { TaskRow } from './tasks.js';

/** What a number was at the end of a day on which it moved. */
export interface DayRow {
  region_code: string;
  measure: string;
  key: string;
  day: string;
  value: number;
}

/** How many days before the start the log would have counted, had it been there. */
const DAYS = 14;
const DAY_MS = 86_400_000;

/** The numbers of tasks that a trend shows, as the log's follower keeps them. */
const KEYS = [
  ...MET_STATUSES.map((status) => `task.status ${status}`),
  'task.schedule OVERDUE',
  'village.benchmark MET',
];

/**
 * The days before the start, out of what the tasks have behind them: of the first day every number of every region
 * with tasks, of later ones those that moved.
 */
export function drawTrend(tasks: readonly TaskRow[], start: Date): DayRow[] {
  const villages = [...Map.groupBy(tasks, ({ regionCode }) => regionCode)];
  const regions = [...new Set(villages.flatMap(([code]) => pathOf(code)))].sort();
  const rows: DayRow[] = [];
  let before = new Map<string, number>();
  for (let days = -DAYS; days < 0; days++) {
    const values = countAt(villages, lastInstantOf(dayFrom(start, days)));
    for (const region_code of regions) {
      for (const name of KEYS) {
        const value = values.get(`${region_code} ${name}`) ?? 0;
        if (days > -DAYS && value === (before.get(`${region_code} ${name}`) ?? 0)) continue;
        const [measure = '', key = ''] = name.split(' ');
        rows.push({ region_code, measure, key, day: dayFrom(start, days), value });
      }
    }
    before = values;
  }
  return rows;
}

/** What was due in the last second of a day was overdue when the day was over. */
const lastInstantOf = (day: string): Date => new Date(startOfShanghaiDay(day).getTime() + DAY_MS - 1);

/** The numbers at an instant, by region and name; zeros are left out. */
function countAt(villages: readonly [string, readonly TaskRow[]][], at: Date): Map<string, number> {
  const values = new Map<string, number>();
  for (const [regionCode, tasks] of villages) {
    const names = namesAt(tasks, at);
    for (const region of pathOf(regionCode)) {
      for (const name of names) values.set(`${region} ${name}`, (values.get(`${region} ${name}`) ?? 0) + 1);
    }
  }
  return values;
}

/** Under which numbers a village counts at an instant, one for each time. */
function namesAt(tasks: readonly TaskRow[], at: Date): string[] {
  const standing = tasks.map((task) => ({ status: statusAt(task, at), dueAt: task.dueAt }));
  const counting = standing.filter(({ status }) => status !== 'CANCELLED');
  const met = counting.filter(({ status }) => MET_STATUSES.includes(status));
  const overdue = counting.filter(({ status, dueAt }) => scheduleOf(status, dueAt, at) === 'OVERDUE');
  return [
    ...met.map(({ status }) => `task.status ${status}`),
    ...overdue.map(() => 'task.schedule OVERDUE'),
    ...(met.length > 0 && met.length === counting.length ? ['village.benchmark MET'] : []),
  ];
}

const statusAt = ({ history }: TaskRow, at: Date): TaskStatus =>
  history.findLast((move) => move.at <= at)?.to ?? 'NOT_STARTED';
