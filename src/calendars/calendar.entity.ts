// Which days are worked, as data: one table per jurisdiction and year, each special day with the document that ordered
// it. The nation's tables come with the house; a city may add to them, and a county to its city's.
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Span } from './working-time.rules.js';

/** What a document may make of a day. */
export const SPECIAL_KINDS = ['HOLIDAY', 'MAKE_UP_WORKDAY', 'LOCAL_HOLIDAY', 'LOCAL_WORKDAY'] as const;
export type SpecialKind = (typeof SPECIAL_KINDS)[number];
/** What a county may order for itself. */
export const LOCAL_KINDS: readonly SpecialKind[] = ['LOCAL_HOLIDAY', 'LOCAL_WORKDAY'];

export const CalendarTableSchema = defineEntity({
  name: 'CalendarTable',
  tableName: 'calendar',
  properties: {
    id: p.uuid().primary(),
    regionCode: p.text(),
    year: p.integer(),
    /** Null: the hours of the jurisdiction above. */
    hours: p.json<Span[]>().nullable(),
    changedAt: p.datetime(),
    version: p.integer().version(),
  },
});
export class CalendarTable extends CalendarTableSchema.class {}
CalendarTableSchema.setClass(CalendarTable);

export const SpecialDaySchema = defineEntity({
  name: 'SpecialDay',
  tableName: 'calendar_day',
  properties: {
    calendarId: p.uuid().primary(),
    /** YYYY-MM-DD */
    day: p.text().primary(),
    kind: p.text().$type<SpecialKind>(),
    name: p.text(),
    documentTitle: p.text(),
    documentNumber: p.text(),
    documentDate: p.text(),
    documentConfirmed: p.boolean(),
  },
});
export class SpecialDay extends SpecialDaySchema.class {}
SpecialDaySchema.setClass(SpecialDay);

/** A year that draws near, and that nobody has published for a city: told once, until it is. */
export const AwaitedCalendarSchema = defineEntity({
  name: 'AwaitedCalendar',
  tableName: 'calendar_awaited',
  properties: {
    regionCode: p.text().primary(),
    year: p.integer().primary(),
    since: p.datetime(),
  },
});
