import { readFileSync } from 'node:fs';
import { Migration } from '@mikro-orm/migrations';
import { raw } from '@mikro-orm/postgresql';
import { installed } from '../src/installation.js';

/** Who is told of what and when, as data; alerts with episodes, roll-ups and acknowledgements that lapse; the inbox. */
export class Migration20261127000100_escalation extends Migration {
  override async up(): Promise<void> {
    for (const sql of [...ESCALATION, ...ALERTS, ...CLOCKS, ...INBOX, ...PRIVILEGES]) this.addSql(sql);
    const data = JSON.parse(readFileSync(installed('data', 'escalation.json'), 'utf8')) as Record<
      'steps' | 'rungs' | 'rules' | 'quietHours',
      object[]
    >;
    this.addSql(raw(STEPS, [JSON.stringify(data.steps)]));
    this.addSql(raw(RUNGS, [JSON.stringify(data.rungs)]));
    // The file has those of later versions, too.
    const rules = (data.rules as { code: string }[]).filter(({ code }) => RULE_CODES.includes(code));
    this.addSql(raw(RULES, [JSON.stringify(rules)]));
    this.addSql(raw(QUIET, [JSON.stringify(data.quietHours)]));
  }
}

const CODE = 'text collate "C"';
const oneOf = (column: string, words: readonly string[]) =>
  `check (${column} in (${words.map((word) => `'${word}'`).join(', ')}))`;
const SEVERITIES = ['NOTICE', 'WARNING', 'CRITICAL'];
const RULE_CODES = [
  ...['TASK_OVERDUE', 'TASK_RETURNED', 'TASK_REOPENED', 'RECEIPT_NOT_SIGNED', 'FINDING_ISSUED'],
  ...['RECTIFICATION_OVERDUE', 'NOTICE_OBJECTION', 'VILLAGE_LOST_STANDARD', 'CALENDAR_MISSING'],
  ...['LIFTED_UNSAFE_HOUSING', 'LIFTED_UNSAFE_WATER', 'LIFTED_DROPOUT', 'LIFTED_NOT_INSURED'],
  ...['INCOME_BELOW_LINE', 'INCIDENCE_ABOVE_LIMIT'],
];

const STEPS = `
insert into escalation_step (code, position, name_zh, name_en, roles, to_responsible)
select code, position, "nameZh", "nameEn", roles, "toResponsible"
from rows from (jsonb_to_recordset(?::jsonb) as (code text, "nameZh" text, "nameEn" text, roles text[], "toResponsible" boolean))
  with ordinality as step (code, "nameZh", "nameEn", roles, "toResponsible", position)`;

const RUNGS = `
insert into escalation_rung (code, trigger, days, severity, step)
select code, trigger, days, severity, step
from jsonb_to_recordset(?::jsonb) as rung (code text, trigger text, days int, severity text, step text)`;

const RULES = `
insert into alert_rule (code, severity, step, again_step, enter_at, leave_at, hold_minutes, lapse_hours, roll_up_enter, roll_up_leave)
select code, severity, step, "againStep", coalesce("enterAt", 1), coalesce("leaveAt", 1), coalesce("holdMinutes", 0), "lapseHours",
  "rollUpEnter", "rollUpLeave"
from jsonb_to_recordset(?::jsonb) as rule (code text, severity text, step text, "againStep" text, "enterAt" int,
  "leaveAt" int, "holdMinutes" int, "lapseHours" int,
  "rollUpEnter" int, "rollUpLeave" int)`;

const QUIET = `
insert into quiet_hours (severity, waits) select severity, waits
from jsonb_to_recordset(?::jsonb) as quiet (severity text, waits text)`;

const ESCALATION = [
  // One row: the version of everything that says who is told when.
  `create table escalation (id uuid primary key, changed_at timestamptz, changed_by_id uuid references account (id),
    reason text, version int not null default 1)`,
  `insert into escalation (id) values ('00000000-0000-5000-8000-000000000001')`,
  `create table escalation_step (code text primary key, position int not null unique, name_zh text not null,
    name_en text not null, roles text[] not null, to_responsible boolean not null)`,
  `create table escalation_rung (
    code text primary key, trigger text not null ${oneOf('trigger', ['DAY', 'DUE', 'BEHIND'])}, days int,
    severity text not null ${oneOf('severity', SEVERITIES)}, step text not null references escalation_step (code),
    since_at timestamptz not null default 'epoch', check ((trigger = 'DAY') = (days is not null)))`,
  `create table alert_rule (
    code text primary key ${oneOf('code', RULE_CODES)}, severity text ${oneOf('severity', SEVERITIES)},
    step text references escalation_step (code), again_step text references escalation_step (code),
    is_active boolean not null default true,
    enter_at int not null default 1 check (enter_at > 0),
    leave_at int not null default 1 check (leave_at > 0), check (leave_at <= enter_at),
    hold_minutes int not null default 0 check (hold_minutes >= 0), lapse_hours int not null check (lapse_hours > 0),
    roll_up_enter int check (roll_up_enter > 1), roll_up_leave int check (roll_up_leave between 1 and roll_up_enter),
    check ((roll_up_enter is null) = (roll_up_leave is null)),
    changed_at timestamptz, changed_by_id uuid references account (id), version int not null default 1)`,
  `create table quiet_hours (severity text primary key ${oneOf('severity', SEVERITIES)},
    waits text not null ${oneOf('waits', ['NEVER', 'AT_NIGHT', 'OUTSIDE_WORKING_TIME'])},
    check (severity <> 'CRITICAL' or waits = 'NEVER'))`,
];

