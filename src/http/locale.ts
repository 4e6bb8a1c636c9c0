import { ArgsType, Field } from 'type-graphql';
import type { Named } from '../events/facts.js';
import { wordEnum } from './enums.js';

export const LOCALES = ['ZH', 'EN'] as const;
export type Locale = (typeof LOCALES)[number];
export const LocaleEnum = wordEnum('Locale', 'Language of rendered text.', LOCALES, {
  ZH: 'Chinese.',
  EN: 'English.',
});

@ArgsType()
export class LocaleArgsType {
  @Field(() => LocaleEnum, {
    defaultValue: 'ZH',
    description: 'Language; what has no English name stays Chinese.',
  })
  locale!: Locale;
}

/** A name in the wanted language, or the Chinese one where there is no other. */
export const inLocale = (name: Named, locale: Locale): string =>
  locale === 'EN' && name.en ? name.en : name.zh;
