import { readFileSync } from 'node:fs';
import { Migration } from '@mikro-orm/migrations';
import { raw } from '@mikro-orm/postgresql';
import { calendarId, NATION } from '../src/calendars/calendar.rules.js';
import { installed } from '../src/installation.js';

/** Which days are worked, and clocks of tasks that count in working time. */
export class Migration20261126000300_calendars extends Migration {
  override async up(): Promise<void> {
    for (const sql of [...CALENDARS, ...CLOCKS, ...ALERTS, ...PRIVILEGES]) this.addSql(sql);
    this.insertNation();
  }

  /** The years that the State Council had arranged when this was written; what comes later is published by people. */
  private insertNation(): void {
    const { documents, years } = JSON.parse(
      readFileSync(installed('data', 'calendars', FILE), 'utf8'),
    ) as Tables;
    const now = new Date();
    for (const { year, days } of years) {
      const id = calendarId(NATION, year);
      this.addSql(raw(YEAR, [id, NATION, year, now]));
      const rows = days.map((day) => ({ ...day, ...documents[day.document] }));
      this.addSql(raw(DAYS, [id, JSON.stringify(rows)]));
    }
  }
}

const FILE = 'national-2016-2026.json';

interface Tables {
  documents: Record<string, { title: string; number: string; issuedOn: string; confirmed: boolean }>;
  years: { year: number; days: { day: string; kind: string; name: string; document: string }[] }[];
}

const YEAR = `
insert into calendar (id, region_code, year, changed_at) values (?::uuid, ?, ?, ?)`;

const DAYS = `
insert into calendar_day (calendar_id, day, kind, name, document_title, document_number, document_date, document_confirmed)
select ?::uuid, day, kind, name, title, number, "issuedOn", confirmed from jsonb_to_recordset(?::jsonb)
  as ordered (day text, kind text, name text, title text, number text, "issuedOn" text, confirmed boolean)`;

const CODE = 'text collate "C"';
const DAY = `~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'`;

const CALENDARS = [
  // No reference to a region: the nation, whose tables come with the house, is none.
  `create table calendar (
    id uuid primary key, region_code ${CODE} not null, year int not null check (year between 1949 and 9999), hours jsonb,
    changed_at timestamptz not null, version int not null default 1, unique (region_code, year))`,
  `create table calendar_day (
    calendar_id uuid not null references calendar (id) on delete cascade, day ${CODE} not null check (day ${DAY}),
    kind text not null check (kind in ('HOLIDAY', 'MAKE_UP_WORKDAY', 'LOCAL_HOLIDAY', 'LOCAL_WORKDAY')),
    name text not null, document_title text not null, document_number text not null,
    document_date ${CODE} not null check (document_date ${DAY}), document_confirmed boolean not null,
    primary key (calendar_id, day))`,
  `create table calendar_awaited (region_code ${CODE} not null references region (code), year int not null,
    since timestamptz not null, primary key (region_code, year))`,
];

const CLOCKS = [
  `alter table task add column duration_amount int check (duration_amount > 0),
    add column duration_unit text check (duration_unit in ('CALENDAR_DAYS', 'WORKING_DAYS', 'WORKING_HOURS', 'HOURS')),
    add column clock_started_at timestamptz, add column clock_region ${CODE}, add column suspended_at timestamptz,
    add constraint task_clock check (num_nonnulls(duration_amount, duration_unit, clock_started_at, clock_region) in (0, 4)),
    add constraint task_suspended check (suspended_at is null or duration_unit in ('WORKING_DAYS', 'WORKING_HOURS'))`,
  // What a change of a calendar looks for: open clocks of a jurisdiction.
  `create index task_clock_region on task (clock_region, due_at, id) where duration_unit in ('WORKING_DAYS', 'WORKING_HOURS')`,
  `create table task_suspension (
    id uuid primary key, task_id uuid not null references task (id), from_at timestamptz not null, to_at timestamptz,
    by_id uuid not null references account (id), reason text not null, resumed_by_id uuid references account (id),
    resume_reason text, check (to_at is null or to_at >= from_at), check ((to_at is null) = (resumed_by_id is null)))`,
  'create index task_suspension_task on task_suspension (task_id, from_at, id)',
  'alter table deadline add column suspended boolean not null default false',
  'create unique index task_suspension_open on task_suspension (task_id) where to_at is null',
];

const ALERTS = [
  'alter table alert drop constraint alert_rule_check',
  `alter table alert add constraint alert_rule_check check (rule in
    ('TASK_OVERDUE', 'TASK_RETURNED', 'TASK_REOPENED', 'FINDING_ISSUED', 'CALENDAR_MISSING'))`,
];

const PRIVILEGES = [
  'grant select, insert, update, delete on calendar, calendar_day, calendar_awaited to duban_runtime',
  'grant select, insert, update on task_suspension to duban_runtime',
];
