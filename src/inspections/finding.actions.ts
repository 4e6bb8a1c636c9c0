import { v7 as newId } from 'uuid';
import { isInScopes } from '../auth/may.js';
import { shanghaiDay } from '../clock.js';
import { lockRow, type Transaction, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import type { Severity } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { getRegion } from '../regions/region.queries.js';
import { optionalText, plainText } from '../text.js';
import { lockInspection } from './crew.actions.js';
import { Finding } from './finding.entity.js';
import { IN_REVIEW_STATUSES, Inspection } from './inspection.entity.js';

const TITLE_LENGTH = 100;
const NOTE_LENGTH = 500;

export interface IssueFinding {
  inspectionId: string;
  regionCode: string;
  titleZh: string;
  titleEn?: string | null;
  severity: Severity;
  dueOn?: string | null;
  /** Of the inspection, which issuing does not change: a team may report many findings on what it read once. */
  expectedVersion: number;
  idempotencyKey?: string | null;
}

/**
 * Reports what an inspection found wrong in one of its villages.
 * @throws FORBIDDEN · NOT_FOUND (inspection, or not one of its villages) · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (not in the field or in review) · INVALID_DATE · INVALID_TEXT
 */
export const issueFinding = (context: Context, input: IssueFinding) =>
  write(context, { act: 'finding.issue', operation: 'issueFinding', input }, async (tx) => {
    const titleZh = plainText(input.titleZh, 'titleZh', TITLE_LENGTH);
    const titleEn = optionalText(input.titleEn, 'titleEn', TITLE_LENGTH);
    if (input.dueOn && input.dueOn < shanghaiDay(tx.now))
      throw new Refusal('INVALID_DATE', 'It must not be due in the past.', { field: 'dueOn' });
    const { inspection, crew } = await lockInspection(tx, 'finding.issue', input);
    if (!IN_REVIEW_STATUSES.includes(inspection.status)) {
      const when = IN_REVIEW_STATUSES.join(', ');
      const why = `This inspection is ${inspection.status}; findings are issued while it is ${when}.`;
      throw new Refusal('TRANSITION_NOT_ALLOWED', why, { allowed: [] });
    }
    if (!crew.villages.includes(input.regionCode) || !isInScopes(input.regionCode, tx.scopes))
      throw notFound('village in this inspection');
    const finding = tx.em.create(Finding, {
      id: newId(),
      inspectionId: inspection.id,
      regionCode: input.regionCode,
      titleZh,
      titleEn,
      severity: input.severity,
      status: 'OPEN',
      dueOn: input.dueOn ?? null,
      issuedAt: tx.now,
      issuedById: tx.viewer.accountId,
      closedAt: null,
      closedById: null,
      closingNote: null,
      version: 1,
    });
    const fact = { ...(await about(tx, finding)), kind: 'FINDING_ISSUED' } as const;
    return { answer: finding, facts: [{ ...fact, severity: finding.severity }] };
  });

export interface CloseFinding {
  findingId: string;
  note: string;
  expectedVersion: number;
  idempotencyKey?: string | null;
}

/**
 * Confirms that a finding was put right; never by the person who issued it.
 * @throws FORBIDDEN (also: issued it) · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (closed already) · INVALID_TEXT
 */
export const closeFinding = (context: Context, input: CloseFinding) =>
  write(context, { act: 'finding.close', operation: 'closeFinding', input }, async (tx) => {
    const note = plainText(input.note, 'note', NOTE_LENGTH);
    const wanted = { id: input.findingId, expectedVersion: input.expectedVersion };
    const finding = await lockRow(tx, Finding, 'finding', wanted);
    if (finding.status === 'CLOSED')
      throw new Refusal('TRANSITION_NOT_ALLOWED', 'This finding is closed already.', { allowed: [] });
    if (finding.issuedById === tx.viewer.accountId)
      throw new Refusal(
        'FORBIDDEN',
        'You issued this finding; somebody else must confirm that it is closed.',
      );
    finding.status = 'CLOSED';
    finding.closedAt = tx.now;
    finding.closedById = tx.viewer.accountId;
    finding.closingNote = note;
    const fact = { ...(await about(tx, finding)), kind: 'FINDING_CLOSED', severity: null } as const;
    return { answer: finding, facts: [fact] };
  });

/** What both facts share; a finding is told to whom its inspection is told. */
async function about(tx: Transaction, finding: Finding) {
  const { code, name } = await getRegion(tx, finding.regionCode);
  const { audience } = await tx.em.findOneOrFail(Inspection, { id: finding.inspectionId });
  return {
    region: { code, name },
    subject: { type: 'FINDING', id: finding.id },
    audience,
    params: { title: finding.title, inspectionId: finding.inspectionId },
  } as const;
}
