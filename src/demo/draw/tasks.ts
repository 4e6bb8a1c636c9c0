import type { Role } from '../../auth/viewer.js';
import type { RulebookItem } from '../../standards/rulebook.file.js';
import { TASK_STATUSES, type TaskStatus } from '../../tasks/task.entity.js';
import { reference } from '../reference.js';
import type { Bilingual } from '../reference.schema.js';
import { type AccountRow, officeFinder } from './accounts.js';
import { endOfDayFrom, minutesAfter, momentsBetween, officeHourFrom, type Started } from './days.js';
import { Random } from './random.js';
import { drawRoute, moverOf } from './routes.js';
import { type PoorVillage, TEAM_VILLAGES } from './villages.js';

/** One move of a task, as a real one would have been recorded. */
export interface TaskMoveRow {
  from: TaskStatus;
  to: TaskStatus;
  at: Date;
  byRole: Role;
  /** The account that moved it. */
  byId: string;
  note: string | null;
}

/** A benchmark task: one planned village against one item of the standard. */
export interface TaskRow {
  id: string;
  kind: 'BENCHMARK';
  regionCode: string;
  itemCode: string;
  title: Bilingual;
  status: TaskStatus;
  dueAt: Date;
  createdAt: Date;
  /** The village's team. */
  responsibleId: string;
  /** From NOT_STARTED to `status`, in order of time, all before the start. */
  history: TaskMoveRow[];
}

const CLOSED: readonly TaskStatus[] = ['COUNTY_CONFIRMED', 'PROVINCE_PASSED', 'CANCELLED'];
const isOpen = ({ status }: TaskRow): boolean => !CLOSED.includes(status);

/** A task for every planned village and item, village by village; `officials` as drawn by `drawAccounts`. */
export function drawTasks(
  planned: readonly PoorVillage[],
  items: readonly RulebookItem[],
  officials: readonly AccountRow[],
  seed: string,
  { start }: Started,
): TaskRow[] {
  const random = new Random(seed).stream('tasks');
  const officeOf = officeFinder(officials);
  const tasks = planned.flatMap(({ regionCode }) => {
    const own = random.stream(regionCode);
    const { min, max } = reference().assumptions.taskDates.value.createdDaysBefore;
    const createdDay = -own.int(min, max);
    const createdAt = officeHourFrom(start, createdDay, own);
    const statuses = drawStatuses(regionCode, items.length, own);
    return items.map((item, i): TaskRow => {
      const status = statuses[i] as TaskStatus;
      return {
        id: own.uuid(createdAt),
        kind: 'BENCHMARK',
        regionCode,
        itemCode: item.code,
        title: item.name,
        status,
        dueAt: drawDueAt(start, CLOSED.includes(status), own),
        createdAt,
        responsibleId: officeOf('VILLAGE_TEAM', regionCode).id,
        history: drawHistory({ regionCode, status, start, createdDay, officeOf }, own),
      };
    });
  });
  return withPressingDeadlines(tasks, start, random.stream('deadlines'));
}

/** The demo teams' villages have one of everything to show; the others stand as their pace says. */
function drawStatuses(regionCode: string, count: number, random: Random): TaskStatus[] {
  const { teamVillageTasks, taskPace, taskStatus } = reference().assumptions;
  const promised = TEAM_VILLAGES.includes(regionCode)
    ? TASK_STATUSES.flatMap((status) => new Array<TaskStatus>(teamVillageTasks.value[status]).fill(status))
    : [];
  const shares = taskStatus.value[random.weighted(taskPace.value)];
  const drawn = Array.from({ length: Math.max(0, count - promised.length) }, () => random.weighted(shares));
  return random.shuffle([...promised, ...drawn]);
}

/** Open tasks are due from the day of the start on, met ones may have been due before. */
function drawDueAt(start: Date, isClosed: boolean, random: Random): Date {
  const { dueOnLastDay, dueAtEndOfDay, firstDueDay, lastDueDay } = reference().assumptions.taskDates.value;
  if (random.chance(dueOnLastDay)) return endOfDayFrom(start, lastDueDay);
  if (random.chance(dueAtEndOfDay))
    return endOfDayFrom(start, random.int(isClosed ? firstDueDay : 0, lastDueDay));
  return officeHourFrom(start, random.int(isClosed ? firstDueDay : 1, lastDueDay), random);
}

interface Village {
  regionCode: string;
  status: TaskStatus;
  start: Date;
  createdDay: number;
  officeOf: (role: Role, regionCode: string) => AccountRow;
}

function drawHistory(
  { regionCode, status, start, createdDay, officeOf }: Village,
  random: Random,
): TaskMoveRow[] {
  const route = drawRoute(status, random);
  const moments = momentsBetween(start, { first: createdDay + 1, last: -1, count: route.length }, random);
  return route.map(({ from, to, note }, i) => {
    const { role, digits } = moverOf(from, to);
    return {
      from,
      to,
      at: moments[i] as Date,
      byRole: role,
      byId: officeOf(role, regionCode.slice(0, digits).padEnd(12, '0')).id,
      note,
    };
  });
}

/** Some deadlines fall while the demo's first hour is watched, one of each demo team's among them; some are past. */
function withPressingDeadlines(tasks: readonly TaskRow[], start: Date, random: Random): TaskRow[] {
  const { dueInFirstHour, overdue } = reference().assumptions.taskDates.value;
  const open = random.shuffle(tasks.filter(isOpen));
  const ofTeams = TEAM_VILLAGES.flatMap(
    (code) => open.find((task) => task.regionCode === code && task.status === 'IN_PROGRESS') ?? [],
  );
  const others = open.filter(({ regionCode }) => !TEAM_VILLAGES.includes(regionCode));
  const pressing = [...ofTeams, ...others].slice(0, dueInFirstHour + overdue);
  const dueAt = new Map(
    pressing.map((task, i) => [
      task,
      i < dueInFirstHour ? minutesAfter(start, random.int(2, 58)) : endOfDayFrom(start, -random.int(1, 4)),
    ]),
  );
  return tasks.map((task) => ({ ...task, dueAt: dueAt.get(task) ?? task.dueAt }));
}
