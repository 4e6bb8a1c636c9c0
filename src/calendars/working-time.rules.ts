import { endOfShanghaiDay, shanghaiDay, startOfShanghaiDay } from '../clock.js';

/** Why a day is worked or free. ORDINARY and WEEKEND are what a day is when no document says otherwise. */
export const DAY_REASONS = [
  'ORDINARY',
  'WEEKEND',
  'HOLIDAY',
  'MAKE_UP_WORKDAY',
  'LOCAL_HOLIDAY',
  'LOCAL_WORKDAY',
] as const;
export type DayReason = (typeof DAY_REASONS)[number];
export const FREE_REASONS = ['WEEKEND', 'HOLIDAY', 'LOCAL_HOLIDAY'] as const satisfies readonly DayReason[];
export type FreeReason = (typeof FREE_REASONS)[number];

/** What ordered a special day. */
export interface IssuingDocument {
  readonly title: string;
  readonly number: string;
  /** YYYY-MM-DD */
  readonly issuedOn: string;
  /** False while nobody has held the number against the document itself. */
  readonly confirmed: boolean;
}

/** A stretch of one day, in minutes after its midnight in Asia/Shanghai; half-open: the last minute is not in it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One calendar day. A free day has no span. */
export interface CalendarDay {
  /** YYYY-MM-DD */
  readonly day: string;
  readonly reason: DayReason;
  readonly spans: readonly Span[];
  /** The holiday, or the holiday that the day makes up for; null for ordinary days. */
  readonly name: string | null;
  readonly document: IssuingDocument | null;
}

/** What working time is measured against. */
export interface Calendar {
  /** @throws CALENDAR_MISSING (with `year`): a year without a published table is never guessed */
  dayOf(day: string): CalendarDay;
}

export const DURATION_UNITS = ['CALENDAR_DAYS', 'WORKING_DAYS', 'WORKING_HOURS', 'HOURS'] as const;
export type DurationUnit = (typeof DURATION_UNITS)[number];
export type Duration = { readonly amount: number; readonly unit: DurationUnit };

/** Units whose clock only runs in working time. */
export const isWorkingUnit = (unit: DurationUnit): boolean =>
  unit === 'WORKING_DAYS' || unit === 'WORKING_HOURS';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Time is counted in whole minutes: whatever is less belongs to the minute it lies in. */
const minuteOf = (instant: Date): number => Math.floor(instant.getTime() / MINUTE_MS);
const midnightOf = (day: string): number => startOfShanghaiDay(day).getTime() / MINUTE_MS;

/** The calendar day that lies `days` after another. */
export const dayAfter = (day: string, days = 1): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

export const isWorkday = ({ spans }: CalendarDay): boolean => spans.length > 0;

/** A worked stretch between two instants: minutes since the epoch. */
interface Stretch {
  readonly day: CalendarDay;
  readonly from: number;
  readonly to: number;
}

/** What of one day's working time lies in [from, to), minutes since the epoch. */
export function workedIn(day: CalendarDay, from: number, to: number): Stretch[] {
  const midnight = midnightOf(day.day);
  return day.spans
    .map((span) => ({
      day,
      from: Math.max(from, midnight + span.from),
      to: Math.min(to, midnight + span.to),
    }))
    .filter((stretch) => stretch.from < stretch.to);
}

/** Every calendar day that [from, to) touches, in order. */
function* daysOf(calendar: Calendar, from: Date, to: Date): Generator<CalendarDay> {
  for (let day = shanghaiDay(from); startOfShanghaiDay(day) < to; day = dayAfter(day))
    yield calendar.dayOf(day);
}

/** Whole working minutes from one instant to another; negative when `to` is earlier. a→b and b→c add up to a→c. */
export function workingMinutesBetween(calendar: Calendar, from: Date, to: Date): number {
  if (to < from) return 0 - workingMinutesBetween(calendar, to, from);
  let minutes = 0;
  for (const day of daysOf(calendar, from, to)) {
    for (const stretch of workedIn(day, minuteOf(from), minuteOf(to))) minutes += stretch.to - stretch.from;
  }
  return minutes;
}

/**
 * The first instant by which so many working minutes have passed: the end of a span, not the start of the next one.
 * No minute at all passes at once.
 */
export function addWorkingMinutes(calendar: Calendar, from: Date, minutes: number): Date {
  demandWhole(minutes);
  if (minutes === 0) return from;
  let left = minutes;
  for (let day = shanghaiDay(from); ; day = dayAfter(day)) {
    for (const stretch of workedIn(calendar.dayOf(day), minuteOf(from), Number.MAX_SAFE_INTEGER)) {
      const length = stretch.to - stretch.from;
      if (left <= length) return new Date((stretch.from + left) * MINUTE_MS);
      left -= length;
    }
  }
}

/** The same time of day, so many working days later; the day it begins on does not count. */
export function addWorkingDays(calendar: Calendar, from: Date, days: number): Date {
  demandWhole(days);
  const first = shanghaiDay(from);
  let day = first;
  for (let left = days; left > 0; ) {
    day = dayAfter(day);
    if (isWorkday(calendar.dayOf(day))) left -= 1;
  }
  return new Date(from.getTime() + startOfShanghaiDay(day).getTime() - startOfShanghaiDay(first).getTime());
}

/** Working days after the day of `from`, up to and with the day of `to`; 0 when that is no later. */
export function workingDaysBetween(calendar: Calendar, from: Date, to: Date): number {
  const last = shanghaiDay(to);
  let days = 0;
  for (let day = dayAfter(shanghaiDay(from)); day <= last; day = dayAfter(day)) {
    if (isWorkday(calendar.dayOf(day))) days += 1;
  }
  return days;
}

/** Whether somebody is at work then. */
export const isWorkingMoment = (calendar: Calendar, at: Date): boolean =>
  workedIn(calendar.dayOf(shanghaiDay(at)), minuteOf(at), minuteOf(at) + 1).length > 0;

/** The instant itself when somebody is at work, else the start of the next span. */
export function nextWorkingMoment(calendar: Calendar, at: Date): Date {
  if (isWorkingMoment(calendar, at)) return at;
  for (let day = shanghaiDay(at); ; day = dayAfter(day)) {
    const [next] = workedIn(calendar.dayOf(day), minuteOf(at), Number.MAX_SAFE_INTEGER);
    if (next) return new Date(next.from * MINUTE_MS);
  }
}

/**
 * When a duration that begins at `from` is over. One in days lasts to the last second of its last day, and the day it
 * begins on does not count; one in hours is over at its minute.
 * @throws CALENDAR_MISSING where a working unit reaches into a year without a table
 */
export function dueAfter(calendar: Calendar, from: Date, { amount, unit }: Duration): Date {
  demandWhole(amount);
  switch (unit) {
    case 'CALENDAR_DAYS':
      return endOfShanghaiDay(dayAfter(shanghaiDay(from), amount));
    case 'WORKING_DAYS':
      return endOfShanghaiDay(shanghaiDay(addWorkingDays(calendar, from, amount)));
    case 'WORKING_HOURS':
      return addWorkingMinutes(calendar, from, amount * 60);
    case 'HOURS':
      return new Date(from.getTime() + amount * HOUR_MS);
  }
}

function demandWhole(amount: number): void {
  if (!Number.isSafeInteger(amount) || amount < 0)
    throw new RangeError(`${amount} is no whole amount of time`);
}
