import type { EntityManager } from '@mikro-orm/postgresql';
import { pathOf, scopeOf } from '../auth/scope.js';
import type { Audience, Named } from '../events/facts.js';
import { queryOf } from '../events/follow.js';
import { regionSubject } from '../regions/region.rules.js';
import type { Alert } from './alert.entity.js';
import { newAlert, type Thresholds, turn } from './cause.rules.js';
import { type AlertKey, type Change, keepAlerts, keyOf, lockOpen } from './change.actions.js';
import type { AlertRule } from './rule.entity.js';
import type { Rules } from './rule.queries.js';

/** The parts of one region in which one rule may hold, and from how many on that is one alert of the region. */
interface Parts extends Thresholds {
  readonly rule: AlertRule;
  readonly code: string;
  /** As of its parts. */
  readonly audience: Audience;
  readonly at: Date;
}

const subjectOf = ({ rule, code }: Parts): AlertKey => ({ rule, type: 'REGION', id: regionSubject(code) });

/** The regions directly above those whose alerts began or ended, once for each rule. */
function partsAbove(rules: Rules, changes: readonly Change[]): Parts[] {
  const found = new Map<string, Parts>();
  for (const { kind, alert, at } of changes) {
    const { rule, regionCode, audience } = alert;
    const code = pathOf(regionCode).at(-2);
    const row = rules.get(rule);
    // Of an unannounced visit not even that there is a number.
    if (kind === 'HELD' || !code || !row.rollUpEnter || !row.rollUpLeave || audience === 'UNANNOUNCED')
      continue;
    const thresholds = { ...row, enterAt: row.rollUpEnter, leaveAt: row.rollUpLeave };
    found.set(`${rule} ${code}`, { ...thresholds, rule, code, audience, at });
  }
  return [...found.values()];
}

/**
 * Where a rule holds in many parts of a region, one alert of the region says so, with the number; the same goes on
 * upwards from there. Counted once for each page of the log, after the page.
 */
export async function rollUp(em: EntityManager, rules: Rules, changes: readonly Change[]): Promise<void> {
  const parts = partsAbove(rules, changes);
  if (parts.length === 0) return;
  const open = await lockOpen(em, parts.map(subjectOf));
  const counts = await count(em, parts);
  const above = parts.flatMap((each, n): Change[] => {
    const counted = counts.get(n);
    if (!counted) return [];
    const earlier = open.get(keyOf(subjectOf(each)));
    const kind = turn(earlier, each, { level: counted.members, at: each.at });
    if (kind === null) return [];
    const region = { code: each.code, name: counted.name };
    return [{ kind, alert: earlier ?? begun(each, counted), at: each.at, region }];
  });
  await keepAlerts(em, above);
  await keepMembers(em, parts, counts);
  await rollUp(em, rules, above);
}

interface Counted {
  readonly name: string;
  readonly members: number;
  readonly gravest: Alert['severity'] | null;
}

const GRAVE = `array['NOTICE', 'WARNING', 'CRITICAL']`;

const COUNT = `
select wanted.n, region.name, counted.members, counted.gravest
from jsonb_to_recordset($1::jsonb) as wanted (n int, rule text, code text, audience text, "from" text, "to" text)
  join region on region.code = wanted.code
  cross join lateral (
    select count(distinct alert.region_code)::int as members,
      (${GRAVE})[max(array_position(${GRAVE}, severity))] as gravest
    from alert join region as part on part.code = alert.region_code
    where alert.rule = wanted.rule and status <> 'RESOLVED' and alert.audience = wanted.audience
      -- By the range too, which the index on what is open walks.
      and alert.region_code >= wanted."from" and alert.region_code < wanted."to"
      and part.parent_code = wanted.code) as counted`;

/** In how many parts the rule holds now, and how grave the gravest of them is; nothing for a region that is unknown. */
async function count(em: EntityManager, parts: readonly Parts[]): Promise<Map<number, Counted>> {
  const wanted = parts.map(({ rule, code, audience }, n) => ({ n, rule, code, audience, ...scopeOf(code) }));
  const rows = (await queryOf(em)(COUNT, [JSON.stringify(wanted)])) as (Counted & { n: number })[];
  return new Map(rows.map((row) => [row.n, row]));
}

/** The alert of a region itself, which is an alert like any other. */
const begun = ({ rule, code, audience, at }: Parts, { members, gravest }: Counted): Alert =>
  newAlert(
    {
      rule,
      severity: gravest ?? 'WARNING',
      regionCode: code,
      subjectType: 'REGION',
      subjectId: regionSubject(code),
      audience,
      openedAt: at,
      members,
    },
    titleOfParts(members),
  );

const titleOfParts = (members: number): Named => ({ zh: `辖内${members}处`, en: `${members} places inside` });

const MEMBERS = `
update alert set members = now.members, title_zh = now.zh, title_en = now.en
from jsonb_to_recordset($1::jsonb) as now (rule text, subject uuid, members int, zh text, en text)
where alert.rule = now.rule and subject_type = 'REGION' and subject_id = now.subject and status <> 'RESOLVED'
  and alert.members is distinct from now.members`;

/** No new version: nobody edits the number, and whoever takes the alert up must not lose to a storm that goes on. */
async function keepMembers(
  em: EntityManager,
  parts: readonly Parts[],
  counts: ReadonlyMap<number, Counted>,
): Promise<void> {
  const now = [...counts].map(([n, { members }]) => {
    const { rule, code } = parts[n] as Parts;
    return { rule, subject: regionSubject(code), members, ...titleOfParts(members) };
  });
  await queryOf(em)(MEMBERS, [JSON.stringify(now)]);
}
