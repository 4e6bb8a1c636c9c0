import { GraphQLScalarType, Kind } from 'graphql';
import { isRegionCode } from '../auth/scope.js';
import { isCalendarDay, readInstant } from '../clock.js';
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

const badInstant = () =>
  new Refusal('INVALID_DATE', 'An instant is RFC 3339 with offset, such as 2016-12-31T23:59:59+08:00.');

export const DateTime = textScalar(
  'DateTime',
  'An instant, RFC 3339 with offset; answered in UTC. Malformed: INVALID_DATE.',
  (text) => {
    const instant = readInstant(text);
    if (!instant) throw badInstant();
    return instant;
  },
  (value) => (value instanceof Date ? value.toISOString() : String(value)),
  badInstant,
);

const badDay = () => new Refusal('INVALID_DATE', 'A date is a calendar day, such as 2016-12-31.');

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