const ALERTS = [
  'alter table alert drop constraint alert_rule_check',
  'alter table alert add constraint alert_rule_fkey foreign key (rule) references alert_rule (code)',
  `alter table alert add column episode int not null default 1 check (episode > 0),
    add column relapses int not null default 0, add column lapses int not null default 0,
    add column dismissed boolean not null default false,
    add column resolves_at timestamptz, add column lapses_at timestamptz,
    add column members int check (members >= 0)`,
  'alter table event drop constraint event_audience_check',
  `alter table event add constraint event_audience_check ${oneOf('audience', ['REGION', 'UNANNOUNCED', 'HOUSEHOLDS', 'HOUSE'])}`,
  'alter table alert drop constraint alert_audience_check',
  `alter table alert add constraint alert_audience_check ${oneOf('audience', ['REGION', 'UNANNOUNCED', 'HOUSEHOLDS'])}`,
  // What the clock of alerts has to do next: few of many.
  'create index alert_resolves on alert (resolves_at) where resolves_at is not null',
  'create index alert_lapses on alert (lapses_at) where lapses_at is not null',
  // Rolling up counts the open ones of a rule in a region; quality counts those of a time.
  `create index alert_standing on alert (rule, region_code) where status <> 'RESOLVED'`,
  'create index alert_subject on alert (subject_type, subject_id, rule)',
];

const CLOCKS = [
  'alter table task_receipt add column missed_at timestamptz',
  `create index task_receipt_due on task_receipt (due_at)
    where signed_at is null and ended_at is null and missed_at is null`,
  // What the daily look found last; what it finds the same again is no news.
  `create table reviewed_level (rule text not null references alert_rule (code), region_code ${CODE} not null references region (code),
    level int not null check (level >= 0), primary key (rule, region_code))`,
  'alter table finding add column overdue_at timestamptz',
  `create index finding_due on finding (due_on) where status = 'OPEN' and overdue_at is null`,
];

const INBOX = [
  // What one person is told: one row for one matter in one district for as long as it has not been seen.
  `create table inbox_notice (
    id uuid primary key, account_id uuid not null references account (id), topic text not null,
    step text references escalation_step (code), district_code ${CODE} not null,
    audience text not null ${oneOf('audience', ['REGION', 'UNANNOUNCED', 'HOUSEHOLDS'])},
    severity text not null ${oneOf('severity', SEVERITIES)}, count int not null default 0 check (count >= 0),
    created_at timestamptz not null, last_at timestamptz not null, deliver_at timestamptz not null,
    delivered_at timestamptz, seen_at timestamptz, acted_at timestamptz,
    check (seen_at is null or delivered_at is not null))`,
  `create unique index inbox_notice_unseen on inbox_notice (account_id, topic, district_code, audience) where seen_at is null`,
  'create index inbox_notice_account on inbox_notice (account_id, deliver_at desc, id desc)',
  'create index inbox_notice_old on inbox_notice (last_at)',
  // What a notice is about, each once.
  `create table inbox_item (
    notice_id uuid not null references inbox_notice (id) on delete cascade, subject_type text not null, subject_id uuid not null,
    about_id uuid, region_code ${CODE} not null, title_zh text not null, title_en text, at timestamptz not null,
    acted_at timestamptz,
    primary key (notice_id, subject_type, subject_id))`,
  'create index inbox_item_subject on inbox_item (subject_id, notice_id)',
  'create index inbox_item_about on inbox_item (about_id, notice_id) where about_id is not null',
];

const PRIVILEGES = [
  'grant select, update on escalation, escalation_step, alert_rule, quiet_hours to duban_runtime',
  'grant select, insert, update, delete on reviewed_level to duban_runtime',
  'grant select, insert, update, delete on escalation_rung to duban_runtime',
  'grant select, insert, update, delete on inbox_notice, inbox_item to duban_runtime',
];
