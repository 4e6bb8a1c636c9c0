import type { EntityManager } from '@mikro-orm/postgresql';
import type { Expression, ExpressionBuilder, Kysely, SqlBool } from 'kysely';
import { signedIn } from '../auth/may.js';
import { pathOf, scopeOf } from '../auth/scope.js';
import { tables } from '../db/orm.js';
import type { Context } from '../http/context.js';
import { getRegion } from '../regions/region.queries.js';
import type { CalendarTable, CalendarTableSchema, SpecialDay, SpecialDaySchema } from './calendar.entity.js';
import { calendarOf, type DayOrder, isPublisher, NATION, type YearTable, yearOf } from './calendar.rules.js';
import type { Calendar, Span } from './working-time.rules.js';

const db = (em: EntityManager) => tables<typeof CalendarTableSchema | typeof SpecialDaySchema>(em);
type Tables = ReturnType<typeof db> extends Kysely<infer Known> ? Known : never;

/** The jurisdictions whose tables hold in a region, largest first. */
const jurisdictionsOf = (regionCode: string): string[] => [NATION, ...pathOf(regionCode)];

/** Every table that holds in one of the regions. */
export function tablesFor(em: EntityManager, regionCodes: readonly string[]): Promise<YearTable[]> {
  const codes = [...new Set(regionCodes.flatMap(jurisdictionsOf))];
  return read(em, (eb) => eb('regionCode', 'in', codes));
}

/** Every table of a jurisdiction inside the region. */
export function tablesInside(em: EntityManager, regionCode: string): Promise<YearTable[]> {
  const { from, to } = scopeOf(regionCode);
  return read(em, (eb) =>
    eb.and([eb('regionCode', '>=', from), eb('regionCode', '<', to), eb('regionCode', '<>', regionCode)]),
  );
}

async function read(
  em: EntityManager,
  which: (eb: ExpressionBuilder<Tables, 'calendar'>) => Expression<SqlBool>,
): Promise<YearTable[]> {
  const found = (await db(em).selectFrom('calendar').selectAll().where(which).execute()) as CalendarTable[];
  if (found.length === 0) return [];
  const ids = found.map(({ id }) => id);
  const days = await db(em)
    .selectFrom('calendar_day')
    .selectAll()
    .where('calendarId', 'in', ids)
    .orderBy('day')
    .execute();
  const byTable = Map.groupBy(days, ({ calendarId }) => calendarId);
  return found.map((table) => tableOf(table, byTable.get(table.id) ?? []));
}

const tableOf = (table: CalendarTable, days: readonly SpecialDay[]): YearTable => ({
  regionCode: table.regionCode,
  year: table.year,
  hours: table.hours ?? null,
  version: table.version,
  days: days.map(({ day, kind, name, ...order }) => ({
    day,
    kind,
    name,
    document: {
      title: order.documentTitle,
      number: order.documentNumber,
      issuedOn: order.documentDate,
      confirmed: order.documentConfirmed,
    },
  })),
});

/** Of the given tables, those that hold in a region. */
export function tablesHolding(tables: readonly YearTable[], regionCode: string): YearTable[] {
  const codes = jurisdictionsOf(regionCode);
  return tables.filter((table) => codes.includes(table.regionCode));
}

/** Working time in a region: its county's days over its city's over the nation's. */
export const calendarFor = async (em: EntityManager, regionCode: string): Promise<Calendar> =>
  calendarOf(await tablesFor(em, [regionCode]));

/** The calendars of many places, each made once. */
export async function calendarsFor(
  em: EntityManager,
  regionCodes: readonly string[],
): Promise<(regionCode: string) => Calendar> {
  const distinct = [...new Set(regionCodes)];
  const tables = distinct.length > 0 ? await tablesFor(em, distinct) : [];
  const made = new Map<string, Calendar>();
  return (regionCode) => {
    const calendar = made.get(regionCode) ?? calendarOf(tablesHolding(tables, regionCode));
    made.set(regionCode, calendar);
    return calendar;
  };
}

/** What holds in one place for one year: the orders of the nearest jurisdiction over those above it. */
export interface CalendarView {
  readonly regionCode: string;
  readonly year: number;
  readonly officeHours: readonly Span[];
  readonly days: readonly (DayOrder & { jurisdiction: string })[];
  readonly version: number;
}

/** @throws UNAUTHENTICATED · NOT_FOUND (region) · CALENDAR_MISSING (with `year`) */
export async function readCalendar(context: Context, code: string, year: number): Promise<CalendarView> {
  signedIn(context.asker);
  const { code: regionCode } = await getRegion(context, code);
  const holding = await tablesFor(context.em, [regionCode]);
  const { hours, orders } = yearOf(holding, year);
  const own = holding.find((table) => table.regionCode === regionCode && table.year === year);
  const days = [...orders.values()].sort((a, b) => a.day.localeCompare(b.day));
  return { regionCode, year, officeHours: hours, days, version: own?.version ?? 0 };
}

/** The years that are published for a region, in order. @throws UNAUTHENTICATED · NOT_FOUND (region) */
export async function readYears(context: Context, code: string): Promise<number[]> {
  signedIn(context.asker);
  const region = await getRegion(context, code);
  const holding = await tablesFor(context.em, [region.code]);
  const years = holding.filter(({ regionCode }) => isPublisher(regionCode)).map(({ year }) => year);
  return [...new Set(years)].sort((a, b) => a - b);
}
