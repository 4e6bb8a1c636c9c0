import { shanghaiDay, shanghaiYear } from '../clock.js';
import { Refusal } from '../errors.js';
import { plainText } from '../text.js';
import { LOCAL_KINDS, type SpecialKind } from './calendar.entity.js';
import { calendarMissing, calendarOf, isPublisher, isWeekend, type YearTable } from './calendar.rules.js';
import { isWorkday, type Span } from './working-time.rules.js';

const NAME_LENGTH = 60;
const TITLE_LENGTH = 200;
const MINUTES_A_DAY = 24 * 60;
const MOST_SPANS = 4;

/** What a document orders for one jurisdiction and year. */
export interface CalendarChange {
  readonly regionCode: string;
  readonly year: number;
  readonly document: { title: string; number: string; issuedOn: string };
  /** Null for a day that is again what the jurisdiction above, or the week, makes of it. */
  readonly days: readonly { date: string; kind?: SpecialKind | null; name?: string | null }[];
  /** Left out: as they are. */
  readonly officeHours?: readonly Span[] | null;
}

const refuse = (code: 'BAD_USER_INPUT' | 'INVALID_DATE', field: string, why: string) =>
  new Refusal(code, why, { field });

/**
 * The table as it is after the change.
 * @param tables those that hold in the jurisdiction, its own among them if it has one
 * @throws INVALID_TEXT · INVALID_DATE · BAD_USER_INPUT (each with `field`) · CALENDAR_MISSING (a county's days for a year
 *   that its city has not)
 */
export function changedTable(tables: readonly YearTable[], change: CalendarChange, now: Date): YearTable {
  const { regionCode, year } = change;
  if (year < shanghaiYear(now)) throw refuse('INVALID_DATE', 'year', `The year ${year} is over.`);
  const isOf = (table: YearTable) => table.regionCode === regionCode && table.year === year;
  const own = tables.find(isOf);
  const above = tables.filter((table) => table.year === year && !isOf(table));
  if (!isPublisher(regionCode) && !above.some((table) => isPublisher(table.regionCode)))
    throw calendarMissing(year);
  const document = documentOf(change, now);
  const hours = change.officeHours ? checkedHours(change.officeHours) : (own?.hours ?? null);
  const ordered = new Map(own?.days.map((order) => [order.day, order]));
  for (const order of checkedDays(above, change)) {
    const { day, kind, name } = order;
    if (kind === null) ordered.delete(day);
    else ordered.set(day, { day, kind, name, document });
  }
  const days = [...ordered.values()].sort((a, b) => a.day.localeCompare(b.day));
  return { regionCode, year, hours, version: own?.version ?? 0, days };
}

/** Nothing is changed without a document that has a name, a number and a date. */
function documentOf({ document: { title, number, issuedOn } }: CalendarChange, now: Date) {
  if (issuedOn > shanghaiDay(now))
    throw refuse('INVALID_DATE', 'document.issuedOn', 'The document is not issued yet.');
  return {
    title: plainText(title, 'document.title', TITLE_LENGTH),
    number: plainText(number, 'document.number', NAME_LENGTH),
    issuedOn,
    confirmed: true,
  };
}

interface CheckedDay {
  readonly day: string;
  readonly kind: SpecialKind | null;
  readonly name: string;
}

function checkedDays(above: readonly YearTable[], change: CalendarChange): CheckedDay[] {
  if (change.days.length === 0 && !change.officeHours)
    throw refuse('BAD_USER_INPUT', 'days', 'The change orders nothing.');
  const seen = new Set<string>();
  return change.days.map(({ date, kind = null, name }, index) => {
    const field = `days[${index}]`;
    if (Number(date.slice(0, 4)) !== change.year)
      throw refuse('INVALID_DATE', `${field}.date`, `${date} is not in ${change.year}.`);
    if (seen.has(date)) throw refuse('BAD_USER_INPUT', `${field}.date`, `${date} is ordered twice.`);
    seen.add(date);
    if (kind !== null) demandSense(above, change.regionCode, { date, kind }, field);
    return {
      day: date,
      kind,
      name: kind === null ? '' : plainText(name ?? '', `${field}.name`, NAME_LENGTH),
    };
  });
}

/** A holiday must be free, and a workday worked, by this order and not without it. */
function demandSense(
  above: readonly YearTable[],
  regionCode: string,
  { date, kind }: { date: string; kind: SpecialKind },
  field: string,
): void {
  if (!isPublisher(regionCode) && !LOCAL_KINDS.includes(kind))
    throw refuse(
      'BAD_USER_INPUT',
      `${field}.kind`,
      `A county orders days of its own: ${LOCAL_KINDS.join(', ')}.`,
    );
  if (kind === 'MAKE_UP_WORKDAY' && !isWeekend(date))
    throw refuse(
      'BAD_USER_INPUT',
      `${field}.date`,
      `${date} is no Saturday or Sunday; it makes up for nothing.`,
    );
  if (kind === 'LOCAL_WORKDAY' && isWorkedAlready(above, date))
    throw refuse('BAD_USER_INPUT', `${field}.date`, `${date} is worked already.`);
}

const isWorkedAlready = (above: readonly YearTable[], date: string): boolean =>
  above.some((table) => isPublisher(table.regionCode))
    ? isWorkday(calendarOf(above).dayOf(date))
    : !isWeekend(date);

/** In order, apart from each other, inside one day. */
function checkedHours(spans: readonly Span[]): readonly Span[] {
  const isSound = spans.every(
    ({ from, to }, index) => from >= (spans[index - 1]?.to ?? 0) && from < to && to <= MINUTES_A_DAY,
  );
  if (spans.length > 0 && spans.length <= MOST_SPANS && isSound)
    return spans.map(({ from, to }) => ({ from, to }));
  const why = `Office hours are 1 to ${MOST_SPANS} spans of one day, in order, each longer than nothing.`;
  throw refuse('BAD_USER_INPUT', 'officeHours', why);
}
