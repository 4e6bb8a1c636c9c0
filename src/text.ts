import { Refusal } from './errors.js';

/** Control, bidirectional-override, zero-width and other invisible characters: they make two texts look alike. */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/u;
/** More marks on one letter than any living script needs: they spill over the lines around. */
const MARK_FLOOD = /\p{M}{5}/u;
const LINE_BREAKS = /\r\n?|\n/g;
/** Asks for emoji style; common in notes and harmless there. */
const EMOJI_STYLE = /\ufe0f/g;
/** Composing never makes a text more than three times as long or short: longer ones are not worth composing. */
const COMPOSING = 4;

/**
 * Text typed by people, trimmed and in composed form (NFC), as it will be stored.
 * @throws INVALID_TEXT when empty, longer than `max` characters, or holding invisible characters or a flood of marks
 */
export function plainText(given: string, field: string, max: number): string {
  if (given.length > COMPOSING * (max + LEEWAY)) throw tooLong(field, max);
  const text = given.normalize('NFC').trim();
  if (text === '') throw new Refusal('INVALID_TEXT', `${field} must not be empty.`, { field });
  if ([...text].length > max) throw tooLong(field, max);
  if (INVISIBLE.test(text.replace(LINE_BREAKS, ' ').replace(EMOJI_STYLE, ''))) {
    throw new Refusal('INVALID_TEXT', `${field} holds control or invisible characters.`, { field });
  }
  if (MARK_FLOOD.test(text)) {
    throw new Refusal('INVALID_TEXT', `${field} holds too many combining marks in a row.`, { field });
  }
  return text;
}

/** Blanks around a text that are trimmed, not counted. */
const LEEWAY = 1000;

const tooLong = (field: string, max: number) =>
  new Refusal('INVALID_TEXT', `${field} may have at most ${max} characters.`, { field, limit: max });

/** The same for text that may be left out. */
export const optionalText = (given: string | null | undefined, field: string, max: number): string | null =>
  given === null || given === undefined ? null : plainText(given, field, max);

/** Every way to type the dot inside a name, for the one of the standard: names must compare equal. */
const NAME_DOTS = /[\u2022\u2027\u22c5\u30fb\uff65\u2e31]/g;
const NAME_DOT = '\u00b7';
/** Rare characters (extensions B and later) are Han like all others; 〇 is one that is no letter. */
const HAN_NAME = /^[\p{Script=Han}\u3007]+(?:\u00b7[\p{Script=Han}\u3007]+)*$/u;
const SCRIPTS = [
  'Latin',
  'Cyrillic',
  'Arabic',
  'Tibetan',
  'Mongolian',
  'Hangul',
  'Yi',
  'Thai',
  'Lao',
  'Myanmar',
];
/** Words of one script with a dot, blank, hyphen or apostrophe between them; what separates is never part of a word. */
const OTHER_NAMES = SCRIPTS.map((script) => {
  const word = `\\p{Script=${script}}[\\p{Script=${script}}\\p{Script=Inherited}]*`;
  return new RegExp(`^${word}(?:(?:[\u00b7'\u2019 -]|\\. ?)${word})*\\.?$`, 'u');
});

/**
 * The name of a person: of one script, so that no letter of another passes for one of it.
 * @throws INVALID_TEXT as {@link plainText}, and for mixed scripts, digits and signs
 */
export function personName(given: string, field: string, max: number): string {
  const name = plainText(
    given.slice(0, COMPOSING * (max + LEEWAY) + 1).replace(NAME_DOTS, NAME_DOT),
    field,
    max,
  );
  if (HAN_NAME.test(name) || OTHER_NAMES.some((form) => form.test(name))) return name;
  throw new Refusal('INVALID_TEXT', `${field} is no name: letters of one script, with · between parts.`, {
    field,
  });
}
