// What a change of a calendar does to deadlines: durations in working time end at another instant.
import type { EntityManager } from '@mikro-orm/postgresql';
import { demandScopes } from '../auth/may.js';
import { scopeOf } from '../auth/scope.js';
import { planChange } from '../calendars/calendar.actions.js';
import { tablesHolding } from '../calendars/calendar.queries.js';
import { calendarOf, type YearTable } from '../calendars/calendar.rules.js';
import type { CalendarChange } from '../calendars/change.rules.js';
import { endOf } from '../calendars/clock.rules.js';
import { tables } from '../db/orm.js';
import type { Context } from '../http/context.js';
import { clockOf } from './clock.queries.js';
import {
  CLOSED_STATUSES,
  type TaskSchema,
  type TaskSuspension,
  type TaskSuspensionSchema,
} from './task.entity.js';
import type { TaskRow } from './task.queries.js';

/** A deadline that a change of the calendar moves. */
export interface Shift {
  readonly task: TaskRow;
  readonly from: Date;
  readonly to: Date;
}

/** Every deadline that is another one under these tables, by deadline. Clocks that stand are reckoned when they run again. */
export async function shiftsUnder(
  em: EntityManager,
  regionCode: string,
  after: readonly YearTable[],
): Promise<Shift[]> {
  const { from, to } = scopeOf(regionCode);
  const db = tables<typeof TaskSchema | typeof TaskSuspensionSchema>(em);
  const running: TaskRow[] = await db
    .selectFrom('task')
    .selectAll()
    .where('clockRegion', '>=', from)
    .where('clockRegion', '<', to)
    .where('durationUnit', 'in', ['WORKING_DAYS', 'WORKING_HOURS'])
    .where('status', 'not in', CLOSED_STATUSES)
    .where('suspendedAt', 'is', null)
    .orderBy('dueAt')
    .orderBy('id')
    .execute();
  if (running.length === 0) return [];
  const stops: TaskSuspension[] = await db
    .selectFrom('task_suspension')
    .selectAll()
    .where(
      'taskId',
      'in',
      running.map(({ id }) => id),
    )
    .orderBy('fromAt')
    .execute();
  const byTask = Map.groupBy(stops, ({ taskId }) => taskId);
  const calendars = new Map<string, ReturnType<typeof calendarOf>>();
  return running.flatMap((task) => {
    const region = task.clockRegion ?? '';
    const calendar = calendars.get(region) ?? calendarOf(tablesHolding(after, region));
    calendars.set(region, calendar);
    const clock = clockOf(task, byTask.get(task.id) ?? []);
    const end = clock && endOf(calendar, clock);
    return end && end.getTime() !== task.dueAt.getTime() ? [{ task, from: task.dueAt, to: end }] : [];
  });
}

/**
 * What a change would move, nothing written.
 * @throws FORBIDDEN, and whatever the change itself would be refused with
 */
export async function previewChange(context: Context, change: CalendarChange): Promise<Shift[]> {
  const scopes = demandScopes(context.asker, 'calendar.change', context.now);
  const { em, loaders, now } = context;
  const { region, after } = await planChange({ em, loaders, now, scopes }, change);
  return shiftsUnder(em, region.code, after);
}
