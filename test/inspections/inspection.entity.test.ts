import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Role } from '../../src/auth/viewer.js';
import {
  adviceOn,
  allowedMoves,
  commonRegion,
  fieldDays,
  INSPECTION_STATUSES,
  type InspectionStatus,
  type Standing,
} from '../../src/inspections/inspection.entity.js';

const OFFICE = new Set<Role>(['SUPERVISION_OFFICE']);
const INSPECTOR = new Set<Role>(['INSPECTOR']);
const standing = fc
  .record({ inspectors: fc.nat(3), findings: fc.nat(3), openFindings: fc.nat(3) })
  .map((drawn): Standing => ({ ...drawn, openFindings: Math.min(drawn.openFindings, drawn.findings) }));
const status = fc.constantFrom(...INSPECTION_STATUSES);

/** The table of the brief, written down a second time. */
function expected(from: InspectionStatus, by: 'OFFICE' | 'INSPECTOR', has: Standing): InspectionStatus[] {
  if (by === 'INSPECTOR') {
    if (from === 'ASSIGNED') return ['IN_FIELD'];
    return from === 'IN_FIELD' ? ['SUBMITTED'] : [];
  }
  const ways: Record<InspectionStatus, InspectionStatus[]> = {
    PLANNED: has.inspectors > 0 ? ['ASSIGNED', 'CANCELLED'] : ['CANCELLED'],
    ASSIGNED: ['IN_FIELD', 'CANCELLED'],
    IN_FIELD: ['SUBMITTED', 'CANCELLED'],
    SUBMITTED: ['REVIEWED'],
    REVIEWED: has.findings > 0 ? ['FINDINGS_ISSUED'] : ['CLOSED'],
    FINDINGS_ISSUED: has.openFindings === 0 ? ['CLOSED'] : [],
    CLOSED: [],
    CANCELLED: [],
  };
  return ways[from];
}

test('the whole table: what the office and an assigned inspector may do from each status', () => {
  fc.assert(
    fc.property(status, standing, (from, has) => {
      expect(allowedMoves(from, OFFICE, has)).toEqual(expected(from, 'OFFICE', has));
      expect(allowedMoves(from, INSPECTOR, has)).toEqual(expected(from, 'INSPECTOR', has));
    }),
  );
});

test('nobody else moves an inspection', () => {
  const others = fc.subarray<Role>([
    'LEADER',
    'COUNTY_OFFICE',
    'TOWNSHIP_OFFICE',
    'VILLAGE_TEAM',
    'AUDITOR',
    'ADMIN',
    'SCREEN',
  ]);
  fc.assert(
    fc.property(status, standing, others, (from, has, roles) => {
      expect(allowedMoves(from, new Set(roles), has)).toEqual([]);
    }),
  );
});

test('every walk ends, and an inspection that ends closed has no open finding', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), standing), { maxLength: 30 }), (steps) => {
      let at = 'PLANNED' as InspectionStatus;
      const seen = [at];
      for (const [pick, has] of steps) {
        const allowed = allowedMoves(at, OFFICE, has);
        const to = allowed[pick % allowed.length];
        if (!to) continue;
        if (to === 'CLOSED') expect(has.openFindings).toBe(0);
        at = to;
        seen.push(at);
      }
      expect(new Set(seen).size).toBe(seen.length);
    }),
  );
});

test('whoever is refused by what is missing is told what to do', () => {
  const nothing = { inspectors: 0, findings: 0, openFindings: 0 };
  const found = { inspectors: 1, findings: 2, openFindings: 1 };
  expect(adviceOn('PLANNED', 'ASSIGNED', nothing)).toMatch(/inspectors/);
  expect(adviceOn('REVIEWED', 'FINDINGS_ISSUED', nothing)).toMatch(/close/);
  expect(adviceOn('REVIEWED', 'CLOSED', found)).toMatch(/issue/);
  expect(adviceOn('FINDINGS_ISSUED', 'CLOSED', found)).toMatch(/finding/);
  expect(adviceOn('SUBMITTED', 'REVIEWED', nothing)).toBeNull();
});

test.each([
  [['341225206205'], '341225206205'],
  [['341225206205', '341225206206'], '341225206000'],
  [['341225206205', '341225120206'], '341225000000'],
  [['341225206205', '341226100200'], '341200000000'],
  [['341225206205', '340100000000'], '340000000000'],
])('%j have %s in common', (codes, region) => {
  expect(commonRegion(codes)).toBe(region);
});

test('villages of two provinces have no region in common', () => {
  expect(() => commonRegion(['341225206205', '110101001001'])).toThrow(RangeError);
});

test('the days of the field are whole days in Asia/Shanghai', () => {
  expect(fieldDays({ startsOn: '2016-12-08', endsOn: '2016-12-08' })).toEqual({
    validFrom: new Date('2016-12-08T00:00:00+08:00'),
    validTo: new Date('2016-12-09T00:00:00+08:00'),
  });
  expect(fieldDays({ startsOn: '2016-02-27', endsOn: '2016-02-29' }).validTo).toEqual(
    new Date('2016-03-01T00:00:00+08:00'),
  );
});
