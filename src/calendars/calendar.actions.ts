import type { EntityManager } from '@mikro-orm/postgresql';
import { isInScopes } from '../auth/may.js';
import type { Scope } from '../auth/scope.js';
import type { Loaders } from '../db/loaders.js';
import { lockRow, type Transaction } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import type { FactOf } from '../events/facts.js';
import { queryOf } from '../events/follow.js';
import type { RegionRow } from '../regions/region.queries.js';
import { getRegion } from '../regions/region.queries.js';
import { CalendarTable } from './calendar.entity.js';
import { tablesFor, tablesInside } from './calendar.queries.js';
import { calendarId, type YearTable } from './calendar.rules.js';
import { type CalendarChange, changedTable } from './change.rules.js';

/** What a change makes of the tables that hold anywhere inside its jurisdiction. */
export interface Changed {
  readonly region: RegionRow;
  readonly table: YearTable;
  readonly after: readonly YearTable[];
}

interface Asking {
  readonly em: EntityManager;
  readonly loaders: Loaders;
  readonly scopes: readonly Scope[];
  readonly now: Date;
}

/**
 * What the tables would be after a change; writes nothing.
 * @throws NOT_FOUND (unknown region, or outside your own) · INVALID_REGION_CODE (neither city nor county), and what
 *   `changedTable` refuses
 */
export async function planChange(asking: Asking, change: CalendarChange): Promise<Changed> {
  const region = await getRegion(asking, change.regionCode);
  if (!isInScopes(region.code, asking.scopes)) throw notFound('region');
  if (region.level !== 'PREFECTURE' && region.level !== 'COUNTY') {
    const why = `A calendar is a city's or a county's; ${region.code} is a ${region.level}.`;
    throw new Refusal('INVALID_REGION_CODE', why, { field: 'regionCode' });
  }
  const holding = await tablesFor(asking.em, [region.code]);
  const table = changedTable(holding, change, asking.now);
  const inside = await tablesInside(asking.em, region.code);
  const others = [...holding, ...inside].filter(
    ({ regionCode, year }) => regionCode !== region.code || year !== change.year,
  );
  return { region, table, after: [...others, table] };
}

/** Writes the planned table in the running transaction. @throws VERSION_CONFLICT */
export async function keepTable(
  tx: Transaction,
  { table }: Changed,
  { expectedVersion, days }: { expectedVersion: number; days: readonly { date: string }[] },
): Promise<void> {
  const query = queryOf(tx.em);
  const { regionCode, year, hours } = table;
  const id = calendarId(regionCode, year);
  // A first one begins at version 0, which is what nobody's calendar is read as.
  await query(NEW, [id, regionCode, year, tx.now.toISOString()]);
  await lockRow(tx, CalendarTable, 'calendar', { id, expectedVersion });
  // By hand, and not by the unit of work: the days are rows of their own, and with them the table is another version.
  await query(KEPT, [id, hours && JSON.stringify(hours), tx.now.toISOString()]);
  const touched = days.map(({ date }) => date);
  await query('delete from calendar_day where calendar_id = $1 and day = any($2)', [id, touched]);
  const ordered = table.days.filter(({ day }) => touched.includes(day));
  await query(DAYS, [id, JSON.stringify(ordered)]);
  await query('delete from calendar_awaited where region_code = $1 and year = $2', [regionCode, year]);
}

const NEW = `
insert into calendar (id, region_code, year, changed_at, version) values ($1, $2, $3, $4, 0) on conflict do nothing`;

const KEPT = 'update calendar set hours = $2::jsonb, changed_at = $3, version = version + 1 where id = $1';

const DAYS = `
insert into calendar_day (calendar_id, day, kind, name, document_title, document_number, document_date, document_confirmed)
select $1::uuid, day, kind, name, document->>'title', document->>'number', document->>'issuedOn',
  (document->>'confirmed')::boolean
from jsonb_to_recordset($2::jsonb) as ordered (day text, kind text, name text, document jsonb)`;

export const calendarFact = ({ region, table }: Changed, days: number): FactOf<'CALENDAR_CHANGED'> => ({
  kind: 'CALENDAR_CHANGED',
  region: { code: region.code, name: region.name },
  subject: { type: 'CALENDAR', id: calendarId(table.regionCode, table.year) },
  severity: null,
  audience: 'REGION',
  params: { year: table.year, isNew: table.version === 0, days },
});
