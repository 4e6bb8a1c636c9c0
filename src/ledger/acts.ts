import type { Act } from '../auth/may.js';
import { SUBJECT_TYPES } from '../events/facts.js';

/** What is entered beside the acts of may.ts: what needs no grant, and what the house or its operators do. */
export const OTHER_ACTS = [
  'session.signIn',
  'session.refresh',
  /** A refresh token that had been used already: somebody else may hold it. */
  'session.reuse',
  'session.end',
  'secondFactor.enrol',
  'secondFactor.confirm',
  'password.change',
  /** Looking for a person by ID number. */
  'household.search',
  'ledger.prune',
] as const;

export type LedgerAct = Act | (typeof OTHER_ACTS)[number];

/** What an entry may be about: also things that no fact speaks of. */
export const LEDGER_SUBJECT_TYPES = [
  ...SUBJECT_TYPES,
  'MEMBER',
  'REVEAL_REQUEST',
  'LEDGER',
  'ESCALATION',
] as const;
export type LedgerSubjectType = (typeof LEDGER_SUBJECT_TYPES)[number];

export const OUTCOMES = ['DONE', 'REFUSED'] as const;
export type Outcome = (typeof OUTCOMES)[number];
