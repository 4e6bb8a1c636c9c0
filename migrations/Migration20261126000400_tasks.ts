import { Migration } from '@mikro-orm/migrations';

/** The life of a task: parts, receipts, units that assist, progress, extensions. Tasks from before have none of them. */
export class Migration20261126000400_tasks extends Migration {
  override async up(): Promise<void> {
    for (const sql of SQL) this.addSql(sql);
  }
}

const SQL = [
  `alter table task add column parent_id uuid references task (id) check (parent_id <> id),
    add column weight int not null default 1 check (weight between 1 and 100),
    add column created_by_id uuid references account (id)`,
  // What waits for a confirmation: a few of many.
  `create index task_waiting on task (region_code, due_at, id) where status in ('SELF_DECLARED_MET', 'TOWNSHIP_CONFIRMED')`,
  'create index task_parent on task (parent_id, due_at, id) where parent_id is not null',
  // One row per assignment: who was named, until when the receipt is due, and whether it was signed.
  `create table task_receipt (
    id uuid primary key, task_id uuid not null references task (id),
    responsible_id uuid not null references account (id), assigned_at timestamptz not null,
    assigned_by_id uuid not null references account (id), due_at timestamptz not null,
    signed_at timestamptz, ended_at timestamptz)`,
  'create index task_receipt_task on task_receipt (task_id, assigned_at, id)',
  'create unique index task_receipt_open on task_receipt (task_id) where signed_at is null and ended_at is null',
  `create table task_assisting (
    id uuid primary key, task_id uuid not null references task (id),
    assisting_id uuid not null references account (id), added_at timestamptz not null,
    added_by_id uuid not null references account (id), ended_at timestamptz,
    ended_by_id uuid references account (id), check ((ended_at is null) = (ended_by_id is null)))`,
  'create index task_assisting_task on task_assisting (task_id, added_at, id)',
  'create unique index task_assisting_now on task_assisting (assisting_id, task_id) where ended_at is null',
  `create table task_progress (
    id uuid primary key, task_id uuid not null references task (id),
    percent int not null check (percent between 0 and 100), at timestamptz not null,
    by_id uuid not null references account (id), note text)`,
  'create index task_progress_task on task_progress (task_id, at, id)',
  `create table task_extension (
    id uuid primary key, task_id uuid not null references task (id),
    region_code text collate "C" not null references region (code), from_due_at timestamptz not null,
    new_due_at timestamptz not null, reason text not null,
    status text not null check (status in ('REQUESTED', 'APPROVED', 'REFUSED', 'LAPSED')),
    requested_at timestamptz not null, requested_by_id uuid not null references account (id),
    decided_at timestamptz, decided_by_id uuid references account (id), note text,
    version int not null default 1, check (new_due_at > from_due_at),
    check ((status = 'REQUESTED') = (decided_at is null)))`,
  'create index task_extension_task on task_extension (task_id, requested_at, id)',
  'create index task_extension_region on task_extension (region_code, id)',
  // One open request per task; and few are open at a time, so those of a region are found among them.
  `create unique index task_extension_open on task_extension (task_id) where status = 'REQUESTED'`,
  `create index task_extension_waiting on task_extension (region_code, id) where status = 'REQUESTED'`,
  'grant select, insert, update on task_receipt, task_assisting, task_extension to duban_runtime',
  'grant select, insert on task_progress to duban_runtime',
];
