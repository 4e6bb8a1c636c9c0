import type { EntityManager } from '@mikro-orm/postgresql';
import { LEVELS, levelOf, pathOf, scopeOf } from '../auth/scope.js';
import { takeTurn } from '../db/turn.js';
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

/** Where a rule has begun or ended to hold. */
type Place = Pick<Alert, 'rule' | 'regionCode' | 'audience'> & { readonly at: Date };

/** The regions directly above the places, once for each rule. Where a rule rolls nothing up, none, or `off` says what. */
function partsAbove(rules: Rules, places: readonly Place[], off?: number): Parts[] {
  const found = new Map<string, Parts>();
  for (const { rule, regionCode, audience, at } of places) {
    const code = pathOf(regionCode).at(-2);
    const row = rules.get(rule);
    const [enterAt, leaveAt] = [row.rollUpEnter ?? off, row.rollUpLeave ?? off];
    // Of an unannounced visit not even that there is a number.
    if (!code || !enterAt || !leaveAt || audience === 'UNANNOUNCED') continue;
    found.set(`${rule} ${code}`, { ...row, enterAt, leaveAt, rule, code, audience, at });
  }
  return [...found.values()];
}

const placesOf = (changes: readonly Change[]): Place[] =>
  changes.filter(({ kind }) => kind !== 'HELD').map(({ alert, at }) => ({ ...alert, at }));

/**
 * Where a rule holds in many parts of a region, one alert of the region says so, with the number; the same goes on
 * upwards from there. Counted once for each page of the log, after the page.
 */
export async function rollUp(em: EntityManager, rules: Rules, changes: readonly Change[]): Promise<void> {
  await rollUpTo(em, rules, partsAbove(rules, placesOf(changes)));
}

const STANDING = `
select distinct rule, region_code as "regionCode", audience from alert where status <> 'RESOLVED'`;

/** The numbers of the rules have changed: every region with something open in it is counted anew, by the new ones. */
export async function rollUpAnew(em: EntityManager, rules: Rules, at: Date): Promise<void> {
  const standing = (await queryOf(em)(STANDING, [])) as Omit<Place, 'at'>[];
  const places = standing.map((place) => ({ ...place, at }));
  // From the lowest level up, as it would have come about.
  for (const level of [...LEVELS].reverse()) {
    const here = places.filter(({ regionCode }) => levelOf(regionCode) === level);
    await rollUpTo(em, rules, partsAbove(rules, here, Number.POSITIVE_INFINITY));
  }
}

async function rollUpTo(em: EntityManager, rules: Rules, parts: readonly Parts[]): Promise<void> {
  if (parts.length === 0) return;
  // The follower and the clock both end alerts: each would count what the other is ending, and nobody would count last.
  await takeTurn(em, 'alerts of regions');
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
