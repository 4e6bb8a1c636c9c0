import { describe, expect, test } from '@jest/globals';
import type { ProjectRow } from '../../src/demo/draw/projects.js';
import { reference } from '../../src/demo/reference.js';
import type { ProjectStage } from '../../src/projects/project.entity.js';
import { drawCity, regions, START, tally } from './city.js';

const { projects } = drawCity('duban');
const levels = new Map(regions.map(({ code, level }) => [code, level]));

const BUILT = ['PROPOSED', 'APPROVED', 'UNDER_CONSTRUCTION', 'COMPLETED', 'ACCEPTED', 'SUSPENDED', 'CLOSED'];
const STAGES: Readonly<Record<ProjectRow['kind'], readonly string[]>> = {
  WATER_NETWORK: BUILT,
  ROAD_NETWORK: BUILT,
  POWER_NETWORK: BUILT,
  SOLAR_STATION: BUILT,
  OTHER: BUILT,
  INDUSTRY_BASE: ['PLANNED', 'LAND_TRANSFER', 'BUILDING', 'OPERATING', 'SUSPENDED', 'CLOSED'],
  EMPLOYMENT_WORKSHOP: ['SELECTED', 'PREPARING', 'PRODUCING', 'SUSPENDED', 'CLOSED'],
};

describe("the document's projects", () => {
  test('70 workshops in Funan: 20 producing, 25 preparing, 25 selected, and none elsewhere', () => {
    const workshops = projects.filter(({ kind }) => kind === 'EMPLOYMENT_WORKSHOP');
    expect(workshops).toHaveLength(70);
    expect(workshops.every(({ regionCode }) => regionCode.startsWith('341225'))).toBe(true);
    expect(tally(workshops.map(({ stage }) => stage))).toEqual({
      PRODUCING: 20,
      PREPARING: 25,
      SELECTED: 25,
    });
    expect(new Set(workshops.map(({ regionCode }) => regionCode)).size).toBe(70);
  });

  test('one at Hesheng and one at Liulou of Lucheng, none at the namesake in Dicheng', () => {
    const at = (code: string) =>
      projects.filter(({ kind, regionCode }) => kind === 'EMPLOYMENT_WORKSHOP' && regionCode === code);
    expect(at('341225206205')).toMatchObject([{ synthetic: false, stage: 'PRODUCING' }]);
    expect(at('341225120206')).toMatchObject([{ synthetic: false, stage: 'PRODUCING' }]);
    expect(at('341225115206')).toEqual([]);
  });

  test('the lotus base and the drainage station in Dicheng', () => {
    const inDicheng = projects.filter(
      ({ regionCode, synthetic }) => regionCode === '341225115000' && !synthetic,
    );
    expect(inDicheng).toMatchObject([
      {
        kind: 'INDUSTRY_BASE',
        transferredMuHundredths: 520_000,
        plantedMuHundredths: 160_000,
        householdsLinked: 316,
      },
      { kind: 'WATER_NETWORK' },
    ]);
  });
});

describe('all projects', () => {
  test('300 synthetic ones besides, as many of a kind as assumed, in all eight counties', () => {
    const others = projects.filter(({ kind, synthetic }) => synthetic && kind !== 'EMPLOYMENT_WORKSHOP');
    const { EMPLOYMENT_WORKSHOP: _, ...assumed } = reference().assumptions.projects.value;
    expect(tally(others.map(({ kind }) => kind))).toEqual(assumed);
    expect(others).toHaveLength(300);
    expect(new Set(others.map(({ regionCode }) => regionCode.slice(0, 6))).size).toBe(8);
  });

  test('stages are those of the kind, histories lead to them in order of time', () => {
    for (const { kind, stage, history, createdAt } of projects) {
      let before: ProjectStage | null = null;
      let last = 0;
      for (const { from, to, at } of history) {
        expect(from).toBe(before);
        expect(STAGES[kind]).toContain(to);
        expect(at.getTime()).toBeGreaterThan(last);
        expect(at.getTime()).toBeLessThan(START.getTime());
        before = to;
        last = at.getTime();
      }
      expect(before).toBe(stage);
      expect(history[0]?.at).toEqual(createdAt);
    }
  });

  test('only bases have land, never more planted than transferred', () => {
    for (const { kind, transferredMuHundredths: land, plantedMuHundredths: planted } of projects) {
      expect(land === null).toBe(kind !== 'INDUSTRY_BASE');
      expect(planted === null).toBe(land === null);
      expect(planted ?? 0).toBeLessThanOrEqual(land ?? 0);
    }
  });

  test('every project stands in a known region, no two bear one name', () => {
    for (const { regionCode } of projects) expect(levels.get(regionCode)).toMatch(/TOWNSHIP|VILLAGE/);
    const names = projects.map(({ name }) => name.zh);
    expect(new Set(names).size).toBe(names.length);
  });
});
