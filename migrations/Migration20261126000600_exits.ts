import { readFileSync } from 'node:fs';
import { Migration } from '@mikro-orm/migrations';
import { raw } from '@mikro-orm/postgresql';
import { installed } from '../src/installation.js';

/** Leaving the list: cases with their steps, public notices with their objections, evaluations, poverty lines. */
export class Migration20261126000600_exits extends Migration {
  override async up(): Promise<void> {
    for (const sql of [...STANDARDS, ...LINES, ...EXITS, ...ALERTS, ...PRIVILEGES]) this.addSql(sql);
    const { lines } = JSON.parse(readFileSync(installed('data', 'poverty-lines.json'), 'utf8')) as {
      lines: object[];
    };
    this.addSql(raw(INSERT_LINES, [JSON.stringify(lines)]));
  }
}

const CODE = 'text collate "C"';
const oneOf = (column: string, words: readonly string[]) =>
  `check (${column} in (${words.map((word) => `'${word}'`).join(', ')}))`;

const INSERT_LINES = `
insert into poverty_line (region_code, year, fen, to_be_confirmed)
select region, year, fen, "toBeConfirmed" from jsonb_to_recordset(?::jsonb)
  as line (region text, year int, fen bigint, "toBeConfirmed" boolean)`;

/** The wall as every policy has it. */
const SCOPE = `multirange_contains_elem((select nullif(current_setting('duban.scope', true), '')::code_multirange), region_code)`;

const STATUSES = [
  'REVIEWED',
  'VERIFIED',
  'AGREED',
  'PLANNED',
  'SELF_CHECK_PASSED',
  'TOWNSHIP_VERIFIED',
  'COUNTY_VERIFIED',
  'APPLIED',
  'CITY_REVIEWED',
  'PROVINCE_VERIFIED',
  'IN_PUBLICITY',
  'TOWNSHIP_REVIEWED',
  'COUNTY_APPROVED',
  'EXITED',
  'RETURNED',
  'REVOKED',
];
const ENDED = `('EXITED', 'RETURNED', 'REVOKED')`;

const STANDARDS = [
  `alter table exit_standard add column notice_amount int not null default 7 check (notice_amount > 0),
    add column notice_unit text not null default 'CALENDAR_DAYS' ${oneOf('notice_unit', ['CALENDAR_DAYS', 'WORKING_DAYS'])}`,
];

const LINES = [
  // No reference to a region: the nation, whose lines come with the house, is none.
  `create table poverty_line (region_code ${CODE} not null, year int not null, fen bigint not null check (fen > 0),
    to_be_confirmed boolean not null, primary key (region_code, year))`,
];

const EXITS = [
  `create table public_notice (
    id uuid primary key, region_code ${CODE} not null references region (code),
    kind text not null ${oneOf('kind', ['HOUSEHOLD', 'VILLAGE', 'COUNTY'])}, place text not null,
    amount int not null check (amount > 0), unit text not null ${oneOf('unit', ['CALENDAR_DAYS', 'WORKING_DAYS'])},
    posted_at timestamptz not null, posted_by_id uuid not null references account (id), version int not null default 1)`,
  'create index public_notice_region on public_notice (region_code, id)',
  `create table exit (
    id uuid primary key, kind text not null ${oneOf('kind', ['HOUSEHOLD', 'VILLAGE', 'COUNTY'])},
    region_code ${CODE} not null references region (code),
    standard_id uuid not null references exit_standard (id), status text not null ${oneOf('status', STATUSES)},
    notice_id uuid references public_notice (id), opened_at timestamptz not null,
    opened_by_id uuid not null references account (id), version int not null default 1)`,
  'create index exit_region on exit (region_code, id)',
  'create index exit_notice on exit (notice_id)',
  // One case at a time for one village or county; a household's own row is held while its case is begun.
  `create unique index exit_open on exit (kind, region_code) where kind <> 'HOUSEHOLD' and status not in ${ENDED}`,
  // Whose case it is: the one thing of a case that is personal, so it lies behind the wall.
  `create table exit_household (exit_id uuid primary key references exit (id),
    household_id uuid not null references household (id), region_code ${CODE} not null references region (code))`,
  'create index exit_household_region on exit_household (region_code)',
  'create index exit_household_household on exit_household (household_id)',
  'alter table exit_household enable row level security',
  'alter table exit_household force row level security',
  `create policy scope on exit_household using (${SCOPE}) with check (${SCOPE})`,
  `create table exit_move (
    id uuid primary key, exit_id uuid not null references exit (id), from_status text, to_status text not null,
    at timestamptz not null, by_id uuid not null references account (id), role text not null, note text)`,
  'create index exit_move_exit on exit_move (exit_id, at, id)',
  `create table objection (
    id uuid primary key, notice_id uuid not null references public_notice (id), exit_id uuid not null references exit (id),
    region_code ${CODE} not null, text text not null, at timestamptz not null,
    recorded_by_id uuid not null references account (id), answered_at timestamptz,
    answered_by_id uuid references account (id), upheld boolean, answer text, version int not null default 1,
    check (num_nonnulls(answered_at, answered_by_id, upheld, answer) in (0, 4)), check (recorded_by_id <> answered_by_id))`,
  'create index objection_notice on objection (notice_id, at, id)',
  `create table evaluation (
    exit_id uuid primary key references exit (id), rural_population int not null, remaining_poor int not null,
    unregistered_population int not null, exited_population int not null,
    sampled_unregistered int not null, omitted int not null, sampled_exited int not null, wrongly_exited int not null,
    surveyed_households int not null, approving_households int not null,
    at timestamptz not null, by_id uuid not null references account (id),
    check (omitted <= sampled_unregistered and wrongly_exited <= sampled_exited
      and approving_households <= surveyed_households and remaining_poor <= rural_population))`,
];

const ALERTS = [
  'alter table alert drop constraint alert_rule_check',
  `alter table alert add constraint alert_rule_check check (rule in ('TASK_OVERDUE', 'TASK_RETURNED', 'TASK_REOPENED',
    'FINDING_ISSUED', 'CALENDAR_MISSING', 'VILLAGE_LOST_STANDARD', 'NOTICE_OBJECTION'))`,
];

const PRIVILEGES = [
  'grant select on poverty_line to duban_runtime',
  'grant select, insert, update on exit, public_notice, objection, evaluation to duban_runtime',
  'grant select, insert on exit_move, exit_household to duban_runtime',
];
