import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as newId } from 'uuid';
import { isId } from '../db/write.js';
import { type FactOf, SEVERITIES, type Severity } from '../events/facts.js';
import { queryOf } from '../events/follow.js';
import type { LoggedFact } from '../events/read.js';
import type { Matter } from './inbox.rules.js';
import type { Recipient } from './recipients.queries.js';

/** One matter for one person. */
export interface Told {
  readonly matter: Matter;
  readonly to: Recipient;
  readonly deliverAt: Date;
}

const GRAVE = `array['NOTICE', 'WARNING', 'CRITICAL']`;
const grave = (severity: string) => `array_position(${GRAVE}, ${severity})`;

/**
 * A notice that was delivered and becomes graver is delivered again; one that waits, no later than the most urgent of
 * what it is about.
 */
const NOTICES = `
insert into inbox_notice as kept (id, account_id, topic, step, district_code, audience, severity, created_at, last_at,
  deliver_at)
select id, account, topic, step, district, audience, severity, at, at, "deliverAt"
from jsonb_to_recordset($1::jsonb) as told (id uuid, account uuid, topic text, step text, district text, audience text,
  severity text, at timestamptz, "deliverAt" timestamptz)
-- One order for every page, so that a person who marks several and the follower cannot wait for each other in a ring.
order by account, topic, district
on conflict (account_id, topic, district_code, audience) where seen_at is null do update set
  step = coalesce((select code from escalation_step where code in (kept.step, excluded.step) order by position desc limit 1), kept.step),
  last_at = greatest(kept.last_at, excluded.last_at),
  deliver_at = least(kept.deliver_at, excluded.deliver_at),
  delivered_at = case when ${grave('excluded.severity')} > ${grave('kept.severity')} then null else kept.delivered_at end,
  acted_at = null,
  severity = case when ${grave('excluded.severity')} > ${grave('kept.severity')} then excluded.severity else kept.severity end
returning id::text, account_id::text as account, topic, district_code as district, audience`;

const ITEMS = `
with added as (
  insert into inbox_item (notice_id, subject_type, subject_id, about_id, region_code, title_zh, title_en, at)
  select notice, type, subject, about, region, zh, en, at
  from jsonb_to_recordset($1::jsonb) as item (notice uuid, type text, subject uuid, about uuid, region text, zh text,
    en text, at timestamptz)
  on conflict (notice_id, subject_type, subject_id) do update set at = excluded.at, acted_at = null
  returning notice_id, xmax = 0 as is_new)
update inbox_notice set count = inbox_notice.count + added.more
from (select notice_id, count(*) filter (where is_new) as more from added group by 1) as added
where inbox_notice.id = added.notice_id and added.more > 0`;

/** Keeps what people are told, each matter once in each notice. @returns whose inboxes that changed */
export async function keepNotices(em: EntityManager, told: readonly Told[]): Promise<string[]> {
  if (told.length === 0) return [];
  const byNotice = Map.groupBy(told, keyOf);
  const notices = [...byNotice.values()].map(noticeOf);
  const kept = (await queryOf(em)(NOTICES, [JSON.stringify(notices)])) as (Key & { id: string })[];
  const ids = new Map(kept.map((row) => [textOf(row), row.id]));
  const items = [...byNotice].flatMap(([key, each]) => itemsOf(ids.get(key) as string, each));
  await queryOf(em)(ITEMS, [JSON.stringify(items)]);
  return kept.map(({ account }) => account);
}

interface Key {
  readonly account: string;
  readonly topic: string;
  readonly district: string;
  readonly audience: string;
}
const textOf = ({ account, topic, district, audience }: Key) => `${account} ${topic} ${district} ${audience}`;
const keyOf = ({ matter, to }: Told): string =>
  textOf({
    account: to.accountId,
    topic: matter.topic,
    district: to.districtCode,
    audience: matter.audience,
  });

const gravest = (all: readonly Severity[]): Severity =>
  SEVERITIES.findLast((severity) => all.includes(severity)) ?? 'NOTICE';

