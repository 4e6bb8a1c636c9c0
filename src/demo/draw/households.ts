import type { HouseholdCategory, HouseholdStatus, PovertyCause } from '../../households/household.entity.js';
import { reference } from '../reference.js';
import { officeHourFrom } from './days.js';
import { drawExitYear } from './exits.js';
import { drawIncomes, type IncomeRow } from './incomes.js';
import { drawFamily, type MemberDraft } from './members.js';
import { bankAccount } from './people.js';
import { Random } from './random.js';
import { type PoorVillage, plannedOf, TEAM_VILLAGES } from './villages.js';

/** One registered household, entirely synthetic. */
export interface HouseholdRow {
  id: string;
  /** Village code, a dash and the household's number within the village. */
  registerNumber: string;
  regionCode: string;
  headName: string;
  category: HouseholdCategory;
  status: HouseholdStatus;
  mainCause: PovertyCause;
  plannedExitYear: number | null;
  registeredAt: Date;
  bankAccount: string;
  /** The head first. */
  members: MemberDraft[];
  /** 2015 and 2016. */
  incomes: IncomeRow[];
}

/** Where registered households live: in the poor villages, and in fewer numbers elsewhere. */
export interface Homes {
  poor: readonly PoorVillage[];
  /** Codes of the other villages; without any, all live in the poor ones. */
  other: readonly string[];
}

/** The first registration ran from April to October 2014 (domain brief 2.1). */
const REGISTRATION_START = new Date('2014-04-01T00:00:00+08:00');
const REGISTRATION_DAYS = 213;

/**
 * `count` households, one after the other, so that 450,000 never stand in memory together. The first ones are the
 * demo team villages', and a smaller count is the beginning of a larger one.
 */
export function* drawHouseholds(homes: Homes, count: number, seed: string): Generator<HouseholdRow> {
  const random = new Random(seed).stream('households');
  const exits = new Random(seed).stream('exits');
  const plan = plannedOf(homes.poor);
  const year = plan[0]?.plannedExitYear ?? null;
  const planned = new Set(plan.map(({ regionCode }) => regionCode));
  const numbers = new Map<string, number>();
  let nextSerial = 0;
  for (let index = 0; index < count; index++) {
    const regionCode = drawHome(index, homes, random);
    const number = (numbers.get(regionCode) ?? 0) + 1;
    numbers.set(regionCode, number);
    const isPlanned = planned.has(regionCode);
    const household = drawHousehold(
      { index, regionCode, number, firstSerial: nextSerial, isPlanned },
      random,
    );
    nextSerial += household.members.length;
    yield { ...household, plannedExitYear: drawExitYear({ ...household, isPlanned, year }, exits) };
  }
}

function drawHome(index: number, { poor, other }: Homes, random: Random): string {
  const { teamVillageHouseholds, householdsInPoorVillages } = reference().assumptions;
  const team = TEAM_VILLAGES[index % TEAM_VILLAGES.length];
  if (team !== undefined && index < TEAM_VILLAGES.length * teamVillageHouseholds.value) return team;
  const isPoor = random.chance(householdsInPoorVillages.value) || other.length === 0;
  return isPoor ? random.pick(poor).regionCode : random.pick(other);
}

interface Place {
  index: number;
  regionCode: string;
  number: number;
  firstSerial: number;
  isPlanned: boolean;
}

function drawHousehold(place: Place, random: Random): Omit<HouseholdRow, 'plannedExitYear'> {
  const { category: categories, mainCause, householdSize, status: statuses } = reference().assumptions;
  const at = new Date(REGISTRATION_START.getTime() + place.index);
  const id = random.uuid(at);
  const category = random.weighted(categories.value);
  const care = category === 'FIVE_GUARANTEE' ? category : 'OTHERS';
  const cause = random.weighted(mainCause.value[care]);
  const drawnSize = Number(random.weighted(householdSize.value[care]));
  // Nobody is poor from a child's schooling without the child.
  const size = cause === 'SCHOOLING' ? Math.max(2, drawnSize) : drawnSize;
  const status = random.weighted(statuses.value[place.isPlanned ? 'PLANNED_VILLAGES' : 'ELSEWHERE']);
  const county = place.regionCode.slice(0, 6);
  const members = drawFamily({ size, category, cause, county, firstSerial: place.firstSerial, at }, random);
  const workers = members.filter(({ labour }) => labour === 'ORDINARY' || labour === 'SKILLED').length;
  return {
    id,
    registerNumber: `${place.regionCode}-${String(place.number).padStart(5, '0')}`,
    regionCode: place.regionCode,
    headName: members[0]?.name ?? '',
    category,
    status,
    mainCause: cause,
    registeredAt: officeHourFrom(REGISTRATION_START, random.int(0, REGISTRATION_DAYS - 1), random),
    bankAccount: bankAccount(place.index),
    members,
    incomes: drawIncomes({ status, category, members: members.length, workers }, random),
  };
}
