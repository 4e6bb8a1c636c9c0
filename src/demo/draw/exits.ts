import type { HouseholdStatus } from '../../households/household.entity.js';
import { isLifted } from '../../households/household.entity.js';
import { reference } from '../reference.js';
import type { Random } from './random.js';

const YEARS_AGO = { THIS_YEAR: 0, LAST_YEAR: 1, YEAR_BEFORE: 2 } as const;

/** The year in which a household is planned to exit; null where it is not planned. `year`: the plan's, if there is one. */
export function drawExitYear(
  { status, isPlanned, year }: { status: HouseholdStatus; isPlanned: boolean; year: number | null },
  random: Random,
): number | null {
  if (year === null) return null;
  const { PRE_EXIT, LIFTED, NOT_LIFTED_IN_PLANNED_VILLAGES } = reference().assumptions.plannedExit.value;
  if (status === 'NOT_LIFTED')
    return isPlanned && random.chance(NOT_LIFTED_IN_PLANNED_VILLAGES) ? year : null;
  if (status === 'PRE_EXIT') return year - YEARS_AGO[random.weighted(PRE_EXIT)];
  return isLifted(status) ? year - YEARS_AGO[random.weighted(LIFTED)] : null;
}
