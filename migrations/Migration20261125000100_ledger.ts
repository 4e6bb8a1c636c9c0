import { Migration } from '@mikro-orm/migrations';

/**
 * The ledger: who did or revealed what (`ledger_entry`), the order in which that was sealed (`ledger_seal`, a chain of
 * hashes), and what was signed at the end of each day (`ledger_day`). Inserting takes no lock that another insert waits
 * for: the order is made afterwards, by whoever holds the sealing lock, from what waits in `ledger_pending`.
 */
export class Migration20261125000100_ledger extends Migration {
  override async up(): Promise<void> {
    for (const sql of [...TABLES, ...HASHES, ...WATCH, SEAL, DUE, SIGN, PRUNE, ...KEYS, ...GRANTS]) {
      this.addSql(sql);
    }
  }
}

const TABLES = [
  // No values of any person: ids, names of fields, and the sentence that says why.
  `create table ledger_entry (
    id uuid primary key default uuidv7(),
    -- Which columns the digest covers: a later form may cover more, and old entries keep theirs.
    form smallint not null default 1,
    at timestamptz(3) not null default clock_timestamp(),
    xid xid8 not null default pg_current_xact_id(),
    account_id uuid,
    session_id uuid,
    roles text[] not null,
    act text not null,
    operation text not null,
    subject_type text,
    subject_id text,
    region_code text collate "C" check (region_code ~ '^[0-9]{12}$'),
    fields text[] not null,
    purpose text,
    outcome text not null check (outcome in ('DONE', 'REFUSED')),
    code text,
    address text not null,
    device text,
    request_id text not null,
    campaign_at timestamptz(3) not null,
    check ((code is null) = (outcome = 'DONE')))`,
  'create index ledger_entry_newest on ledger_entry (at desc, id desc)',
  'create index ledger_entry_region on ledger_entry (region_code, at desc, id desc)',
  'create index ledger_entry_account on ledger_entry (account_id, at desc, id desc)',
  'create index ledger_entry_subject on ledger_entry (subject_id, at desc, id desc)',
  // What is not sealed yet; without it the sealer would have to look for it among all that is.
  'create table ledger_pending (entry_id uuid primary key)',
  `create table ledger_seal (
    seq bigint primary key,
    entry_id uuid not null unique,
    digest bytea not null,
    prev_hash bytea not null,
    hash bytea not null,
    -- The day of sealing in Asia/Shanghai. It never goes back, whatever the server's clock does.
    day date not null,
    sealed_at timestamptz not null)`,
  'create index ledger_seal_day on ledger_seal (day, seq)',
  `create table ledger_day (
    day date primary key,
    first_seq bigint not null unique,
    last_seq bigint not null unique,
    entries bigint not null,
    hash bytea not null,
    signature bytea not null,
    key_id text not null,
    signed_at timestamptz(3) not null)`,
];

/** One spelling of every value, whatever the session's time zone or date style is. */
const HASHES = [
  `create function ledger_today() returns date language sql volatile as $$
    select (clock_timestamp() at time zone 'Asia/Shanghai')::date
  $$`,
  `create function ledger_digest(e ledger_entry) returns bytea language sql stable as $$
    select sha256(convert_to(jsonb_build_array(e.form, e.id, extract(epoch from e.at)::text, e.xid::text, e.account_id,
      e.session_id, to_jsonb(e.roles), e.act, e.operation, e.subject_type, e.subject_id, e.region_code,
      to_jsonb(e.fields), e.purpose, e.outcome, e.code, e.address, e.device, e.request_id,
      extract(epoch from e.campaign_at)::text)::text, 'UTF8'))
  $$`,
  `create function ledger_link(prev bytea, seq bigint, entry_id uuid, digest bytea, day date, sealed_at timestamptz)
  returns bytea language sql stable as $$
    select sha256(prev || convert_to(jsonb_build_array(seq, entry_id, encode(digest, 'hex'),
      to_char(day, 'YYYY-MM-DD'), extract(epoch from sealed_at)::text)::text, 'UTF8'))
  $$`,
];

/** What may change of the ledger's tables: nothing, but for whole old days while they are being pruned. */
const WATCH = [
  `create function ledger_refuse() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
  begin
    if tg_op = 'DELETE' and tg_table_name <> 'ledger_day' and current_setting('duban.ledger_pruning', true) = 'on' then
      return old;
    end if;
    raise exception '% of % is refused: the ledger is only ever added to', tg_op, tg_table_name using errcode = '42501';
  end
  $$`,
  ...['ledger_entry', 'ledger_seal', 'ledger_day'].flatMap((table) => [
    `create trigger ${table}_kept before update or delete on ${table} for each row execute function ledger_refuse()`,
    `create trigger ${table}_not_emptied before truncate on ${table} for each statement execute function ledger_refuse()`,
  ]),
  `create function ledger_queue() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp as $$
  begin
    insert into public.ledger_pending (entry_id) values (new.id);
    return null;
  end
  $$`,
  'create trigger ledger_entry_waits after insert on ledger_entry for each row execute function ledger_queue()',
];

/** Any number that no other lock of the house takes. */
const LOCK = 'perform pg_advisory_xact_lock(7166370002)';

/**
 * Appends what waits to the chain, at most so many; one caller at a time, the others wait in line. Entries commit in
 * any order, so the order of the chain is that of sealing, and within one call that of the entries' ids.
 */
