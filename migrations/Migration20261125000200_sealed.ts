import { Migration } from '@mikro-orm/migrations';

/**
 * What is sensitive about a person lies encrypted. The values of before keep lying in `…_plain` until the start has
 * sealed them (src/vault/seal-plain.ts): that needs the keys, which SQL must not see.
 */
export class Migration20261125000200_sealed extends Migration {
  override async up(): Promise<void> {
    for (const sql of [...KEYS, ...COLUMNS, ...FINGERPRINTS]) this.addSql(sql);
  }
}

const KEYS = [
  // Useless without the key that wraps them, which is in the secrets and never here.
  `create table data_key (
    id int primary key check (id > 0), purpose text not null, algorithm text not null, wrapped bytea not null,
    created_at timestamptz not null default clock_timestamp(), retired_at timestamptz)`,
  'grant select on data_key to duban_runtime',
];

const COLUMNS = [
  'alter table household_member rename column id_number to id_number_plain',
  'alter table household_member rename column health to health_plain',
  `alter table household_member
    alter column id_number_plain drop not null, alter column health_plain drop not null,
    add column id_number_sealed bytea, add column id_number_index bytea unique,
    add column health_sealed bytea, add column phone_sealed bytea`,
  'alter table household add column bank_account_sealed bytea',
];

/**
 * Until now they were plain hashes, from which an ID number in the body could be found by trying. A retry from before
 * is refused from now on, which is better than to do it twice.
 */
const FINGERPRINTS = [`update idempotency set fingerprint = ''`];
