import { v5 as derivedId } from 'uuid';
import { levelOf } from '../auth/scope.js';
import { Refusal } from '../errors.js';
import type { SpecialKind } from './calendar.entity.js';
import {
  type Calendar,
  type CalendarDay,
  type DayReason,
  FREE_REASONS,
  type IssuingDocument,
  type Span,
} from './working-time.rules.js';

/** The jurisdiction of the State Council's tables: above every region. */
export const NATION = '000000000000';

/**
 * The hours of an office where no table says otherwise: 08:00 to 12:00 and 14:30 to 17:30, seven hours a day, as the
 * offices of the city post them.
 */
export const OFFICE_HOURS: readonly Span[] = [
  { from: 8 * 60, to: 12 * 60 },
  { from: 14 * 60 + 30, to: 17 * 60 + 30 },
];

export interface DayOrder {
  readonly day: string;
  readonly kind: SpecialKind;
  readonly name: string;
  readonly document: IssuingDocument;
}

/** The table of one jurisdiction and year. */
export interface YearTable {
  readonly regionCode: string;
  readonly year: number;
  readonly hours: readonly Span[] | null;
  readonly version: number;
  readonly days: readonly DayOrder[];
}

const IDS = '4f6b0d1e-2f0e-4c5c-9d0a-6a8d3c1b7e55';

/** The same id wherever it is made: the absence of a table is stated of it before there is one. */
export const calendarId = (regionCode: string, year: number): string =>
  derivedId(`${regionCode} ${year}`, IDS);

const DEPTHS = ['PROVINCE', 'PREFECTURE', 'COUNTY', 'TOWNSHIP', 'VILLAGE'];
const depthOf = (code: string) => (code === NATION ? -1 : DEPTHS.indexOf(levelOf(code)));

/** A county may add days of its own, but a year is published by its city or above. */
export const isPublisher = (regionCode: string): boolean => depthOf(regionCode) < DEPTHS.indexOf('COUNTY');

export function isWeekend(day: string): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday === 0 || weekday === 6;
}

export const calendarMissing = (year: number) =>
  new Refusal(
    'CALENDAR_MISSING',
    `No calendar of ${year} is published here; working time in it is not guessed.`,
    {
      year,
    },
  );

/** What holds for one year in one place. */
interface Year {
  readonly hours: readonly Span[];
  readonly orders: ReadonlyMap<string, DayOrder & { jurisdiction: string }>;
}

/**
 * One year of a place: the nearest jurisdiction has the last word on a day, and on the hours.
 * @throws CALENDAR_MISSING
 */
export function yearOf(tables: readonly YearTable[], year: number): Year {
  const own = tables
    .filter((table) => table.year === year)
    .sort((a, b) => depthOf(a.regionCode) - depthOf(b.regionCode));
  if (!own.some(({ regionCode }) => isPublisher(regionCode))) throw calendarMissing(year);
  const hours = own.findLast((table) => table.hours)?.hours ?? OFFICE_HOURS;
  const orders = own.flatMap(({ days, regionCode }) =>
    days.map((order) => [order.day, { ...order, jurisdiction: regionCode }] as const),
  );
  return { hours, orders: new Map(orders) };
}

/** The calendar of a place, from the tables of everything that contains it. */
export function calendarOf(tables: readonly YearTable[]): Calendar {
  const years = new Map<number, Year>();
  const days = new Map<string, CalendarDay>();
  const make = (day: string): CalendarDay => {
    const year = Number(day.slice(0, 4));
    const known = years.get(year) ?? yearOf(tables, year);
    years.set(year, known);
    const order = known.orders.get(day);
    const reason = order?.kind ?? (isWeekend(day) ? 'WEEKEND' : 'ORDINARY');
    const spans = (FREE_REASONS as readonly DayReason[]).includes(reason) ? [] : known.hours;
    return { day, reason, spans, name: order?.name ?? null, document: order?.document ?? null };
  };
  return {
    dayOf: (day) => {
      const found = days.get(day) ?? make(day);
      days.set(day, found);
      return found;
    },
  };
}
