import { GraphQLScalarType, Kind } from 'graphql';
import { isRegionCode } from '../auth/scope.js';
import { Refusal } from '../errors.js';

/** A scalar that travels as a string, checked the same way as a variable and as a literal. */
function textScalar<T>(
  name: string,
  description: string,
  parse: (text: string) => T,
  serialize: (value: unknown) => string,
  refuse: () => Refusal,
): GraphQLScalarType {
  const parseValue = (value: unknown) => {
    if (typeof value !== 'string') throw refuse();
    return parse(value);
  };
  return new GraphQLScalarType({
    name,
    description,
    serialize,
    parseValue,
    parseLiteral: (node) => parseValue(node.kind === Kind.STRING ? node.value : undefined),
  });
}

const badCode = () =>
  new Refusal('INVALID_REGION_CODE', 'A region code is exactly 12 digits, such as 341200000000.');

export const RegionCode = textScalar(
  'RegionCode',
  'An official statistical division code: exactly 12 ASCII digits. Malformed: INVALID_REGION_CODE.',
  (text) => {
    if (!isRegionCode(text)) throw badCode();
    return text;
  },
  String,
  badCode,
);

/** The hour is spelled out because `Date` would take 24:00:00 and roll it over to the next day. */
const INSTANT = /^\d{4}-\d\d-\d\d[Tt]([01]\d|2[0-3]):\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;
const badInstant = () =>
  new Refusal('INVALID_DATE', 'An instant is RFC 3339 with offset, such as 2016-12-31T23:59:59+08:00.');

export const DateTime = textScalar(
  'DateTime',
  'An instant, RFC 3339 with offset; answered in UTC. Malformed: INVALID_DATE.',
  (text) => {
    const instant = new Date(text);
    if (!INSTANT.test(text) || Number.isNaN(instant.getTime()) || !isCalendarDay(text.slice(0, 10)))
      throw badInstant();
    return instant;
  },
  (value) => (value instanceof Date ? value.toISOString() : String(value)),
  badInstant,
);

const badDay = () => new Refusal('INVALID_DATE', 'A date is a calendar day, such as 2016-12-31.');

/** True for a day that exists; `Date` would roll 2016-02-30 over to March. */
function isCalendarDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

export const CalendarDate = textScalar(
  'Date',
  'A calendar day in Asia/Shanghai, YYYY-MM-DD. Malformed or impossible: INVALID_DATE.',
  (text) => {
    if (!isCalendarDay(text)) throw badDay();
    return text;
  },
  String,
  badDay,
);

const badCursor = () => new Refusal('INVALID_CURSOR', 'This cursor was not given out by this installation.');

export const FeedCursor = textScalar(
  'FeedCursor',
  'A position on the feed: opaque, signed, valid for any account and any arguments. Forged: INVALID_CURSOR.',
  (text) => text,
  String,
  badCursor,
);
