import type { EntityManager } from '@mikro-orm/postgresql';
import { tables } from '../db/orm.js';
import type { Fact, SubjectType } from '../events/facts.js';
import { queryOf } from '../events/follow.js';
import { record } from '../events/record.js';
import { type Alert, type AlertSchema, titleOf } from './alert.entity.js';
import type { AlertRule } from './rule.entity.js';

/** One alert that the house itself has opened, closed, held open or opened again. */
export interface Change {
  readonly kind: 'RAISED' | 'RESOLVED' | 'LAPSED' | 'HELD';
  readonly alert: Alert;
  readonly at: Date;
  readonly region: Fact['region'];
}

/** What an alert is one of, while it is open. */
export interface AlertKey {
  readonly rule: AlertRule;
  readonly type: SubjectType;
  readonly id: string;
}
export const keyOf = ({ rule, type, id }: AlertKey): string => `${rule} ${type} ${id}`;

/** What is open of these, for update, in one order: somebody may be acknowledging one of them. */
export async function lockOpen(em: EntityManager, keys: readonly AlertKey[]): Promise<Map<string, Alert>> {
  const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];
  const rows = await tables<typeof AlertSchema>(em)
    .selectFrom('alert')
    .selectAll()
    // The three columns of the index on what is open, so that the resolved ones of years are not read.
    .where('rule', 'in', distinct(keys.map(({ rule }) => rule)))
    .where('subjectType', 'in', distinct(keys.map(({ type }) => type)))
    .where('subjectId', 'in', distinct(keys.map(({ id }) => id)))
    .where('status', '<>', 'RESOLVED')
    .orderBy('id')
    .forUpdate()
    .execute();
  return new Map(
    (rows as Alert[]).map((alert) => [
      keyOf({ rule: alert.rule, type: alert.subjectType, id: alert.subjectId }),
      alert,
    ]),
  );
}

/**
 * Keeps changes of alerts whose rows are held, and states them. Alerts that began and ended in the same page are
 * inserted as they came out.
 */
export async function keepAlerts(em: EntityManager, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  const raised = changes.filter(({ kind }) => kind === 'RAISED').map(({ alert }) => alert);
  const isNew = new Set(raised);
  const kept = new Set(changes.map(({ alert }) => alert).filter((alert) => !isNew.has(alert)));
  // First what ends, then what begins: of one rule and subject only one may be open at any moment.
  if (kept.size > 0) await queryOf(em)(KEEP, [JSON.stringify([...kept])]);
  await countEpisodes(em, raised);
  if (raised.length > 0) await queryOf(em)(INSERT, [JSON.stringify(raised)]);
  await state(
    em,
    changes.filter(({ kind }) => kind !== 'HELD'),
  );
}

const KEEP = `
update alert set status = now.status, resolved_at = now."resolvedAt", resolves_at = now."resolvesAt",
  relapses = now.relapses, lapses = now.lapses, acknowledged_at = now."acknowledgedAt",
  acknowledged_by_id = now."acknowledgedById", acknowledge_note = now."acknowledgeNote",
  -- What has ended lapses no more.
  lapses_at = case when now.status = 'ACKNOWLEDGED' then now."lapsesAt" end,
  version = alert.version + (alert.status <> now.status)::int
from jsonb_to_recordset($1::jsonb) as now (id uuid, status text, "resolvedAt" timestamptz, "resolvesAt" timestamptz,
  relapses int, lapses int, "acknowledgedAt" timestamptz, "acknowledgedById" uuid, "acknowledgeNote" text,
  "lapsesAt" timestamptz)
where alert.id = now.id`;

const EARLIER = `
select rule || ' ' || subject_type || ' ' || subject_id as key, max(episode) as last
from alert join jsonb_to_recordset($1::jsonb) as raised (rule text, "subjectType" text, "subjectId" uuid)
  using (rule) where subject_type = "subjectType" and subject_id = "subjectId" group by 1`;

/** Numbers new alerts after the earlier ones of their rule and subject. */
async function countEpisodes(em: EntityManager, raised: readonly Alert[]): Promise<void> {
  if (raised.length === 0) return;
  const rows = (await queryOf(em)(EARLIER, [JSON.stringify(raised)])) as { key: string; last: number }[];
  const last = new Map(rows.map((row) => [row.key, row.last]));
  for (const alert of raised) {
    const key = keyOf({ rule: alert.rule, type: alert.subjectType, id: alert.subjectId });
    alert.episode = (last.get(key) ?? 0) + 1;
    last.set(key, alert.episode);
  }
}

const INSERT = `
insert into alert (id, rule, severity, status, region_code, subject_type, subject_id, audience, title_zh, title_en,
  episode, relapses, members, opened_at, resolves_at, resolved_at)
select id, rule, severity, status, "regionCode", "subjectType", "subjectId", audience, "titleZh", "titleEn",
  episode, relapses, members, "openedAt", "resolvesAt", "resolvedAt"
from jsonb_to_recordset($1::jsonb) as raised (id uuid, rule text, severity text, status text, "regionCode" text,
  "subjectType" text, "subjectId" uuid, audience text, "titleZh" text, "titleEn" text, episode int, relapses int,
  members int, "openedAt" timestamptz, "resolvesAt" timestamptz, "resolvedAt" timestamptz)`;

/** States the changes in their order, each at its time: neighbours with one time go together. */
async function state(em: EntityManager, changes: readonly Change[]): Promise<void> {
  let run: Change[] = [];
  for (const [index, each] of changes.entries()) {
    run.push(each);
    if (changes[index + 1]?.at.getTime() === each.at.getTime()) continue;
    await record(em, run.map(factOf), { happenedAt: each.at, actorId: null });
    run = [];
  }
}

function factOf({ kind, alert, region }: Change): Fact {
  const { id, rule, severity, subjectType, subjectId, episode, lapses } = alert;
  const subject = { type: 'ALERT', id } as const;
  const about = { region, subject, severity, audience: alert.audience } as const;
  const params = { rule, title: titleOf(alert), severity };
  const of = { type: subjectType, id: subjectId };
  if (kind === 'RESOLVED') return { ...about, kind: 'ALERT_RESOLVED', params };
  if (kind === 'LAPSED') return { ...about, kind: 'ALERT_LAPSED', params: { ...params, lapses, about: of } };
  return { ...about, kind: 'ALERT_RAISED', params: { ...params, episode, about: of } };
}
