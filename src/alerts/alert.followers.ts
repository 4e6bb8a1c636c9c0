import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { v7 as newId } from 'uuid';
import { tables } from '../db/orm.js';
import type { Fact } from '../events/facts.js';
import { type Follower, follow, queryOf } from '../events/follow.js';
import type { LoggedFact } from '../events/read.js';
import { record } from '../events/record.js';
import type { Tail } from '../events/tail.js';
import type { Log } from '../log.js';
import { type Alert, type AlertSchema, type Cause, causesOf, titleOf } from './alert.entity.js';

interface Options {
  readonly orm: MikroORM;
  readonly tail: Tail;
  readonly log: Log;
}

/** Raises an alert where the log says that its cause began, and resolves it where the cause ended. */
export const followAlerts = (options: Options): Follower =>
  follow({ ...options, name: 'alerts', handle: raiseAndResolve });

/** One alert that opened or closed, with the fact that did it. */
interface Change {
  readonly kind: 'ALERT_RAISED' | 'ALERT_RESOLVED';
  readonly alert: Alert;
  readonly by: LoggedFact;
}

/** One page of the log, however many alerts it makes, in two statements. */
export async function raiseAndResolve(em: EntityManager, facts: readonly LoggedFact[]): Promise<void> {
  const causes = facts.flatMap((by) => causesOf(by).map((cause) => ({ cause, by })));
  if (causes.length === 0) return;
  const open = await lockOpen(em, causes);
  const changes = causes.flatMap(({ cause, by }) => change(open, cause, by));
  const raised = changes.filter(({ kind }) => kind === 'ALERT_RAISED').map(({ alert }) => alert);
  const isNew = new Set(raised);
  // First what ends, then what begins: of one rule and subject only one may be open at any moment.
  await closeAlerts(
    em,
    changes.filter(({ kind, alert }) => kind === 'ALERT_RESOLVED' && !isNew.has(alert)),
  );
  await insertAlerts(em, raised);
  await state(em, changes);
}

const keyOf = (rule: string, type: string, id: string) => `${rule} ${type} ${id}`;

/** What a cause changes among the open alerts; nothing when the alert is open already, or none is. */
function change(open: Map<string, Alert>, cause: Cause, by: LoggedFact): Change[] {
  const key = keyOf(cause.rule, by.subject.type, by.subject.id);
  const earlier = open.get(key);
  if (cause.begins) {
    if (earlier) return [];
    const alert = newAlert(cause, by);
    open.set(key, alert);
    return [{ kind: 'ALERT_RAISED', alert, by }];
  }
  if (!earlier) return [];
  open.delete(key);
  earlier.status = 'RESOLVED';
  earlier.resolvedAt = by.happenedAt;
  return [{ kind: 'ALERT_RESOLVED', alert: earlier, by }];
}

function newAlert({ rule, severity }: Extract<Cause, { begins: true }>, by: LoggedFact): Alert {
  const title = 'title' in by.params ? by.params.title : { zh: '' };
  return {
    id: newId(),
    rule,
    severity,
    status: 'OPEN',
    regionCode: by.region?.code ?? '',
    subjectType: by.subject.type,
    subjectId: by.subject.id,
    audience: by.audience,
    titleZh: title.zh,
    titleEn: title.en ?? null,
    // The moment of the cause, so that an alert is not younger only because this follower was late.
    openedAt: by.happenedAt,
    acknowledgedAt: null,
    acknowledgedById: null,
    acknowledgeNote: null,
    resolvedAt: null,
    version: 1,
  };
}

/** For update, in one order: somebody may be acknowledging one of them. */
async function lockOpen(
  em: EntityManager,
  causes: readonly { cause: Cause; by: LoggedFact }[],
): Promise<Map<string, Alert>> {
  const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];
  const rows = await tables<typeof AlertSchema>(em)
    .selectFrom('alert')
    .selectAll()
    // The three columns of the index on what is open, so that the resolved ones of years are not read.
    .where('rule', 'in', distinct(causes.map(({ cause }) => cause.rule)))
    .where('subjectType', 'in', distinct(causes.map(({ by }) => by.subject.type)))
    .where('subjectId', 'in', distinct(causes.map(({ by }) => by.subject.id)))
    .where('status', '<>', 'RESOLVED')
    .orderBy('id')
    .forUpdate()
    .execute();
  return new Map(
    (rows as Alert[]).map((alert) => [keyOf(alert.rule, alert.subjectType, alert.subjectId), alert]),
  );
}

const INSERT = `
insert into alert (id, rule, severity, status, region_code, subject_type, subject_id, audience, title_zh, title_en,
  opened_at, resolved_at)
select id, rule, severity, status, "regionCode", "subjectType", "subjectId", audience, "titleZh", "titleEn",
  "openedAt", "resolvedAt"
from jsonb_to_recordset($1::jsonb) as raised (id uuid, rule text, severity text, status text, "regionCode" text,
  "subjectType" text, "subjectId" uuid, audience text, "titleZh" text, "titleEn" text, "openedAt" timestamptz,
  "resolvedAt" timestamptz)`;

async function insertAlerts(em: EntityManager, alerts: readonly Alert[]): Promise<void> {
  if (alerts.length > 0) await queryOf(em)(INSERT, [JSON.stringify(alerts)]);
}

const CLOSE = `
update alert set status = 'RESOLVED', resolved_at = ended.at, version = version + 1
from jsonb_to_recordset($1::jsonb) as ended (id uuid, at timestamptz) where alert.id = ended.id`;

async function closeAlerts(em: EntityManager, changes: readonly Change[]): Promise<void> {
  const ended = changes.map(({ alert, by }) => ({ id: alert.id, at: by.happenedAt }));
  if (ended.length > 0) await queryOf(em)(CLOSE, [JSON.stringify(ended)]);
}

/** States the changes in their order, each at the time of its cause: neighbours with one time go together. */
async function state(em: EntityManager, changes: readonly Change[]): Promise<void> {
  let run: Change[] = [];
  for (const [index, each] of changes.entries()) {
    run.push(each);
    const at = each.by.happenedAt;
    if (changes[index + 1]?.by.happenedAt.getTime() === at.getTime()) continue;
    await record(em, run.map(factOf), { happenedAt: at, actorId: null });
    run = [];
  }
}

function factOf({ kind, alert, by }: Change): Fact {
  const { id, rule, severity, subjectType, subjectId } = alert;
  const about = {
    region: by.region,
    subject: { type: 'ALERT', id },
    severity,
    audience: alert.audience,
  } as const;
  const params = { rule, title: titleOf(alert), severity };
  if (kind === 'ALERT_RESOLVED') return { ...about, kind, params };
  return { ...about, kind, params: { ...params, about: { type: subjectType, id: subjectId } } };
}
