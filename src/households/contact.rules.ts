import { Refusal } from '../errors.js';

// How a family is reached and paid: checked and brought into one spelling before it is sealed.

/** Longer than any of them with whatever stands between its digits; what is longer is not looked at. */
const MAX_LENGTH = 40;
const BETWEEN_DIGITS = /[ \-()]/g;
const COUNTRY = /^(?:\+|00)86/;
const MOBILE = /^1[3-9]\d{9}$/;
/** Two-digit areas (010, 021 and the like) have eight digits behind them, three-digit ones seven or eight. */
const LAND_LINE = /^0(?:10|2\d)\d{8}$|^0[3-9]\d{2}\d{7,8}$/;

/**
 * A telephone number of the mainland as its digits alone, without the country's.
 * @throws INVALID_PHONE
 */
export function phoneDigits(given: string, field: string): string {
  const digits = given.length > MAX_LENGTH ? '' : given.replace(BETWEEN_DIGITS, '').replace(COUNTRY, '');
  if (MOBILE.test(digits) || LAND_LINE.test(digits)) return digits;
  const message = `${field} is no telephone number of the mainland: 11 digits of a mobile, or area code and number.`;
  throw new Refusal('INVALID_PHONE', message, { field });
}

const ACCOUNT = /^\d{12,19}$/;
/** A card of UnionPay, which carries a check digit; other accounts have none that is the same everywhere. */
const CARD = /^62\d{14,17}$/;

/**
 * A bank account as its digits alone.
 * @throws INVALID_BANK_ACCOUNT
 */
export function accountDigits(given: string, field: string): string {
  const digits = given.length > MAX_LENGTH ? '' : given.replace(/[ -]/g, '');
  if (ACCOUNT.test(digits) && (!CARD.test(digits) || hasCheckDigit(digits))) return digits;
  const message = `${field} is no bank account: 12 to 19 digits, of a card the right last one.`;
  throw new Refusal('INVALID_BANK_ACCOUNT', message, { field });
}

/** ISO/IEC 7812 (Luhn). */
function hasCheckDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const doubled = Number(digit) * (at % 2 === 0 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}
