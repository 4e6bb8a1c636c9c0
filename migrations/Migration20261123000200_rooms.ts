import { Migration } from '@mikro-orm/migrations';

/** A region code column: byte order, so that a scope is a range an index can walk. */
const CODE = 'text collate "C"';
const oneOf = (column: string, words: readonly string[]) =>
  `check (${column} in (${words.map((word) => `'${word}'`).join(', ')}))`;

const ROLES = [
  'LEADER',
  'SUPERVISION_OFFICE',
  'COUNTY_OFFICE',
  'TOWNSHIP_OFFICE',
  'VILLAGE_TEAM',
  'INSPECTOR',
  'AUDITOR',
  'ADMIN',
  'SCREEN',
];
const TASK_STATUSES = [
  'NOT_STARTED',
  'IN_PROGRESS',
  'BLOCKED',
  'SELF_DECLARED_MET',
  'TOWNSHIP_CONFIRMED',
  'COUNTY_CONFIRMED',
  'PROVINCE_PASSED',
  'RETURNED',
  'REOPENED',
  'CANCELLED',
];

/** The tables of the rooms: the words of the status columns are the contract's. */
export class Migration20261123000200_rooms extends Migration {
  override async up(): Promise<void> {
    for (const sql of [...HOUSE, ...PLACES_AND_PEOPLE, ...HOUSEHOLDS, ...WORK, ...FOLLOWERS, ...PRIVILEGES]) {
      this.addSql(sql);
    }
  }
}

const HOUSE = [
  `create table campaign_clock (
    id int primary key default 1 check (id = 1),
    campaign_at timestamptz not null, real_at timestamptz not null, speed double precision not null check (speed > 0))`,
  // Which parts of the demo are in, so that a load that was cut off goes on instead of starting again; with the first
  // part, what the load began with.
  'create table demo_stage (name text primary key, plan jsonb, done_at timestamptz not null default clock_timestamp())',
  // The first answer to a keyed write, kept so that a retry gets it again.
  `create table idempotency (
    account_id uuid not null, key text not null, operation text not null, fingerprint text not null,
    mark text, answer jsonb, created_at timestamptz not null default clock_timestamp(),
    primary key (account_id, key))`,
];

const PLACES_AND_PEOPLE = [
  `create table region (
    code ${CODE} primary key check (code ~ '^[0-9]{12}$'),
    name text not null,
    level text not null ${oneOf('level', ['PROVINCE', 'PREFECTURE', 'COUNTY', 'TOWNSHIP', 'VILLAGE'])},
    parent_code ${CODE} references region (code),
    poverty_designation text ${oneOf('poverty_designation', ['NATIONAL', 'PROVINCIAL', 'POOR_VILLAGE'])},
    development_zone boolean not null default false,
    rural_population int check (rural_population >= 0),
    planned_exit_year int,
    synthetic boolean not null default false)`,
  'create index region_parent on region (parent_code, code)',
  `create table account (
    id uuid primary key, username text not null unique, name text not null,
    password_hash text, disabled_at timestamptz, created_at timestamptz not null, version int not null default 1)`,
  `create table role_grant (
    id uuid primary key, account_id uuid not null references account (id),
    role text not null ${oneOf('role', ROLES)}, region_code ${CODE} not null references region (code),
    valid_from timestamptz not null, valid_to timestamptz, revoked_at timestamptz,
    granted_by_id uuid references account (id), inspection_id uuid, version int not null default 1,
    check (valid_to is null or valid_to > valid_from))`,
  'create index role_grant_account on role_grant (account_id)',
  'create index role_grant_region on role_grant (region_code)',
  'create index role_grant_inspection on role_grant (inspection_id) where inspection_id is not null',
  `create table session (
    id uuid primary key, account_id uuid not null references account (id),
    refresh_hash text not null unique, created_at timestamptz not null, refreshed_at timestamptz not null,
    expires_at timestamptz not null, ended_at timestamptz)`,
  'create index session_account on session (account_id)',
];

/** Every policy asks the same: does the range form of the transaction's scope contain the row's region? */
const walled = (table: string) => [
  `alter table ${table} enable row level security`,
  `alter table ${table} force row level security`,
  `create policy scope on ${table}
     using ((select nullif(current_setting('duban.scope', true), '')::code_multirange) @> region_code)
     with check ((select nullif(current_setting('duban.scope', true), '')::code_multirange) @> region_code)`,
];

