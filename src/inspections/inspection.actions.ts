import { v7 as newId } from 'uuid';
import { shanghaiDay } from '../clock.js';
import { type Transaction, write } from '../db/write.js';
import { Refusal } from '../errors.js';
import type { Fact, FactParams } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { getRegion } from '../regions/region.queries.js';
import { optionalText, plainText } from '../text.js';
import {
  demandInspectors,
  demandVillages,
  endGrants,
  type Locked,
  lockInspection,
  openGrants,
  writeCrew,
} from './crew.actions.js';
import {
  adviceOn,
  allowedMoves,
  commonRegion,
  ENDED_STATUSES,
  Inspection,
  type InspectionKind,
  InspectionMove,
  type InspectionStatus,
} from './inspection.entity.js';

const TITLE_LENGTH = 100;
const NOTE_LENGTH = 500;

export interface CreateInspection {
  kind: InspectionKind;
  titleZh: string;
  titleEn?: string | null;
  villages: string[];
  inspectorIds?: string[] | null;
  startsOn: string;
  endsOn: string;
  idempotencyKey?: string | null;
}

/**
 * Plans an inspection; an unannounced visit is concealed from its first moment.
 * @throws FORBIDDEN · NOT_FOUND (region or account) · BAD_USER_INPUT (numbers) · INVALID_REGION_CODE (no village) · INVALID_DATE · INVALID_TEXT
 */
export const createInspection = (context: Context, input: CreateInspection) =>
  write(context, { act: 'inspection.create', operation: 'createInspection', input }, async (tx) => {
    const titleZh = plainText(input.titleZh, 'titleZh', TITLE_LENGTH);
    const titleEn = optionalText(input.titleEn, 'titleEn', TITLE_LENGTH);
    demandDays(input, tx.now);
    const villages = await demandVillages(tx, input.villages);
    const inspectorIds = await demandInspectors(tx, input.inspectorIds ?? []);
    const inspection = tx.em.create(Inspection, {
      id: newId(),
      regionCode: commonRegion(villages),
      kind: input.kind,
      titleZh,
      titleEn,
      status: 'PLANNED',
      concealed: input.kind === 'UNANNOUNCED_VISIT',
      startsOn: input.startsOn,
      endsOn: input.endsOn,
      createdAt: tx.now,
      version: 1,
    });
    // Only the database knows what belongs to an inspection: left to itself the ORM may insert the parts first.
    await tx.em.flush();
    writeCrew(tx, inspection.id, { villages, inspectorIds });
    writeMove(tx, inspection, null, null);
    return {
      answer: inspection,
      facts: [await statusFact(tx, inspection, { from: null, villages, inspectorIds })],
    };
  });

function demandDays({ startsOn, endsOn }: { startsOn: string; endsOn: string }, now: Date): void {
  if (endsOn < startsOn)
    throw new Refusal('INVALID_DATE', 'It must not end before it starts.', { field: 'endsOn' });
  if (endsOn < shanghaiDay(now))
    throw new Refusal('INVALID_DATE', 'Its last day must not be past.', { field: 'endsOn' });
}

export interface ChangeInspectionStatus {
  inspectionId: string;
  to: InspectionStatus;
  expectedVersion: number;
  note?: string | null;
  idempotencyKey?: string | null;
}

/**
 * Moves an inspection. Assigning it gives its inspectors their grants, ending it takes back those still open.
 * @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (with `allowed`) · INVALID_TEXT
 */
export const changeInspectionStatus = (context: Context, input: ChangeInspectionStatus) =>
  write(
    context,
    { act: 'inspection.changeStatus', operation: 'changeInspectionStatus', input },
    async (tx) => {
      const note = optionalText(input.note, 'note', NOTE_LENGTH);
      const locked = await lockInspection(tx, 'inspection.changeStatus', input);
      const { inspection, crew } = locked;
      const from = inspection.status;
      demandMove(locked, input.to);
      inspection.moveTo(input.to);
      writeMove(tx, inspection, from, note);
      // Rights first when they are given and last when they end: the log is read in order, by inspectors too.
      const given = input.to === 'ASSIGNED' ? await openGrants(tx, inspection, crew) : [];
      const moved = await statusFact(tx, inspection, {
        from,
        villages: crew.villages,
        inspectorIds: crew.inspectorIds,
      });
      const ended = ENDED_STATUSES.includes(input.to) ? await endGrants(tx, inspection.id) : [];
      return { answer: inspection, facts: [...given, moved, ...ended] };
    },
  );

function demandMove({ inspection: { status }, crew, roles }: Locked, to: InspectionStatus): void {
  const allowed = allowedMoves(status, roles, crew);
  if (allowed.includes(to)) return;
  const choice =
    allowed.length > 0 ? `You may move it to ${allowed.join(', ')}.` : 'You may not move it now.';
  const sentence = `This inspection is ${status}; ${to} is not yours to set now.`;
  throw new Refusal(
    'TRANSITION_NOT_ALLOWED',
    [sentence, adviceOn(status, to, crew), choice].filter(Boolean).join(' '),
    { allowed },
  );
}

function writeMove(
  tx: Transaction,
  { id, status }: Inspection,
  from: InspectionStatus | null,
  note: string | null,
): void {
  const by = { at: tx.now, byId: tx.viewer.accountId, note };
  tx.em.create(InspectionMove, {
    id: newId(),
    inspectionId: id,
    fromStatus: from,
    toStatus: status,
    ...by,
  });
}

async function statusFact(
  tx: Transaction,
  inspection: Inspection,
  more: Pick<FactParams['INSPECTION_CHANGED'], 'from' | 'villages' | 'inspectorIds'>,
): Promise<Fact> {
  const { code, name } = await getRegion(tx, inspection.regionCode);
  return {
    kind: 'INSPECTION_CHANGED',
    region: { code, name },
    subject: { type: 'INSPECTION', id: inspection.id },
    severity: null,
    audience: inspection.audience,
    params: { title: inspection.title, kind: inspection.kind, to: inspection.status, ...more },
  };
}
