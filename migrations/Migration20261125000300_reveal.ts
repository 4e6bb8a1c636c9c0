import { Migration } from '@mikro-orm/migrations';

/** Masked values shown in full: how often an account has asked for one, and what a second person said to it. */
export class Migration20261125000300_reveal extends Migration {
  override async up(): Promise<void> {
    for (const sql of [...REQUESTS, ...COUNT]) this.addSql(sql);
  }
}

const SCOPE = `(select nullif(current_setting('duban.scope', true), '')::code_multirange) @> region_code`;

const REQUESTS = [
  // No key to the member: members are replaced as a whole, and a request outlives that.
  `create table reveal_request (
    id uuid primary key,
    region_code text collate "C" not null references region (code),
    household_id uuid not null references household (id), member_id uuid,
    field text not null check (field in ('ID_NUMBER', 'PHONE', 'BANK_ACCOUNT', 'NAME')),
    check ((field = 'BANK_ACCOUNT') = (member_id is null)),
    purpose text not null check (char_length(purpose) >= 10),
    status text not null check (status in ('REQUESTED', 'APPROVED', 'REFUSED', 'USED')),
    asked_by_id uuid not null references account (id), asked_at timestamptz not null,
    decided_by_id uuid references account (id) constraint two_persons check (decided_by_id <> asked_by_id),
    decided_at timestamptz, note text,
    expires_at timestamptz not null, used_at timestamptz, version int not null,
    check ((status = 'REQUESTED') = (decided_by_id is null)), check ((status = 'USED') = (used_at is not null)))`,
  'create index reveal_request_region on reveal_request (region_code)',
  'alter table reveal_request enable row level security',
  'alter table reveal_request force row level security',
  `create policy scope on reveal_request using (${SCOPE}) with check (${SCOPE})`,
  'grant select, insert, update on reveal_request to duban_runtime',
];

const COUNT = [
  // One row for each value that an account may see within a span of time; it says when, and not whose: the ledger does.
  `create table reveal_slot (
    account_id uuid not null references account (id), span text not null check (span in ('HOUR', 'DAY')),
    slot int not null check (slot >= 0), taken_at timestamptz not null default '-infinity',
    primary key (account_id, span, slot))`,
  'grant select, insert, update on reveal_slot to duban_runtime',
];
