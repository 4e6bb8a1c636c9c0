import { registerEnumType } from 'type-graphql';

/** A GraphQL enum from the list of words that the tables and the rules use; each word needs its description. */
export function wordEnum<Word extends string>(
  name: string,
  description: string,
  words: readonly Word[],
  meanings: Partial<Record<Word, string>> = {},
): { [K in Word]: K } {
  const values = Object.fromEntries(words.map((word) => [word, word])) as { [K in Word]: K };
  const valuesConfig = Object.fromEntries(
    Object.entries<string | undefined>(meanings).map(([word, meaning]) => [word, { description: meaning }]),
  ) as Record<Word, { description: string }>;
  registerEnumType(values, { name, description, valuesConfig });
  return values;
}
