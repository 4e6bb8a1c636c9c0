import type { EntityManager } from '@mikro-orm/postgresql';
import type { Fact } from '../events/facts.js';
import { record } from '../events/record.js';
import { isDevelopmentZone, type ListedRegion, RegionFileError } from './region.file.js';

/**
 * Puts an official list into the tree, in the running transaction of the owner (the serving role may not). A code that
 * is there takes the new name; a code never changes level or parent. What is there already is no news.
 * @returns how many regions are new or have a new name
 * @throws RegionFileError with every code that is known with another level or parent
 */
export async function loadRegions(
  em: EntityManager,
  rows: readonly ListedRegion[],
  happenedAt: Date,
): Promise<number> {
  const list = JSON.stringify(
    rows.map(({ code, name, level, parentCode }) => ({
      code,
      name,
      level,
      parent_code: parentCode,
      development_zone: isDevelopmentZone(code),
    })),
  );
  await demandUnmoved(em, list);
  const changed = await em.execute<{ code: string }[]>(
    `insert into region (code, name, level, parent_code, development_zone)
     select code, name, level, parent_code, development_zone from jsonb_populate_recordset(null::region, ?::jsonb)
     on conflict (code) do update set name = excluded.name where region.name <> excluded.name
     returning code`,
    [list],
  );
  const [first] = changed;
  if (first) await record(em, [loaded(first.code, changed.length)], { happenedAt, actorId: null });
  return changed.length;
}

async function demandUnmoved(em: EntityManager, list: string): Promise<void> {
  const moved = await em.execute<{ code: string }[]>(
    `select code from region join jsonb_populate_recordset(null::region, ?::jsonb) given using (code)
     where (region.level, region.parent_code) is distinct from (given.level, given.parent_code) order by code`,
    [list],
  );
  if (moved.length === 0) return;
  throw new RegionFileError(
    moved.map(({ code }) => `${code} is known with another level or parent; a code never moves`),
  );
}

/** What makes every node read the names anew. */
const loaded = (code: string, count: number): Fact => ({
  kind: 'REGIONS_LOADED',
  region: null,
  subject: { type: 'REGION', id: code },
  severity: null,
  audience: 'HOUSE',
  params: { count },
});
