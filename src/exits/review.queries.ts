// What is looked at once a day of the cases under way: what waits, what is about to end, and what should not go on.
import type { EntityManager } from '@mikro-orm/postgresql';
import { calendarsFor } from '../calendars/calendar.queries.js';
import type { Calendar } from '../calendars/working-time.rules.js';
import { Refusal } from '../errors.js';
import { queryOf } from '../events/follow.js';
import type { Level } from '../standards/review.queries.js';
import type { Objection, PublicNotice } from './notice.entity.js';
import { courseOfNotice } from './notice.rules.js';

/** From so long before its end a notice is a matter of its place. */
const SOON_MS = 24 * 3_600_000;

/** Villages that pass and have not begun to leave the list; and such as are leaving it and pass no more. */
const STANDING = `
select 'VILLAGE_ALL_MET' as rule, verdict.region_code as code, 1 as level
from verdict join region on region.code = verdict.region_code and region.poverty_designation = 'POOR_VILLAGE'
where verdict.superseded_at is null and verdict.met and not exists (
  select from exit where exit.kind = 'VILLAGE' and exit.region_code = verdict.region_code
    and exit.status <> all ('{PLANNED,RETURNED,REVOKED}'))
group by verdict.region_code
union all
select 'EXIT_STANDARD_NOT_MET', exit.region_code, 1
from exit join verdict on verdict.region_code = exit.region_code and verdict.standard_id = exit.standard_id
where exit.kind = 'VILLAGE' and verdict.superseded_at is null and not verdict.met
  and exit.status in ('SELF_CHECK_PASSED', 'TOWNSHIP_VERIFIED', 'COUNTY_VERIFIED', 'IN_PUBLICITY')
group by exit.region_code`;

/** Notices that hang, with what was said against them. */
const HANGING = `
select notice.region_code as code, notice.posted_at as "postedAt", amount, unit, count(*)::int as cases,
  coalesce((select jsonb_agg(jsonb_build_object('at', at, 'answeredAt', answered_at)) from objection
    where notice_id = notice.id), '[]') as objections
from exit join public_notice as notice on notice.id = exit.notice_id
where exit.status = 'IN_PUBLICITY' group by notice.id order by notice.id`;

interface Hanging extends Pick<PublicNotice, 'amount' | 'unit'> {
  readonly code: string;
  readonly postedAt: string;
  readonly cases: number;
  readonly objections: readonly { at: string; answeredAt: string | null }[];
}

export async function readCases(em: EntityManager, now: Date): Promise<Level[]> {
  const standing = (await queryOf(em)(STANDING, [])) as Level[];
  const hanging = (await queryOf(em)(HANGING, [])) as Hanging[];
  const calendarOf = await calendarsFor(
    em,
    hanging.map(({ code }) => code),
  );
  const ending = hanging.filter((notice) => isEnding(notice, calendarOf(notice.code), now));
  const byPlace = Map.groupBy(ending, ({ code }) => code);
  return [
    ...standing,
    ...[...byPlace].map(([code, notices]) => ({
      rule: 'PUBLICITY_ENDING',
      code,
      level: notices.reduce((sum, { cases }) => sum + cases, 0),
    })),
  ];
}

/** Not while an objection stops it; and nobody knows where the year has no calendar, which is an alert of its own. */
function isEnding({ postedAt, amount, unit, objections }: Hanging, calendar: Calendar, now: Date): boolean {
  const posted = { postedAt: new Date(postedAt), amount, unit };
  const raised = objections.map(
    ({ at, answeredAt }): Pick<Objection, 'at' | 'answeredAt'> => ({
      at: new Date(at),
      answeredAt: answeredAt === null ? null : new Date(answeredAt),
    }),
  );
  try {
    const { dueAt } = courseOfNotice(calendar, posted, raised);
    return dueAt !== null && dueAt.getTime() - now.getTime() <= SOON_MS;
  } catch (fault) {
    if (!(fault instanceof Refusal) || fault.code !== 'CALENDAR_MISSING') throw fault;
    return false;
  }
}
