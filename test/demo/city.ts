import { createHash } from 'node:crypto';
import { type City, drawCity as draw } from '../../src/demo/draw/city.js';
import { drawHouseholds } from '../../src/demo/draw/households.js';
import { drawPoorVillages, otherVillages } from '../../src/demo/draw/villages.js';
import { readRegionList } from '../../src/demo/reference.js';
import { readRegionFile } from '../../src/regions/region.file.js';

/** The meeting day: where the demo's campaign clock starts. */
export const START = new Date('2016-12-08T09:00:00+08:00');
export const regions = readRegionFile(readRegionList());

/** Everything but the households, drawn from one seed. */
export const drawCity = (seed: string, start = START): City => draw(regions, seed, start);

/** Households of a seed, in the homes of the same seed. */
export function householdsOf(seed: string, count: number) {
  const poor = drawPoorVillages(regions, seed);
  return drawHouseholds({ poor, other: otherVillages(regions, poor) }, count, seed);
}

/** Equal only when every byte of the JSON is. */
export const fingerprint = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** How often each value comes up. */
export function tally<K extends string>(values: Iterable<K>): Partial<Record<K, number>> {
  const counts: Partial<Record<K, number>> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
