// What can be measured. A standard may ask for these and nothing else: each has one meaning, one unit and one source,
// so that two standards that ask for the same thing are answered by the same fact.

export const STANDARD_TARGETS = ['HOUSEHOLD', 'VILLAGE', 'COUNTY'] as const;
export type StandardTarget = (typeof STANDARD_TARGETS)[number];

/** How a value is written: a share of a whole, a number of things, or whether something is so. */
export const MEASURE_KINDS = ['RATIO', 'COUNT', 'YES_NO'] as const;
export type MeasureKind = (typeof MEASURE_KINDS)[number];

/** `REGISTER`: reckoned from the households of the register, and never typed; `RECORDED`: by who has looked. */
export const MEASURE_SOURCES = ['REGISTER', 'RECORDED'] as const;
export type MeasureSource = (typeof MEASURE_SOURCES)[number];

export interface Measure {
  readonly target: StandardTarget;
  readonly kind: MeasureKind;
  readonly source: MeasureSource;
}

const village = (kind: MeasureKind, source: MeasureSource = 'RECORDED'): Measure => ({
  target: 'VILLAGE',
  kind,
  source,
});

const household = (kind: MeasureKind): Measure => ({ target: 'HOUSEHOLD', kind, source: 'REGISTER' });
/** From the evaluation that goes with an application, whose samples are recorded with it (exits/). */
const county = (kind: MeasureKind): Measure => ({ target: 'COUNTY', kind, source: 'RECORDED' });

export const MEASURES = {
  /** Persons of households that are not lifted, about to exit or relapsed, per rural person of the village. */
  POVERTY_INCIDENCE: village('RATIO', 'REGISTER'),
  HARDENED_ROADS: village('COUNT'),
  BUS_SERVICE: village('YES_NO'),
  NATURAL_VILLAGES_WITH_ROAD: village('RATIO'),
  SAFE_WATER_HOUSEHOLDS: village('RATIO'),
  POWERED_HOUSEHOLDS: village('RATIO'),
  BROADBAND: village('YES_NO'),
  RADIO_TV_HOUSEHOLDS: village('RATIO'),
  CLINICS: village('COUNT'),
  VILLAGE_DOCTORS: village('COUNT'),
  CULTURE_CENTRES: village('COUNT'),
  STABLE_COLLECTIVE_INCOME: village('YES_NO'),
  LEADING_INDUSTRIES: village('COUNT'),
  /** Registered households whose dwelling is graded C or D. */
  UNSAFE_DWELLINGS: village('COUNT', 'REGISTER'),
  /** Members of registered households who dropped out of compulsory education. */
  DROPOUTS: village('COUNT', 'REGISTER'),
  /** Members of registered households in the basic medical insurance, per member. */
  INSURED_PERSONS: village('RATIO', 'REGISTER'),
  SAFETY_NET_COVERAGE: village('RATIO'),
  VILLAGE_PLATFORM: village('YES_NO'),
  /** Net income of the latest year that is recorded, per poverty line of that year times members. */
  HOUSEHOLD_NET_INCOME: household('RATIO'),
  HOUSEHOLD_SAFE_WATER: household('YES_NO'),
  HOUSEHOLD_UNSAFE_DWELLING: household('COUNT'),
  HOUSEHOLD_DROPOUTS: household('COUNT'),
  HOUSEHOLD_INSURED: household('RATIO'),
  /** Remaining, estimated omitted and estimated wrongly exited poor persons, per rural person. */
  COUNTY_COMPOSITE_INCIDENCE: county('RATIO'),
  COUNTY_WRONG_EXITS: county('RATIO'),
  COUNTY_OMISSIONS: county('RATIO'),
  COUNTY_APPROVAL: county('RATIO'),
} as const satisfies Record<string, Measure>;

export type MeasureCode = keyof typeof MEASURES;
export const MEASURE_CODES = Object.keys(MEASURES) as readonly MeasureCode[];

export const isMeasure = (code: string): code is MeasureCode => code in MEASURES;
export const measureOf = (code: MeasureCode): Measure => MEASURES[code];

/** What a measure of the register counts as poor: until the county has approved an exit, it is none. */
export const POOR_STATUSES = ['NOT_LIFTED', 'PRE_EXIT', 'RELAPSED'] as const;
/** Not on the register yet, or no longer. */
export const UNREGISTERED_STATUSES = ['CANDIDATE', 'CANCELLED'] as const;
