import { readFileSync } from 'node:fs';
import { Migration } from '@mikro-orm/migrations';
import { raw } from '@mikro-orm/postgresql';
import { installed } from '../src/installation.js';

/** What the upper end of the ladder leads to: interviews, referrals to the discipline inspection; more rules of alerts. */
export class Migration20261127000300_accountability extends Migration {
  override async up(): Promise<void> {
    for (const sql of [...LADDER, ...INTERVIEWS, ...REFERRALS]) this.addSql(sql);
    const { steps, rules } = JSON.parse(readFileSync(installed('data', 'escalation.json'), 'utf8')) as Record<
      'steps' | 'rules',
      object[]
    >;
    this.addSql(raw(STEPS, [JSON.stringify(steps)]));
    this.addSql(raw(RULES, [JSON.stringify(rules)]));
  }
}

const CODE = 'text collate "C"';
const oneOf = (column: string, words: readonly string[]) =>
  `check (${column} in (${words.map((word) => `'${word}'`).join(', ')}))`;
const ROLES = [
  ...['LEADER', 'SUPERVISION_OFFICE', 'COUNTY_OFFICE', 'TOWNSHIP_OFFICE', 'VILLAGE_TEAM'],
  ...['INSPECTOR', 'DISCIPLINE_INSPECTOR', 'AUDITOR', 'ADMIN', 'SCREEN'],
];
const AUDIENCES = ['REGION', 'UNANNOUNCED', 'HOUSEHOLDS', 'DISCIPLINE'];
const SCOPE = `multirange_contains_elem((select nullif(current_setting('duban.scope', true), '')::code_multirange), region_code)`;

/** A step that an office has changed stays as it is; a new one comes from the file. */
const STEPS = `
insert into escalation_step (code, position, name_zh, name_en, roles, to_responsible, leads_to)
select code, position, "nameZh", "nameEn", roles, "toResponsible", coalesce("leadsTo", 'NOTICE')
from rows from (jsonb_to_recordset(?::jsonb) as (code text, "nameZh" text, "nameEn" text, roles text[],
    "toResponsible" boolean, "leadsTo" text))
  with ordinality as step (code, "nameZh", "nameEn", roles, "toResponsible", "leadsTo", position)
on conflict (code) do update set leads_to = excluded.leads_to`;

/** Those that there are keep their numbers, which an office may have changed. */
const RULES = `
insert into alert_rule (code, severity, step, again_step, enter_at, leave_at, hold_minutes, lapse_hours, roll_up_enter, roll_up_leave)
select code, severity, step, "againStep", coalesce("enterAt", 1), coalesce("leaveAt", 1), coalesce("holdMinutes", 0), "lapseHours",
  "rollUpEnter", "rollUpLeave"
from jsonb_to_recordset(?::jsonb) as rule (code text, severity text, step text, "againStep" text, "enterAt" int,
  "leaveAt" int, "holdMinutes" int, "lapseHours" int, "rollUpEnter" int, "rollUpLeave" int)
on conflict (code) do nothing`;

const RULE_CODES = [
  ...['TASK_OVERDUE', 'TASK_RETURNED', 'TASK_REOPENED', 'RECEIPT_NOT_SIGNED', 'FINDING_ISSUED'],
  ...['RECTIFICATION_OVERDUE', 'NOTICE_OBJECTION', 'VILLAGE_LOST_STANDARD', 'CALENDAR_MISSING'],
  ...['LIFTED_UNSAFE_HOUSING', 'LIFTED_UNSAFE_WATER', 'LIFTED_DROPOUT', 'LIFTED_NOT_INSURED'],
  ...[
    'INCOME_BELOW_LINE',
    'INCIDENCE_ABOVE_LIMIT',
    'RATE_NEAR_LIMIT',
    'RECTIFICATION_DUE',
    'WORKSHOP_STALLED',
  ],
  ...['PUBLICITY_ENDING', 'EXIT_STANDARD_NOT_MET', 'VILLAGE_ALL_MET'],
];

