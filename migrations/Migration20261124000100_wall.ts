import { Migration } from '@mikro-orm/migrations';

/**
 * What a leadership wall asks for: benchmarking by item and village, the year's plan of households, and numbers day by
 * day. Facts that were stated before are given what the numbers now need of them, and all numbers are folded anew.
 */
export class Migration20261124000100_wall extends Migration {
  override async up(): Promise<void> {
    for (const sql of [...TABLES, ...PRIVILEGES, ...FACTS, ...ANEW]) this.addSql(sql);
  }
}

const TABLES = [
  'alter table household add column planned_exit_year int',
  `create table counter_day (
    region_code text collate "C" not null, measure text not null, key text not null, day date not null,
    value bigint not null, primary key (region_code, measure, key, day))`,
  // The days that numbers speak of: the first that was counted, and the one being counted, which never goes back.
  `create table counted_days (
    one boolean primary key default true check (one), first date not null, last date not null)`,
  // The villages of the plan by code: among a city's numbers one in some thousand.
  `create index counter_planned on counter (region_code) where measure = 'village.benchmark' and key = 'PLANNED'`,
];

const PRIVILEGES = ['grant select, insert, update on counter_day, counted_days to duban_runtime'];

const FACTS = [
  `update event set params = params || jsonb_build_object('itemId',
      (select standard_item_id from task where task.id = event.subject_id::uuid))
    where kind in ('TASK_CREATED', 'TASK_STATUS_CHANGED', 'TASK_SCHEDULE_CHANGED')`,
  // Nobody had such a year before the column was there.
  `update event set params = params || '{"plannedExitYear": null}' where kind = 'HOUSEHOLD_CHANGED'`,
];

/** A follower without a position begins at the start of the log. */
const ANEW = ['delete from counter', `delete from follower where name = 'indicators'`];
