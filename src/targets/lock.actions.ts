import type { EntityManager } from '@mikro-orm/postgresql';
import { scopeOf } from '../auth/scope.js';
import { shanghaiDay, startOfShanghaiDay } from '../clock.js';
import { queryOf } from '../events/follow.js';
import { record } from '../events/record.js';
import { targetsFact } from './target.entity.js';

const DUE = `
select plan.id::text, plan.region_code as code, region.name, plan.year, plan.lock_on as "lockOn"
from target_plan as plan join region on region.code = plan.region_code
where locked_at is null and lock_on <= $1 order by plan.id for update of plan`;

interface Due {
  id: string;
  code: string;
  name: string;
  year: number;
  lockOn: string;
}

/** What the numbers were when it was locked is kept beside what adjustments make of them. */
const LINES = `
update target_line as line set locked_persons = persons, locked_villages = (
  select count(*) from target_village as village
  where village.plan_id = line.plan_id and left(village.region_code, 6) = left(line.region_code, 6))
where plan_id = $1 returning persons, locked_villages as villages`;

/** Locks what its day has come for, and lets the villages of the plan be those that are planned for the year. */
export async function lockTargets(em: EntityManager, now: Date): Promise<number> {
  const query = queryOf(em);
  const due = (await query(DUE, [shanghaiDay(now)])) as Due[];
  const facts = [];
  for (const plan of due) {
    const lines = (await query(LINES, [plan.id])) as { persons: number; villages: number }[];
    const lockedAt = startOfShanghaiDay(plan.lockOn).toISOString();
    await query('update target_plan set locked_at = $2, version = version + 1 where id = $1', [
      plan.id,
      lockedAt,
    ]);
    await planVillages(em, plan);
    const villages = lines.reduce((sum, line) => sum + line.villages, 0);
    const persons = lines.reduce((sum, line) => sum + line.persons, 0);
    facts.push(targetsFact(plan, plan, { change: 'LOCKED', villages, persons }));
  }
  if (facts.length > 0) await record(em, facts, { happenedAt: now, actorId: null });
  return due.length;
}

/** A village whose exit has begun stays planned, whatever the plan says: nobody pulls the ground from under a case. */
const PLAN = `
with wanted as (select region_code as code from target_village where plan_id = $1)
update region set planned_exit_year = case when code in (select code from wanted) then $2::int end
where code >= $3 and code < $4 and level = 'VILLAGE'
  and (planned_exit_year = $2) is distinct from (code in (select code from wanted))
  and (planned_exit_year = $2 or code in (select code from wanted))
  and not exists (select from exit where kind = 'VILLAGE' and region_code = region.code
    and status not in ('RETURNED', 'REVOKED'))`;

/** Lets the villages of a plan inside a region, and no others of it, be those that are planned for its year. */
export async function planVillages(
  em: EntityManager,
  { id, code, year }: { id: string; code: string; year: number },
): Promise<void> {
  const { from, to } = scopeOf(code);
  await queryOf(em)(PLAN, [id, year, from, to]);
}