/** All that one page of the log has for one notice. */
function noticeOf(told: readonly Told[]) {
  const [{ matter, to }] = told as [Told];
  const steps = told.flatMap(({ matter: { step } }) => (step ? [step] : []));
  const instants = told.map((each) => each.deliverAt.getTime());
  return {
    id: newId(),
    account: to.accountId,
    topic: matter.topic,
    step: steps.sort((a, b) => a.position - b.position).at(-1)?.code ?? null,
    district: to.districtCode,
    audience: matter.audience,
    severity: gravest(told.map((each) => each.matter.severity)),
    at: told.at(-1)?.matter.at,
    deliverAt: new Date(Math.min(...instants)),
  };
}

/** Each thing once, as it was told last. */
function itemsOf(notice: string, told: readonly Told[]) {
  const items = told.map(({ matter: { subject, about, regionCode, title, at } }) => ({
    notice,
    type: subject.type,
    subject: subject.id,
    about: about?.id ?? null,
    region: regionCode,
    zh: title.zh,
    en: title.en ?? null,
    at,
  }));
  return [...new Map(items.map((item) => [`${item.type} ${item.subject}`, item])).values()];
}

const ACTED = `
with acts as (
  select distinct on (account, subject) account, subject, at
  from jsonb_to_recordset($1::jsonb) as act (account uuid, subject uuid, at timestamptz)
  order by account, subject, at desc),
done as (
  update inbox_item set acted_at = acts.at from acts, inbox_notice as notice
  where notice.id = notice_id and notice.account_id = acts.account and inbox_item.acted_at is null
    and (subject_id = acts.subject or about_id = acts.subject) and acts.at >= inbox_item.at
  returning notice_id, subject_type, subject_id, inbox_item.acted_at)
update inbox_notice set acted_at = last.at from (select notice_id, max(acted_at) as at from done group by 1) as last
where inbox_notice.id = last.notice_id and not exists (
  select from inbox_item as other where other.notice_id = last.notice_id and other.acted_at is null
    and not exists (select from done where done.notice_id = other.notice_id and done.subject_type = other.subject_type
      and done.subject_id = other.subject_id))`;

/** Whoever did something about what he was told of has acted on it, whatever it was that he did since. */
export async function actedOn(em: EntityManager, facts: readonly LoggedFact[]): Promise<void> {
  const acts = facts.flatMap(({ actorId, subject, happenedAt }) =>
    actorId !== null && isId(subject.id) ? [{ account: actorId, subject: subject.id, at: happenedAt }] : [],
  );
  if (acts.length > 0) await queryOf(em)(ACTED, [JSON.stringify(acts)]);
}

const WITHDRAW = `
with gone as (
  delete from inbox_item using inbox_notice as notice
  where notice.id = notice_id and notice.deliver_at > $2 and subject_id = any ($1::uuid[])
  returning notice_id),
less as (
  update inbox_notice set count = count - gone.n
  from (select notice_id, count(*) as n from gone group by 1) as gone where inbox_notice.id = gone.notice_id
  returning id, count)
select id::text from less where count = 0`;

/** Of what waits to be delivered, takes back what is over by now. */
export async function withdraw(em: EntityManager, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length === 0) return;
  const empty = (await queryOf(em)(WITHDRAW, [ids, now.toISOString()])) as { id: string }[];
  if (empty.length === 0) return;
  await queryOf(em)('delete from inbox_notice where id = any ($1::uuid[])', [empty.map(({ id }) => id)]);
}

/** Tells whoever waits for it that an inbox has changed. */
export const changedFact = (accountId: string): FactOf<'INBOX_CHANGED'> => ({
  kind: 'INBOX_CHANGED',
  region: null,
  subject: { type: 'ACCOUNT', id: accountId },
  severity: null,
  audience: 'HOUSE',
  params: {},
});

const YEAR_MS = 366 * 86_400_000;
const FORGET = `
with gone as (delete from inbox_notice where last_at < $1 returning id) select count(*)::int as count from gone`;

/** Removes what lies more than a year back; the log and the ledger keep what happened. @returns how many notices */
export async function forgetNotices(em: EntityManager, now: Date): Promise<number> {
  const before = new Date(now.getTime() - YEAR_MS).toISOString();
  const [gone] = (await queryOf(em)(FORGET, [before])) as { count: number }[];
  return gone?.count ?? 0;
}
