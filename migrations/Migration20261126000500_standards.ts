import { Migration } from '@mikro-orm/migrations';

/** Standards that are executed: what each item measures, what was measured, and the verdicts. */
export class Migration20261126000500_standards extends Migration {
  override async up(): Promise<void> {
    for (const sql of [...REGISTER, ...STANDARDS, ...MEASUREMENTS, ...VERDICTS, ...ALERTS, ...PRIVILEGES])
      this.addSql(sql);
  }
}

const CODE = 'text collate "C"';
const DAY = `~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'`;

const REGISTER = [
  `alter table household add column housing_grade text check (housing_grade in ('A', 'B', 'C', 'D')),
    add column safe_water boolean`,
  `alter table household_member add column insured boolean,
    add column schooling text check (schooling in ('NOT_OF_AGE', 'IN_SCHOOL', 'TAUGHT_AT_HOME', 'UNFIT', 'DROPPED_OUT'))`,
];

/** The items that were loaded before items said what they measure are those of AH-VILLAGE-2016. */
const MEASURE_OF = `
('V01', 'POVERTY_INCIDENCE'), ('V02', 'HARDENED_ROADS'), ('V03', 'BUS_SERVICE'), ('V04', 'NATURAL_VILLAGES_WITH_ROAD'),
('V05', 'SAFE_WATER_HOUSEHOLDS'), ('V06', 'POWERED_HOUSEHOLDS'), ('V07', 'BROADBAND'), ('V08', 'RADIO_TV_HOUSEHOLDS'),
('V09', 'CLINICS'), ('V10', 'VILLAGE_DOCTORS'), ('V11', 'CULTURE_CENTRES'), ('V12', 'STABLE_COLLECTIVE_INCOME'),
('V13', 'LEADING_INDUSTRIES'), ('V14', 'UNSAFE_DWELLINGS'), ('V15', 'DROPOUTS'), ('V16', 'INSURED_PERSONS'),
('V17', 'SAFETY_NET_COVERAGE'), ('V18', 'VILLAGE_PLATFORM')`;

const STANDARDS = [
  `alter table exit_standard drop constraint exit_standard_code_key,
    add column edition int not null default 1 check (edition > 0),
    add column status text not null default 'ADOPTED' check (status in ('DRAFT', 'ADOPTED')),
    add column pass_points int check (pass_points > 0), add column file_hash text,
    add column adopted_by_id uuid references account (id),
    add column adopted_at timestamptz, add constraint exit_standard_edition unique (code, edition)`,
  'alter table exit_standard alter column edition drop default, alter column status drop default',
  `alter table standard_item add column measure text, add column points int check (points > 0),
    add column evidence text[] not null default '{}'`,
  `update standard_item set measure = known.measure from (values ${MEASURE_OF}) as known (code, measure)
    where standard_item.code = known.code`,
  `alter table standard_item alter column measure set not null, alter column evidence drop default,
    add constraint standard_item_comparator check (comparator in ('LT', 'LE', 'GE', 'GT', 'HOLDS'))`,
];

const MEASUREMENTS = [
  `create table measurement (
    id uuid primary key, region_code ${CODE} not null references region (code), measure text not null,
    numerator bigint check (numerator >= 0), denominator bigint check (denominator > 0),
    measured_on ${CODE} not null check (measured_on ${DAY}), source text not null, evidence text[] not null,
    recorded_at timestamptz not null, recorded_by_id uuid references account (id),
    confirmed_at timestamptz, confirmed_by_id uuid references account (id), version int not null default 1,
    check ((numerator is null) = (denominator is null)), check (recorded_by_id <> confirmed_by_id))`,
  `create index measurement_latest on measurement (region_code, measure, measured_on desc, recorded_at desc, id desc)`,
  'create index measurement_unconfirmed on measurement (region_code, id) where confirmed_at is null',
];

const VERDICTS = [
  `create table verdict (
    id uuid primary key, standard_id uuid not null references exit_standard (id),
    region_code ${CODE} not null references region (code),
    standing_id uuid not null generated always as (md5(standard_id::text || region_code)::uuid) stored, met boolean not null, points int, unmet int not null,
    at timestamptz not null, by_id uuid not null references account (id), inputs text not null, outcome text not null,
    inputs_hash text not null, outcome_hash text not null, superseded_at timestamptz)`,
  'create unique index verdict_latest on verdict (standard_id, region_code) where superseded_at is null',
  'create index verdict_history on verdict (region_code, id)',
  `create table verdict_item (
    verdict_id uuid not null references verdict (id), item_id uuid not null references standard_item (id),
    standard_id uuid not null, region_code ${CODE} not null, position int not null,
    state text not null check (state in ('MET', 'NOT_MET', 'UNKNOWN', 'UNCONFIRMED', 'NOT_APPLICABLE')),
    is_gap boolean not null, numerator bigint, denominator bigint, shortfall bigint, primary key (verdict_id, item_id))`,
  'create index verdict_item_gap on verdict_item (standard_id, region_code, position) where is_gap',
];

const ALERTS = [
  'alter table alert drop constraint alert_rule_check',
  `alter table alert add constraint alert_rule_check check (rule in ('TASK_OVERDUE', 'TASK_RETURNED', 'TASK_REOPENED',
    'FINDING_ISSUED', 'CALENDAR_MISSING', 'VILLAGE_LOST_STANDARD'))`,
];

const PRIVILEGES = [
  'grant insert, update on exit_standard to duban_runtime',
  'grant insert on standard_item to duban_runtime',
  'grant select, insert, update on measurement to duban_runtime',
  'grant select, insert, update on verdict to duban_runtime',
  'grant select, insert, delete on verdict_item to duban_runtime',
];
