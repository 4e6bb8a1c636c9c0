import { readFileSync } from 'node:fs';
import { calendarOf, NATION, type YearTable } from '../../src/calendars/calendar.rules.js';
import { installed } from '../../src/installation.js';

/** The years for which the State Council's arrangement is in the house. */
export const FIRST_YEAR = 2016;
export const LAST_YEAR = 2026;

const file = JSON.parse(readFileSync(installed('data', 'calendars', 'national-2016-2026.json'), 'utf8')) as {
  documents: Record<string, YearTable['days'][number]['document']>;
  years: {
    year: number;
    days: { day: string; kind: 'HOLIDAY' | 'MAKE_UP_WORKDAY'; name: string; document: string }[];
  }[];
};

/** The published tables as the migration puts them into the database. */
export const TABLES: YearTable[] = file.years.map(({ year, days }) => ({
  regionCode: NATION,
  year,
  hours: null,
  version: 1,
  days: days.map(({ document, ...day }) => {
    const found = file.documents[document];
    if (!found) throw new Error(`no document ${document}`);
    return { ...day, document: found };
  }),
}));

export const nation = calendarOf(TABLES);
