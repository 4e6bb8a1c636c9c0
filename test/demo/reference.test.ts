import { describe, expect, test } from '@jest/globals';
import { dataPath, reference } from '../../src/demo/reference.js';
import { assumptions, document } from '../../src/demo/reference.schema.js';
import { regions } from './city.js';

const codes = new Set(regions.map(({ code }) => code));

describe('the data files', () => {
  test('are found whatever the working directory', () => {
    const before = process.cwd();
    process.chdir('/');
    try {
      expect(dataPath('x.json')).toMatch(/data[/\\]x\.json$/);
      expect(reference().designations.counties).toHaveLength(8);
    } finally {
      process.chdir(before);
    }
  });

  test('eight poor counties, four of each level, all in the list', () => {
    const { counties, poorVillagesTotal, plannedForExit } = reference().designations;
    const of = (level: string) => counties.flatMap((county) => (county.level === level ? [county.code] : []));
    expect(of('NATIONAL').sort()).toEqual(
      ['341203', '341221', '341225', '341226'].map((code) => `${code}000000`),
    );
    expect(of('PROVINCIAL').sort()).toEqual(
      ['341202', '341204', '341222', '341282'].map((code) => `${code}000000`),
    );
    for (const { code, name } of counties)
      expect(regions).toContainEqual(expect.objectContaining({ code, name: name.zh }));
    expect(poorVillagesTotal).toBe(516);
    expect(plannedForExit).toEqual({ year: 2016, villages: 169 });
  });

  test('the village standard has its 18 items', () => {
    const { standard } = reference();
    expect(standard).toMatchObject({
      code: 'AH-VILLAGE-2016',
      target: 'VILLAGE',
      year: 2016,
      jurisdiction: '340000000000',
    });
    expect(standard.items.map(({ code }) => code)).toEqual(
      Array.from({ length: 18 }, (_, i) => `V${String(i + 1).padStart(2, '0')}`),
    );
    expect(standard.items[0]).toMatchObject({
      kind: 'VETO',
      comparator: 'LT',
      threshold: { numerator: 2, denominator: 100 },
    });
    for (const { code, toBeConfirmed } of standard.items) {
      if (code >= 'V02' && code <= 'V12') expect(toBeConfirmed).toBe(true);
    }
    for (const { comparator, threshold } of standard.items)
      expect('text' in threshold).toBe(comparator === 'HOLDS');
  });

  test('the document: its numbers, and only places that exist', () => {
    const { lotusBase, workshops, meeting, drainageStation } = reference().document;
    expect(meeting.on).toBe('2016-12-08');
    expect(lotusBase).toMatchObject({
      transferredMuHundredths: 520_000,
      plantedMuHundredths: 160_000,
      householdsWithJobs: 316,
    });
    expect(workshops.byStage).toEqual({ PRODUCING: 20, PREPARING: 25, SELECTED: 25 });
    const places = [meeting, lotusBase, drainageStation, ...workshops.named].map((one) => one.regionCode);
    for (const code of [...places, ...workshops.namesakes]) expect(codes).toContain(code);
  });

  test('a share that is missing, or shares that do not add up, are refused', () => {
    const good = reference().assumptions;
    expect(assumptions.safeParse(good).success).toBe(true);
    const spoilt = structuredClone(good);
    spoilt.category.value.GENERAL += 0.01;
    expect(assumptions.safeParse(spoilt).success).toBe(false);
    const { GENERAL: _, ...fewer } = good.category.value;
    expect(assumptions.safeParse({ ...good, category: { ...good.category, value: fewer } }).success).toBe(
      false,
    );
  });

  test('a book of workshops that does not balance is refused', () => {
    const spoilt = structuredClone(reference().document);
    spoilt.workshops.byStage.PRODUCING = 21;
    expect(document.safeParse(spoilt).success).toBe(false);
  });
});
