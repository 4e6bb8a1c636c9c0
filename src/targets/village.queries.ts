import type { EntityManager } from '@mikro-orm/postgresql';
import { isInside } from '../auth/scope.js';
import { Refusal } from '../errors.js';
import { queryOf } from '../events/follow.js';

interface Village {
  readonly code: string;
  readonly level: string;
  readonly isPoor: boolean;
  readonly hasExited: boolean;
  readonly isLeaving: boolean;
}

const VILLAGES = `
select code, level, coalesce(poverty_designation = 'POOR_VILLAGE', false) as "isPoor",
  exists (select from exit where kind = 'VILLAGE' and region_code = region.code and status = 'EXITED') as "hasExited",
  exists (select from exit where kind = 'VILLAGE' and region_code = region.code
    and status not in ('EXITED', 'RETURNED', 'REVOKED')) as "isLeaving"
from region where code = any ($1)`;

async function read(em: EntityManager, codes: readonly string[]): Promise<Map<string, Village>> {
  const rows = (await queryOf(em)(VILLAGES, [codes])) as Village[];
  return new Map(rows.map((row) => [row.code, row]));
}

/** Poor villages of a county that are still on the list, each once. @throws INVALID_REGION_CODE (with `field`) */
export async function demandVillages(
  { em }: { readonly em: EntityManager },
  county: string,
  codes: readonly string[],
  field: string,
): Promise<void> {
  const villages = await read(em, codes);
  const seen = new Set<string>();
  for (const [n, code] of codes.entries()) {
    const village = villages.get(code);
    const why = whyNot(village, county, code) ?? (seen.has(code) ? `${code} is named twice.` : null);
    if (why) throw new Refusal('INVALID_REGION_CODE', why, { field: `${field}.${n}` });
    seen.add(code);
  }
}

function whyNot(village: Village | undefined, county: string, code: string): string | null {
  if (village?.level !== 'VILLAGE' || !isInside(code, county)) return `${code} is no village of ${county}.`;
  if (!village.isPoor) return `${code} is no poor village.`;
  return village.hasExited ? `${code} has left the list already.` : null;
}

/** None of them has a case that is going. @throws INVALID_REGION_CODE (with `field`) */
export async function demandNotLeaving(
  { em }: { readonly em: EntityManager },
  codes: readonly string[],
  field: string,
): Promise<void> {
  const villages = await read(em, codes);
  for (const [n, code] of codes.entries()) {
    const village = villages.get(code);
    if (!village?.isLeaving && !village?.hasExited) continue;
    const why = `The exit of ${code} has begun; it stays in the plan.`;
    throw new Refusal('INVALID_REGION_CODE', why, { field: `${field}.${n}` });
  }
}
