import { Migration } from '@mikro-orm/migrations';

/**
 * Accounts belong to a region and are of a kind; sessions are families of refresh tokens of which nothing is stored;
 * second factors; failed attempts, counted for all nodes.
 */
export class Migration20261125000400_sessions extends Migration {
  override async up(): Promise<void> {
    for (const sql of [...ACCOUNTS, ...SESSIONS, ...FACTORS, ...ATTEMPTS, ...PRIVILEGES]) this.addSql(sql);
  }
}

/** What all grants of an account lie in: as far as their codes begin alike, cut where a level ends. */
const COMMON_REGION = `
  select region.code from region, (
    select min(region_code) as low, max(region_code) as high from role_grant where account_id = account.id) span
  where starts_with(span.low, prefix_of(region.code)) and starts_with(span.high, prefix_of(region.code))
  order by length(prefix_of(region.code)) desc limit 1`;

const ACCOUNTS = [
  `create function pg_temp.level_prefix(code text) returns text language sql immutable as $$
    select case
      when code like '%0000000000' then left(code, 2) when code like '%00000000' then left(code, 4)
      when code like '%000000' then left(code, 6) when code like '%000' then left(code, 9) else code end $$`,
  `alter table account
    add column kind text not null default 'PERSON' check (kind in ('PERSON', 'DEVICE')),
    add column home_region_code text collate "C" references region (code),
    add column must_change_password boolean not null default false,
    add column pairing_hash text unique,
    add column pairing_until timestamptz,
    add column changed_at timestamptz,
    add check (kind = 'PERSON' or password_hash is null)`,
  `update account set home_region_code = coalesce((${COMMON_REGION.replaceAll('prefix_of', 'pg_temp.level_prefix')}),
    (select min(code) from region where level = 'PREFECTURE'), (select min(code) from region))`,
  'alter table account alter column home_region_code set not null',
  'create index account_home_region on account (home_region_code)',
];

/** Whoever is signed in signs in again: earlier tokens said less of themselves than is asked now. */
const SESSIONS = [
  'update session set ended_at = now() where ended_at is null',
  `alter table session
    drop column refresh_hash,
    add column nonce text not null default gen_random_uuid()::text,
    add column generation int not null default 0,
    add column address text not null default '',
    add column device text,
    add column device_hash text,
    add column second_factor_until timestamptz`,
  `alter table session alter column nonce drop default, alter column generation drop default, alter column address drop default`,
  'create index session_open on session (account_id) where ended_at is null',
];

const FACTORS = [
  `create table second_factor (
    -- The account's.
    id uuid primary key references account (id),
    secret_sealed bytea, confirmed_at timestamptz,
    -- The next one, until it is confirmed.
    pending_sealed bytea, pending_at timestamptz,
    last_step bigint not null default 0,
    recovery_hashes text[] not null default '{}')`,
];

/** Unlogged: a crash of the server forgives what failed before it, and nothing else is lost. */
const ATTEMPTS = [
  'create unlogged table failed_attempt (who text primary key, at timestamptz[] not null, last_at timestamptz not null)',
  'create index failed_attempt_last on failed_attempt (last_at)',
];

const PRIVILEGES = ['grant select, insert, update, delete on second_factor, failed_attempt to duban_runtime'];
