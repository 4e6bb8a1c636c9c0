import type { EntityManager } from '@mikro-orm/postgresql';
import { record } from '../events/record.js';
import { isDevelopmentZone, type ListedRegion } from './region.file.js';

/**
 * Puts an official list into the tree, in the running transaction of the owner (the serving role may not). A code that
 * is there takes the new name; a code never changes level or parent.
 * @returns how many regions the list holds
 */
export async function loadRegions(
  em: EntityManager,
  rows: readonly ListedRegion[],
  happenedAt: Date,
): Promise<number> {
  const list = rows.map(({ code, name, level, parentCode }) => ({
    code,
    name,
    level,
    parent_code: parentCode,
    development_zone: isDevelopmentZone(code),
  }));
  const [moved] = await em.execute<{ code: string }[]>(
    `select region.code from region join jsonb_populate_recordset(null::region, ?::jsonb) given using (code)
     where (region.level, region.parent_code) is distinct from (given.level, given.parent_code) limit 1`,
    [JSON.stringify(list)],
  );
  if (moved)
    throw new Error(`${moved.code} is already known with another level or parent; a code never moves.`);
  await em.execute(
    `insert into region (code, name, level, parent_code, development_zone)
     select code, name, level, parent_code, development_zone from jsonb_populate_recordset(null::region, ?::jsonb)
     on conflict (code) do update set name = excluded.name`,
    [JSON.stringify(list)],
  );
  const subject = { type: 'REGION', id: rows[0]?.code ?? '' } as const;
  const params = { count: rows.length };
  await record(
    em,
    [{ kind: 'REGIONS_LOADED', region: null, subject, severity: null, audience: 'HOUSE', params }],
    { happenedAt, actorId: null },
  );
  return rows.length;
}
