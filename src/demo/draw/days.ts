import { endOfShanghaiDay, shanghaiDay, startOfShanghaiDay } from '../../clock.js';
import type { Random } from './random.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** What every dated generator needs: the instant the campaign clock starts. Another start shifts every date. */
export interface Started {
  readonly start: Date;
}

/** The Shanghai day that is `days` after the start's (before it when negative), as YYYY-MM-DD. */
export const dayFrom = (start: Date, days: number): string =>
  shanghaiDay(new Date(start.getTime() + days * DAY_MS));

/** The last second of that day. */
export const endOfDayFrom = (start: Date, days: number): Date => endOfShanghaiDay(dayFrom(start, days));

/** `minutes` after an instant. */
export const minutesAfter = (instant: Date, minutes: number): Date =>
  new Date(instant.getTime() + minutes * MINUTE_MS);

/** Some minute between 08:30 and 17:29 of that day. */
export const officeHourFrom = (start: Date, days: number, random: Random): Date =>
  minutesAfter(startOfShanghaiDay(dayFrom(start, days)), random.int(510, 1049));

/** `count` moments on different days from `first` to `last` (days from the start), in order. */
export function momentsBetween(
  start: Date,
  window: { first: number; last: number; count: number },
  random: Random,
): Date[] {
  const { first, last, count } = window;
  const days = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  if (days.length < count) throw new RangeError(`${count} moments do not fit from day ${first} to ${last}.`);
  return random
    .shuffle(days)
    .slice(0, count)
    .sort((a, b) => a - b)
    .map((day) => officeHourFrom(start, day, random));
}
