import type { MeasureCode } from '../standards/measure.rules.js';
import type { Fraction } from '../standards/verdict.rules.js';
import type { Evaluation } from './evaluation.entity.js';

/** What was counted, without who recorded it. */
export type Counts = Omit<Evaluation, 'exitId' | 'at' | 'byId'>;

export const COUNTS = [
  'ruralPopulation',
  'remainingPoor',
  'unregisteredPopulation',
  'exitedPopulation',
  'sampledUnregistered',
  'omitted',
  'sampledExited',
  'wronglyExited',
  'surveyedHouseholds',
  'approvingHouseholds',
] as const satisfies readonly (keyof Counts)[];

/** Parts of a sample, and what they are parts of. */
export const PARTS = [
  ['remainingPoor', 'ruralPopulation'],
  ['omitted', 'sampledUnregistered'],
  ['wronglyExited', 'sampledExited'],
  ['approvingHouseholds', 'surveyedHouseholds'],
] as const satisfies readonly (readonly [keyof Counts, keyof Counts])[];

const rate = (part: number, whole: number): Fraction => ({
  numerator: BigInt(part),
  denominator: BigInt(whole),
});

/**
 * The rates as fractions, never divided. The composite incidence adds to the remaining poor those whom the samples let
 * expect: omission rate × unregistered population, wrong exit rate × exited population.
 */
export function ratesOf(counts: Counts): Partial<Record<MeasureCode, Fraction>> {
  const omissions = rate(counts.omitted, counts.sampledUnregistered);
  const wrong = rate(counts.wronglyExited, counts.sampledExited);
  const over = omissions.denominator * wrong.denominator;
  const poor =
    BigInt(counts.remainingPoor) * over +
    omissions.numerator * BigInt(counts.unregisteredPopulation) * wrong.denominator +
    wrong.numerator * BigInt(counts.exitedPopulation) * omissions.denominator;
  return {
    COUNTY_COMPOSITE_INCIDENCE: { numerator: poor, denominator: over * BigInt(counts.ruralPopulation) },
    COUNTY_OMISSIONS: omissions,
    COUNTY_WRONG_EXITS: wrong,
    COUNTY_APPROVAL: rate(counts.approvingHouseholds, counts.surveyedHouseholds),
  };
}
