import { Refusal } from './errors.js';

/** Control, bidirectional-override, zero-width and other invisible characters: they make two texts look alike. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029\u115f\u1160\u3164\uffa0]/u;
const LINE_BREAKS = /\r\n?|\n/g;

/**
 * Text typed by people, trimmed and in composed form (NFC), as it will be stored.
 * @throws INVALID_TEXT when empty, longer than `max` characters, or holding invisible characters
 */
export function plainText(given: string, field: string, max: number): string {
  const text = given.normalize('NFC').trim();
  if (text === '') throw new Refusal('INVALID_TEXT', `${field} must not be empty.`, { field });
  if ([...text].length > max) {
    throw new Refusal('INVALID_TEXT', `${field} may have at most ${max} characters.`, { field, limit: max });
  }
  if (INVISIBLE.test(text.replace(LINE_BREAKS, ' '))) {
    throw new Refusal('INVALID_TEXT', `${field} holds control or invisible characters.`, { field });
  }
  return text;
}

/** The same for text that may be left out. */
export const optionalText = (given: string | null | undefined, field: string, max: number): string | null =>
  given === null || given === undefined ? null : plainText(given, field, max);
