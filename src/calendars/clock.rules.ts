import { endOfShanghaiDay, shanghaiDay, startOfShanghaiDay } from '../clock.js';
import {
  type Calendar,
  type CalendarDay,
  type Duration,
  dayAfter,
  dueAfter,
  FREE_REASONS,
  type FreeReason,
  isWorkday,
  isWorkingUnit,
  workedIn,
} from './working-time.rules.js';

/** A time in which a clock stood still; half-open, and open-ended while it still does. */
export interface Stop {
  readonly from: Date;
  readonly to: Date | null;
}

/** A duration that runs from an instant on, but for the times in which it was stopped, in order. */
export interface DurationClock {
  readonly startedAt: Date;
  readonly duration: Duration;
  readonly stops: readonly Stop[];
}

/**
 * Why a day counts for nothing: what the calendar says of it; or it is the day on which a duration in days begins; or
 * office hours were over when one in hours began; or the clock stood.
 */
export const SKIP_REASONS = [...FREE_REASONS, 'FIRST_DAY', 'AFTER_HOURS', 'STOPPED'] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** A stretch that counts: of a duration in hours its minutes, of one in days the whole day. */
export interface CountedSpan {
  readonly day: CalendarDay | null;
  readonly date: string;
  readonly from: Date;
  readonly to: Date;
  /** Minutes for a duration in hours, 1 for one in days. */
  readonly counts: number;
}

export interface SkippedDay {
  readonly day: CalendarDay | null;
  readonly date: string;
  readonly reason: SkipReason;
}

/** How a duration comes to its end, day by day. */
export interface Course {
  readonly counted: readonly CountedSpan[];
  readonly skipped: readonly SkippedDay[];
  /** In minutes or days, as the spans count. */
  readonly budget: number;
  readonly consumed: number;
  /** Null while the clock stands: it ends so much later as it stands. */
  readonly dueAt: Date | null;
}

const MINUTE_MS = 60_000;
const isInHours = ({ unit }: Duration): boolean => unit === 'HOURS' || unit === 'WORKING_HOURS';

/**
 * Every span that counts and every day that does not, up to the end or to where the clock stands.
 * @throws CALENDAR_MISSING where a working unit reaches into a year without a table
 */
export function courseOf(calendar: Calendar, clock: DurationClock): Course {
  const { amount } = clock.duration;
  const budget = isInHours(clock.duration) ? amount * 60 : amount;
  const counted: CountedSpan[] = [];
  const skipped: SkippedDay[] = [];
  const standsFrom = clock.stops.find(({ to }) => to === null)?.from ?? null;
  let consumed = 0;
  for (let date = shanghaiDay(clock.startedAt); consumed < budget; date = dayAfter(date)) {
    if (standsFrom && startOfShanghaiDay(date) > standsFrom) break;
    const day = isWorkingUnit(clock.duration.unit) ? calendar.dayOf(date) : null;
    const spans = isInHours(clock.duration)
      ? spansOf(day, date, clock, budget - consumed)
      : wholeDay(day, date, clock);
    for (const span of spans) consumed += span.counts;
    counted.push(...spans);
    if (spans.length === 0) skipped.push({ day, date, reason: reasonOf(day, date, clock) });
  }
  const isOver = consumed === budget;
  return { counted, skipped, budget, consumed, dueAt: isOver ? (counted.at(-1)?.to ?? null) : null };
}

/**
 * When the duration is over; null while the clock stands.
 * @throws CALENDAR_MISSING as {@link courseOf}
 */
export const endOf = (calendar: Calendar, clock: DurationClock): Date | null =>
  clock.stops.length === 0
    ? dueAfter(calendar, clock.startedAt, clock.duration)
    : courseOf(calendar, clock).dueAt;

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What of a day a duration in hours may use, if its clock does not stand. */
function hoursOf(day: CalendarDay | null, date: string, startedAt: Date): Stretch[] {
  const start = Math.floor(startedAt.getTime() / MINUTE_MS);
  if (day) {
    const worked = workedIn(day, start, Number.MAX_SAFE_INTEGER);
    return worked.map(({ from, to }) => ({ from: from * MINUTE_MS, to: to * MINUTE_MS }));
  }
  const [midnight, next] = [date, dayAfter(date)].map((each) => startOfShanghaiDay(each).getTime());
  return [{ from: Math.max(start * MINUTE_MS, midnight ?? 0), to: next ?? 0 }];
}

/** The stretches of one day in which a duration in hours runs, at most so many minutes of them. */
function spansOf(day: CalendarDay | null, date: string, clock: DurationClock, most: number): CountedSpan[] {
  const spans: CountedSpan[] = [];
  let left = most;
  for (const { from, to } of clock.stops.reduce(without, hoursOf(day, date, clock.startedAt))) {
    const counts = Math.min(left, (to - from) / MINUTE_MS);
    left -= counts;
    const end = new Date(from + counts * MINUTE_MS);
    if (counts > 0) spans.push({ day, date, from: new Date(from), to: end, counts });
  }
  return spans;
}

/** Whole minutes only: the one in which a clock is stopped or started again counts. */
function without(stretches: readonly Stretch[], stop: Stop): Stretch[] {
  const from = Math.ceil(stop.from.getTime() / MINUTE_MS) * MINUTE_MS;
  const to = stop.to ? Math.floor(stop.to.getTime() / MINUTE_MS) * MINUTE_MS : Number.MAX_SAFE_INTEGER;
  if (to <= from) return [...stretches];
  return stretches
    .flatMap((each) => [
      { from: each.from, to: Math.min(each.to, from) },
      { from: Math.max(each.from, to), to: each.to },
    ])
    .filter((each) => each.from < each.to);
}

/** A day counts whole or not at all: when it is worked, and the clock runs at its end. */
function wholeDay(day: CalendarDay | null, date: string, { startedAt, stops }: DurationClock): CountedSpan[] {
  const isFree = day !== null && !isWorkday(day);
  if (date === shanghaiDay(startedAt) || isFree || standsAtEnd(stops, date)) return [];
  return [{ day, date, from: startOfShanghaiDay(date), to: endOfShanghaiDay(date), counts: 1 }];
}

function standsAtEnd(stops: readonly Stop[], date: string): boolean {
  const end = endOfShanghaiDay(date);
  return stops.some(({ from, to }) => from <= end && (to === null || to > end));
}

function reasonOf(day: CalendarDay | null, date: string, { startedAt, duration }: DurationClock): SkipReason {
  if (!isInHours(duration) && date === shanghaiDay(startedAt)) return 'FIRST_DAY';
  if (day && !isWorkday(day)) return day.reason as FreeReason;
  return isInHours(duration) && hoursOf(day, date, startedAt).length === 0 ? 'AFTER_HOURS' : 'STOPPED';
}
