import type { EntityManager } from '@mikro-orm/postgresql';
import { shanghaiDay } from '../clock.js';
import { queryOf } from '../events/follow.js';
import type { Level } from '../standards/review.queries.js';

/** Calendar days before its last day from which on a finding is a matter of its village. */
const SOON_DAYS = 3;

/** Of a visit that is still kept from the inspected side nothing is counted. */
const DUE = `
select 'RECTIFICATION_DUE' as rule, finding.region_code as code, count(*)::int as level
from finding join inspection on inspection.id = finding.inspection_id and not inspection.concealed
where finding.status = 'OPEN' and finding.due_on between $1::date and $1::date + ${SOON_DAYS}
group by finding.region_code`;

/** How many findings of a village must be put right within three days. */
export const readFindings = async (em: EntityManager, now: Date): Promise<Level[]> =>
  (await queryOf(em)(DUE, [shanghaiDay(now)])) as Level[];
