import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  ACTS,
  type Act,
  demandScopes,
  demandWithin,
  grantsFor,
  isInScopes,
  may,
  rolesFor,
  scopesFor,
  signedIn,
} from '../../src/auth/may.js';
import { isInside } from '../../src/auth/scope.js';
import { type Grant, ROLES, type Viewer } from '../../src/auth/viewer.js';
import { Refusal } from '../../src/errors.js';

const CITY = '341200000000';
const NOW = new Date('2016-12-08T09:00:00+08:00');
const acts = Object.keys(ACTS) as Act[];

const viewerWith = (...grants: Omit<Grant, 'id'>[]): Viewer => ({
  accountId: 'a',
  sessionId: 's',
  name: '某单位',
  grants: grants.map((grant, i) => ({ id: String(i), ...grant })),
});

const code = fc.constantFrom(
  '340000000000',
  CITY,
  '341225000000',
  '341225206000',
  '341225206205',
  '341225120206',
  '341226000000',
);
const instant = fc.integer({ min: -5, max: 5 }).map((days) => new Date(NOW.getTime() + days * 86_400_000));
const grant = fc.record({
  role: fc.constantFrom(...ROLES),
  regionCode: code,
  validFrom: instant,
  validTo: fc.option(instant, { nil: null }),
});
const viewer = fc.array(grant, { maxLength: 4 }).map((grants) => viewerWith(...grants));
const act = fc.constantFrom(...acts);

test('who may do what', () => {
  const matrix = acts.map((each) => {
    const roles = ROLES.filter((role) =>
      may(viewerWith({ role, regionCode: CITY, validFrom: NOW }), each, CITY, NOW),
    );
    return `${each}: ${roles.length === ROLES.length ? 'everybody' : roles.join(' ')}`;
  });
  expect(matrix).toMatchSnapshot();
});

describe('a grant', () => {
  test('holds from its first instant until before its last', () => {
    const viewer = viewerWith({
      role: 'LEADER',
      regionCode: CITY,
      validFrom: NOW,
      validTo: new Date(NOW.getTime() + 1000),
    });
    const at = (ms: number) => may(viewer, 'task.read', CITY, new Date(NOW.getTime() + ms));
    expect([at(-1), at(0), at(999), at(1000)]).toEqual([false, true, true, false]);
  });

  test('outside its time gives nothing, whatever is asked', () => {
    fc.assert(
      fc.property(viewer, act, code, (someone, what, where) => {
        const out = {
          ...someone,
          grants: someone.grants.filter(
            (each) => each.validFrom > NOW || (each.validTo && each.validTo <= NOW),
          ),
        };
        expect(may(out, what, where, NOW)).toBe(false);
        expect(grantsFor(out, what, NOW)).toEqual([]);
        expect(rolesFor(out, what, where, NOW)).toEqual(new Set());
        expect(() => demandScopes(out, what, NOW)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
      }),
    );
  });

  test('gives its role nothing outside its region, and no other role anything', () => {
    fc.assert(
      fc.property(viewer, act, code, (someone, what, where) => {
        const giving = grantsFor(someone, what, NOW).filter((each) => isInside(where, each.regionCode));
        expect(may(someone, what, where, NOW)).toBe(giving.length > 0);
        expect(rolesFor(someone, what, where, NOW)).toEqual(new Set(giving.map(({ role }) => role)));
        for (const { role } of giving) expect(ACTS[what]).toContain(role);
      }),
    );
  });
});

test('for one region, for many rows and for a demand it is the same predicate', () => {
  fc.assert(
    fc.property(viewer, act, code, (someone, what, where) => {
      const told = may(someone, what, where, NOW);
      expect(isInScopes(where, scopesFor(someone, what, NOW))).toBe(told);
      const demand = () => demandWithin(someone, what, where, NOW);
      if (told) expect(demand()).toBe(someone);
      else expect(demand).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
    }),
  );
});

test('someone without proof may do nothing, and hears why there is none', () => {
  const expired = new Refusal('TOKEN_EXPIRED', 'expired');
  expect(() => signedIn(expired)).toThrow(expired);
  expect(() => demandWithin(expired, 'task.read', CITY, NOW)).toThrow(expired);
  expect(() => demandScopes(expired, 'task.read', NOW)).toThrow(expired);
});

test('roles without personal data cannot read households in any form', () => {
  for (const role of ['ADMIN', 'SCREEN'] as const) expect(ACTS['household.read']).not.toContain(role);
});
