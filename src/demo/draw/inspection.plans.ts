import {
  INSPECTION_KINDS,
  INSPECTION_STATUSES,
  type InspectionKind,
  type InspectionStatus,
} from '../../inspections/inspection.entity.js';
import { reference } from '../reference.js';
import type { Bilingual } from '../reference.schema.js';
import type { Random } from './random.js';
import { type PoorVillage, plannedOf, TEAM_VILLAGES } from './villages.js';

/** What is settled before anything is drawn: days are counted from the start. */
export interface InspectionPlan {
  kind: InspectionKind;
  status: InspectionStatus;
  title: Bilingual;
  villages: string[];
  inspectorIds: string[];
  firstDay: number;
  lastDay: number;
}

const KIND_NAMES: Readonly<Record<InspectionKind, Bilingual>> = {
  SUPERVISION: { zh: '督查', en: 'Supervision inspection' },
  PATROL: { zh: '巡查', en: 'Patrol inspection' },
  UNANNOUNCED_VISIT: { zh: '暗访', en: 'Unannounced visit' },
  CROSS_INSPECTION: { zh: '交叉检查', en: 'Cross-inspection' },
  THIRD_PARTY_EVALUATION: { zh: '第三方评估', en: 'Third-party evaluation' },
  PROVINCIAL_VERIFICATION: { zh: '省级核查验收', en: 'Provincial verification' },
  SITE_VISIT: { zh: '实地观摩', en: 'Site visit' },
};
/** Those go through several counties; the others stay in one. */
const WIDE: readonly InspectionKind[] = [
  'CROSS_INSPECTION',
  'THIRD_PARTY_EVALUATION',
  'PROVINCIAL_VERIFICATION',
];

/** Between which days the last day of an inspection lies, so that its moves were possible before the start. */
const LAST_DAYS: Readonly<Record<InspectionStatus, readonly [number, number]>> = {
  PLANNED: [8, 18],
  ASSIGNED: [7, 12],
  IN_FIELD: [1, 4],
  SUBMITTED: [-7, -2],
  REVIEWED: [-12, -4],
  FINDINGS_ISSUED: [-28, -8],
  CLOSED: [-75, -31],
  CANCELLED: [-20, 5],
};

/** What the contract promises to the demo accounts, and the document's meeting day. */
export function fixedPlans(
  villages: readonly PoorVillage[],
  [one = '', two = '']: readonly string[],
  random: Random,
): InspectionPlan[] {
  const { meeting, workshops } = reference().document;
  const [hesheng = ''] = TEAM_VILLAGES;
  const others = plannedElsewhere(villages, meeting.regionCode, random);
  return [
    {
      kind: 'SUPERVISION',
      status: 'IN_FIELD',
      title: { zh: '阜南县年终督查', en: 'Year-end supervision inspection, Funan' },
      villages: [hesheng, ...others.slice(0, 2)],
      inspectorIds: [one],
      firstDay: -1,
      lastDay: 6,
    },
    {
      kind: 'UNANNOUNCED_VISIT',
      status: 'PLANNED',
      title: { zh: '阜南县暗访', en: 'Unannounced visit, Funan' },
      villages: others.slice(2, 5),
      inspectorIds: [two],
      firstDay: 4,
      lastDay: 5,
    },
    {
      kind: 'SITE_VISIT',
      status: 'ASSIGNED',
      title: meeting.name,
      villages: workshops.named.map(({ regionCode }) => regionCode),
      inspectorIds: [two],
      firstDay: 0,
      lastDay: 0,
    },
  ];
}

/** Planned villages of a county outside both teams' townships, so that an inspection of them reaches further. */
function plannedElsewhere(villages: readonly PoorVillage[], county: string, random: Random): string[] {
  const townships = TEAM_VILLAGES.map((code) => code.slice(0, 9));
  const codes = plannedOf(villages)
    .filter(
      ({ countyCode, regionCode }) => countyCode === county && !townships.includes(regionCode.slice(0, 9)),
    )
    .map(({ regionCode }) => regionCode);
  return random.shuffle(codes);
}

/** Kinds and statuses go round at different paces (7 and 8), so that every pair comes up before any returns. */
export function drawPlan(
  i: number,
  { villages, inspectors }: { villages: readonly PoorVillage[]; inspectors: readonly string[] },
  random: Random,
): InspectionPlan {
  const { counties } = reference().designations;
  const kind = INSPECTION_KINDS[i % INSPECTION_KINDS.length] as InspectionKind;
  const status = INSPECTION_STATUSES[i % INSPECTION_STATUSES.length] as InspectionStatus;
  const places = random.shuffle(counties).slice(0, WIDE.includes(kind) ? 2 : 1);
  const chosen = places.flatMap(({ code }) =>
    random
      .shuffle(villages.filter(({ countyCode }) => countyCode === code))
      .slice(0, random.int(2, 4))
      .map(({ regionCode }) => regionCode),
  );
  const where = {
    zh: places.map(({ name }) => name.zh).join('、'),
    en: places.map(({ name }) => name.en).join(' and '),
  };
  const name = KIND_NAMES[kind];
  const lastDay = random.int(...LAST_DAYS[status]);
  return {
    kind,
    status,
    title: { zh: `${where.zh}${name.zh}（第${i + 1}号）`, en: `${name.en} no. ${i + 1}, ${where.en}` },
    villages: chosen.sort(),
    inspectorIds: [random.pick(inspectors)],
    // Somebody who is in the field today came yesterday at the latest.
    firstDay: status === 'IN_FIELD' ? random.int(-3, -1) : lastDay - random.int(1, 5),
    lastDay,
  };
}
