import {
  commonRegion,
  INSPECTION_STATUSES,
  type InspectionKind,
  type InspectionStatus,
} from '../../inspections/inspection.entity.js';
import { reference } from '../reference.js';
import type { Bilingual } from '../reference.schema.js';
import type { AccountRow } from './accounts.js';
import { dayFrom, officeHourFrom, type Started } from './days.js';
import { drawFindings, type FindingRow } from './findings.js';
import { drawPlan, fixedPlans, type InspectionPlan } from './inspection.plans.js';
import { Random } from './random.js';
import type { PoorVillage } from './villages.js';

const WAY = INSPECTION_STATUSES.filter((status) => status !== 'CANCELLED');

/** One move of an inspection; `from` is null when it was planned. */
export interface InspectionMoveRow {
  from: InspectionStatus | null;
  to: InspectionStatus;
  at: Date;
}

/** An inspection with the villages it covers and what it found. */
export interface InspectionRow {
  id: string;
  /** The smallest region that contains all its villages. */
  regionCode: string;
  kind: InspectionKind;
  title: Bilingual;
  status: InspectionStatus;
  /** Shanghai days, YYYY-MM-DD, both included. */
  startsOn: string;
  endsOn: string;
  villages: string[];
  /** True: the inspected side must not see it before IN_FIELD. */
  unannounced: boolean;
  inspectorIds: string[];
  createdAt: Date;
  /** In order of time, all before the start; the last one's `to` is `status`. */
  history: InspectionMoveRow[];
  findings: FindingRow[];
}

/** Inspections of every kind and status; `accounts` as drawn by `drawAccounts`. */
export function drawInspections(
  villages: readonly PoorVillage[],
  accounts: readonly AccountRow[],
  seed: string,
  { start }: Started,
): InspectionRow[] {
  const random = new Random(seed).stream('inspections');
  // inspector.one comes first and gets one inspection only: the contract says which villages that account sees.
  const inspectors = accounts
    .filter(({ role }) => role === 'INSPECTOR')
    .sort((a, b) => Number(b.signsIn) - Number(a.signsIn))
    .map(({ id }) => id);
  const officeId = accounts.find(({ role }) => role === 'SUPERVISION_OFFICE')?.id;
  if (officeId === undefined) throw new Error('Nobody is SUPERVISION_OFFICE.');
  const fixed = fixedPlans(villages, inspectors, random);
  const total = reference().assumptions.inspections.value.total;
  const drawn = Array.from({ length: total - fixed.length }, (_, i) =>
    drawPlan(i, { villages, inspectors: inspectors.slice(1) }, random),
  );
  return [...fixed, ...drawn].map((plan) => toRow(plan, { start, officeId }, random));
}

function toRow(
  plan: InspectionPlan,
  { start, officeId }: { start: Date; officeId: string },
  random: Random,
): InspectionRow {
  const history = historyOf(plan, start, random);
  const createdAt = history[0]?.at ?? start;
  const issuedAt = history.find(({ to }) => to === 'FINDINGS_ISSUED')?.at ?? null;
  const { firstDay, lastDay, ...own } = plan;
  return {
    id: random.uuid(createdAt),
    regionCode: commonRegion(plan.villages),
    ...own,
    startsOn: dayFrom(start, firstDay),
    endsOn: dayFrom(start, lastDay),
    unannounced: plan.kind === 'UNANNOUNCED_VISIT',
    createdAt,
    history,
    findings: drawFindings(
      { ...plan, officeId, start, issuedDay: dayOf(plan, 'FINDINGS_ISSUED'), issuedAt },
      random,
    ),
  };
}

/** Planned and assigned ahead, in the field on the first day, then written up, reviewed, issued and closed. */
function dayOf({ firstDay, lastDay }: InspectionPlan, status: InspectionStatus): number {
  switch (status) {
    case 'PLANNED':
      return firstDay - 20;
    case 'ASSIGNED':
      return Math.min(firstDay - 4, -1);
    case 'IN_FIELD':
      return firstDay;
    case 'SUBMITTED':
      return lastDay + 1;
    case 'REVIEWED':
      return lastDay + 3;
    case 'FINDINGS_ISSUED':
      return lastDay + 6;
    case 'CLOSED':
      return lastDay + 30;
    case 'CANCELLED':
      return firstDay - 8;
  }
}

function historyOf(plan: InspectionPlan, start: Date, random: Random): InspectionMoveRow[] {
  const { status } = plan;
  const way: InspectionStatus[] =
    status === 'CANCELLED' ? ['PLANNED', status] : WAY.slice(0, WAY.indexOf(status) + 1);
  return way.map((to, i) => ({
    from: way[i - 1] ?? null,
    to,
    at: officeHourFrom(start, dayOf(plan, to), random),
  }));
}
