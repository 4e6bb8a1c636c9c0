import { describe, expect, test } from '@jest/globals';
import { isInside } from '../../src/auth/scope.js';
import { shanghaiDay } from '../../src/clock.js';
import { dayFrom } from '../../src/demo/draw/days.js';
import { reference } from '../../src/demo/reference.js';
import {
  commonRegion,
  INSPECTION_KINDS,
  INSPECTION_STATUSES,
  type InspectionStatus,
} from '../../src/inspections/inspection.entity.js';
import { drawCity, START, tally } from './city.js';

const { inspections, villages, accounts } = drawCity('duban');
const today = shanghaiDay(START);
const idOf = (username: string) => accounts.find((account) => account.username === username)?.id ?? '';

describe('what the demo accounts are promised', () => {
  test('inspector.one has one inspection, in the field today, of three villages with Hesheng', () => {
    const own = inspections.filter(({ inspectorIds }) => inspectorIds.includes(idOf('inspector.one')));
    expect(own).toHaveLength(1);
    expect(own[0]).toMatchObject({ status: 'IN_FIELD', unannounced: false, regionCode: '341225000000' });
    expect(own[0]?.villages).toHaveLength(3);
    expect(own[0]?.villages).toContain('341225206205');
    expect(own[0]?.villages).not.toContain('341225120206');
    expect((own[0]?.startsOn ?? '') <= today && today <= (own[0]?.endsOn ?? '')).toBe(true);
  });

  test('an unannounced visit is planned in Funan for the coming week', () => {
    const planned = inspections.filter(
      ({ kind, status, villages: codes, startsOn }) =>
        kind === 'UNANNOUNCED_VISIT' &&
        status === 'PLANNED' &&
        codes.every((code) => isInside(code, '341225000000')) &&
        startsOn > today &&
        startsOn <= dayFrom(START, 7),
    );
    expect(planned.length).toBeGreaterThanOrEqual(1);
  });

  test("the meeting's site visit is on the day of the start, at the two named villages", () => {
    const meeting = inspections.filter(({ title }) => title.zh === reference().document.meeting.name.zh);
    expect(meeting).toMatchObject([
      { kind: 'SITE_VISIT', startsOn: today, endsOn: today, villages: ['341225206205', '341225120206'] },
    ]);
  });
});

describe('all inspections', () => {
  test('40, of every kind and status', () => {
    expect(inspections).toHaveLength(40);
    const kinds = tally(inspections.map(({ kind }) => kind));
    const statuses = tally(inspections.map(({ status }) => status));
    for (const kind of INSPECTION_KINDS) expect(kinds[kind]).toBeGreaterThan(0);
    for (const status of INSPECTION_STATUSES) expect(statuses[status]).toBeGreaterThan(0);
  });

  test('they cover poor villages, their region is the smallest that contains these', () => {
    const poor = new Set(villages.map(({ regionCode }) => regionCode));
    for (const { villages: codes, regionCode, unannounced, kind } of inspections) {
      expect(codes.length).toBeGreaterThan(0);
      for (const code of codes) expect(poor).toContain(code);
      expect(new Set(codes).size).toBe(codes.length);
      expect(regionCode).toBe(commonRegion(codes));
      expect(unannounced).toBe(kind === 'UNANNOUNCED_VISIT');
    }
  });

  test('days agree with the status', () => {
    for (const { status, startsOn, endsOn } of inspections) {
      expect(startsOn <= endsOn).toBe(true);
      if (status === 'PLANNED' || status === 'ASSIGNED') expect(startsOn >= today).toBe(true);
      if (status === 'IN_FIELD') expect(startsOn <= today && today <= endsOn).toBe(true);
      if (['SUBMITTED', 'REVIEWED', 'FINDINGS_ISSUED', 'CLOSED'].includes(status))
        expect(endsOn < today).toBe(true);
    }
  });

  test('histories lead to the status in order of time, before the start', () => {
    for (const { status, history, createdAt } of inspections) {
      let before: InspectionStatus | null = null;
      let last = 0;
      for (const { from, to, at } of history) {
        expect(from).toBe(before);
        expect(at.getTime()).toBeGreaterThan(last);
        expect(at.getTime()).toBeLessThan(START.getTime());
        before = to;
        last = at.getTime();
      }
      expect(before).toBe(status);
      expect(history[0]?.at).toEqual(createdAt);
    }
  });
});

describe('findings', () => {
  test('exist only once issued, lie in the inspected villages, and nobody closes his own', () => {
    const items = new Set(reference().standard.items.map(({ code }) => code));
    for (const { status, findings, villages: codes, history } of inspections) {
      expect(findings.length > 0).toBe(status === 'FINDINGS_ISSUED' || status === 'CLOSED');
      const issued = history.find(({ to }) => to === 'FINDINGS_ISSUED')?.at;
      for (const finding of findings) {
        expect(codes).toContain(finding.regionCode);
        expect(items).toContain(finding.itemCode);
        expect(finding.issuedAt).toEqual(issued);
        expect(finding.dueOn > shanghaiDay(finding.issuedAt)).toBe(true);
        expect(finding.closedById).not.toBe(finding.issuedById);
        expect(finding.status === 'CLOSED').toBe(finding.closedAt !== null);
        if (status === 'CLOSED') expect(finding.closedAt).not.toBeNull();
        if (finding.closedAt) {
          expect(finding.closedAt > finding.issuedAt).toBe(true);
          expect(finding.closedAt < (history.find(({ to }) => to === 'CLOSED')?.at ?? START)).toBe(true);
        }
      }
    }
  });

  test('some are open, some are closed', () => {
    const statuses = tally(inspections.flatMap(({ findings }) => findings.map(({ status }) => status)));
    expect(statuses.OPEN).toBeGreaterThan(0);
    expect(statuses.CLOSED).toBeGreaterThan(0);
  });
});
