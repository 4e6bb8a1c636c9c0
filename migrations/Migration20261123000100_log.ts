import { Migration } from '@mikro-orm/migrations';

/**
 * The log: facts (`event`), their order (`tick`), which history this is (`log_epoch`) and how far each follower
 * has read (`follower`). One plain `event` table: everything reads it by primary key or by xid, and retention
 * can later delete whole ticks with their events, or turn the table into ranges of id, without touching readers.
 */
export class Migration20261123000100_log extends Migration {
  override up(): void {
    for (const statement of [
      ...TABLES,
      LOG_HOME,
      LOG_TIMELINE,
      LOG_SEAM,
      FEED_TICK,
      ...FIRST_ROWS,
      ...GRANTS,
    ]) {
      this.addSql(statement);
    }
  }
}

const TABLES = [
  `create table event (
    -- cache 1: a session that took numbers in advance would hand them out later, and ids inside a tick would no
    -- longer follow the order in which the row locks were held.
    id bigint generated always as identity (cache 1) primary key,
    xid xid8 not null default pg_current_xact_id(),
    day date not null default (clock_timestamp() at time zone 'Asia/Shanghai')::date,
    kind text not null,
    severity text null check (severity in ('NOTICE', 'WARNING', 'CRITICAL')),
    audience text not null check (audience in ('REGION', 'UNANNOUNCED', 'HOUSE')),
    region_code text collate "C" null check (region_code ~ '^[0-9]{12}$'),
    region_name text null,
    subject_type text not null,
    subject_id text not null,
    actor_id uuid null,
    happened_at timestamptz not null,
    recorded_at timestamptz not null default clock_timestamp(),
    params jsonb not null,
    check (audience = 'HOUSE' or region_code is not null)
  )`,
  'create index event_xid on event (xid, id)',
  `create table tick (
    id bigint primary key,
    snap pg_snapshot not null,
    ids bigint[] not null,
    at timestamptz not null default clock_timestamp()
  )`,
  `create table log_epoch (
    one boolean primary key default true check (one),
    epoch text not null,
    home text not null,
    -- Events up to this id carry transaction numbers of an earlier home, which mean nothing here.
    floor bigint not null default 0
  )`,
  `create table follower (
    name text primary key,
    tick bigint not null,
    id bigint null,
    moved_at timestamptz not null default clock_timestamp()
  )`,
];

/** Which server and database this is: a dump restored elsewhere, or a copy of the database, has another home. */
const LOG_HOME = `
create function log_home() returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select c.system_identifier || '.' || d.oid
  from pg_control_system() c, pg_database d where d.datname = current_database()
$$`;

/** The server's timeline: it changes when a standby is promoted, and then the newest ticks may have been lost. */
const LOG_TIMELINE = `
create function log_timeline() returns integer language sql volatile set search_path = pg_catalog, pg_temp as $$
  select case when pg_is_in_recovery() then (select timeline_id from pg_control_checkpoint())
    else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer end
$$`;

/**
 * Begins a new epoch after a restore. Stored snapshots and xids speak of another server, so the seam takes what
 * no tick holds yet as one last batch, under a lock that no writer can straddle, and raises the floor above it.
 */
const LOG_SEAM = `
create function log_seam() returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  last bigint;
  rest bigint[];
begin
  lock table public.event in share row exclusive mode;
  select max(id) into last from public.tick;
  select coalesce(array_agg(id order by id), '{}') into rest from (
    select id from public.event except select unnest(ids) from public.tick
  ) unread;
  insert into public.tick (id, snap, ids) values (last + 1, pg_current_snapshot(), rest);
  update public.log_epoch set epoch = substr(gen_random_uuid()::text, 1, 8), home = public.log_home(),
    floor = (select coalesce(max(id), 0) from public.event);
  perform pg_notify('duban_tick', (last + 1)::text);
  return last + 1;
end
$$`;

/**
 * What is visible in one snapshot and was not in an earlier one: begun since, or unfinished then. Both halves walk
 * the index on xid, so the cost is the batch itself, however old the oldest open transaction is.
 */
export const batch = (earlier: string, now: string, floor: string) => `
    select id from public.event
      where xid >= pg_snapshot_xmax(${earlier}) and xid < pg_snapshot_xmax(${now})
        and pg_visible_in_snapshot(xid, ${now}) and id > ${floor}
    union all
    select id from public.event
      where xid = any (array(select pg_snapshot_xip(${earlier})))
        and pg_visible_in_snapshot(xid, ${now}) and id > ${floor}`;

/**
 * The only way the log grows: one call, one transaction, one tick, or nothing at all when nothing is new. Every
 * transaction visible in this snapshot and not in the one before is the batch; so a slow, prepared or forgotten
 * writer holds back its own events only, and an id that commits late is never passed by.
 */
const FEED_TICK = `
create function feed_tick(out head bigint, out facts integer)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- After a bulk load the planner may believe that one scan is cheaper; it is not, and cached plans would keep it.
set enable_seqscan = off
set lock_timeout = '5s'
as $$
declare
  line public.log_epoch;
  last public.tick;
  seen pg_snapshot;
  batch bigint[];
begin
  -- With a transaction number of its own this snapshot would count the caller as unfinished; with a frozen
  -- snapshot it would answer from before the lock. Either would lose events.
  if pg_current_xact_id_if_assigned() is not null then
    raise exception 'feed_tick must be the first write of its transaction' using errcode = '25001';
  end if;
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'feed_tick needs read committed' using errcode = '25001';
  end if;
  -- Waiting, not trying: when a ticker is killed the next in line goes on at once.
  perform pg_advisory_xact_lock(7166370001);
  -- A tick shown to people must survive a crash, and its commit record takes its events to disk with it.
  if current_setting('synchronous_commit') in ('off', 'local') then
    perform set_config('synchronous_commit', 'on', true);
  end if;
  select * into strict line from public.log_epoch;
  if line.home <> public.log_home() then
    head := public.log_seam();
    select cardinality(ids) into facts from public.tick where id = head;
    return;
  end if;
  select * into strict last from public.tick order by id desc limit 1;
  seen := pg_current_snapshot();
  select array_agg(id order by id) into batch from (${batch('last.snap', 'seen', 'line.floor')}) fresh;
  head := last.id;
  facts := coalesce(cardinality(batch), 0);
  if facts > 0 then
    head := last.id + 1;
    insert into public.tick (id, snap, ids) values (head, seen, batch);
    perform pg_notify('duban_tick', head::text);
  end if;
end
$$`;

// Tick 0 is empty and always there: the first batch is everything after the snapshot in which the log was made.
const FIRST_ROWS = [
  `insert into log_epoch (epoch, home) values (substr(gen_random_uuid()::text, 1, 8), log_home())`,
  `insert into tick (id, snap, ids) values (0, pg_current_snapshot(), '{}')`,
];

// The runtime role cannot choose an id or an xid, and cannot change or forget what was recorded.
const GRANTS = [
  'revoke all on function feed_tick(), log_seam() from public',
  'grant execute on function feed_tick() to duban_runtime',
  'grant select on event, tick, log_epoch to duban_runtime',
  `grant insert (kind, severity, audience, region_code, region_name, subject_type, subject_id, actor_id,
    happened_at, params) on event to duban_runtime`,
  'grant select, insert, update on follower to duban_runtime',
];
