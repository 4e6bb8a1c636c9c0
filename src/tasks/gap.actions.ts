import { isInScopes } from '../auth/may.js';
import { type Scope, scopeOf } from '../auth/scope.js';
import { takeTurn } from '../db/turn.js';
import { type Transaction, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import { queryOf } from '../events/follow.js';
import type { Context } from '../http/context.js';
import { getRegion } from '../regions/region.queries.js';
import { getStandard } from '../standards/standard.queries.js';
import { openedFacts, openTasks } from './task.actions.js';
import { demandAhead } from './task.held.actions.js';

/** As many as one transaction may well hold; a county has fewer gaps than that. */
const MOST = 2000;

export interface OpenTasksFromGaps {
  within: string;
  standardId: string;
  itemIds?: string[] | null;
  dueAt: Date;
  idempotencyKey?: string | null;
}

/**
 * A task for every gap of the latest verdicts that nobody has a task for; the village's team answers for it, where there
 * is one. A task that was confirmed and is a gap again has to be reopened, not doubled: those are counted.
 * @throws FORBIDDEN · NOT_FOUND (region unknown or outside your own; standard) · INVALID_DATE (not ahead) ·
 *   BAD_USER_INPUT (too many at once, with `limit`)
 */
export const openTasksFromGaps = (context: Context, input: OpenTasksFromGaps) =>
  write(context, { act: 'task.create', operation: 'openTasksFromGaps', input }, async (tx) => {
    demandAhead(input.dueAt, tx.now);
    const region = await getRegion(tx, input.within);
    if (!isInScopes(region.code, tx.scopes)) throw notFound('region');
    const standard = await getStandard(tx.em, input.standardId);
    const gaps = await gapsWithoutWork(tx, scopeOf(region.code), standard.id, input.itemIds ?? null);
    const free = gaps.filter(({ isDone }) => !isDone);
    if (free.length > MOST) {
      const why = `These are ${free.length} gaps; name a smaller region or fewer items.`;
      throw new Refusal('BAD_USER_INPUT', why, { field: 'within', limit: MOST });
    }
    const tasks = await openTasks(
      tx,
      free.map((gap) => ({ ...gap, kind: 'BENCHMARK', dueAt: input.dueAt })),
    );
    const facts = await openedFacts(tx, tasks);
    const entry = { subject: { type: 'STANDARD', id: standard.id }, regionCode: region.code } as const;
    return { answer: { opened: tasks.length, toReopen: gaps.length - free.length }, facts, entry };
  });

interface Gap {
  readonly regionCode: string;
  readonly standardItemId: string;
  readonly titleZh: string;
  readonly titleEn: string;
  readonly responsibleId: string | null;
  /** Its task was confirmed. */
  readonly isDone: boolean;
}

async function gapsWithoutWork(
  tx: Transaction,
  { from, to }: Scope,
  standardId: string,
  itemIds: readonly string[] | null,
): Promise<Gap[]> {
  await takeTurn(tx.em, `gaps ${standardId}`);
  return (await queryOf(tx.em)(GAPS, [
    standardId,
    from,
    to,
    itemIds,
    tx.now.toISOString(),
  ])) as unknown as Gap[];
}

/** A village with several teams, or none, names nobody by itself. */
const GAPS = `
select gap.region_code as "regionCode", gap.item_id as "standardItemId", name_zh as "titleZh", name_en as "titleEn",
  team.id as "responsibleId", work.id is not null as "isDone"
from verdict_item gap join standard_item item on item.id = gap.item_id
left join lateral (select id, status from task
  where task.region_code = gap.region_code and task.standard_item_id = gap.item_id and status <> 'CANCELLED'
  order by created_at desc limit 1) as work on true
left join lateral (select min(account.id::text)::uuid as id from role_grant join account on account.id = account_id
  where role = 'VILLAGE_TEAM' and role_grant.region_code = gap.region_code and revoked_at is null and valid_from <= $5
    and (valid_to is null or valid_to > $5) and disabled_at is null
  having count(distinct account.id) = 1) as team on true
where gap.standard_id = $1 and gap.region_code >= $2 and gap.region_code < $3 and is_gap
  and ($4::uuid[] is null or gap.item_id = any ($4))
  and (work.id is null or work.status in ('COUNTY_CONFIRMED', 'PROVINCE_PASSED'))
order by gap.region_code, gap.position`;
