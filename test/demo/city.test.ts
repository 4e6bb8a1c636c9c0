import { describe, expect, test } from '@jest/globals';
import { drawPoorVillages, plannedOf, TEAM_VILLAGES } from '../../src/demo/draw/villages.js';
import { drawCity, fingerprint, householdsOf, regions, START } from './city.js';

const DAY_MS = 86_400_000;
const city = drawCity('duban');

describe('one seed, one city', () => {
  test('the same seed draws the same city, byte for byte', () => {
    expect(fingerprint(drawCity('duban'))).toBe(fingerprint(city));
    expect(fingerprint([...householdsOf('duban', 500)])).toBe(fingerprint([...householdsOf('duban', 500)]));
  });

  test('another seed draws another one, in every part', () => {
    const other = drawCity('another');
    for (const part of ['villages', 'accounts', 'tasks', 'projects', 'inspections'] as const)
      expect(fingerprint(other[part])).not.toBe(fingerprint(city[part]));
    expect(fingerprint([...householdsOf('another', 50)])).not.toBe(
      fingerprint([...householdsOf('duban', 50)]),
    );
  });

  test('more households change no other part, nor the first households', () => {
    const few = [...householdsOf('duban', 100)];
    const many = [...householdsOf('duban', 300)];
    expect(fingerprint(many.slice(0, 100))).toBe(fingerprint(few));
    expect(fingerprint(drawPoorVillages(regions, 'duban'))).toBe(fingerprint(city.villages));
  });

  test('another start moves every date by the same days and nothing else', () => {
    const days = 3650;
    const later = drawCity('duban', new Date(START.getTime() + days * DAY_MS));
    const shifted = (at: Date): number => at.getTime() + days * DAY_MS;
    later.tasks.forEach((task, i) => {
      const before = city.tasks[i];
      expect(before && shifted(before.dueAt)).toBe(task.dueAt.getTime());
      expect(before && shifted(before.createdAt)).toBe(task.createdAt.getTime());
      expect(before?.history.map(({ at }) => shifted(at))).toEqual(
        task.history.map(({ at }) => at.getTime()),
      );
      expect(before?.status).toBe(task.status);
    });
    later.inspections.forEach((inspection, i) => {
      const before = city.inspections[i];
      expect(Date.parse(inspection.startsOn) - Date.parse(before?.startsOn ?? '')).toBe(days * DAY_MS);
      expect(before?.villages).toEqual(inspection.villages);
    });
  });

  test('no id comes twice', () => {
    const ids = [
      ...city.accounts,
      ...city.tasks,
      ...city.projects,
      ...city.inspections,
      ...city.inspections.flatMap(({ findings }) => findings),
      ...[...householdsOf('duban', 500)].flatMap((household) => [household, ...household.members]),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('poor villages', () => {
  const { villages } = city;

  test('516, of which 169 are planned, both teams among them', () => {
    expect(villages).toHaveLength(516);
    expect(new Set(villages.map(({ regionCode }) => regionCode)).size).toBe(516);
    const planned = plannedOf(villages);
    expect(planned).toHaveLength(169);
    expect(planned.every(({ plannedExitYear }) => plannedExitYear === 2016)).toBe(true);
    expect(planned.map(({ regionCode }) => regionCode)).toEqual(expect.arrayContaining([...TEAM_VILLAGES]));
  });

  test.each(['duban', 'a', 'b', 'c'])('seed %s: the counts hold for every seed', (seed) => {
    const drawn = drawPoorVillages(regions, seed);
    expect(drawn).toHaveLength(516);
    expect(plannedOf(drawn)).toHaveLength(169);
    expect(plannedOf(drawn).map(({ regionCode }) => regionCode)).toEqual(
      expect.arrayContaining([...TEAM_VILLAGES]),
    );
  });

  test("only villagers' committees of the eight counties, in proportion except where the number is known", () => {
    const rows = new Map(regions.map((region) => [region.code, region]));
    for (const { regionCode, countyCode } of villages) {
      expect(rows.get(regionCode)?.level).toBe('VILLAGE');
      expect(regionCode).toMatch(/[23]\d\d$/);
      expect(regionCode.slice(0, 6)).toBe(countyCode.slice(0, 6));
    }
    const inCounty = (code: string) => villages.filter(({ countyCode }) => countyCode === code).length;
    expect(inCounty('341221000000')).toBe(96);
    // 420 others among 1,095 committees: Funan has 268, Jieshou 122.
    expect(inCounty('341225000000')).toBeCloseTo((268 * 420) / 1095, -0.5);
    expect(inCounty('341282000000')).toBeCloseTo((122 * 420) / 1095, -0.5);
  });

  test('people and poor people are whole numbers in range', () => {
    for (const { ruralPopulation, remainingPoorPersons } of villages) {
      expect(Number.isInteger(ruralPopulation) && Number.isInteger(remainingPoorPersons)).toBe(true);
      expect(ruralPopulation).toBeGreaterThanOrEqual(1800);
      expect(ruralPopulation).toBeLessThanOrEqual(6500);
      expect(remainingPoorPersons).toBeLessThan(ruralPopulation);
    }
  });
});

describe('accounts', () => {
  test('the eleven demo accounts sign in, nobody else', () => {
    const demo = city.accounts.filter(({ signsIn }) => signsIn);
    expect(demo.map(({ username, role, regionCode }) => [username, role, regionCode])).toEqual([
      ['city.leader', 'LEADER', '341200000000'],
      ['city.office', 'SUPERVISION_OFFICE', '341200000000'],
      ['funan.office', 'COUNTY_OFFICE', '341225000000'],
      ['longwang.town', 'TOWNSHIP_OFFICE', '341225206000'],
      ['lucheng.town', 'TOWNSHIP_OFFICE', '341225120000'],
      ['hesheng.village', 'VILLAGE_TEAM', '341225206205'],
      ['liulou.village', 'VILLAGE_TEAM', '341225120206'],
      ['inspector.one', 'INSPECTOR', null],
      ['auditor', 'AUDITOR', '341200000000'],
      ['admin', 'ADMIN', '341200000000'],
      ['wall.screen', 'SCREEN', '341200000000'],
    ]);
  });

  test('one office for every role and region, every planned village has its team', () => {
    const standing = city.accounts.flatMap(({ role, regionCode }) =>
      regionCode === null ? [] : [`${role} ${regionCode}`],
    );
    expect(new Set(standing).size).toBe(standing.length);
    expect(new Set(city.accounts.map(({ username }) => username)).size).toBe(city.accounts.length);
    for (const { regionCode } of plannedOf(city.villages)) {
      expect(standing).toContain(`VILLAGE_TEAM ${regionCode}`);
      expect(standing).toContain(`TOWNSHIP_OFFICE ${regionCode.slice(0, 9)}000`);
      expect(standing).toContain(`COUNTY_OFFICE ${regionCode.slice(0, 6)}000000`);
    }
  });
});

test('every village in which a household may live has a population, and a poor one the same everywhere', () => {
  const { villages, otherVillages, populations } = city;
  for (const { regionCode, ruralPopulation } of villages)
    expect(populations.get(regionCode)).toBe(ruralPopulation);
  for (const code of otherVillages) expect(populations.get(code)).toBeGreaterThanOrEqual(1800);
  expect(populations.size).toBe(villages.length + otherVillages.length);
});
