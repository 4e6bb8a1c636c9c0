import { confidedScopes, signedIn } from '../auth/may.js';
import { scopeOf } from '../auth/scope.js';
import { queryOf } from '../events/follow.js';
import { demandPeriod, type Period } from '../http/args.js';
import type { Context } from '../http/context.js';
import { demandRegion } from '../regions/region.queries.js';
import { ALERT_RULES, type AlertRule } from './rule.entity.js';

/** What became of the alerts of one rule. Each is exactly one of the five. */
export interface AlertQuality {
  readonly rule: AlertRule;
  readonly raised: number;
  readonly acted: number;
  readonly dismissed: number;
  readonly late: number;
  readonly silent: number;
  readonly waiting: number;
}

/**
 * The whole of `raised` is told apart in one order: what was dismissed, then what somebody let lapse, then what was
 * taken up, and of the rest what is over and what is not.
 */
const QUALITY = `
with raised as (
  select rule, case
    when dismissed then 'dismissed' when lapses > 0 then 'late' when acknowledged_at is not null then 'acted'
    when status = 'RESOLVED' then 'silent' else 'waiting' end as fate
  from alert
  where region_code >= $1 and region_code < $2 and opened_at >= $3 and opened_at < $4
    and (audience = 'REGION' or exists (select from jsonb_to_recordset($5::jsonb) as open (audience text, "from" text, "to" text)
      where open.audience = alert.audience and region_code >= open."from" and region_code < open."to")))
select rule, count(*)::int as raised, (count(*) filter (where fate = 'acted'))::int as acted,
  (count(*) filter (where fate = 'dismissed'))::int as dismissed, (count(*) filter (where fate = 'late'))::int as late,
  (count(*) filter (where fate = 'silent'))::int as silent, (count(*) filter (where fate = 'waiting'))::int as waiting
from raised group by rule`;

/**
 * How good the rules are: what became of the alerts that began in a period, rule by rule, in the order of the rules.
 * @throws FORBIDDEN · NOT_FOUND (no such region) · INVALID_DATE
 */
export async function alertQuality(
  context: Context,
  within: string,
  period: Period,
): Promise<AlertQuality[]> {
  await demandRegion(context, 'alert.read', within);
  demandPeriod(period);
  const { from, to } = scopeOf(within);
  const open = confidedScopes(signedIn(context.asker), context.now).flatMap(({ audience, scopes }) =>
    scopes.map((scope) => ({ audience, ...scope })),
  );
  const values = [...[from, to, period.from.toISOString(), period.to.toISOString()], JSON.stringify(open)];
  const rows = (await queryOf(context.em)(QUALITY, values)) as AlertQuality[];
  return rows.sort((a, b) => ALERT_RULES.indexOf(a.rule) - ALERT_RULES.indexOf(b.rule));
}
