import { z } from 'zod';
import { isRegionCode } from '../auth/scope.js';
import {
  HEALTHS,
  HOUSEHOLD_CATEGORIES,
  HOUSEHOLD_STATUSES,
  LABOURS,
  POVERTY_CAUSES,
} from '../households/household.entity.js';
import { PROJECT_KINDS } from '../projects/project.entity.js';
import { TASK_STATUSES } from '../tasks/task.entity.js';

const text = z.string().min(1);
const count = z.int().min(0);
const share = z.number().min(0).max(1);
const day = z.iso.date();
const regionCode = z.string().refine(isRegionCode, 'exactly 12 digits');
const bilingual = z.strictObject({ zh: text, en: text });

/** A name that the demo has in both languages. */
export type Bilingual = z.infer<typeof bilingual>;

const range = z
  .strictObject({ min: count, max: count })
  .refine(({ min, max }) => min <= max, 'min above max');
const assumed = <T extends z.ZodType>(value: T) => z.strictObject({ value, basis: text });
const sourced = { origin: text, source: text };
/** Parts of one, one for every word: a word without a share is a mistake, not a zero. */
const sharesOf = <const K extends readonly string[]>(words: K) =>
  z
    .record(z.enum(words), share)
    .refine((shares) => Math.abs(Object.values<number>(shares).reduce((a, b) => a + b, 0) - 1) < 1e-9, {
      error: 'shares must add up to 1',
    });

/** Shape of data/poverty-designations.json. */
export const designations = z.strictObject({
  ...sourced,
  counties: z.array(
    z.strictObject({
      code: regionCode,
      level: z.enum(['NATIONAL', 'PROVINCIAL']),
      name: bilingual,
      poorVillages: count.nullable(),
    }),
  ),
  poorVillagesTotal: count,
  plannedForExit: z.strictObject({ year: z.int(), villages: count }),
});

const WORKSHOP_STAGES = ['SELECTED', 'PREPARING', 'PRODUCING'] as const;
/** Shape of data/demo/document.json. */
export const document = z.strictObject({
  ...sourced,
  meeting: z.strictObject({ on: day, regionCode, name: bilingual }),
  lotusBase: z.strictObject({
    regionCode,
    name: bilingual,
    nominalMuHundredths: count,
    transferredMuHundredths: count,
    plantedMuHundredths: count,
    householdsWithJobs: count,
    stage: assumed(z.literal('OPERATING')),
  }),
  drainageStation: z.strictObject({
    regionCode,
    name: bilingual,
    kind: z.literal('WATER_NETWORK'),
    stage: assumed(z.literal('COMPLETED')),
  }),
  workshops: z
    .strictObject({
      countyCode: regionCode,
      selected: count,
      byStage: z.record(z.enum(WORKSHOP_STAGES), count),
      derived: text,
      named: z.array(z.strictObject({ regionCode, stage: z.enum(WORKSHOP_STAGES), name: bilingual })),
      namesakes: z.array(regionCode),
    })
    .refine(
      ({ selected, byStage }) => selected === byStage.SELECTED + byStage.PREPARING + byStage.PRODUCING,
      {
        error: 'the book of workshops does not balance',
      },
    ),
});

const SIZES = ['1', '2', '3', '4', '5', '6'] as const;
const byCareOf = <T extends z.ZodType>(value: T) => z.strictObject({ FIVE_GUARANTEE: value, OTHERS: value });
const BUILT = [
  'PROPOSED',
  'APPROVED',
  'UNDER_CONSTRUCTION',
  'COMPLETED',
  'ACCEPTED',
  'SUSPENDED',
  'CLOSED',
] as const;
const BASE = ['PLANNED', 'LAND_TRANSFER', 'BUILDING', 'OPERATING', 'SUSPENDED', 'CLOSED'] as const;
const PLAN_YEARS = ['THIS_YEAR', 'LAST_YEAR', 'YEAR_BEFORE'] as const;
const PACES = ['AHEAD', 'STEADY', 'BEHIND'] as const;
/** Shape of data/demo/assumptions.json. */
export const assumptions = z.strictObject({
  ...sourced,
  guarantees: assumed(
    z.strictObject({
      unsafeDwelling: share,
      unsafeWater: share,
      uninsured: share,
      droppedOut: share,
      taughtAtHome: share,
      unfit: share,
    }),
  ),
  measurements: assumed(
    z.strictObject({ naturalVillages: range, eligiblePersons: range, shortShare: range }),
  ),
  ruralPopulation: assumed(range),
  remainingPoorPerMille: assumed(z.strictObject({ planned: range, notPlanned: range })),
  householdsInPoorVillages: assumed(share),
  teamVillageHouseholds: assumed(count),
  personsPerHousehold: assumed(z.number().min(1.99).max(3.04)),
  householdSize: assumed(byCareOf(sharesOf(SIZES))),
  category: assumed(sharesOf(HOUSEHOLD_CATEGORIES)),
  mainCause: assumed(byCareOf(sharesOf(POVERTY_CAUSES))),
  status: assumed(
    z.strictObject({
      PLANNED_VILLAGES: sharesOf(HOUSEHOLD_STATUSES),
      ELSEWHERE: sharesOf(HOUSEHOLD_STATUSES),
    }),
  ),
  plannedExit: assumed(
    z.strictObject({
      PRE_EXIT: sharesOf(PLAN_YEARS),
      LIFTED: sharesOf(PLAN_YEARS),
      NOT_LIFTED_IN_PLANNED_VILLAGES: share,
    }),
  ),
  health: assumed(z.record(z.enum(['UNDER_16', 'WORKING_AGE', 'OVER_60']), sharesOf(HEALTHS))),
  labour: assumed(z.record(z.enum(HEALTHS), sharesOf(LABOURS))),
  povertyLineFen: assumed(z.record(z.enum(['2015', '2016']), count)),
  perCapitaIncomeFen: assumed(range),
  incomeParts: assumed(
    z.strictObject({
      transferByCategory: z.record(z.enum(HOUSEHOLD_CATEGORIES), share),
      property: share,
      operating: share,
      costOfOperating: share,
    }),
  ),
  taskPace: assumed(sharesOf(PACES)),
  taskStatus: assumed(z.record(z.enum(PACES), sharesOf(TASK_STATUSES))),
  teamVillageTasks: assumed(z.record(z.enum(TASK_STATUSES), count)),
  taskDates: assumed(
    z.strictObject({
      createdDaysBefore: range,
      dueOnLastDay: share,
      dueAtEndOfDay: share,
      dueInFirstHour: count,
      overdue: count,
      firstDueDay: z.int(),
      lastDueDay: z.int(),
    }),
  ),
  taskDetours: assumed(z.strictObject({ blocked: share, returned: share })),
  projects: assumed(z.record(z.enum(PROJECT_KINDS), count)),
  projectStage: assumed(z.strictObject({ BUILT: sharesOf(BUILT), BASE: sharesOf(BASE) })),
  inspections: assumed(z.strictObject({ total: count })),
});
