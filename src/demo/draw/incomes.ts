import type { HouseholdCategory, HouseholdStatus } from '../../households/household.entity.js';
import { reference } from '../reference.js';
import type { Random } from './random.js';

/** The years whose incomes the register holds. */
export const INCOME_YEARS = [2015, 2016] as const;
/** One of `INCOME_YEARS`. */
export type IncomeYear = (typeof INCOME_YEARS)[number];

/** One year's income in whole fen; net = wage + operating + property + transfer - operating cost. */
export interface IncomeRow {
  year: IncomeYear;
  wageFen: number;
  operatingFen: number;
  propertyFen: number;
  transferFen: number;
  operatingCostFen: number;
  netIncomeFen: number;
  /** Registered members, the denominator: compare `netIncomeFen` with line × members, never the rounded quotient. */
  members: number;
  /** netIncomeFen / members for people to read, rounded down, so that rounding lifts nobody over the line. */
  perCapitaNetIncomeFen: number;
}

/** Who earns. */
export interface Earners {
  status: HouseholdStatus;
  category: HouseholdCategory;
  members: number;
  workers: number;
}

type Side = 'ABOVE' | 'BELOW';
/** On which side of the poverty line each status stood in 2015 and stands in 2016; null: either. */
const SIDES: Readonly<Record<HouseholdStatus, readonly [Side | null, Side | null]>> = {
  CANDIDATE: [null, 'BELOW'],
  NOT_LIFTED: ['BELOW', 'BELOW'],
  PRE_EXIT: ['BELOW', 'ABOVE'],
  LIFTED_WITH_POLICY: ['ABOVE', 'ABOVE'],
  LIFTED_WITHOUT_POLICY: ['ABOVE', 'ABOVE'],
  RELAPSED: ['ABOVE', 'BELOW'],
  CANCELLED: [null, null],
};

/** The incomes of 2015 and 2016, on the side of the poverty line where the household's status says. */
export const drawIncomes = (earners: Earners, random: Random): IncomeRow[] =>
  INCOME_YEARS.map((year, i) => {
    const side = SIDES[earners.status][i] ?? (random.chance(0.5) ? 'ABOVE' : 'BELOW');
    return drawIncome(
      earners,
      { year, net: drawNet(side, { year, members: earners.members }, random) },
      random,
    );
  });

function drawNet(
  side: Side,
  { year, members }: { year: IncomeYear; members: number },
  random: Random,
): number {
  const { perCapitaIncomeFen, povertyLineFen } = reference().assumptions;
  const { min, max } = perCapitaIncomeFen.value;
  const line = povertyLineFen.value[year];
  // Most of those above are only just above: the smaller of two draws.
  const perCapita =
    side === 'BELOW' ? random.int(min, line - 1) : Math.min(random.int(line, max), random.int(line, max));
  return perCapita * members + random.int(0, members - 1);
}

/** Splits a net income into its parts, so that the parts add up to it exactly. */
function drawIncome(
  earners: Earners,
  { year, net }: { year: IncomeYear; net: number },
  random: Random,
): IncomeRow {
  const parts = reference().assumptions.incomeParts.value;
  const around = (amount: number, share: number): number =>
    Math.floor(amount * Math.min(1, share * (0.7 + 0.6 * random.fraction())));
  const propertyFen = around(net, parts.property);
  let transferFen = around(net - propertyFen, parts.transferByCategory[earners.category]);
  const earned = net - propertyFen - transferFen;
  const fromLand = earners.workers === 0 ? 0 : around(earned, parts.operating);
  const operatingCostFen = around(fromLand, parts.costOfOperating);
  const wageFen = earners.workers === 0 ? 0 : earned - fromLand;
  if (earners.workers === 0) transferFen += earned;
  return {
    year,
    wageFen,
    operatingFen: fromLand + operatingCostFen,
    propertyFen,
    transferFen,
    operatingCostFen,
    netIncomeFen: net,
    members: earners.members,
    perCapitaNetIncomeFen: Math.floor(net / earners.members),
  };
}