const HOUSEHOLDS = [
  'create type code_range as range (subtype = text, collation = "C", multirange_type_name = code_multirange)',
  `create table household (
    id uuid primary key, region_code ${CODE} not null references region (code),
    register_number text not null unique, head_name text not null,
    category text not null ${oneOf('category', ['GENERAL', 'SUBSISTENCE_ALLOWANCE', 'SUBSISTENCE_ALLOWANCE_POOR', 'FIVE_GUARANTEE'])},
    status text not null ${oneOf('status', ['CANDIDATE', 'NOT_LIFTED', 'PRE_EXIT', 'LIFTED_WITH_POLICY', 'LIFTED_WITHOUT_POLICY', 'RELAPSED', 'CANCELLED'])},
    main_cause text not null ${oneOf('main_cause', ['ILLNESS', 'DISABILITY', 'SCHOOLING', 'DISASTER', 'LACK_OF_LAND', 'LACK_OF_WATER', 'LACK_OF_SKILLS', 'LACK_OF_LABOUR', 'LACK_OF_FUNDS', 'POOR_TRANSPORT', 'LACK_OF_MOTIVATION', 'OTHER'])},
    member_count int not null check (member_count > 0),
    created_at timestamptz not null, updated_at timestamptz not null, version int not null default 1)`,
  'create index household_region on household (region_code, id)',
  `create table household_member (
    id uuid primary key, household_id uuid not null references household (id), region_code ${CODE} not null,
    position int not null, name text not null,
    relation text not null ${oneOf('relation', ['HEAD', 'SPOUSE', 'CHILD', 'CHILD_IN_LAW', 'GRANDCHILD', 'PARENT', 'OTHER'])},
    id_number text not null unique, birth_year int not null,
    health text not null ${oneOf('health', ['HEALTHY', 'CHRONIC', 'SERIOUS', 'DISABLED'])},
    labour text not null ${oneOf('labour', ['ORDINARY', 'SKILLED', 'LOST', 'NONE'])},
    unique (household_id, position))`,
  'create index household_member_region on household_member (region_code)',
  `create table household_income (
    id uuid primary key, household_id uuid not null references household (id), region_code ${CODE} not null,
    year int not null, wage_fen bigint not null, operating_fen bigint not null, property_fen bigint not null,
    transfer_fen bigint not null, operating_cost_fen bigint not null, net_income_fen bigint not null,
    members int not null check (members > 0), recorded_at timestamptz not null, unique (household_id, year))`,
  'create index household_income_region on household_income (region_code)',
  ...['household', 'household_member', 'household_income'].flatMap(walled),
];

const WORK = [
  `create table exit_standard (
    id uuid primary key, code text not null unique,
    target_level text not null ${oneOf('target_level', ['HOUSEHOLD', 'VILLAGE', 'COUNTY'])},
    year int not null, jurisdiction_code ${CODE} not null, name_zh text not null, name_en text not null,
    source text not null, effective_from date not null, effective_to date, version int not null default 1)`,
  `create table standard_item (
    id uuid primary key, standard_id uuid not null references exit_standard (id), code text not null,
    position int not null, name_zh text not null, name_en text not null,
    kind text not null ${oneOf('kind', ['VETO', 'REQUIRED', 'REFERENCE'])},
    where_applicable boolean not null, comparator text not null, threshold jsonb not null, unit text not null,
    basis text not null, to_be_confirmed boolean not null, bureau_zh text not null, bureau_en text not null,
    unique (standard_id, code))`,
  `create table task (
    id uuid primary key, kind text not null ${oneOf('kind', ['BENCHMARK', 'INSTRUCTION', 'RECTIFICATION', 'ASSIGNMENT'])},
    region_code ${CODE} not null references region (code), standard_item_id uuid references standard_item (id),
    title_zh text not null, title_en text, status text not null ${oneOf('status', TASK_STATUSES)},
    due_at timestamptz not null, deadline_version int not null default 1,
    responsible_id uuid references account (id), created_at timestamptz not null, version int not null default 1)`,
  'create index task_due on task (due_at, id)',
  'create index task_region on task (region_code, due_at, id)',
  'create index task_responsible on task (responsible_id)',
  `create table task_move (
    id uuid primary key, task_id uuid not null references task (id), from_status text, to_status text not null,
    at timestamptz not null, by_id uuid not null references account (id), role text not null, note text)`,
  'create index task_move_task on task_move (task_id, at, id)',
  `create table task_deadline_move (
    id uuid primary key, task_id uuid not null references task (id), from_at timestamptz not null,
    to_at timestamptz not null, at timestamptz not null, by_id uuid not null references account (id), reason text not null)`,
  'create index task_deadline_move_task on task_deadline_move (task_id, at, id)',
  `create table project (
    id uuid primary key, region_code ${CODE} not null references region (code),
    kind text not null ${oneOf('kind', ['WATER_NETWORK', 'ROAD_NETWORK', 'POWER_NETWORK', 'INDUSTRY_BASE', 'EMPLOYMENT_WORKSHOP', 'SOLAR_STATION', 'OTHER'])},
    name_zh text not null, name_en text,
    stage text not null ${oneOf('stage', ['PROPOSED', 'APPROVED', 'UNDER_CONSTRUCTION', 'COMPLETED', 'ACCEPTED', 'PLANNED', 'LAND_TRANSFER', 'BUILDING', 'OPERATING', 'SELECTED', 'PREPARING', 'PRODUCING', 'SUSPENDED', 'CLOSED'])},
    transferred_mu_hundredths bigint check (transferred_mu_hundredths >= 0),
    planted_mu_hundredths bigint check (planted_mu_hundredths >= 0),
    households_linked int check (households_linked >= 0),
    created_at timestamptz not null, version int not null default 1)`,
  'create index project_region on project (region_code, id)',
  `create table project_move (
    id uuid primary key, project_id uuid not null references project (id), from_stage text, to_stage text not null,
    at timestamptz not null, by_id uuid references account (id), note text)`,
  'create index project_move_project on project_move (project_id, at, id)',
  `create table inspection (
    id uuid primary key, region_code ${CODE} not null references region (code),
    kind text not null ${oneOf('kind', ['SUPERVISION', 'PATROL', 'UNANNOUNCED_VISIT', 'CROSS_INSPECTION', 'THIRD_PARTY_EVALUATION', 'PROVINCIAL_VERIFICATION', 'SITE_VISIT'])},
    title_zh text not null, title_en text,
    status text not null ${oneOf('status', ['PLANNED', 'ASSIGNED', 'IN_FIELD', 'SUBMITTED', 'REVIEWED', 'FINDINGS_ISSUED', 'CLOSED', 'CANCELLED'])},
    concealed boolean not null, starts_on date not null, ends_on date not null,
    created_at timestamptz not null, version int not null default 1, check (ends_on >= starts_on))`,
  'create index inspection_region on inspection (region_code, id)',
  `create table inspection_village (
    inspection_id uuid not null references inspection (id), region_code ${CODE} not null references region (code),
    primary key (inspection_id, region_code))`,
  'create index inspection_village_region on inspection_village (region_code)',
  `create table inspection_inspector (
    inspection_id uuid not null references inspection (id), account_id uuid not null references account (id),
    primary key (inspection_id, account_id))`,
  'create index inspection_inspector_account on inspection_inspector (account_id)',
  `create table inspection_move (
    id uuid primary key, inspection_id uuid not null references inspection (id), from_status text,
    to_status text not null, at timestamptz not null, by_id uuid references account (id), note text)`,
  'create index inspection_move_inspection on inspection_move (inspection_id, at, id)',
  `create table finding (
    id uuid primary key, inspection_id uuid not null references inspection (id),
    region_code ${CODE} not null references region (code), title_zh text not null, title_en text,
    severity text not null ${oneOf('severity', ['NOTICE', 'WARNING', 'CRITICAL'])},
    status text not null ${oneOf('status', ['OPEN', 'CLOSED'])}, due_on date,
    issued_at timestamptz not null, issued_by_id uuid references account (id),
    closed_at timestamptz, closed_by_id uuid references account (id), closing_note text,
    version int not null default 1)`,
  'create index finding_inspection on finding (inspection_id, id)',
  'create index finding_region on finding (region_code, id)',
];

