import { Migration } from '@mikro-orm/migrations';
import { batch } from './Migration20261123000100_log.js';

/**
 * The log in days, so that an old one goes as a whole: a partition is a range of ids, and each day begins a range of its
 * own (days since 1970, times 2^32). The day can be read off an id, so a reader who knows the ids touches their days
 * only, however many are kept. A tick carries its batch with it, so that who hears of it need not ask for it.
 */
export class Migration20261127000400_log_days extends Migration {
  override up(): void {
    for (const statement of [
      ...PARTITIONED,
      TODAY,
      MAKE_DAY,
      FIRST_DAYS,
      TURN_DAY,
      FORGET_DAY,
      SEAM,
      ...TICK,
      ...GRANTS,
    ])
      this.addSql(statement);
  }
}

const PARTITIONED = [
  `create table log_day (
    day date primary key,
    -- Ids from here on, up to 2^32 of them; the part before the first day holds what was there before there were days.
    first_id bigint not null unique,
    part text not null,
    made_at timestamptz not null default clock_timestamp(),
    -- Since when ids of this day are handed out. Transactions from this number on draw no id of an earlier day, but for
    -- one that was being drawn at that moment.
    entered_at timestamptz null,
    entered_xid xid8 null,
    check ((entered_at is null) = (entered_xid is null))
  )`,
  'alter table event rename to event_before',
  // Its id says it now.
  'alter table event_before drop column day',
  'alter table event_before alter column id drop identity',
  'alter table event_before rename constraint event_pkey to event_before_pkey',
  'alter index event_xid rename to event_before_xid',
  'create table event (like event_before including defaults including constraints including comments) partition by range (id)',
  'alter table event add primary key (id)',
  'create index event_xid on event (xid, id)',
  // Known to hold already, so that attaching need not look at every row under its lock.
  `do $$ declare
    first date := (clock_timestamp() at time zone 'Asia/Shanghai')::date;
    bound bigint := (first - date '1970-01-01')::bigint << 32;
  begin
    execute format('alter table event_before add constraint range check (id < %s)', bound);
    execute format('alter table event attach partition event_before for values from (minvalue) to (%s)', bound);
    alter table event_before drop constraint range;
    -- cache 1: a session that took numbers in advance would hand them out later, and ids inside a tick would no longer
    -- follow the order in which the row locks were held.
    execute format('alter table event alter column id add generated always as identity (start %s cache 1)', bound);
    insert into log_day (day, first_id, part, entered_at, entered_xid)
      values (first - 1, 0, 'event_before', '-infinity', '0');
  end $$`,
  // The oldest id that a kept tick speaks of is asked for whenever a day is to go.
  'create index tick_oldest on tick ((ids[1]))',
];

const TODAY = `
create function log_today() returns date language sql volatile set search_path = pg_catalog, pg_temp as $$
  select (clock_timestamp() at time zone 'Asia/Shanghai')::date
$$`;

/** Made beside the log and then attached, which no writer and no reader waits for. */
const MAKE_DAY = `
create function log_make_day(made date) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  part text := 'event_' || to_char(made, 'YYYYMMDD');
  bound bigint := (made - date '1970-01-01')::bigint << 32;
begin
  execute format('create table public.%I (like public.event including defaults including constraints)', part);
  execute format('alter table public.event attach partition public.%I for values from (%s) to (%s)',
    part, bound, bound + (1::bigint << 32));
  insert into public.log_day (day, first_id, part) values (made, bound, part);
end
$$`;

// The day after the part before, not today once more: at midnight it might be another, and ids would have no place.
const FIRST_DAYS = `do $$ declare first date := (select max(day) + 1 from log_day); begin
  perform log_make_day(first);
  perform log_make_day(first + 1);
  update log_day set entered_at = clock_timestamp(), entered_xid = pg_snapshot_xmax(pg_current_snapshot())
    where day = first;
end $$`;

/**
 * Makes the next day's part ahead, and enters the present day. In two calls, a minute apart: a statement that began
 * before the part was there could be given an id that it has no place for.
 */
const TURN_DAY = `
create function log_turn_day() returns date
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
declare
  today date := public.log_today();
  found public.log_day;
begin
  perform pg_advisory_xact_lock(7166370002);
  for ahead in 0..1 loop
    if not exists (select from public.log_day where day >= today + ahead) then
      perform public.log_make_day(today + ahead);
    end if;
  end loop;
  select * into found from public.log_day
    where day <= today and made_at < clock_timestamp() - interval '1 minute' order by day desc limit 1;
  if found.entered_at is not null or found.day is null then return null; end if;
  perform setval(pg_get_serial_sequence('public.event', 'id'), found.first_id, false);
  update public.log_day set entered_at = clock_timestamp(), entered_xid = pg_snapshot_xmax(pg_current_snapshot())
    where day = found.day;
  return found.day;
end
$$`;

