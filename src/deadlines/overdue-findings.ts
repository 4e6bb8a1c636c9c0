import type { EntityManager } from '@mikro-orm/postgresql';
import { shanghaiDay } from '../clock.js';
import type { Audience, Fact, Named } from '../events/facts.js';
import { queryOf } from '../events/follow.js';
import { record } from '../events/record.js';

/** In the order of ids, like every other holder of several findings. */
const MISS = `
with due as (
  select id from finding where status = 'OPEN' and overdue_at is null and due_on < $2::date order by id for update),
missed as (
  update finding set overdue_at = $1 from due where finding.id = due.id
  returning finding.id, finding.inspection_id, region_code, title_zh, title_en, due_on)
select missed.id, missed.inspection_id as "inspectionId", missed.region_code as code, region.name,
  missed.title_zh as zh, missed.title_en as en, missed.due_on::text as "dueOn",
  case when inspection.concealed then 'UNANNOUNCED' else 'REGION' end as audience
from missed join region on region.code = missed.region_code
  join inspection on inspection.id = missed.inspection_id
order by missed.due_on, missed.id`;

interface Missed extends Named {
  id: string;
  inspectionId: string;
  code: string;
  name: string;
  dueOn: string;
  audience: Audience;
}

const factOf = ({ id, inspectionId, code, name, dueOn, audience, zh, en }: Missed): Fact => ({
  kind: 'FINDING_OVERDUE',
  region: { code, name },
  subject: { type: 'FINDING', id },
  severity: 'CRITICAL',
  audience,
  params: { title: { zh, ...(en ? { en } : {}) }, inspectionId, dueOn },
});

/** States, once for each finding, that the last day to put it right has passed. */
export async function missFindings(em: EntityManager, now: Date): Promise<number> {
  const missed = (await queryOf(em)(MISS, [now.toISOString(), shanghaiDay(now)])) as Missed[];
  if (missed.length > 0) await record(em, missed.map(factOf), { happenedAt: now, actorId: null });
  return missed.length;
}
