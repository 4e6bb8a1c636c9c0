import type { HousingGrade, Schooling } from '../../households/household.entity.js';
import type { TaskStatus } from '../../tasks/task.entity.js';
import { reference } from '../reference.js';
import type { HouseholdRow } from './households.js';
import type { MemberDraft } from './members.js';
import { Random } from './random.js';
import type { TaskRow } from './tasks.js';

/** What the three guarantees and the water come to in one household; members in the order of the household. */
export interface Guarantees {
  readonly housingGrade: HousingGrade;
  readonly safeWater: boolean;
  readonly members: readonly { insured: boolean; schooling: Schooling }[];
}

/** Declared met and not sent back: the register must not say otherwise. */
const DECLARED: readonly TaskStatus[] = [
  'SELF_DECLARED_MET',
  'TOWNSHIP_CONFIRMED',
  'COUNTY_CONFIRMED',
  'PROVINCE_PASSED',
];
export type IsDeclared = (regionCode: string, itemCode: string) => boolean;

/** Whether a village has declared an item of the standard. */
export function declaredIn(tasks: readonly TaskRow[]): IsDeclared {
  const declared = new Set(
    tasks
      .filter(({ status }) => DECLARED.includes(status))
      .map(({ regionCode, itemCode }) => `${regionCode} ${itemCode}`),
  );
  return (regionCode, itemCode) => declared.has(`${regionCode} ${itemCode}`);
}

const HOUSING = 'V14';
const SCHOOL = 'V15';
const INSURANCE = 'V16';
const WATER = 'V05';
const CAMPAIGN_YEAR = 2016;

/** From a source of its own, so that nothing else of the city depends on it. */
export function drawGuarantees(
  { id, regionCode, members }: HouseholdRow,
  isDeclared: IsDeclared,
): Guarantees {
  const random = new Random('guarantees').stream(id);
  const shares = reference().assumptions.guarantees.value;
  const falls = (item: string, share: number) => random.chance(share) && !isDeclared(regionCode, item);
  const grade = random.chance(0.5) ? 'A' : 'B';
  const dangerous = random.chance(0.7) ? 'C' : 'D';
  return {
    housingGrade: falls(HOUSING, shares.unsafeDwelling) ? dangerous : grade,
    safeWater: !falls(WATER, shares.unsafeWater),
    members: members.map((member) => ({
      insured: !falls(INSURANCE, shares.uninsured),
      schooling: drawSchooling(member, falls(SCHOOL, shares.droppedOut), random),
    })),
  };
}

function drawSchooling({ birthYear }: MemberDraft, dropsOut: boolean, random: Random): Schooling {
  const { taughtAtHome, unfit } = reference().assumptions.guarantees.value;
  const age = CAMPAIGN_YEAR - birthYear;
  if (age < 6 || age > 15) return 'NOT_OF_AGE';
  if (dropsOut) return 'DROPPED_OUT';
  if (random.chance(taughtAtHome)) return 'TAUGHT_AT_HOME';
  return random.chance(unfit) ? 'UNFIT' : 'IN_SCHOOL';
}
