import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { en } from './en.js';
import { type Formats, formatsOf } from './formats.js';
import { type Words, zh } from './zh.js';

export type Locale = 'zh' | 'en';

/** Everything a panel needs to speak: the words, the forms of numbers and dates, and names in the right language. */
export interface Language extends Formats {
  readonly locale: Locale;
  readonly words: Words;
  readonly setLocale: (locale: Locale) => void;
  /** A place by its name in this language; what has none keeps its official Chinese one. */
  readonly place: (region: { code: string; name: string }) => string;
  /** Whichever of two texts is in this language. */
  readonly pick: (text: { zh: string; en: string }) => string;
}

const WORDS: Record<Locale, Words> = { zh, en };
const KEY = 'duban.locale';
const LanguageContext = createContext<Language | null>(null);

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [locale, setLocale] = useState<Locale>(() => (localStorage.getItem(KEY) === 'en' ? 'en' : 'zh'));
  const words = WORDS[locale];
  useEffect(() => {
    localStorage.setItem(KEY, locale);
    document.documentElement.lang = words.lang;
    document.title = `${words.product} · ${words.subtitle}`;
  }, [locale, words]);
  const language = useMemo<Language>(
    () => ({
      ...formatsOf(words),
      locale,
      words,
      setLocale,
      place: ({ code, name }) => words.places[code] ?? name,
      pick: (text) => text[locale],
    }),
    [locale, words],
  );
  return <LanguageContext value={language}>{children}</LanguageContext>;
}

export function useLanguage(): Language {
  const language = useContext(LanguageContext);
  if (!language) throw new Error('No language is provided here.');
  return language;
}
