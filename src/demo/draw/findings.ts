import type { Severity } from '../../events/facts.js';
import type { InspectionStatus } from '../../inspections/inspection.entity.js';
import type { Bilingual } from '../reference.schema.js';
import { dayFrom, officeHourFrom } from './days.js';
import type { Random } from './random.js';

/** What an inspection found wrong in one village; closed by somebody else than who issued it. */
export interface FindingRow {
  id: string;
  regionCode: string;
  /** The item of the village standard it falls under. */
  itemCode: string;
  title: Bilingual;
  severity: Severity;
  status: 'OPEN' | 'CLOSED';
  /** Shanghai day, YYYY-MM-DD. */
  dueOn: string;
  issuedAt: Date;
  issuedById: string;
  closedAt: Date | null;
  closedById: string | null;
  closingNote: string | null;
}

/** The inspection the findings belong to; days are counted from the start. */
export interface Inspected {
  status: InspectionStatus;
  villages: readonly string[];
  inspectorIds: readonly string[];
  officeId: string;
  start: Date;
  issuedDay: number;
  /** When the findings were issued; null when they are not. */
  issuedAt: Date | null;
}

const SEEN: readonly { itemCode: string; severity: Severity; title: Bilingual }[] = [
  {
    itemCode: 'V02',
    severity: 'NOTICE',
    title: { zh: '通村道路局部破损', en: 'The road to the village is damaged in places' },
  },
  {
    itemCode: 'V05',
    severity: 'CRITICAL',
    title: { zh: '部分农户饮水水质未检测', en: 'Water of some households has not been tested' },
  },
  {
    itemCode: 'V06',
    severity: 'WARNING',
    title: { zh: '用电高峰电压不足', en: 'Voltage falls at peak hours' },
  },
  {
    itemCode: 'V09',
    severity: 'WARNING',
    title: { zh: '卫生室药品配备不全', en: 'The clinic lacks medicines' },
  },
  {
    itemCode: 'V12',
    severity: 'WARNING',
    title: { zh: '集体经济收入佐证不足', en: 'Collective income is not evidenced' },
  },
  {
    itemCode: 'V14',
    severity: 'CRITICAL',
    title: { zh: '一户危房尚未改造', en: 'One dangerous dwelling is not renovated yet' },
  },
  {
    itemCode: 'V16',
    severity: 'CRITICAL',
    title: { zh: '个别人员未参加医疗保险', en: 'Some persons are not insured' },
  },
  {
    itemCode: 'V17',
    severity: 'WARNING',
    title: { zh: '低保对象信息与登记不一致', en: 'Allowance list and register differ' },
  },
];

/** Findings exist once they are issued: none before, some closed afterwards, all closed when the inspection is. */
export function drawFindings(inspected: Inspected, random: Random): FindingRow[] {
  const { villages, start, issuedAt, officeId } = inspected;
  if (issuedAt === null) return [];
  return random
    .shuffle(SEEN)
    .slice(0, random.int(1, 4))
    .map((seen): FindingRow => {
      const closedAt = drawClosedAt(inspected, random);
      return {
        id: random.uuid(issuedAt),
        regionCode: random.pick(villages),
        ...seen,
        status: closedAt === null ? 'OPEN' : 'CLOSED',
        dueOn: dayFrom(start, inspected.issuedDay + random.int(7, 25)),
        issuedAt,
        issuedById: inspected.inspectorIds[0] ?? officeId,
        closedAt,
        closedById: closedAt === null ? null : officeId,
        closingNote: closedAt === null ? null : '现场复核，整改到位',
      };
    });
}

function drawClosedAt({ status, issuedDay, start }: Inspected, random: Random): Date | null {
  const lastDay = status === 'CLOSED' ? issuedDay + 20 : -1;
  if (issuedDay >= lastDay || (status !== 'CLOSED' && random.chance(0.6))) return null;
  return officeHourFrom(start, random.int(issuedDay + 1, lastDay), random);
}