const SEAL = `
create function ledger_seal_pending(most integer, out sealed integer, out head bigint, out due boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp
-- After a bulk of entries the planner may believe that one scan is cheaper; it is not, and cached plans would keep it.
set enable_seqscan = off
set lock_timeout = '5s'
as $$
declare
  last_hash bytea := decode(repeat('00', 32), 'hex');
  last_day date := '-infinity';
  signed_day date;
  link_hash bytea;
  waiting record;
  now_at timestamptz;
begin
  -- A frozen snapshot would answer from before the lock: two callers would then give the same number.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'ledger_seal_pending needs read committed' using errcode = '25001';
  end if;
  ${LOCK};
  sealed := 0;
  head := 0;
  select d.last_seq, d.hash, d.day into head, last_hash, signed_day from public.ledger_day d order by d.day desc limit 1;
  if not found then
    head := 0;
    last_hash := decode(repeat('00', 32), 'hex');
  end if;
  last_day := coalesce(signed_day, last_day);
  select s.seq, s.hash, s.day into waiting from public.ledger_seal s order by s.seq desc limit 1;
  if found and waiting.seq > head then
    head := waiting.seq;
    last_hash := waiting.hash;
    last_day := waiting.day;
  end if;
  -- A day that was signed is closed, also for a server whose clock has gone back.
  last_day := greatest(last_day, public.ledger_today(), signed_day + 1);
  now_at := clock_timestamp();
  for waiting in
    with taken as (
      delete from public.ledger_pending where entry_id = any (array(
        select p.entry_id from public.ledger_pending p join public.ledger_entry e on e.id = p.entry_id
        order by p.entry_id limit most))
      returning entry_id
    )
    select e.id, public.ledger_digest(e) as digest
    from taken join public.ledger_entry e on e.id = taken.entry_id order by e.id
  loop
    head := head + 1;
    link_hash := public.ledger_link(last_hash, head, waiting.id, waiting.digest, last_day, now_at);
    insert into public.ledger_seal (seq, entry_id, digest, prev_hash, hash, day, sealed_at)
      values (head, waiting.id, waiting.digest, last_hash, link_hash, last_day, now_at);
    last_hash := link_hash;
    sealed := sealed + 1;
  end loop;
  due := exists (select from public.ledger_due_day());
end
$$`;

/** The oldest day that is over and not signed, with what is to be signed of it. */
const DUE = `
create function ledger_due_day() returns table (day date, first_seq bigint, last_seq bigint, entries bigint, hash bytea)
language sql volatile set search_path = pg_catalog, pg_temp as $$
  with signed as (select coalesce(max(d.last_seq), 0) as through from public.ledger_day d),
  first as (
    select s.seq, s.day from public.ledger_seal s, signed where s.seq > signed.through order by s.seq limit 1
  )
  select first.day, first.seq, last.seq, last.seq - first.seq + 1, last.hash
  from first
  cross join lateral (
    select s.seq, s.hash from public.ledger_seal s where s.day = first.day order by s.seq desc limit 1
  ) last
  where first.day < public.ledger_today()
$$`;

/** Keeps a signature with what it was made for; false when another node was quicker. */
const SIGN = `
create function ledger_sign_day(wanted date, hash bytea, signature bytea, key_id text, signed_at timestamptz)
returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  ${LOCK};
  insert into public.ledger_day (day, first_seq, last_seq, entries, hash, signature, key_id, signed_at)
    select due.day, due.first_seq, due.last_seq, due.entries, due.hash, ledger_sign_day.signature,
      ledger_sign_day.key_id, ledger_sign_day.signed_at
    from public.ledger_due_day() due where due.day = wanted and due.hash = ledger_sign_day.hash;
  return found;
end
$$`;

/**
 * Removes signed days up to one that is at least a year old; their day seals stay as the anchor of what follows. For the
 * owner alone.
 */
const PRUNE = `
create function ledger_prune(through date) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  last bigint;
  removed bigint;
begin
  if through > public.ledger_today() - interval '1 year' then
    raise exception 'the ledger is kept for a year at least' using errcode = '42501';
  end if;
  ${LOCK};
  select max(last_seq) into last from public.ledger_day where day <= through;
  perform set_config('duban.ledger_pruning', 'on', true);
  delete from public.ledger_entry e using public.ledger_seal s where s.entry_id = e.id and s.seq <= last;
  get diagnostics removed = row_count;
  delete from public.ledger_seal where seq <= last;
  perform set_config('duban.ledger_pruning', 'off', true);
  return removed;
end
$$`;

/** The answers of keyed writes are kept for 72 hours, and found again by age. */
const KEYS = ['create index idempotency_age on idempotency (created_at)'];

// The runtime role adds entries whose id, time and transaction it does not choose, reads, and has the chain go on.
const GRANTS = [
  `revoke all on function ledger_seal_pending(integer), ledger_sign_day(date, bytea, bytea, text, timestamptz), ledger_queue(),
    ledger_prune(date) from public`,
  `grant execute on function ledger_seal_pending(integer), ledger_sign_day(date, bytea, bytea, text, timestamptz) to duban_runtime`,
  'grant select on ledger_entry, ledger_pending, ledger_seal, ledger_day to duban_runtime',
  `grant insert (account_id, session_id, roles, act, operation, subject_type, subject_id, region_code, fields, purpose,
    outcome, code, address, device, request_id, campaign_at) on ledger_entry to duban_runtime`,
  'grant delete on idempotency to duban_runtime',
];