const FOLLOWERS = [
  `create table alert (
    id uuid primary key, rule text not null ${oneOf('rule', ['TASK_OVERDUE', 'TASK_RETURNED', 'TASK_REOPENED', 'FINDING_ISSUED'])},
    severity text not null ${oneOf('severity', ['NOTICE', 'WARNING', 'CRITICAL'])},
    status text not null ${oneOf('status', ['OPEN', 'ACKNOWLEDGED', 'RESOLVED'])},
    region_code ${CODE} not null references region (code), subject_type text not null, subject_id uuid not null,
    audience text not null ${oneOf('audience', ['REGION', 'UNANNOUNCED'])},
    title_zh text not null, title_en text, opened_at timestamptz not null,
    acknowledged_at timestamptz, acknowledged_by_id uuid references account (id), acknowledge_note text,
    resolved_at timestamptz, version int not null default 1)`,
  // One open alert per rule and subject: the second cause finds the first alert still open.
  `create unique index alert_open on alert (rule, subject_type, subject_id) where status <> 'RESOLVED'`,
  'create index alert_newest on alert (opened_at desc, id desc)',
  'create index alert_region on alert (region_code, opened_at desc, id desc)',
  // What the deadline clock knows of each open task; armed by next_at, so that a million quiet ones cost nothing.
  `create table deadline (
    task_id uuid primary key, region_code ${CODE} not null, region_name text not null,
    title_zh text not null, title_en text, status text not null, schedule text not null,
    due_at timestamptz not null, deadline_version int not null, armed_from timestamptz not null, next_at timestamptz)`,
  'create index deadline_armed on deadline (next_at) where next_at is not null',
  `create table deadline_warning (
    task_id uuid not null, deadline_version int not null, rung text not null, raised_at timestamptz not null,
    primary key (task_id, deadline_version, rung))`,
  `create table counter (
    region_code ${CODE} not null, measure text not null, key text not null, value bigint not null,
    primary key (region_code, measure, key))`,
];

/** What the runtime role may do: it owns nothing, and may only what a room's actions do. */
const PRIVILEGES = [
  'grant usage on schema public to duban_runtime',
  'grant select on region, demo_stage, exit_standard, standard_item to duban_runtime',
  'grant select, insert on task_move, task_deadline_move, project_move, inspection_move, inspection_village, inspection_inspector, deadline_warning to duban_runtime',
  'grant select, insert, update on campaign_clock, idempotency, account, role_grant, session, household, household_income, task, project, inspection, finding, alert, deadline, counter to duban_runtime',
  'grant select, insert, update, delete on household_member to duban_runtime',
  'grant delete on deadline to duban_runtime',
];
