import { Migration } from '@mikro-orm/migrations';

/** The year's plan of villages and persons, county by county, and what has been changed of it since it was locked. */
export class Migration20261127000200_targets extends Migration {
  override async up(): Promise<void> {
    for (const sql of SQL) this.addSql(sql);
  }
}

const CODE = 'text collate "C"';
const DAY = `~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'`;

const SQL = [
  `create table target_plan (
    id uuid primary key, region_code ${CODE} not null references region (code), year int not null,
    lock_on ${CODE} not null check (lock_on ${DAY}), locked_at timestamptz, drafted_at timestamptz not null,
    drafted_by_id uuid not null references account (id), version int not null default 1, unique (region_code, year))`,
  'create index target_plan_unlocked on target_plan (lock_on) where locked_at is null',
  `create table target_line (
    plan_id uuid not null references target_plan (id) on delete cascade, region_code ${CODE} not null references region (code),
    persons int not null check (persons >= 0), locked_persons int, locked_villages int, primary key (plan_id, region_code))`,
  `create table target_village (
    plan_id uuid not null references target_plan (id) on delete cascade, region_code ${CODE} not null references region (code),
    primary key (plan_id, region_code))`,
  `create table target_adjustment (
    id uuid primary key, plan_id uuid not null references target_plan (id), region_code ${CODE} not null references region (code),
    persons int check (persons >= 0), add_villages text[] not null, remove_villages text[] not null, reason text not null,
    status text not null check (status in ('REQUESTED', 'APPROVED', 'REFUSED')), requested_at timestamptz not null,
    requested_by_id uuid not null references account (id), decided_at timestamptz,
    decided_by_id uuid references account (id), note text, version int not null default 1,
    check ((status = 'REQUESTED') = (decided_at is null)), check (decided_by_id <> requested_by_id))`,
  'create index target_adjustment_region on target_adjustment (region_code, id)',
  // One open request at a time for one county: the next is asked for against what this one leaves.
  `create unique index target_adjustment_open on target_adjustment (plan_id, region_code) where status = 'REQUESTED'`,
  'create index region_planned on region (planned_exit_year, code) where planned_exit_year is not null',
  'grant select, insert, update on target_plan, target_adjustment to duban_runtime',
  'grant select, insert, update, delete on target_line, target_village to duban_runtime',
  // What a locked plan says of a village, and nothing else of it.
  'grant update (planned_exit_year) on region to duban_runtime',
];
