import { scopeOf } from '../../auth/scope.js';
import type { ListedRegion } from '../../regions/region.file.js';
import { everydayName } from '../../regions/region.rules.js';
import { reference } from '../reference.js';
import { Random } from './random.js';

/** A poor village. That it is poor, planned and how many live there is drawn; only its code and name are real. */
export interface PoorVillage {
  regionCode: string;
  /** As people say it: 合胜村, not 合胜村委会. */
  name: string;
  countyCode: string;
  ruralPopulation: number;
  remainingPoorPersons: number;
  /** The year in which it is to leave the list; null when it is not planned yet. */
  plannedExitYear: number | null;
  synthetic: true;
}

/** Both demo teams' villages, which the contract promises to be in the year's plan: 合胜村 and 刘楼村 (鹿城镇). */
export const TEAM_VILLAGES: readonly string[] = ['341225206205', '341225120206'];

/** Villagers' committees (third block 200 to 399) of the eight poor counties, by county. */
export function committees(regions: readonly ListedRegion[]): Map<string, ListedRegion[]> {
  const { counties } = reference().designations;
  const villages = regions.filter(({ code, level }) => level === 'VILLAGE' && /[23]\d\d$/.test(code));
  return new Map(
    counties.map((county) => {
      const { from, to } = scopeOf(county.code);
      return [county.code, villages.filter(({ code }) => code >= from && code < to)];
    }),
  );
}

/**
 * The poor villages (516), by code: in each county as many as are known, else in proportion to its villagers'
 * committees; of these the planned ones (169) in proportion again. Both demo teams' villages are among them.
 */
export function drawPoorVillages(
  regions: readonly ListedRegion[],
  seed: string,
  year?: number,
): PoorVillage[] {
  const random = new Random(seed).stream('villages');
  const { designations } = reference();
  const byCounty = committees(regions);
  const poorQuotas = poorVillageQuotas(byCounty);
  const plannedQuotas = inProportion(poorQuotas, designations.plannedForExit.villages);
  const plannedYear = year ?? designations.plannedForExit.year;
  return [...byCounty].flatMap(([countyCode, rows]) => {
    const mixed = teamsFirst(random.stream(countyCode).shuffle(rows));
    const planned = plannedQuotas.get(countyCode) ?? 0;
    return mixed
      .slice(0, poorQuotas.get(countyCode))
      .map((row, i) =>
        describe(row, { countyCode, plannedExitYear: i < planned ? plannedYear : null, random }),
      )
      .sort((a, b) => (a.regionCode < b.regionCode ? -1 : 1));
  });
}

/** Those that are to leave the list this year. */
export const plannedOf = (villages: readonly PoorVillage[]): PoorVillage[] =>
  villages.filter(({ plannedExitYear }) => plannedExitYear !== null);

/** Villagers' committees of the eight counties that are not poor villages: registered households live there too. */
export function otherVillages(regions: readonly ListedRegion[], poor: readonly PoorVillage[]): string[] {
  const taken = new Set(poor.map(({ regionCode }) => regionCode));
  return [...committees(regions).values()].flat().flatMap(({ code }) => (taken.has(code) ? [] : [code]));
}

/** How many live in each villagers' committee of the eight counties, poor or not: incidence needs all of them. */
export function drawPopulations(regions: readonly ListedRegion[], seed: string): Map<string, number> {
  const random = new Random(seed).stream('villages');
  const rows = [...committees(regions).values()].flat();
  return new Map(rows.map(({ code }) => [code, drawPopulation(random.stream(code))]));
}

/** The first draw of a village's own stream, so that it is the same wherever the village is drawn. */
function drawPopulation(random: Random): number {
  const { min, max } = reference().assumptions.ruralPopulation.value;
  return random.int(min, max);
}

function poorVillageQuotas(byCounty: ReadonlyMap<string, readonly ListedRegion[]>): Map<string, number> {
  const { counties, poorVillagesTotal } = reference().designations;
  const known = new Map(
    counties.flatMap(({ code, poorVillages: n }) => (n === null ? [] : [[code, n] as const])),
  );
  const open = new Map(
    [...byCounty].flatMap(([code, rows]) => (known.has(code) ? [] : [[code, rows.length] as const])),
  );
  const left = poorVillagesTotal - [...known.values()].reduce((a, b) => a + b, 0);
  return new Map([...known, ...inProportion(open, left)]);
}

/** `total` divided in proportion to the weights, whole numbers by the largest remainder. */
function inProportion(weights: ReadonlyMap<string, number>, total: number): Map<string, number> {
  const sum = [...weights.values()].reduce((a, b) => a + b, 0);
  const parts = [...weights].map(([key, weight]) => ({
    key,
    whole: Math.floor((weight * total) / sum),
    rest: (weight * total) % sum,
  }));
  const missing = total - parts.reduce((a, { whole }) => a + whole, 0);
  const lucky = new Set([...parts].sort((a, b) => b.rest - a.rest).slice(0, missing));
  return new Map(parts.map((part) => [part.key, part.whole + (lucky.has(part) ? 1 : 0)]));
}

const teamsFirst = (rows: readonly ListedRegion[]): ListedRegion[] => [
  ...rows.filter(({ code }) => TEAM_VILLAGES.includes(code)),
  ...rows.filter(({ code }) => !TEAM_VILLAGES.includes(code)),
];

function describe(
  row: ListedRegion,
  drawn: { countyCode: string; plannedExitYear: number | null; random: Random },
): PoorVillage {
  const { remainingPoorPerMille } = reference().assumptions;
  const random = drawn.random.stream(row.code);
  const population = drawPopulation(random);
  const { planned, notPlanned } = remainingPoorPerMille.value;
  const perMille = drawn.plannedExitYear === null ? notPlanned : planned;
  return {
    regionCode: row.code,
    name: everydayName(row.name),
    countyCode: drawn.countyCode,
    ruralPopulation: population,
    remainingPoorPersons: Math.floor((population * random.int(perMille.min, perMille.max)) / 1000),
    plannedExitYear: drawn.plannedExitYear,
    synthetic: true,
  };
}