const LADDER = [
  'alter table alert_rule drop constraint alert_rule_code_check',
  `alter table alert_rule add constraint alert_rule_code_check ${oneOf('code', RULE_CODES)}`,
  'alter table role_grant drop constraint role_grant_role_check',
  `alter table role_grant add constraint role_grant_role_check ${oneOf('role', ROLES)}`,
  'alter table event drop constraint event_audience_check',
  `alter table event add constraint event_audience_check ${oneOf('audience', [...AUDIENCES, 'HOUSE'])}`,
  'alter table inbox_notice drop constraint inbox_notice_audience_check',
  `alter table inbox_notice add constraint inbox_notice_audience_check ${oneOf('audience', AUDIENCES)}`,
  `alter table escalation_step add column leads_to text not null default 'NOTICE'
    ${oneOf('leads_to', ['NOTICE', 'INTERVIEW', 'REFERRAL'])}`,
];

const INTERVIEWS = [
  `create table interview (
    id uuid primary key, region_code ${CODE} not null references region (code),
    audience text not null ${oneOf('audience', ['REGION', 'UNANNOUNCED', 'HOUSEHOLDS'])},
    status text not null ${oneOf('status', ['CALLED', 'APPOINTED', 'HELD', 'WAIVED'])}, called_at timestamptz not null,
    appointed_for timestamptz, appointed_by_id uuid references account (id), held_at timestamptz, record text,
    closed_at timestamptz, closed_by_id uuid references account (id), version int not null default 1,
    check ((status in ('HELD', 'WAIVED')) = (closed_at is not null)), check ((closed_at is null) = (record is null)),
    check ((status = 'HELD') = (held_at is not null)), check (status <> 'APPOINTED' or appointed_for is not null))`,
  'create index interview_region on interview (region_code, called_at desc, id desc)',
  // What comes until it is over becomes part of it.
  `create unique index interview_open on interview (region_code, audience) where status in ('CALLED', 'APPOINTED')`,
  `create table interview_cause (
    interview_id uuid not null references interview (id), subject_type text not null, subject_id uuid not null,
    topic text not null, region_code ${CODE} not null, title_zh text not null, title_en text, at timestamptz not null,
    primary key (interview_id, subject_id, topic))`,
  'grant select, insert, update on interview, interview_cause to duban_runtime',
  // Nobody is called for what an installation has behind it already.
  `insert into follower (name, tick) select 'interviews', max(id) from tick having max(id) is not null on conflict do nothing`,
];

const REFERRALS = [
  `create table referral (
    id uuid primary key, region_code ${CODE} not null references region (code),
    matter text not null ${oneOf('matter', ['FALSIFICATION', 'FUNDS', 'DUTY', 'OTHER'])}, statement text not null,
    subject_type text, subject_id uuid, check ((subject_type is null) = (subject_id is null)),
    status text not null ${oneOf('status', ['REFERRED', 'UNDER_REVIEW', 'CLOSED'])},
    referred_at timestamptz not null, referred_by_id uuid not null references account (id),
    outcome text ${oneOf('outcome', ['SUBSTANTIATED', 'UNSUBSTANTIATED', 'NOT_COMPETENT'])}, conclusion text,
    closed_at timestamptz, closed_by_id uuid references account (id) constraint two_persons check (closed_by_id <> referred_by_id),
    version int not null default 1,
    check ((status = 'CLOSED') = (closed_at is not null)), check ((closed_at is null) = (outcome is null)),
    check ((closed_at is null) = (conclusion is null)))`,
  'create index referral_region on referral (region_code, id desc)',
  `create table referral_note (
    id uuid primary key, region_code ${CODE} not null references region (code),
    referral_id uuid not null references referral (id), at timestamptz not null,
    by_id uuid not null references account (id), note text not null)`,
  'create index referral_note_region on referral_note (region_code, referral_id, id)',
  ...['referral', 'referral_note'].flatMap((table) => [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy scope on ${table} using (${SCOPE}) with check (${SCOPE})`,
  ]),
  'grant select, insert, update on referral to duban_runtime',
  'grant select, insert on referral_note to duban_runtime',
];
