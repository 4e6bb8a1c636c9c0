import type { Random } from './random.js';

/** As in the register; an ID number's parity says the same. */
export type Sex = 'MALE' | 'FEMALE';

const SURNAMES = [
  ...'李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范',
];
/** Weathers and grains for the first character, parts of plants for the second: see `givenName`. */
const FIRST = [...'霜露霁雾雹霰虹黍粟稷荞麦稻菽芡菱'];
const SECOND = [...'苗穗芽蔓藤荻蓼蒿蕨蕾萼茎秆荚藓苔'];

const FIRST_YEAR = 1800;
const YEARS = 50;
const DAYS_OF_MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAYS = 365;
const SEQUENCES = 500;
/** How many ID numbers there are before one would come twice. */
export const ID_NUMBERS = YEARS * DAYS * SEQUENCES;
/** Has no factor in common with ID_NUMBERS (2³·5⁶·73), so that multiplying only mixes the serials. */
const STRIDE = 3_618_817;

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** A common surname. */
export const surname = (random: Random): string => random.pick(SURNAMES);

/**
 * A given name nobody is likely to bear: a weather or grain and a part of a plant (霜穗, 黍芽). Neither list holds a
 * character usual in second place of a name, so that no surname makes it a known person's.
 */
export const givenName = (random: Random): string => random.pick(FIRST) + random.pick(SECOND);

/**
 * An ID number that is valid by its checksum and can be nobody's: the birth year lies between 1800 and 1849. Each
 * serial (0 to ID_NUMBERS - 1) has its own number; `county` gives the first six digits, `sex` the parity.
 */
export function idNumber(serial: number, county: string, sex: Sex): string {
  if (!Number.isInteger(serial) || serial < 0 || serial >= ID_NUMBERS) {
    throw new RangeError(`There are ${ID_NUMBERS} ID numbers; ${serial} is not one of them.`);
  }
  const slot = (serial * STRIDE) % ID_NUMBERS;
  const year = FIRST_YEAR + Math.floor(slot / (DAYS * SEQUENCES));
  const day = monthAndDay(Math.floor(slot / SEQUENCES) % DAYS);
  const sequence = (slot % SEQUENCES) * 2 + (sex === 'MALE' ? 1 : 0);
  const digits = `${county.slice(0, 6)}${year}${day}${String(sequence).padStart(3, '0')}`;
  return digits + checkDigit(digits);
}

/** The eighteenth character of an ID number: GB 11643, ISO 7064 MOD 11-2. */
export function checkDigit(digits: string): string {
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(digits[i]), 0);
  return '10X98765432'.charAt(sum % 11);
}

/**
 * A telephone number that can be nobody's: mobile numbers begin with 13 to 19, these with 10 to 12. Each serial (see
 * `idNumber`) has its own.
 */
export const phoneNumber = (serial: number): string =>
  `1${serial % 3}${String((serial * STRIDE) % 1_000_000_000).padStart(9, '0')}`;

/** The first digits of a card of the mainland's banks, with a bank's number that none of them has. */
const NO_BANK = '620000';

/** An account that is valid by its check digit and can be nobody's; each serial has its own. */
export function bankAccount(serial: number): string {
  const digits = NO_BANK + String((serial * STRIDE) % 1_000_000_000_000).padStart(12, '0');
  return digits + luhnDigit(digits);
}

/** The last digit of a card's number: ISO/IEC 7812. */
export function luhnDigit(digits: string): string {
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const doubled = Number(digit) * (at % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return String((10 - (sum % 10)) % 10);
}

function monthAndDay(dayOfYear: number): string {
  let left = dayOfYear;
  let month = 0;
  for (const days of DAYS_OF_MONTHS) {
    if (left < days) break;
    left -= days;
    month++;
  }
  return String(month + 1).padStart(2, '0') + String(left + 1).padStart(2, '0');
}
