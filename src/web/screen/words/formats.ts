import type { Words } from './zh.js';

/** Campaign days are days in Shanghai, wherever the screen hangs. */
const timeZone = 'Asia/Shanghai';

/** Numbers and dates in the form of a language. */
export interface Formats {
  readonly number: (value: number) => string;
  /** A number that may be withheld from the viewer (null). */
  readonly count: (value: number | null) => string;
  /** A share of a whole; an en dash where there is no whole. */
  readonly percent: (part: number, whole: number) => string;
  readonly dateTime: (instant: string | number | Date) => string;
  readonly time: (instant: string | number | Date) => string;
  readonly date: (instant: string | number | Date) => string;
  /** Month and day, for axes. */
  readonly shortDate: (instant: string | number | Date) => string;
  /** How long ago, in the one unit that fits. */
  readonly age: (seconds: number) => string;
}

export function formatsOf({ lang, ages, withheld }: Words): Formats {
  const numbers = new Intl.NumberFormat(lang);
  const percents = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 1 });
  const form = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(lang, { timeZone, hourCycle: 'h23', ...options });
    return (instant: string | number | Date) => format.format(new Date(instant));
  };
  return {
    number: (value) => numbers.format(value),
    count: (value) => (value === null ? withheld.short : numbers.format(value)),
    percent: (part, whole) => (whole === 0 ? '–' : percents.format(part / whole)),
    dateTime: form({
      month: 'numeric',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    }),
    time: form({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    date: form({ year: 'numeric', month: 'long', day: 'numeric' }),
    shortDate: form({ month: 'numeric', day: 'numeric' }),
    age: (seconds) => {
      if (seconds < 60) return ages.seconds(Math.floor(seconds));
      return seconds < 3600 ? ages.minutes(Math.floor(seconds / 60)) : ages.hours(Math.floor(seconds / 3600));
    },
  };
}

const DAY_MS = 86_400_000;
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

/** Calendar days in Shanghai from one instant to another, negative when `to` is past: how deadlines are counted. */
export const daysBetween = (from: number, to: number): number =>
  Math.floor((to + SHANGHAI_OFFSET_MS) / DAY_MS) - Math.floor((from + SHANGHAI_OFFSET_MS) / DAY_MS);