/**
 * Drops the oldest day, with every tick up to the last that speaks of it, or nothing: when that tick is not old enough,
 * when a follower has not read it, when the day is the present one. A transaction that was prepared in it keeps it, by
 * its lock. Never waits: behind one that waits for the whole log, everybody else would. Answers the day that went.
 */
const FORGET_DAY = `
create function log_forget_day(keep_days integer) returns date
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '200ms' as $$
declare
  oldest public.log_day;
  bound bigint;
  last_told bigint;
  cutoff timestamptz := (public.log_today() - keep_days)::timestamp at time zone 'Asia/Shanghai';
begin
  if keep_days < 7 then raise exception 'the log is kept for at least 7 days' using errcode = '22023'; end if;
  perform pg_advisory_xact_lock(7166370002);
  select * into oldest from public.log_day order by first_id limit 1;
  select min(first_id) into bound from public.log_day where first_id > oldest.first_id and entered_at is not null;
  if bound is null or oldest.day >= public.log_today() - keep_days then return null; end if;
  -- What a tick speaks of is sorted, so its oldest decides; \`offset 0\` keeps the planner from walking all ticks.
  select max(id) into last_told from (select id from public.tick where ids[1] < bound offset 0) speaking;
  if exists (select from public.tick where id = last_told and at >= cutoff)
    or exists (select from public.follower where tick < last_told)
    or last_told = (select max(id) from public.tick)
    or exists (select from public.event, public.log_epoch where event.id < bound and event.id > floor and not
      pg_visible_in_snapshot(xid, (select snap from public.tick order by tick.id desc limit 1))) then return null; end if;
  -- Late ones of the same ticks that lie in a later part: a seam would take them for untold.
  delete from public.event where id >= bound and id in (
    select late from public.tick cross join unnest(ids) late where tick.id <= last_told and late >= bound);
  delete from public.tick where id <= last_told;
  delete from public.log_day where day = oldest.day;
  execute format('drop table public.%I', oldest.part);
  return oldest.day;
end
$$`;

/** As before; and numbers of transactions that were noted under the earlier home mean nothing here. */
const SEAM = `
create or replace function log_seam() returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
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
  update public.log_day set entered_xid = pg_snapshot_xmax(pg_current_snapshot()), entered_at = clock_timestamp()
    where entered_at is not null;
  perform pg_notify('duban_tick', (last + 1)::text);
  return last + 1;
end
$$`;

/** Only in the days from the floor on. */
const BATCH = `select array_agg(id order by id) from (${batch('$1', '$2', '$3')}) fresh`;

/** Facts as the reader reads them: events/read.ts has the same columns. */
const TOLD = `select json_agg(json_build_object('id', id::text, 'mark', xid::text, 'kind', kind,
    'severity', severity, 'audience', audience, 'region_code', region_code, 'region_name', region_name,
    'subject_type', subject_type, 'subject_id', subject_id, 'actor_id', actor_id,
    'happened_ms', (extract(epoch from happened_at) * 1000)::bigint::text, 'params', params::text) order by id)
  from public.event where id = any ($1) and id between $2 and $3`;

const TICK = [
  'drop function feed_tick()',
  `create function feed_tick(out head bigint, out facts integer, out told text)
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
  since bigint;
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
  -- Nothing that was unfinished then is older than this day. An hour is left for an id that was being drawn when the
  -- day was entered.
  select greatest(line.floor, coalesce(max(first_id), 0) - 1) into since from public.log_day
    where entered_xid <= pg_snapshot_xmin(last.snap) and entered_at < last.at - interval '1 hour';
  -- Both by \`execute\`, which plans them with their values: a plan for any values would lock every day that is kept.
  execute $batch$${BATCH}$batch$ into batch using last.snap, seen, since;
  head := last.id;
  facts := coalesce(cardinality(batch), 0);
  if facts > 0 then
    head := last.id + 1;
    insert into public.tick (id, snap, ids) values (head, seen, batch);
    if facts <= 32 then
      execute $told$${TOLD}$told$ into told using batch, batch[1], batch[facts];
      told := json_build_object('tick', head::text, 'epoch', line.epoch, 'timeline', public.log_timeline(),
        'first', (select min(id) from public.tick)::text, 'facts', told::json)::text;
    end if;
    -- A notice holds less than 8,000 bytes; whoever hears only which tick it is asks for it.
    if octet_length(told) >= 8000 then told := null; end if;
    perform pg_notify('duban_tick', coalesce(told, head::text));
  end if;
end
$$`,
];

const GRANTS = [
  'revoke all on function log_today(), log_make_day(date), log_turn_day(), log_forget_day(integer), feed_tick() from public',
  'grant execute on function feed_tick(), log_turn_day(), log_forget_day(integer) to duban_runtime',
  'grant select on event to duban_runtime',
  `grant insert (kind, severity, audience, region_code, region_name, subject_type, subject_id, actor_id,
    happened_at, params) on event to duban_runtime`,
  'revoke all on event_before from duban_runtime',
];
