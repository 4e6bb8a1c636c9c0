import { Refusal } from '../errors.js';
import { COMMON_WORDS } from './common-words.js';

export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 128;
/** Fewer different characters than this are a pattern, however long. */
const LEAST_DIFFERENT = 5;
/** Along these no run of so many characters counts as chosen. */
const RUN = 6;
const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
];
/** A part of one's own name that is so short hides in any text. */
const NAME_MIN = 3;

/** One spelling for what looks and types the same on every keyboard (NFKC). */
export const normalPassword = (password: string): string => password.normalize('NFKC');

/**
 * No pattern is forced (NIST SP 800-63B): long, and not what anybody would try first.
 * @throws BAD_USER_INPUT with `field`
 */
export function demandGoodPassword(password: string, names: readonly string[], field: string): void {
  const why = weaknessOf(normalPassword(password), names);
  if (why) throw new Refusal('BAD_USER_INPUT', `${field} ${why}`, { field, limit: PASSWORD_MIN });
}

function weaknessOf(password: string, names: readonly string[]): string | null {
  const length = [...password].length;
  if (length < PASSWORD_MIN) return `must have at least ${PASSWORD_MIN} characters.`;
  if (length > PASSWORD_MAX) return `may have at most ${PASSWORD_MAX} characters.`;
  const own = names
    .flatMap(partsOf)
    .filter((part) => part.length >= NAME_MIN || /\p{Script=Han}{2}/u.test(part));
  if (own.some((part) => folded(password).includes(folded(part))))
    return 'must not hold the name of the account.';
  if (new Set(password).size < LEAST_DIFFERENT || isCommon(password))
    return 'is among the first that anybody would try.';
  return null;
}

/** A user name such as `city.office` is tried whole and in its parts. */
const partsOf = (name: string): string[] =>
  [name, ...name.split(/[\s._-]+/)].map((part) => part.normalize('NFKC'));

/** Nothing but common words, runs along the keyboard, years and decoration. */
function isCommon(password: string): boolean {
  let rest = folded(withoutRuns(password.toLowerCase()));
  for (const word of COMMON_WORDS) rest = rest.replaceAll(word, ' ');
  rest = rest.replace(/(19|20)\d\d/g, ' ');
  // What is left may be a date or an exclamation mark, and protects nothing.
  return rest.replace(/[^\p{L}\p{N}]/gu, '').length < RUN;
}

const SWAPS: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
};

/** Lower case, and letters for the digits that people put in their place, where letters stand beside them. */
function folded(text: string): string {
  return text.toLowerCase().replace(/[@4310$57]/g, (found, at: number, whole: string) => {
    const beside = `${whole[at - 1] ?? ''}${whole[at + 1] ?? ''}`;
    return /[a-z]/.test(beside) ? (SWAPS[found] ?? found) : found;
  });
}

function withoutRuns(text: string): string {
  const rows = ROWS.flatMap((row) => [row, [...row].reverse().join('')]);
  let rest = text;
  for (const row of rows)
    for (let from = 0; from + 4 <= row.length; from += 1) {
      let to = from + 4;
      if (!rest.includes(row.slice(from, to))) continue;
      while (to < row.length && rest.includes(row.slice(from, to + 1))) to += 1;
      rest = rest.replaceAll(row.slice(from, to), ' ');
    }
  return rest;
}
