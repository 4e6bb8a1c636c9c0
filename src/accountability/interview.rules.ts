import { levelOf, pathOf } from '../auth/scope.js';
import type { Matter } from '../inbox/inbox.rules.js';

/**
 * The unit that is interviewed for what was not done in a place: the township for its villages, else the township or
 * county itself. Null for a city: no office of it stands above it.
 */
export function unitOf(place: string): string | null {
  const level = levelOf(place);
  if (level === 'VILLAGE') return pathOf(place).at(-2) ?? null;
  return level === 'TOWNSHIP' || level === 'COUNTY' ? place : null;
}

/** Whether a matter calls its unit to an interview; that one is appointed is no further reason for one. */
export const callsUnit = ({ step, topic }: Pick<Matter, 'step' | 'topic'>): boolean =>
  step?.leadsTo === 'INTERVIEW' && topic !== 'INTERVIEW';

/** What of a matter stays: the task or finding that it is about, not the alert that told of it. */
export const subjectOf = ({ about, subject }: Pick<Matter, 'about' | 'subject'>) => about ?? subject;
