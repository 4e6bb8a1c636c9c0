import type { EntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';
import { ACTS, type Act, grantsFor } from '../auth/may.js';
import type { Grant } from '../auth/viewer.js';
import { isBusy, isUnstorable } from '../db/faults.js';
import { type ErrorCode, Refusal } from '../errors.js';
import type { Origin } from '../http/origin.js';
import type { LedgerAct, LedgerSubjectType } from './acts.js';

/** What an entry takes from its request: from where, and when by the campaign's clock. */
export interface EntryContext {
  readonly requestId: string;
  readonly origin: Origin;
  readonly now: Date;
}

/** Who did it. A viewer is one. */
export interface Doer {
  readonly accountId: string;
  readonly sessionId?: string | null;
  readonly grants?: readonly Grant[];
}

/** One act, before it is entered. Ids and names only, never a value: `purpose` is the one sentence that people write. */
export interface Entry {
  readonly act: LedgerAct;
  /** The name of the mutation or query. */
  readonly operation: string;
  /** Null when nobody knows who it was. */
  readonly by: Doer | null;
  readonly subject?: { readonly type: LedgerSubjectType; readonly id: string } | null;
  /** Where; left out, the region of the doer's first grant, so that an auditor of that region sees it. */
  readonly regionCode?: string | null;
  /** Names of the fields whose values were revealed. */
  readonly fields?: readonly string[];
  readonly purpose?: string | null;
}

const PURPOSE_LENGTH = 500;

const INSERT = `insert into ledger_entry (account_id, session_id, roles, act, operation, subject_type, subject_id,
    region_code, fields, purpose, outcome, code, address, device, request_id, campaign_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) returning id`;

/**
 * Enters an act that is being done, in its own transaction: either both are there afterwards or neither is. Answers the
 * entry's id.
 * @throws AUDIT_UNAVAILABLE when it cannot be written; the transaction must then end without the act
 */
export const enter = (em: EntityManager, context: EntryContext, entry: Entry): Promise<string> =>
  insert(em, context, entry, null);

/**
 * Enters an act that was refused, in a transaction of its own, because the act's own is rolled back.
 * @throws AUDIT_UNAVAILABLE
 */
export const enterRefusal = (
  context: EntryContext & { readonly em: EntityManager },
  entry: Entry,
  code: ErrorCode,
): Promise<string> => context.em.fork().transactional((em) => insert(em, context, entry, code));

async function insert(
  em: EntityManager,
  { requestId, origin, now }: EntryContext,
  entry: Entry,
  code: ErrorCode | null,
): Promise<string> {
  if (!em.isInTransaction()) throw new Error('An entry belongs to the transaction of its act.');
  const { by, subject } = entry;
  const values = [
    by?.accountId ?? null,
    by?.sessionId ?? null,
    rolesOf(entry, now),
    entry.act,
    entry.operation,
    subject?.type ?? null,
    subject?.id ?? null,
    entry.regionCode ?? homeOf(by, now),
    entry.fields ?? [],
    sentenceOf(entry.purpose),
    code === null ? 'DONE' : 'REFUSED',
    code,
    origin.address,
    origin.device,
    requestId,
    now.toISOString(),
  ];
  try {
    const { rows } = await em.getKysely().executeQuery<{ id: string }>(CompiledQuery.raw(INSERT, values));
    return rows[0]?.id ?? '';
  } catch (fault) {
    if (isBusy(fault) || isUnstorable(fault)) throw fault;
    throw unavailable(fault);
  }
}

/** The fault itself goes to the log, by way of the refusal's cause. */
function unavailable(fault: unknown): Refusal {
  const sentence = 'This could not be written into the ledger, so it was not done. Try again later.';
  return Object.assign(new Refusal('AUDIT_UNAVAILABLE', sentence), { cause: fault });
}

/** The roles by which the act was allowed; none for what needs no grant. */
const rolesOf = ({ act, by }: Entry, now: Date): string[] =>
  by?.grants && act in ACTS
    ? [...new Set(grantsFor({ grants: by.grants }, act as Act, now).map(({ role }) => role))]
    : [];

/** A grant in force goes before one that is not: who lost everything still has a region. */
function homeOf(by: Doer | null, now: Date): string | null {
  const grants = by?.grants ?? [];
  const inForce = grants.find(({ validFrom, validTo }) => validFrom <= now && (!validTo || now < validTo));
  return (inForce ?? grants[0])?.regionCode ?? null;
}

/** The act itself has checked the sentence; here it is only given one spelling. */
const sentenceOf = (purpose: string | null | undefined): string | null =>
  [...(purpose ?? '').normalize('NFC').trim()].slice(0, PURPOSE_LENGTH).join('') || null;
