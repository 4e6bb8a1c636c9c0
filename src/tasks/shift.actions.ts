import { calendarFact, keepTable, planChange } from '../calendars/calendar.actions.js';
import type { CalendarChange } from '../calendars/change.rules.js';
import { write } from '../db/write.js';
import type { Fact } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { deadlineFact, writeDeadline } from './deadline.actions.js';
import { shiftsUnder } from './shift.queries.js';
import { lockById } from './task.held.actions.js';

export interface ChangeCalendar {
  change: CalendarChange;
  expectedVersion: number;
  idempotencyKey?: string | null;
}

/**
 * Publishes or changes the calendar of a city or county for one year, and moves in the same transaction every deadline
 * that is counted by it. It is here and not among the calendars, because only tasks know their deadlines.
 * @throws FORBIDDEN · NOT_FOUND · INVALID_REGION_CODE · VERSION_CONFLICT · INVALID_TEXT · INVALID_DATE · BAD_USER_INPUT ·
 *   CALENDAR_MISSING
 */
export const changeCalendar = (context: Context, input: ChangeCalendar) =>
  write(context, { act: 'calendar.change', operation: 'changeCalendar', input }, async (tx) => {
    const { change, expectedVersion } = input;
    const changed = await planChange(tx, change);
    await keepTable(tx, changed, { expectedVersion, days: change.days });
    const shifts = () => shiftsUnder(tx.em, changed.region.code, changed.after);
    const tasks = await lockById(
      tx,
      (await shifts()).map(({ task }) => task.id),
    );
    // Once more, now that they are held: a clock that was stopped meanwhile must stand.
    const ends = new Map((await shifts()).map(({ task, to }) => [task.id, to]));
    const { title, number } = change.document;
    const facts: Fact[] = [calendarFact(changed, change.days.length)];
    const moved = tasks.filter(({ id }) => ends.has(id));
    for (const task of moved) {
      const from = writeDeadline(tx, task, ends.get(task.id) as Date, `${title.trim()} ${number.trim()}`);
      facts.push(await deadlineFact(tx, task, from));
    }
    const { code: regionCode } = changed.region;
    return { answer: { regionCode, year: change.year, moved: moved.length }, facts };
  });
