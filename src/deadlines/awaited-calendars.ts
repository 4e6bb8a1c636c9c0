import type { EntityManager } from '@mikro-orm/postgresql';
import { calendarId, NATION } from '../calendars/calendar.rules.js';
import { shanghaiDay, shanghaiYear } from '../clock.js';
import type { Fact } from '../events/facts.js';
import { queryOf } from '../events/follow.js';
import { record } from '../events/record.js';

/** The State Council publishes the next year in the last weeks of the old one: from this day on it is missed. */
const MISSED_FROM = '11-01';

/** The years that must be published by an instant: the running one, and from November the next. */
export function yearsDue(now: Date): number[] {
  const year = shanghaiYear(now);
  return shanghaiDay(now).slice(5) < MISSED_FROM ? [year] : [year, year + 1];
}

const AWAIT = `
with missing as (
  insert into calendar_awaited (region_code, year, since)
  select region.code, due.year, $2 from region, unnest($1::int[]) as due (year)
  where region.level = 'PREFECTURE' and not exists (select from calendar
    where calendar.year = due.year and calendar.region_code in ($3, rpad(left(region.code, 2), 12, '0'), region.code))
  on conflict do nothing returning region_code, year)
select missing.region_code as code, region.name, missing.year
from missing join region on region.code = missing.region_code order by 1, 3`;

/** States, once for each city and year, that nobody has published a calendar that is due. */
export async function awaitCalendars(em: EntityManager, now: Date): Promise<number> {
  const missing = (await queryOf(em)(AWAIT, [yearsDue(now), now.toISOString(), NATION])) as {
    code: string;
    name: string;
    year: number;
  }[];
  const facts = missing.map(({ code, name, year }): Fact => {
    const title = { zh: `${year}年工作日历`, en: `The working calendar of ${year}` };
    const subject = { type: 'CALENDAR', id: calendarId(code, year) } as const;
    const params = { title, year };
    return {
      kind: 'CALENDAR_AWAITED',
      region: { code, name },
      subject,
      severity: 'WARNING',
      audience: 'REGION',
      params,
    };
  });
  if (facts.length > 0) await record(em, facts, { happenedAt: now, actorId: null });
  return facts.length;
}
